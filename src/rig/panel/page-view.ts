/** What the page of an armed rig shows of its parts: the model of the live view as plain data. Pure. */
import type { RigView, WorkedConnector } from '../../control/pages/armed-rig';
import type { PilotWave } from '../../control/pages/bench';
import { waveOf } from '../../control/pilot-trace';
import { offeredCurrentA } from '../../drivers/sim/electrics';
import type { PilotReading } from '../../hal/parts';
import { maskedCard } from '../../ocpp/frames/masking';
import { cableOf } from '../../station/socket/proximity';
import { type ConnectorModel, measuredPilot, type RigModel } from './model';

/** Of all troubles the newest. */
const troublesShownMax = 10;

export interface PanelSurroundings {
  /** Time of the machine, in ms of Unix time. */
  systemMs: number | undefined;
  lastStep: number;
}

export function rigView(model: RigModel, { systemMs, lastStep }: PanelSurroundings): RigView {
  const { board, connectors, supply, readers, cards, buttonAgeS, loop, i2cErrors, troubles } = model;
  return {
    board,
    at: systemMs === undefined ? null : new Date(systemMs).toISOString(),
    connectors: connectors.map(workedConnector),
    supply: supply ?? null,
    readers: [...readers].map(([side, state]) => ({ side, isPresent: state === 'present' })),
    cards: cards
      .map(({ number, uid, reader: side, ageS }) => ({
        number,
        card: uid === undefined ? null : maskedCard(uid),
        side,
        ageS,
      }))
      .reverse(),
    buttonAgeS: buttonAgeS ?? null,
    loop: loop ? { turns: loop.turns, longestGapMs: Math.round(loop.longestGapMs) } : null,
    i2cErrors,
    message: { kind: model.messageKind, line: model.message },
    troubles: troubles
      .slice(-troublesShownMax)
      .map(({ text }) => text)
      .reverse(),
    lastStep,
  };
}

/** What an oscilloscope would show of a reading; undefined: nothing of it is known. */
export function waveOfReading(
  reading: PilotReading,
  { driven }: Pick<ConnectorModel, 'driven'>,
): PilotWave | undefined {
  return reading.kind === 'volts' ? waveOf({ output: driven, high: reading.high, low: reading.low }) : undefined;
}

function workedConnector(connector: ConnectorModel): WorkedConnector {
  const { connectorId, side, mode, has, hasIndicator, hasMeter, driven, pilot, celsius, raw, meter } = connector;
  const measured = pilot && measuredPilot(pilot, connector);
  const wave = measured && waveOfReading(measured, connector);
  return {
    connectorId,
    side,
    kind: mode === 'mode3' ? 'T2S' : '2P+E',
    has: { ...has, indicator: hasIndicator ? 'there' : 'none', meter: hasMeter ? 'there' : 'none' },
    pilot: wave ? { ...wave, highV: hundredths(wave.highV), lowV: hundredths(wave.lowV) } : null,
    pilotFailure: measured?.kind === 'invalid' ? measured.reason : null,
    driven: driven.kind,
    offerA: driven.kind === 'pwm' ? offeredCurrentA(driven.dutyPercent) : 0,
    contactor: connector.feedback ?? null,
    closedForS: connector.closedForS ?? null,
    lock: connector.lock ?? null,
    residual: connector.residual ?? null,
    plug: connector.plug ?? null,
    proximity: proximityOf(connector),
    celsius: typeof celsius === 'number' ? Math.round((raw?.celsius ?? celsius) * 10) / 10 : (celsius ?? null),
    meter:
      meter && !('failure' in meter)
        ? { voltageV: meter.voltageV, currentA: meter.currentA, powerW: meter.powerW, energyWh: meter.energyWh }
        : null,
    meterFailure: meter && 'failure' in meter ? meter.failure : null,
    indicator: connector.indicator ?? null,
  };
}

/** JSON has no infinity: without a plug there are no ohms. */
function proximityOf({ proximity: told, raw }: ConnectorModel): WorkedConnector['proximity'] {
  const reading = told && (raw?.proximity ?? told);
  if (!reading) return null;
  if (reading.kind === 'invalid') return { kind: 'invalid', reason: reading.reason };
  const cable = cableOf(reading);
  const ohms = Math.round(reading.ohms);
  switch (cable.kind) {
    case 'none':
      return { kind: 'none' };
    case 'cable':
      return { kind: 'cable', ohms, ratingA: cable.ratingA };
    case 'invalid':
      return { kind: 'odd', ohms };
    default:
      return cable satisfies never;
  }
}

function hundredths(volts: number): number {
  return Math.round(volts * 100) / 100;
}
