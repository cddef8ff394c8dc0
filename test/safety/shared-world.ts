/** The electrics of one Mode 3 outlet in memory that threads share, and its parts for the safety thread. */
import type { SafetyLoop } from '../../src/drivers/pi/loop';
import type { Cancel, Clock } from '../../src/hal/clock';
import type { Contactor, Listener, UnmeteredParts, Watchdog } from '../../src/hal/parts';
import type { SafetyParts } from '../../src/safety/safety-unit';

/** Places in the shared memory; times in ms on the common count. */
export const cells = {
  pilotMillivolts: 0,
  coil: 1,
  dutyPermille: 2,
  feedings: 3,
  unpluggedAt: 4,
  openedAt: 5,
  closings: 6,
  crash: 7,
  disarmings: 8,
  /** Turns of the safety loop. */
  turns: 9,
  unpluggedTurn: 10,
  openedTurn: 11,
  /** When PWM last stopped. */
  pwmStoppedAt: 12,
} as const;

export type Cells = Int32Array;
export const cellsOf = (memory: SharedArrayBuffer): Cells => new Int32Array(memory);
export const sharedMemory = (): SharedArrayBuffer => new SharedArrayBuffer(4 * 16);

const read = (memory: Cells, cell: number): number => Atomics.load(memory, cell);

/** Samples one value at each turn and tells changes. */
function sampled<T>(loop: SafetyLoop, clock: Clock, sample: () => T, same: (a: T, b: T) => boolean) {
  const listeners = new Set<Listener<T>>();
  let last = sample();
  loop.add(() => {
    const now = sample();
    if (same(last, now)) return;
    last = now;
    for (const listener of listeners) listener(now);
  });
  return (listener: Listener<T>): Cancel => {
    listeners.add(listener);
    clock.at(clock.now(), () => listener(last));
    return () => listeners.delete(listener);
  };
}

function contactorOn(memory: Cells, loop: SafetyLoop, clock: Clock): Contactor {
  const feedback = () => (read(memory, cells.coil) === 1 ? ('closed' as const) : ('open' as const));
  return {
    close() {
      Atomics.store(memory, cells.coil, 1);
      Atomics.add(memory, cells.closings, 1);
    },
    open() {
      if (Atomics.exchange(memory, cells.coil, 0) === 0) return;
      Atomics.store(memory, cells.openedTurn, read(memory, cells.turns));
      Atomics.store(memory, cells.openedAt, Math.round(clock.now()));
    },
    watch: sampled(loop, clock, feedback, (a, b) => a === b),
  };
}

export function sharedParts(memory: Cells, loop: SafetyLoop, clock: Clock): SafetyParts & { release(): void } {
  loop.add(() => void Atomics.add(memory, cells.turns, 1));
  const volts = () => {
    if (read(memory, cells.crash) === 1) throw new Error('the driver broke');
    const high = read(memory, cells.pilotMillivolts) / 1_000;
    const pwm = read(memory, cells.dutyPermille) < 1_000;
    return { kind: 'volts' as const, high, low: pwm ? -12 : high };
  };
  const socket: UnmeteredParts = {
    mode: 'mode3',
    contactor: contactorOn(memory, loop, clock),
    pilot: {
      drive: (output) => {
        const duty = output.kind === 'pwm' ? output.dutyPercent : output.kind === 'steady' ? 100 : 0;
        const before = Atomics.exchange(memory, cells.dutyPermille, Math.round(duty * 10));
        if (before < 1_000 && duty === 100) Atomics.store(memory, cells.pwmStoppedAt, Math.round(clock.now()));
      },
      watch: sampled(loop, clock, volts, (a, b) => a.high === b.high && a.low === b.low),
    },
  };
  const watchdog: Watchdog = {
    feed: () => void Atomics.add(memory, cells.feedings, 1),
    disarm: () => void Atomics.add(memory, cells.disarmings, 1),
  };
  const release = (): void => {
    socket.contactor.open();
    if (socket.mode === 'mode3') socket.pilot.drive({ kind: 'unavailable' });
  };
  return { points: [{ sockets: [socket] }], watchdog, release };
}
