/** What both socket machines share: contactor supervision, residual current, meter, temperature, supply, twin, faults. */
import { lowestOfferA } from '../../hal/iec61851';
import type { ContactorFeedback, MeterReading, ResidualCurrentReading } from '../../hal/parts';
import { blocksEnergy, type FaultId, faults } from '../faults';
import { thresholds, timings } from './timings';
import { noWish, type SocketConfig, type SocketEffect, type SocketEvent, type SocketWish } from './types';

export interface PowerState {
  wish: SocketWish;
  /** Whether the station has spoken; until then nothing is known of a session that outlived a power cut. */
  wished: boolean;
  /** `since`: the last change of command, or the feedback's change away from it. */
  contactor: { commanded: 'open' | 'close'; since: number; feedback: ContactorFeedback };
  /** `resetAsked`: a person has reset a trip; it ends when the monitor agrees. */
  residual: ResidualCurrentReading & { passed: boolean; testSince: number | undefined; resetAsked: boolean };
  meter: { last: { reading: MeterReading; at: number } | undefined; failures: number };
  /** Offer now, and higher ones before it that the vehicle may still draw until it has had time to follow. */
  offer: { nowA: number; since: number; former: readonly { amps: number; until: number }[] };
  overSince: number | undefined;
  farOverSince: number | undefined;
  voltage: { low: number; high: number };
  temperature: { celsius: number | undefined; silent: boolean; hot: boolean };
  supply: boolean;
  twinOpenSince: number | undefined;
  /** Faults present, latched ones until they clear. */
  faults: FaultId[];
}

export function initialPower(now: number): PowerState {
  return {
    wish: noWish,
    wished: false,
    contactor: { commanded: 'open', since: now, feedback: 'unknown' },
    residual: { tripped: false, test: 'none', passed: false, testSince: undefined, resetAsked: false },
    meter: { last: undefined, failures: 0 },
    offer: { nowA: 0, since: now, former: [] },
    overSince: undefined,
    farOverSince: undefined,
    voltage: { low: 0, high: 0 },
    temperature: { celsius: undefined, silent: false, hot: false },
    supply: true,
    twinOpenSince: undefined,
    faults: [],
  };
}

/** A copy one step may change; the step itself stays pure. */
export function copyPower(s: PowerState): PowerState {
  return {
    ...s,
    contactor: { ...s.contactor },
    residual: { ...s.residual },
    meter: { ...s.meter },
    offer: { ...s.offer },
    voltage: { ...s.voltage },
    temperature: { ...s.temperature },
    faults: [...s.faults],
  };
}

export function raise(s: PowerState, id: FaultId): void {
  if (!s.faults.includes(id)) s.faults.push(id);
}

export function drop(s: PowerState, id: FaultId): void {
  const at = s.faults.indexOf(id);
  if (at >= 0) s.faults.splice(at, 1);
}

/** Sets or clears a fault that clears by itself. */
export function setFault(s: PowerState, id: FaultId, present: boolean): void {
  if (present) raise(s, id);
  else drop(s, id);
}

export function energyBlocked(s: PowerState): boolean {
  return s.faults.some(blocksEnergy);
}

export function mustOpenNow(s: PowerState): boolean {
  return s.faults.some((id) => faults[id].reaction === 'openNow');
}

/** The plug was drawn: faults that wait for it clear, and the next connection is tested anew. */
export function plugDrawn(s: PowerState): void {
  s.faults = s.faults.filter((id) => faults[id].clears !== 'unplug');
  forgetResidualTest(s);
}

/** The next charge begins with a test of its own (IEC 62955), whose answer is not one to an older question. */
function forgetResidualTest(s: PowerState): void {
  s.residual = { ...s.residual, passed: false, testSince: undefined };
}

/** Takes in what concerns both kinds of socket. The events of pilot, proximity, lock and plug are their own. */
export function absorbPower(
  s: PowerState,
  event: SocketEvent,
  now: number,
  config: SocketConfig,
  out: SocketEffect[],
): void {
  switch (event.kind) {
    case 'wish':
      s.wish = event.wish;
      s.wished = true;
      if (event.wish.kind === 'deny') forgetResidualTest(s);
      break;
    case 'contactor': {
      // A contactor that changed by itself gets the same time as one that was commanded: its cause may still arrive.
      const since = agrees(s) ? now : s.contactor.since;
      s.contactor = { ...s.contactor, feedback: event.feedback, since };
      break;
    }
    case 'residual':
      s.residual = { ...s.residual, ...event.reading };
      if (event.reading.tripped) raise(s, 'residualCurrent');
      else if (s.residual.resetAsked) {
        drop(s, 'residualCurrent');
        s.residual.resetAsked = false;
      }
      break;
    case 'meter':
      absorbMeter(s, event.reading, event.at, config);
      break;
    case 'temperature':
      absorbTemperature(s, event.celsius);
      break;
    case 'supply':
      s.supply = event.present;
      setFault(s, 'supplyLost', !event.present);
      if (!event.present) forgetResidualTest(s);
      break;
    case 'twin':
      s.twinOpenSince = event.open ? (s.twinOpenSince ?? now) : undefined;
      break;
    case 'clearFaults':
      s.faults = s.faults.filter((id) => faults[id].clears === 'itself');
      if (s.residual.tripped) {
        // The monitor may refuse: the residual current may still flow.
        raise(s, 'residualCurrent');
        s.residual.resetAsked = true;
        out.push({ kind: 'residualReset' });
      }
      break;
    default:
      break;
  }
}

function absorbMeter(s: PowerState, reading: MeterReading | undefined, at: number, config: SocketConfig): void {
  const before = s.meter.last?.reading.energyWh ?? 0;
  const valid = reading !== undefined && plausible(reading) && reading.energyWh >= before;
  if (!valid) {
    s.meter.failures += 1;
    if (s.meter.failures >= thresholds.meterFailuresMax) raise(s, 'meterSilent');
    return;
  }
  s.meter = { last: { reading, at }, failures: 0 };
  drop(s, 'meterSilent');
  // All phases at 0 V: the meter sits behind open contacts, or the supply is lost, which its monitor tells.
  const wired = reading.voltageV.slice(0, config.phases);
  const volts = wired.some((v) => v > 0) ? wired : [];
  const low = volts.some((v) => v < thresholds.underVoltage * config.nominalVoltageV);
  const high = volts.some((v) => v > thresholds.overVoltage * config.nominalVoltageV);
  s.voltage = { low: low ? s.voltage.low + 1 : 0, high: high ? s.voltage.high + 1 : 0 };
  setFault(s, 'underVoltage', s.voltage.low >= thresholds.voltageReadingsMax);
  setFault(s, 'overVoltage', s.voltage.high >= thresholds.voltageReadingsMax);
}

/** Values no meter on a 63 A outlet can give are as good as none. */
function plausible(r: MeterReading): boolean {
  const numbers = [r.energyWh, r.powerW, ...r.currentA, ...r.voltageV];
  return (
    numbers.every(Number.isFinite) &&
    r.energyWh >= 0 &&
    Math.abs(r.powerW) <= 100_000 &&
    r.currentA.every((a) => Math.abs(a) <= 200) &&
    r.voltageV.every((v) => v >= 0 && v <= 500)
  );
}

function absorbTemperature(s: PowerState, celsius: number | undefined): void {
  const silent = celsius === undefined || !Number.isFinite(celsius);
  const hot = silent ? s.temperature.hot : celsius >= (s.temperature.hot ? thresholds.resumeAtC : thresholds.stopAtC);
  s.temperature = { celsius: silent ? undefined : celsius, silent, hot };
  setFault(s, 'thermometerSilent', silent);
  setFault(s, 'overTemperature', hot);
}

/** Restraint by temperature in A: linear from the rating at 65 °C to 6 A at 72 °C; 6 A when the sensor is silent. */
export function thermalLimitA(s: PowerState, config: SocketConfig): number | undefined {
  if (s.temperature.silent) return lowestOfferA;
  const { celsius } = s.temperature;
  if (celsius === undefined || celsius <= thresholds.derateFromC) return undefined;
  const share = Math.min(1, (celsius - thresholds.derateFromC) / (thresholds.derateToC - thresholds.derateFromC));
  return config.ratedA - share * (config.ratedA - lowestOfferA);
}

export function commandContactor(s: PowerState, close: boolean, now: number, out: SocketEffect[]): void {
  const commanded = close ? 'close' : 'open';
  if (s.contactor.commanded === commanded) return;
  s.contactor = { ...s.contactor, commanded, since: now };
  out.push({ kind: 'contactor', close });
}

export function confirmedOpen(s: PowerState): boolean {
  return s.contactor.commanded === 'open' && s.contactor.feedback === 'open';
}

/** Contacts that are commanded to close but still open are reported as neither. */
export function contactorReport(s: PowerState): ContactorFeedback {
  const { commanded, feedback } = s.contactor;
  return commanded === 'close' && feedback === 'open' ? 'unknown' : feedback;
}

function agrees(s: PowerState): boolean {
  return s.contactor.feedback === (s.contactor.commanded === 'close' ? 'closed' : 'open');
}

/** Compares feedback with command: welded, stuck open, or not to be known, after the time a contactor may take. */
export function superviseContactor(s: PowerState, now: number): void {
  const late = now >= s.contactor.since + timings.contactorFeedbackMs;
  setFault(s, 'internalError', late && s.contactor.feedback === 'unknown');
  if (!late) return;
  if (s.contactor.commanded === 'open' && s.contactor.feedback === 'closed') raise(s, 'contactorWelded');
  if (s.contactor.commanded === 'close' && s.contactor.feedback === 'open') raise(s, 'contactorStuckOpen');
}

export function recordOffer(s: PowerState, amps: number, now: number): void {
  const { nowA, former } = s.offer;
  if (amps === nowA) return;
  const higher = former.filter((f) => f.until > now && f.amps > nowA);
  s.offer = { nowA: amps, since: now, former: [...higher, { amps: nowA, until: now + timings.offerFollowMs }] };
}

/** Judges the drawn current against the offer; only while the contactor is commanded closed and something is offered. */
export function superviseCurrent(s: PowerState, now: number): void {
  const following = s.offer.former.filter((f) => f.until > now).map((f) => f.amps);
  const allowed = Math.max(s.offer.nowA, ...following);
  const drawn = drawnA(s);
  if (s.contactor.commanded !== 'close' || s.offer.nowA <= 0) {
    s.overSince = undefined;
    s.farOverSince = undefined;
    return;
  }
  s.overSince = drawn > allowed * 1.1 + 0.5 ? (s.overSince ?? now) : undefined;
  s.farOverSince = drawn > allowed * 1.5 ? (s.farOverSince ?? now) : undefined;
  if (s.overSince !== undefined && now >= s.overSince + timings.overCurrentMs) raise(s, 'overCurrent');
  if (s.farOverSince !== undefined && now >= s.farOverSince + timings.overCurrentFastMs) raise(s, 'overCurrentFast');
}

/** Highest phase current of the last reading, in A; a transformer that was put in the wrong way round counts as well. */
export function drawnA(s: PowerState): number {
  return Math.max(0, ...(s.meter.last?.reading.currentA ?? []).map(Math.abs));
}

/** Whether the monitor has passed its test in this charge; without one there is nothing to test. */
export function isTested(s: PowerState, config: SocketConfig): boolean {
  return !config.residual || s.residual.passed;
}

export type TestOutcome = 'passed' | 'waiting' | 'failed';

/** Runs the residual current monitor's self test once a charge. */
export function residualTest(s: PowerState, now: number, config: SocketConfig, out: SocketEffect[]): TestOutcome {
  if (isTested(s, config)) return 'passed';
  if (s.residual.testSince === undefined) {
    s.residual = { ...s.residual, test: 'none', testSince: now };
    out.push({ kind: 'residualTest' });
    return 'waiting';
  }
  if (s.residual.test === 'passed') {
    s.residual = { ...s.residual, passed: true, testSince: undefined };
    return 'passed';
  }
  if (s.residual.test === 'failed' || now >= s.residual.testSince + timings.residualTestTimeoutMs) {
    s.residual.testSince = undefined;
    raise(s, 'residualTestFailed');
    return 'failed';
  }
  return 'waiting';
}

/** The twin socket has been open long enough; a socket without twin gets one `twin` event that says open. */
export function twinClear(s: PowerState, now: number): boolean {
  return s.twinOpenSince !== undefined && now >= s.twinOpenSince + timings.twinOpenMs;
}

/** Instants at which something here becomes due. */
export function powerDeadlines(s: PowerState): number[] {
  const due: number[] = [];
  if (!agrees(s)) due.push(s.contactor.since + timings.contactorFeedbackMs);
  if (s.residual.testSince !== undefined) due.push(s.residual.testSince + timings.residualTestTimeoutMs);
  // From then on a vehicle that still draws a former offer draws too much.
  due.push(...s.offer.former.map((f) => f.until));
  if (s.overSince !== undefined) due.push(s.overSince + timings.overCurrentMs);
  if (s.farOverSince !== undefined) due.push(s.farOverSince + timings.overCurrentFastMs);
  if (s.twinOpenSince !== undefined) due.push(s.twinOpenSince + timings.twinOpenMs);
  return due;
}
