/** The electrics of pilot, proximity contact and mains as pure functions. */
import { highestOfferA, lowerDuty, lowestOfferA, pilotSourceOhms, pilotSourceV, upperDuty } from '../../hal/iec61851';

/** Vehicle side of the pilot: what hangs between the pilot wire and protective earth (IEC 61851-1, Annex A). */
export type PilotLoad = 'none' | 'connected' | 'ready' | 'readyVentilation';

export interface PilotCircuit {
  load: PilotLoad;
  /** The vehicle's diode is missing or shorted: the negative half is loaded too. */
  diodeMissing: boolean;
  /** The pilot wire touches protective earth. */
  shorted: boolean;
  /** The pilot wire is broken: the vehicle hangs on nothing. */
  open: boolean;
}

/** Drop of the vehicle's diode, in V. */
const diodeV = 0.7;

/** Resistance of the vehicle in ohms: 2.74 kΩ, with S2 closed 1.3 kΩ or 270 Ω beside it (IEC 61851-1, Table A.3). */
const loadOhms: Readonly<Record<PilotLoad, number>> = {
  none: Number.POSITIVE_INFINITY,
  connected: 2740,
  ready: 882,
  readyVentilation: 246,
};

/** Voltage in V at the pilot terminal while the generator puts out +12 V. */
export function positivePlateauV(circuit: PilotCircuit): number {
  if (circuit.shorted) return 0;
  const ohms = circuit.open ? Number.POSITIVE_INFINITY : loadOhms[circuit.load];
  const dropV = circuit.diodeMissing ? 0 : diodeV;
  return Number.isFinite(ohms) ? dropV + ((pilotSourceV - dropV) * ohms) / (pilotSourceOhms + ohms) : pilotSourceV;
}

/** Voltage in V at the pilot terminal while the generator puts out −12 V: through its diode a vehicle does not load it. */
export function negativePlateauV(circuit: PilotCircuit): number {
  if (circuit.shorted) return 0;
  if (!circuit.diodeMissing) return -pilotSourceV;
  return -positivePlateauV(circuit);
}

/** Current per phase in A that a duty cycle in percent allows; 0 where none is offered (IEC 61851-1, Table A.8). */
export function offeredCurrentA(dutyPercent: number): number {
  const row = dutyTable.find(({ below }) => dutyPercent < below);
  return row === undefined ? 0 : row.currentA(dutyPercent);
}

/** First row whose bound lies above the duty; between 8 and 97 % a vehicle may draw. */
const dutyTable: ReadonlyArray<{ below: number; currentA: (dutyPercent: number) => number }> = [
  { below: 8, currentA: () => 0 }, // below 3 % forbidden; 3 to 7 % digital communication, which this vehicle lacks
  { below: 10, currentA: () => lowestOfferA },
  { below: lowerDuty.maxPercent + 1e-9, currentA: (duty) => duty * lowerDuty.ampsPerPercent },
  { below: 96 + 1e-9, currentA: (duty) => (duty - upperDuty.offsetPercent) * upperDuty.ampsPerPercent },
  { below: 97 + 1e-9, currentA: () => highestOfferA },
];

/** Energy in Wh of `seconds` at `volts` (sum over the loaded phases) and a current going straight from one to another. */
export function energyWh(volts: number, fromA: number, toA: number, seconds: number): number {
  return (volts * (fromA + toA) * seconds) / 7200;
}

/** Time in which a rippling current goes up and down once, in ms; no multiple of a second, at which meters are read. */
const ripplePeriodMs = 3300;

/** A current with the swing that some chargers have around their mean, in A; none while nothing is drawn. */
export function rippled(currentA: number, rippleA: number, nowMs: number): number {
  if (rippleA === 0 || currentA === 0) return currentA;
  return Math.max(0, currentA + rippleA * Math.sin((2 * Math.PI * nowMs) / ripplePeriodMs));
}

/** As a meter that counts whole steps gives it, without what binary fractions leave behind. */
export function steppedWh(energy: number, stepWh: number): number {
  const steps = wholeSteps(energy, stepWh);
  const perWh = Math.round(1 / stepWh);
  // One division by a whole number leaves nothing behind, and takes a hundredth of the time.
  return stepWh === 1 / perWh ? steps / perWh : Number((steps * stepWh).toPrecision(15));
}

/** So many steps of its register a meter has counted. */
export function wholeSteps(energy: number, stepWh: number): number {
  return Math.floor(energy / stepWh + 1e-6);
}

/** Power in W of voltages and currents per phase. */
export function sumOfProducts(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
