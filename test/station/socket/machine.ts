/** Configurations, wishes and readings for tests of the socket machines, and both machines behind one frozen face. */
import type { MeterReading } from '../../../src/hal/parts';
import { initialMode2, mode2Deadlines, readMode2, reportMode2, stepMode2 } from '../../../src/station/socket/mode2';
import { initialMode3, mode3Deadlines, readMode3, reportMode3, stepMode3 } from '../../../src/station/socket/mode3';
import type { MeterEvent } from '../../../src/station/socket/quiet-reading';
import type {
  DenyWish,
  PermitWish,
  SocketConfig,
  SocketEffect,
  SocketEvent,
  SocketReport,
} from '../../../src/station/socket/types';

export const type2Config: SocketConfig = {
  mode: 'mode3',
  phases: 3,
  ratedA: 32,
  lock: true,
  plugDetector: false,
  residual: true,
  thermometer: true,
  ventilation: false,
  nominalVoltageV: 230,
};

/** A cable that is fixed to the station: no proximity contact, no lock. */
export const tetheredConfig: SocketConfig = { ...type2Config, tetheredA: 20, lock: false };

export const domesticConfig: SocketConfig = {
  ...type2Config,
  mode: 'mode2',
  phases: 1,
  ratedA: 16,
  lock: false,
  plugDetector: true,
};

export const permit = (offerA: number): PermitWish => ({ kind: 'permit', offerA });
/** The session ends: no more energy, the plug may go. */
export const end: DenyWish = { kind: 'deny', plug: 'free', opening: 'askFirst' };
export const endHolding: DenyWish = { ...end, plug: 'held' };
export const endNow: DenyWish = { ...endHolding, opening: 'now' };

export function reading(change: Partial<MeterReading> = {}): MeterReading {
  return { energyWh: 100, powerW: 0, currentA: [0, 0, 0], voltageV: [230, 230, 230], ...change };
}

/** One machine behind one face; every state and event is frozen, so that a step that changes its input throws. */
export interface MachineUnderTest {
  step(event: SocketEvent, now: number): SocketEffect[];
  deadlines(): number[];
  report(): SocketReport;
  readonly state: unknown;
  /** What a tick would do at that time; nothing is done. */
  tickAt(now: number): { state: unknown; effects: SocketEffect[] };
  /** The state with this reading in it, if it needs no step; nothing is done. */
  readAt(event: MeterEvent, now: number): unknown;
}

export function machineOf(config: SocketConfig, now: number): MachineUnderTest {
  return config.mode === 'mode3'
    ? underTest(
        initialMode3(now),
        (state, event, at) => stepMode3(state, event, at, config),
        (state, event, at) => readMode3(state, event, at, config),
        mode3Deadlines,
        (state) => reportMode3(state, config),
      )
    : underTest(
        initialMode2(now),
        (state, event, at) => stepMode2(state, event, at, config),
        (state, event, at) => readMode2(state, event, at, config),
        mode2Deadlines,
        (state) => reportMode2(state, config),
      );
}

function underTest<State>(
  initial: State,
  step: (state: State, event: SocketEvent, now: number) => { state: State; effects: SocketEffect[] },
  read: (state: State, event: MeterEvent, now: number) => State | undefined,
  deadlines: (state: State) => number[],
  report: (state: State) => SocketReport,
): MachineUnderTest {
  let state = deepFreeze(initial);
  return {
    step(event, now) {
      const next = step(state, deepFreeze(event), now);
      state = deepFreeze(next.state);
      return next.effects;
    },
    deadlines: () => deadlines(state),
    report: () => report(state),
    get state() {
      return state;
    },
    tickAt: (now) => step(state, { kind: 'tick' }, now),
    readAt: (event, now) => read(state, event, now),
  };
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
