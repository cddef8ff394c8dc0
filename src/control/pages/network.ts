/** What the page of network and time shows and changes: what the operating system says, and the time of the station. */
import type { Machine, MachineFacts, WiredRefusal, WiredSettings } from '../../hal/ports';
import type { RunningStation } from '../../main';
import type { NetworkChanges, NetworkRefusal } from '../network/network-changes';
import type { LastChange, NetworkPlan, OpenChange } from '../network/open-change';
import type { WiredWish } from '../network/wish';

/** What can be changed of the network, and what is being changed. */
export interface PageWired {
  /** null: it can be changed. */
  refused: WiredRefusal | null;
  interfaces: readonly { interfaceName: string; profile: string; settings: WiredSettings }[];
  open: OpenChange | null;
  /** What became of the last change since the program began. */
  last: LastChange | null;
}

export interface PageNetwork {
  /** null: nobody asks the operating system here. */
  machine: MachineFacts | null;
  /** null: this station leaves the network of its machine alone. */
  wired: PageWired | null;
  time: {
    /** In ms of Unix time; null while the station does not know the time. */
    unixMs: number | null;
    source: 'machine' | 'central system' | null;
    /** How far the central system's clock was ahead, and how long ago it told; null: it has told no time in this run. */
    central: { aheadMs: number; msAgo: number } | null;
  };
}

export interface NetworkForPages {
  /** undefined while the station starts or ends. */
  look(): Promise<PageNetwork | undefined>;
  /** Says what would change; changes nothing. */
  plan(wish: WiredWish): Promise<{ refused: NetworkRefusal } | NetworkPlan>;
  /** `address` is that of whoever asks. What it returns is open, and taken back unless it is confirmed. */
  begin(wish: WiredWish, address: string): Promise<{ refused: NetworkRefusal } | { open: OpenChange | null }>;
  /** Confirms what is open, or has it taken back at once; undefined: done. */
  confirm(keeps: boolean, address: string): Promise<NetworkRefusal | undefined>;
}

export function pageNetwork(
  present: () => RunningStation | undefined,
  machine: Machine | undefined,
  changes: NetworkChanges | undefined,
): NetworkForPages {
  return {
    look: async () => {
      const [facts, wired] = await Promise.all([machine?.facts(), changes && wiredOf(changes)]);
      const running = present();
      return running && { machine: facts ?? null, wired: wired ?? null, time: timeOf(running) };
    },
    plan: async (wish) => (await changes?.plan(wish)) ?? { refused: 'networkNotHere' },
    begin: async (wish, address) => {
      if (!changes) return { refused: 'networkNotHere' };
      const refused = await changes.begin(wish, personAt(address));
      return refused ? { refused } : { open: changes.open ?? null };
    },
    confirm: async (keeps, address) => {
      if (!changes) return 'networkNotHere';
      return keeps ? await changes.keep(personAt(address)) : changes.back(personAt(address));
    },
  };
}

async function wiredOf(changes: NetworkChanges): Promise<PageWired> {
  const found = await changes.profiles();
  const isRefused = typeof found === 'string';
  return {
    refused: isRefused ? found : null,
    interfaces: isRefused
      ? []
      : found.map(({ interfaceName, name: profile, settings }) => ({ interfaceName, profile, settings })),
    open: changes.open ?? null,
    last: changes.last ?? null,
  };
}

/** As it stands in the log. */
function personAt(address: string): string {
  return `somebody at the pages (${address})`;
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
