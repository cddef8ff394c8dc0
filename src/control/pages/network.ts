/** What the page of network and time shows: what the operating system says, and what time the station holds it for. */
import type { Machine, MachineFacts } from '../../hal/ports';
import type { RunningStation } from '../../main';

export interface PageNetwork {
  /** null: nobody asks the operating system here. */
  machine: MachineFacts | null;
  time: {
    /** In ms of Unix time; null while the station does not know the time. */
    unixMs: number | null;
    source: 'machine' | 'central system' | null;
    /** How far the central system's clock was ahead, and how long ago it told; null: it has told no time in this run. */
    central: { aheadMs: number; msAgo: number } | null;
  };
}

/** undefined while the station starts or ends. */
export type NetworkForPages = () => Promise<PageNetwork | undefined>;

export function pageNetwork(present: () => RunningStation | undefined, machine: Machine | undefined): NetworkForPages {
  return async () => {
    const facts = await machine?.facts();
    const running = present();
    return running && { machine: facts ?? null, time: timeOf(running) };
  };
}

function timeOf({ clock, chargePoint }: RunningStation): PageNetwork['time'] {
  const now = clock.now();
  const { source, lastCentral } = chargePoint.time;
  return {
    unixMs: chargePoint.unixAt(now) ?? null,
    source: source ?? null,
    central: lastCentral ? { aheadMs: Math.round(lastCentral.aheadMs), msAgo: now - lastCentral.at } : null,
  };
}
