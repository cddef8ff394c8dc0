/** What a change of the network is: what was, what is then, how far it is, and what became of it. */
import type { WiredNetwork, WiredSettings } from '../../hal/ports';
import type { MarkedChange } from './change-mark';
import { isSame } from './wish';

/** `notConfirmed`: in time; `ended`: the program did; `asked`: somebody wanted it; `refused`: the operating system did. */
export type TakeBackReason = 'notConfirmed' | 'ended' | 'asked' | 'refused';

export interface NetworkPlan {
  interfaceName: string;
  before: WiredSettings;
  after: WiredSettings;
}

/** `begun`: the interface has not changed yet. */
export type ChangePhase = 'begun' | 'open' | 'keeping' | 'takingBack';

export interface OpenChange extends NetworkPlan {
  phase: ChangePhase;
  /** From now until it is taken back, in ms; 0: it is being kept, or taken back. */
  leftMs: number;
}

/** `changedElsewhere`: somebody else has changed the profile since, and it was left alone. */
export interface LastChange extends NetworkPlan {
  outcome: 'kept' | 'changedElsewhere' | TakeBackReason;
  /** Of the operating system, where it refused. */
  words: string | null;
}

export interface OpenNetworkChange extends MarkedChange {
  phase: ChangePhase;
  dueAt: number;
  /** Whether the interface may have what is new. */
  isUsed: boolean;
  reason: TakeBackReason;
  words: string | null;
}

export function planOf({ interfaceName, before, after }: NetworkPlan): NetworkPlan {
  return { interfaceName, before, after };
}

/** false: the profile is another one than this change has left, so that somebody else has seen to it. */
export async function returned(network: WiredNetwork, change: OpenNetworkChange): Promise<boolean> {
  const { id, interfaceName, isLasting, before, after, isUsed } = change;
  const now = await network.settings(id);
  const isOurs = now !== undefined && isSame(now, after);
  if (!isOurs && !(now !== undefined && isSame(now, before))) return false;
  if (isOurs) await network.write(id, before, isLasting);
  if (isUsed) await network.use(id, interfaceName);
  return true;
}
