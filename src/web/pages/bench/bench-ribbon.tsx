/** The pilots of a simulated station beside its messages: the right edge is now, or a moment after the power went. */
import type { JSX } from 'preact';
import type { BenchFacts } from '../../../control/pages/bench';
import { benchWords } from '../bench.words';
import { said } from '../state';
import { bench, frames, offSince } from './bench-state';
import { steps } from './pilot-steps';
import { Ribbon } from './ribbon';

/** So much of the time without power is shown: it has no length by the station's time. */
const offShownMs = 2_000;

export function BenchRibbon({ known }: { known: BenchFacts }): JSX.Element {
  const { title, empty } = said(benchWords).ribbon;
  const view = bench.value;
  const isOn = view?.power === 'on';
  const at = isOn ? view.at : (offSince.value ?? steps.value.at(-1)?.at);
  const nowMs = at == null ? undefined : Date.parse(at) + (isOn ? 0 : offShownMs);
  const offMs = offSince.value === undefined ? undefined : Date.parse(offSince.value);
  return (
    <Ribbon {...{ title, empty, nowMs, offMs }} outlets={known.outlets} steps={steps.value} frames={frames.value} />
  );
}
