/** Plans how the values of a meter are fetched in few reads. */
import type { MeterReading } from '../../../hal/parts';
import { type RegisterMap, type RegisterValue, registersTaken } from './register-map';

/** Neighbouring registers that one request fetches. */
export interface PlannedRead {
  address: number;
  count: number;
  /** Longer reads by which this one can be told from a late answer. */
  longerCounts: number[];
  values: RegisterValue[];
}

/** The values of a map that a reading holds, for a socket of so many phases. */
function wanted(map: RegisterMap, phases: number): RegisterValue[] {
  return map.values.filter(({ quantity, phase = 1 }) => quantity !== 'energyExport' && phase <= phases);
}

/** Reads in the order of the addresses, each with room left to be longer. */
export function planReads(map: RegisterMap, phases: 1 | 3): PlannedRead[] {
  return readsOf(map, wanted(map, phases));
}

/**
 * The reads in place of one that the meter refuses because it has not all of its registers: each half of the values
 * for itself, so that in the end the missing one stands alone. Empty for a read of one value.
 */
export function splitRead(map: RegisterMap, { values }: PlannedRead): PlannedRead[] {
  if (values.length < 2) return [];
  const middle = Math.ceil(values.length / 2);
  return [values.slice(0, middle), values.slice(middle)].flatMap((half) => readsOf(map, half));
}

function readsOf(map: RegisterMap, wantedValues: readonly RegisterValue[]): PlannedRead[] {
  const room = Math.max(0, ...map.longerBy);
  // A value of four registers must fit in any case.
  const countMax = Math.max(4, map.registersMax - room);
  const plan: PlannedRead[] = [];
  for (const value of [...wantedValues].sort((a, b) => a.address - b.address)) {
    const end = value.address + registersTaken(value);
    const last = plan.at(-1);
    const lastEnd = last === undefined ? 0 : last.address + last.count;
    if (last !== undefined && value.address - lastEnd <= map.gapMax && end - last.address <= countMax) {
      last.count = Math.max(last.count, end - last.address);
      last.values.push(value);
    } else {
      plan.push({ address: value.address, count: end - value.address, longerCounts: [], values: [value] });
    }
  }
  for (const read of plan) {
    read.longerCounts = map.longerBy.map((more) => read.count + more).filter((count) => count <= map.registersMax);
  }
  return plan;
}

/** A value of the map with what was read; `undefined` when the meter gave none. */
export interface ReadValue {
  value: RegisterValue;
  number: number | undefined;
}

/**
 * Puts a reading together. A phase that the meter marks as not measured ends the list; one before a measured one
 * counts as 0, so that no other takes its place. Undefined when energy or power is missing.
 */
export function assemble(values: readonly ReadValue[]): MeterReading | undefined {
  const one = (quantity: RegisterValue['quantity']) =>
    values.find(({ value }) => value.quantity === quantity && value.phase === undefined)?.number;
  const perPhase = (quantity: RegisterValue['quantity']) => {
    const numbers = [1, 2, 3].map(
      (phase) => values.find(({ value }) => value.quantity === quantity && value.phase === phase)?.number,
    );
    const length = 1 + numbers.findLastIndex((number) => number !== undefined);
    return numbers.slice(0, length).map((number) => number ?? 0);
  };
  const phasePowerW = perPhase('power');
  const sum = phasePowerW.length > 0 ? phasePowerW.reduce((a, b) => a + b) : undefined;
  const energyWh = one('energyImport');
  const powerW = one('power') ?? sum;
  if (energyWh === undefined || powerW === undefined) return undefined;
  // Without mains a meter on a supply of its own gives 0 Hz, which is no frequency.
  const frequencyHz = one('frequency') || undefined;
  return {
    energyWh,
    powerW,
    currentA: perPhase('current'),
    voltageV: perPhase('voltage'),
    ...(phasePowerW.length > 0 ? { phasePowerW } : {}),
    ...(frequencyHz === undefined ? {} : { frequencyHz }),
  };
}
