/**
 * Whether a meter can be believed: its register against the currents that it measures, its voltages against the contacts.
 *
 * What does not fit is a warning, not a fault: both rest on estimates (a power factor, a register in coarse steps), nobody is
 * in danger, currents go on to be supervised, and a false alarm would strand a vehicle. A register that cannot be read at
 * all does stop the charge (`meterSilent`). Mains behind open contacts is no estimate: they are welded, and a plug is live.
 */
import type { MeterReading } from '../../hal/parts';
import { magnitudeA } from '../metered';
import { type PowerState, raise, setFault, type VoltageClaim } from './power-state';
import { thresholds, timings } from './timings';
import type { SocketConfig } from './types';

/** Takes in a valid reading that follows `s.meter.last`. */
export function superviseMeter(s: PowerState, reading: MeterReading, at: number, config: SocketConfig): void {
  superviseRegister(s, reading, at, config);
  if (config.meterBehindContactor) superviseVoltage(s, reading, at, config);
}

/** By the current register: at least so much of what the currents make must have been counted, each time that it is judged. */
function superviseRegister(s: PowerState, reading: MeterReading, at: number, config: SocketConfig): void {
  const before = s.meter.last;
  const gap = before === undefined || at > before.at + timings.meterGapMs;
  if (gap || s.flow === undefined) {
    s.flow = { fromWh: reading.energyWh, flowedWh: 0 };
    return;
  }
  const powerW = Math.min(leastPowerW(before.reading, config), leastPowerW(reading, config));
  const flowedWh = s.flow.flowedWh + (powerW * (at - before.at)) / 3_600_000;
  s.flow = { fromWh: s.flow.fromWh, flowedWh };
  if (flowedWh < thresholds.meterJudgedWh) return;
  const countedWh = reading.energyWh - s.flow.fromWh;
  setFault(s, 'energyUnmetered', countedWh < flowedWh * thresholds.meterCountsMin);
  s.flow = { fromWh: reading.energyWh, flowedWh: 0 };
}

/** Small currents do not count: they may be reactive. A meter without currents has its power judged instead. */
function leastPowerW(reading: MeterReading, { nominalVoltageV, phases }: SocketConfig): number {
  const { currentA, powerW } = reading;
  if (currentA.length === 0) return Math.abs(powerW);
  let carriedA = 0;
  for (let phase = 0; phase < Math.min(phases, currentA.length); phase += 1) {
    const amps = magnitudeA(currentA[phase]);
    if (amps >= thresholds.meterJudgedFromA) carriedA += amps;
  }
  return carriedA * nominalVoltageV;
}

function superviseVoltage(s: PowerState, reading: MeterReading, at: number, config: SocketConfig): void {
  const { feedback, commanded } = s.contactor;
  const volts = reading.voltageV.slice(0, config.phases);
  if (volts.length === 0) {
    s.voltageClaim = undefined;
    return;
  }
  const full = volts.some((v) => v >= thresholds.underVoltage * config.nominalVoltageV);
  const none = volts.every((v) => v < thresholds.noVoltage * config.nominalVoltageV);
  const closed = feedback === 'closed' && commanded === 'close';
  const open = feedback === 'open' && commanded === 'open';
  if (closed && none) claim(s, 'none behind closed contacts', at);
  else if (open && full) claim(s, 'mains behind open contacts', at);
  else s.voltageClaim = undefined;
  if (closed && !none) setFault(s, 'voltageMissing', false);
  if (!s.voltageClaim || at < s.voltageClaim.since + timings.voltageMismatchMs) return;
  if (s.voltageClaim.kind === 'none behind closed contacts') raise(s, 'voltageMissing');
  else raise(s, 'contactorWelded');
}

function claim(s: PowerState, kind: VoltageClaim['kind'], at: number): void {
  if (s.voltageClaim?.kind !== kind) s.voltageClaim = { kind, since: at };
}
