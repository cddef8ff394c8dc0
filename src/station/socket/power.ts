/** What both socket machines take in: residual current, meter, temperature, supply, twin, and faults that clear. */
import type { MeterReading } from '../../hal/parts';
import { faults } from '../faults';
import { absorbFeedback, absorbStand, contactorDeadlines, forgiveFall } from './contactor';
import { currentDeadlines } from './current';
import { firstReportDeadlines, noteHeard } from './first-reports';
import { absorbTemperature, heatDeadlines, settleHeat } from './heat';
import { superviseMeter } from './metering';
import { drop, forgetResidualTest, type PowerState, raise, setFault } from './power-state';
import { thresholds, timings } from './timings';
import type { SocketConfig, SocketEffect, SocketEvent } from './types';

/** The plug was drawn: faults that wait for it clear, and the next connection is tested anew. */
export function plugDrawn(s: PowerState): void {
  s.faults = s.faults.filter((id) => faults[id].clears !== 'unplug');
  forgetResidualTest(s);
}

/** Takes in what concerns both kinds of socket. The events of pilot, proximity, lock and plug are their own. */
export function absorbPower(
  s: PowerState,
  event: SocketEvent,
  now: number,
  config: SocketConfig,
  out: SocketEffect[],
): void {
  noteHeard(s, event);
  switch (event.kind) {
    case 'wish':
      s.wish = event.wish;
      s.wished = true;
      if (event.wish.kind === 'deny') forgetResidualTest(s);
      break;
    case 'contactor':
      absorbFeedback(s, event.feedback, now);
      break;
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
      if (!event.present) {
        forgetResidualTest(s);
        forgiveFall(s, now);
      }
      break;
    case 'twin':
      s.twinOpenSince = event.open ? (s.twinOpenSince ?? now) : undefined;
      break;
    case 'stood':
      absorbStand(s);
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
  settleHeat(s, now);
}

/** Takes in a reading; what it changes of `s` it replaces, and writes into nothing that `s` holds. */
export function absorbMeter(s: PowerState, reading: MeterReading | undefined, at: number, config: SocketConfig): void {
  const before = s.meter.last?.reading.energyWh ?? 0;
  const valid = reading !== undefined && plausible(reading) && reading.energyWh >= before;
  if (!valid) {
    s.meter = { ...s.meter, failures: s.meter.failures + 1 };
    if (s.meter.failures >= thresholds.meterFailuresMax) raise(s, 'meterSilent');
    return;
  }
  superviseMeter(s, reading, at, config);
  s.meter = { last: { reading, at }, failures: 0 };
  drop(s, 'meterSilent');
  const isMains = hasMains(reading, config);
  const low = isMains && lowestV(reading, config) < thresholds.underVoltage * config.nominalVoltageV;
  const high = isMains && highestV(reading, config) > thresholds.overVoltage * config.nominalVoltageV;
  const goodSince = low || high ? undefined : (s.voltage.goodSince ?? at);
  const usual = !low && !high && s.voltage.low === 0 && s.voltage.high === 0 && goodSince === s.voltage.goodSince;
  if (!usual) s.voltage = { low: low ? s.voltage.low + 1 : 0, high: high ? s.voltage.high + 1 : 0, goodSince };
  if (s.voltage.low >= thresholds.voltageReadingsMax) raise(s, 'underVoltage');
  if (s.voltage.high >= thresholds.voltageReadingsMax) raise(s, 'overVoltage');
  // Mains at the bound are one fault, and not one after another.
  if (goodSince === undefined || at < goodSince + timings.voltageGoodMs) return;
  drop(s, 'underVoltage');
  drop(s, 'overVoltage');
}

/**
 * Whether the voltages are those of the mains. All phases at 0 V: the meter sits behind open contacts, or the supply is
 * lost, which its monitor tells. Where the board says that it sits there, what its wires pick up is no mains either.
 */
function hasMains(reading: MeterReading, config: SocketConfig): boolean {
  const from = config.meterBehindContactor ? thresholds.noVoltage * config.nominalVoltageV : Number.MIN_VALUE;
  return highestV(reading, config) >= from;
}

/** Of the phases that the outlet has; above every bound where the meter measures none of them. */
function lowestV({ voltageV }: MeterReading, { phases }: SocketConfig): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let phase = 0; phase < phases; phase += 1) lowest = Math.min(lowest, voltageV[phase] ?? lowest);
  return lowest;
}

/** As `lowestV`; below every bound where the meter measures none. */
function highestV({ voltageV }: MeterReading, { phases }: SocketConfig): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let phase = 0; phase < phases; phase += 1) highest = Math.max(highest, voltageV[phase] ?? highest);
  return highest;
}

/** Values no meter on a 63 A outlet can give are as good as none; so is what is no number, which is within no bounds. */
function plausible({ energyWh, powerW, currentA, voltageV }: MeterReading): boolean {
  return (
    isWithin(energyWh, 0, Number.MAX_VALUE) &&
    isWithin(powerW, -100_000, 100_000) &&
    allWithin(currentA, -200, 200) &&
    allWithin(voltageV, 0, 500)
  );
}

function isWithin(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}

function allWithin(values: readonly number[], least: number, most: number): boolean {
  for (let phase = 0; phase < values.length; phase += 1) if (!isWithin(values[phase], least, most)) return false;
  return true;
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
  const due = [...contactorDeadlines(s), ...currentDeadlines(s), ...heatDeadlines(s), ...firstReportDeadlines(s)];
  if (s.residual.testSince !== undefined) due.push(s.residual.testSince + timings.residualTestTimeoutMs);
  if (s.twinOpenSince !== undefined) due.push(s.twinOpenSince + timings.twinOpenMs);
  return due;
}
