/** How much of a file has come: a bar for the eye, and figures. */
import type { JSX } from 'preact';
import { figure } from './figures';
import { firmwareWords } from './firmware.words';
import { said } from './state';

const bytesOfMB = 1_000_000;

/** `total`: null where nobody knows it. Not read out at each step: it can be asked for. */
export function Progress({ name, done, total }: { name: string; done: number; total: number | null }): JSX.Element {
  const { bytes, bytesSoFar } = said(firmwareWords);
  const inMB = (count: number): string => figure(count / bytesOfMB);
  if (total === null || total === 0) return <p>{bytesSoFar(inMB(done))}</p>;
  const percent = figure(Math.floor((100 * done) / total), 0);
  return (
    <div class="progress" aria-live="off">
      <progress aria-label={name} value={done} max={total} />
      <span>{bytes(inMB(done), inMB(total), percent)}</span>
    </div>
  );
}
