/** An Rpc on a virtual clock whose link is a list of texts. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { Link } from '../../../src/ocpp/link/caller';
import { Rpc, type RpcOptions } from '../../../src/ocpp/link/rpc';
import { ocpp16, type ReceivedActions, type SentActions } from '../../../src/ocpp/messages/protocol';

export interface Bench {
  rpc: Rpc<SentActions, ReceivedActions>;
  clock: VirtualClock;
  /** Texts that left, in order. */
  sent: string[];
  /** The same, parsed. */
  frames: () => unknown[];
  warnings: string[];
  traced: [string, string][];
  /** Lets every promise that can go on go on. */
  settle: () => Promise<void>;
}

export function bench(
  options: Partial<Omit<RpcOptions<SentActions, ReceivedActions>, 'clock' | 'link' | 'protocol'>> & {
    link?: Link;
  } = {},
): Bench {
  const sent: string[] = [];
  const warnings: string[] = [];
  const traced: [string, string][] = [];
  const clock = new VirtualClock();
  const rpc = new Rpc({
    protocol: ocpp16,
    link: { send: (text) => void sent.push(text) },
    clock,
    ownViolations: 'throw',
    warn: (line) => void warnings.push(line),
    trace: (direction, text) => void traced.push([direction, text]),
    ...options,
  });
  const frames = () => sent.map((text): unknown => JSON.parse(text));
  return { rpc, clock, sent, frames, warnings, traced, settle: () => clock.advance(0) };
}

/** A promise and the handle that fulfils it. */
export function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((r) => {
    resolve = r;
  });
  return { promise, resolve };
}
