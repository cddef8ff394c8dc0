/** When the station tried last to connect and when it tries next, counted down from what it told once; and a try at once. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { TryTimes } from '../../control/pages/page-station';
import type { PageConnection } from '../../control/pages/page-view';
import { figure } from './figures';
import { Told, useAsking, useFetched } from './parts';
import { secondMs, useNow } from './seconds';
import { words } from './state';
import { instant } from './times';

/** Of the clock of whoever looks: that of the station may be another one. */
interface Instants {
  lastAt: number | null;
  nextAt: number | null;
}

export function Tries({ connection }: { connection: PageConnection }): JSX.Element {
  const { connection: said } = words();
  const { status, tries, waits } = connection;
  const { outcome, ask } = useAsking();
  const instants = useInstants(`${tries} ${waits}`);
  const now = useNow();
  const secondsTo = (at: number): string => figure(Math.max(0, Math.round(Math.abs(at - now) / secondMs)), 0);
  const isUnderWay = status === 'Connection';
  return (
    <>
      <dl class="rows">
        {instants?.lastAt != null && <dt>{isUnderWay ? said.tryingSince : said.lastTry}</dt>}
        {instants?.lastAt != null && <dd>{said.ago(instant(instants.lastAt), secondsTo(instants.lastAt))}</dd>}
        {instants?.nextAt != null && <dt>{said.nextTry}</dt>}
        {instants?.nextAt != null && (
          <dd>{said.in(instant(instants.nextAt), secondsTo(Math.max(now, instants.nextAt)))}</dd>
        )}
      </dl>
      <div class="acts">
        <button type="button" class="act" disabled={!waits} onClick={() => ask('/api/try', { now: true })}>
          {said.tryNow}
        </button>
      </div>
      <Told outcome={outcome} />
    </>
  );
}

function useInstants(revision: string): Instants | undefined {
  const times = useFetched<TryTimes>('/api/tries', revision);
  const instants = useSignal<Instants | undefined>(undefined);
  useEffect(() => {
    if (!times) return;
    const now = Date.now();
    instants.value = {
      lastAt: times.lastMsAgo === null ? null : now - times.lastMsAgo,
      nextAt: times.nextInMs === null ? null : now + times.nextInMs,
    };
  }, [times, instants]);
  return instants.value;
}
