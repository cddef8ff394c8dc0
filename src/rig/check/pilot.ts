/** Tries a control pilot of a rig: what is driven with nothing plugged in must be seen at its peak-hold circuits. */
import { pilotSourceV } from '../../hal/iec61851';
import type { ControlPilot, PilotOutput, PilotReading, ProximityReading } from '../../hal/parts';
import type { PilotWiring } from '../../hal/wiring';
import { levelOf } from '../../station/socket/pilot';
import { cableOf } from '../../station/socket/proximity';
import { pilotWords } from '../readings-text';
import { InputMean, terminalVolts } from '../samples';
import type { CheckTools } from './tools';

/** After a change of what is driven, in ms: circuits have settled and each plateau was measured several times. */
const pilotWaitMs = 250;
/** A pilot that still cannot be read after this much more has failed, in ms. */
const silenceMaxMs = 2_000;
/** Plateaus with nothing connected: 12 V give or take this (IEC 61851-1, Table A.2), in V. */
const pilotToleranceV = 0.6;
/** What is driven with nothing plugged in, and the plateaus that must be seen, in V. 10 % offers 6 A. */
const pilotTrials: readonly { output: PilotOutput; name: string; high: number; low: number }[] = [
  { output: { kind: 'steady' }, name: 'steady', high: pilotSourceV, low: pilotSourceV },
  { output: { kind: 'unavailable' }, name: 'unavailable', high: -pilotSourceV, low: -pilotSourceV },
  { output: { kind: 'pwm', dutyPercent: 10 }, name: 'duty 10 %', high: pilotSourceV, low: -pilotSourceV },
];

/** What the proximity contact says of a plug. */
export type PilotContact = ProximityReading | 'unknown' | 'not wired';

export interface PilotTrial {
  tools: CheckTools;
  part: string;
  wiring: PilotWiring;
  pilot: ControlPilot;
  contact: PilotContact;
}

/** Drives only where nothing is plugged in; else the pilot is read as it stands, steady. */
export async function tryPilot(trial: PilotTrial): Promise<void> {
  const { tools, part, pilot, contact } = trial;
  const { findings } = tools;
  let last: PilotReading | undefined;
  pilot.watch((reading) => {
    last = reading;
  });
  const texts: string[] = [];
  let wrong = false;
  let swapped = false;
  for (const { output, name, high, low } of pilotTrials) {
    pilot.drive(output);
    await tools.wait(pilotWaitMs);
    // A machine that is busy with something else misses samples for a moment: that says nothing of the pilot.
    for (let waitedMs = 0; last?.kind !== 'volts' && waitedMs < silenceMaxMs; waitedMs += pilotWaitMs) {
      await tools.wait(pilotWaitMs);
    }
    const reading = last;
    if (reading?.kind !== 'volts') {
      findings.failOr(part, reading && `${name}: ${reading.reason}`, `${name}: no reading came`);
      return;
    }
    const why = name === 'steady' ? reasonToOnlyRead(reading, contact) : undefined;
    const measured = await plateaus(trial, output, reading);
    if (why !== undefined) {
      findings.note(part, `${pilotWords(measured)} (${name}); ${why}, so nothing else was driven`);
      return;
    }
    wrong ||= !near(measured.high, high) || !near(measured.low, low);
    swapped ||= high !== low && near(measured.high, low) && near(measured.low, high);
    texts.push(`${pilotWords(measured)} (${name})`);
  }
  const text = texts.join(', ');
  const hint = swapped ? 'inputs of high and low look swapped; ' : '';
  const advice = `${hint}must be within ${pilotToleranceV} V of 12 V: check gain and offset, then generator and peak-holds`;
  if (wrong) findings.wrong(part, `${text}; ${advice}`);
  else findings.ok(part, text);
}

/** Means, since a part tells steps only. Without PWM only the peak hold of the driven level means something. */
async function plateaus(
  { tools, wiring }: PilotTrial,
  output: PilotOutput,
  told: { high: number; low: number },
): Promise<{ kind: 'volts'; high: number; low: number }> {
  const inputs = [wiring.high, wiring.low].map((input) => {
    const mean = new InputMean(tools.sampler(input.address), input);
    return { input, mean };
  });
  await tools.wait(pilotWaitMs);
  const [high = told.high, low = told.low] = inputs.map(({ input, mean }) => {
    mean.stop();
    return terminalVolts(mean.take(), input);
  });
  if (output.kind === 'pwm') return { kind: 'volts', high, low };
  const volts = output.kind === 'steady' ? high : low;
  return { kind: 'volts', high: volts, low: volts };
}

/** Why a pilot must be left alone; undefined: nothing is plugged in. */
function reasonToOnlyRead(steady: PilotReading, contact: PilotContact): string | undefined {
  if (contact === 'unknown') return 'whether a plug is in is not known';
  if (contact === 'not wired') return levelOf(steady, 'A') === 'A' ? undefined : 'a vehicle may be connected';
  if (contact.kind === 'invalid') return 'whether a plug is in is not known';
  return cableOf(contact).kind === 'none' ? undefined : 'a plug is in';
}

function near(volts: number, nominal: number): boolean {
  return Math.abs(volts - nominal) <= pilotToleranceV;
}
