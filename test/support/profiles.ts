/** Charging profiles in a few words, and what the wire shows of them. */
import type { ChargingProfile } from '../../src/ocpp/messages';
import { type Rig, startOfTime } from './rig';

type ChargingSchedule = ChargingProfile['chargingSchedule'];
type Change = Partial<Omit<ChargingProfile, 'chargingSchedule'>>;
type Pairs = readonly (readonly [startPeriod: number, limit: number, numberPhases?: number])[];

/** A TxDefaultProfile in amperes, relative, of level 0, unless said otherwise. */
export function profile(pairs: Pairs, change: Change = {}, schedule: Partial<ChargingSchedule> = {}): ChargingProfile {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    ...change,
    chargingSchedule: {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: pairs.map(([startPeriod, limit, numberPhases]) => ({
        startPeriod,
        limit,
        ...(numberPhases === undefined ? {} : { numberPhases }),
      })),
      ...schedule,
    },
  };
}

/** An Absolute profile whose periods begin so many seconds after the next whole second. */
export function absolute(rig: Rig, pairs: Pairs, change: Change = {}): ChargingProfile {
  const next = Math.ceil((startOfTime + rig.clock.now()) / 1_000) * 1_000;
  const startSchedule = new Date(next).toISOString();
  return profile(pairs, { chargingProfileKind: 'Absolute', ...change }, { startSchedule });
}

/** The status, or the code of the error. */
export async function setProfile(rig: Rig, connectorId: number, csChargingProfiles: ChargingProfile): Promise<unknown> {
  const { status, callError } = await rig.call('SetChargingProfile', { connectorId, csChargingProfiles });
  return status ?? callError;
}

/** Sets a profile that must be accepted. */
export async function install(rig: Rig, connectorId: number, wire: ChargingProfile): Promise<void> {
  const status = await setProfile(rig, connectorId, wire);
  if (status !== 'Accepted') throw new Error(`SetChargingProfile was answered ${String(status)}`);
}

export interface Composite {
  /** Unix time in ms. */
  start: number;
  durationS: number;
  unit: unknown;
  periods: { startPeriod: number; limit: number; numberPhases?: number }[];
}

/** Asks for the composite schedule; it must be given. */
export async function composite(rig: Rig, connectorId: number, duration: number, unit?: 'A' | 'W'): Promise<Composite> {
  const request = { connectorId, duration, ...(unit ? { chargingRateUnit: unit } : {}) };
  const answer = await rig.call('GetCompositeSchedule', request);
  if (answer.status !== 'Accepted') throw new Error(`GetCompositeSchedule was answered ${JSON.stringify(answer)}`);
  const schedule = answer.chargingSchedule as ChargingSchedule;
  return {
    start: Date.parse(String(answer.scheduleStart)),
    durationS: schedule.duration ?? Number.NaN,
    unit: schedule.chargingRateUnit,
    periods: schedule.chargingSchedulePeriod,
  };
}

/** The limit that a composite schedule tells for a moment (Unix ms). */
export function limitAt({ start, periods }: Composite, at: number): number {
  const past = periods.filter((p) => start + p.startPeriod * 1_000 <= at);
  return past[past.length - 1]?.limit ?? Number.NaN;
}

export interface Sample {
  /** Virtual time in ms. */
  at: number;
  /** What each vehicle reads from its pilot, and draws per phase. In A. */
  offersA: number[];
  drawnA: number[][];
}

/** Lets time pass and looks at the truth again and again. */
export async function observe(rig: Rig, forMs: number, everyMs: number, look: (sample: Sample) => void): Promise<void> {
  for (let passed = 0; passed < forMs; passed += everyMs) {
    await rig.advance(everyMs);
    const { connectors } = rig.world.snapshot();
    look({
      at: rig.clock.now(),
      offersA: connectors.map((c) => c.offerA),
      drawnA: connectors.map((c) => c.currentA),
    });
  }
}

/** The moments at which an offer became another one, seen every 100 ms. */
export async function changesOfOffer(
  rig: Rig,
  connectorId: number,
  forMs: number,
): Promise<{ at: number; amps: number }[]> {
  const changes: { at: number; amps: number }[] = [];
  let before = rig.truth(connectorId).offerA;
  await observe(rig, forMs, 100, ({ at, offersA }) => {
    const amps = offersA[connectorId - 1] ?? Number.NaN;
    if (amps !== before) changes.push({ at, amps });
    before = amps;
  });
  return changes;
}
