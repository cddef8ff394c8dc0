/** How time goes for a simulated station in the process of a test: the kinds of it, and what each does while somebody waits. */
import { VirtualClock } from '../drivers/clock/virtual-clock';
import type { Clock } from '../hal/clock';
import { GreenupError } from '../hal/errors';
import type { Transport } from '../ocpp/link/transport';
import { simulatedTime } from './simulated-time';

/**
 * `virtual`: time moves only while the test waits for something, and takes next to no real time; nothing outside of the process
 * can take part. `stepped`: the same with a real central system, for whose answers time stands still. `real`: that of the
 * machine, or faster by `speed`.
 */
export type StationTimeKind = 'virtual' | 'stepped' | 'real';

export interface StationTimeOptions {
  kind: StationTimeKind;
  speed?: number | undefined;
  systemTimeMs?: number | undefined;
  clock?: VirtualClock | undefined;
}

export interface StationTime {
  readonly clock: Clock;
  /** Resolves when so much time of the station has passed. */
  pass(ms: number): Promise<void>;
  /** The same transport; where time stands still for answers, it knows of them. */
  transport(inner: Transport): Transport;
  /** Whether the station may follow the clock of its central system. */
  readonly followsCentral: boolean;
}

/** Throws `config.invalid` for what does not go together. */
export function stationTime({ kind, speed, systemTimeMs, clock }: StationTimeOptions): StationTime {
  const wrong = whatIsWrong({ kind, speed, systemTimeMs, clock });
  if (wrong !== undefined) throw new GreenupError('config.invalid', `simulate: ${wrong}`);
  return kind === 'virtual' ? virtualTime(clock, systemTimeMs) : outsideTime(kind, speed, systemTimeMs);
}

function whatIsWrong({ kind, speed, systemTimeMs, clock }: StationTimeOptions): string | undefined {
  if (clock && kind !== 'virtual') return `a clock of the test is for time "virtual" only, not for "${kind}"`;
  if (clock && systemTimeMs !== undefined) return 'a clock of the test has its own system time: leave out systemTimeMs';
  if (speed !== undefined && kind !== 'real') return `speed is for time "real" only, not for "${kind}"`;
  if (systemTimeMs !== undefined && kind === 'real' && (speed ?? 1) === 1) {
    return 'in real time the system time is that of the machine: leave out systemTimeMs';
  }
  return undefined;
}

function virtualTime(shared: VirtualClock | undefined, systemTimeMs: number | undefined): StationTime {
  const clock = shared ?? new VirtualClock({ systemTimeMs });
  return { clock, pass: (ms) => clock.advance(ms), transport: (inner) => inner, followsCentral: true };
}

function outsideTime(kind: 'stepped' | 'real', speed = 1, systemTimeMs?: number): StationTime {
  const stepped = kind === 'stepped';
  const { clock, transport } = simulatedTime({
    speed,
    stepped,
    ...(systemTimeMs === undefined ? {} : { systemTimeMs }),
  });
  return {
    clock,
    pass: (ms) => (stepped ? clock.advance(ms) : new Promise((resolve) => clock.at(clock.now() + ms, resolve))),
    transport,
    followsCentral: clock.isReal,
  };
}
