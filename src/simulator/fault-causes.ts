/** What it takes to bring a fault about: by the name of a simulated fault, or by the OCPP error code it leads to. */

import { unknownWord } from '../control/parameters';
import { mustExist } from '../control/station-parameters';
import { faultKinds, isFaultKind, type SimulatedFault, simulatedFaults } from '../drivers/sim/faults';
import { CommandRefusal } from '../hal/command-refusal';
import { GreenupError } from '../hal/errors';
import type { ChargePointErrorCode, FaultId } from '../station/faults';
import type { Simulation } from './simulation';

interface Cause {
  /** In the simulated world: the first is brought about, all are cleared. */
  causes: readonly SimulatedFault[];
  /** Posted to the station straight, where the world cannot have a cause. */
  fault: FaultId;
  /** The cause alone shows only under a condition (a lock that is to move, a current that flows): tell it as well. */
  conditional?: true;
}

const errorCauses: Readonly<Record<Exclude<ChargePointErrorCode, 'NoError' | 'LocalListConflict'>, Cause>> = {
  ConnectorLockFailure: { causes: ['lockJammed', 'lockSwitchStuck'], fault: 'lockFailed', conditional: true },
  EVCommunicationError: { causes: ['pilotShort', 'diodeMissing'], fault: 'pilotInvalid' },
  GroundFailure: { causes: ['residualCurrent', 'residualTestFails'], fault: 'residualCurrent' },
  HighTemperature: { causes: ['overTemperature'], fault: 'overTemperature' },
  InternalError: { causes: [], fault: 'internalError' },
  OtherError: { causes: [], fault: 'otherError' },
  OverCurrentFailure: { causes: ['overCurrent'], fault: 'overCurrent', conditional: true },
  OverVoltage: { causes: ['overVoltage'], fault: 'overVoltage' },
  PowerMeterFailure: { causes: ['meterSilent', 'meterAbsurd'], fault: 'meterSilent' },
  PowerSwitchFailure: { causes: ['welded', 'stuckOpen'], fault: 'contactorWelded' },
  ReaderFailure: { causes: ['readerAbsent'], fault: 'readerAbsent' },
  ResetFailure: { causes: [], fault: 'resetFailure' },
  UnderVoltage: { causes: ['underVoltage', 'supplyLost'], fault: 'underVoltage' },
  WeakSignal: { causes: [], fault: 'weakSignal' },
};

/** Faults of the station that hold on (to be cleared by hand or by unplugging) after their simulated cause has gone. */
const latchedBy: Readonly<Partial<Record<SimulatedFault, FaultId>>> = {
  welded: 'contactorWelded',
  stuckOpen: 'contactorStuckOpen',
  residualCurrent: 'residualCurrent',
  residualTestFails: 'residualTestFailed',
  overCurrent: 'overCurrent',
  lockJammed: 'lockFailed',
  lockSwitchStuck: 'lockFailed',
  diodeMissing: 'diodeMissing',
  proximityOpen: 'cableChanged',
};

/** What a cleared cause takes to be seen by the station before what it left behind can be cleared, in ms. */
const noticedAfterMs = 100;

const errorCodes = Object.keys(errorCauses) as (keyof typeof errorCauses)[];

function isErrorCode(name: string): name is keyof typeof errorCauses {
  return Object.hasOwn(errorCauses, name);
}

/** Every name that `changeFault` knows, simulated faults first. */
export const faultNames: readonly string[] = [...faultKinds, ...errorCodes];

/**
 * Brings a fault about or clears it, latched ones included. Faults of the mains apply to the whole station whatever
 * connector is named. Throws `command.invalid` for an unknown fault or connector, or where a fault cannot be.
 */
export async function changeFault(
  simulation: Simulation,
  connectorId: number,
  name: string,
  present: boolean,
): Promise<void> {
  mustExist(simulation.running, connectorId);
  if (isFaultKind(name)) {
    causeIn(simulation, connectorId, name, present);
    if (!present) await clearLatched(simulation, connectorId, latchedBy[name] ?? []);
    return;
  }
  if (!isErrorCode(name)) {
    throw new CommandRefusal('faultUnknown', `connector ${connectorId}: ${unknownWord('fault', name, faultNames)}`);
  }
  const { causes, fault, conditional } = errorCauses[name];
  if (present) {
    const caused = causes.slice(0, 1).some((cause) => canBe(simulation, connectorId, cause, true));
    if (!caused || conditional) tell(simulation, connectorId, fault, true);
    return;
  }
  for (const cause of causes) canBe(simulation, connectorId, cause, false);
  const latched = causes.flatMap((cause) => latchedBy[cause] ?? []);
  await clearLatched(simulation, connectorId, [fault, ...latched]);
}

function causeIn(simulation: Simulation, connectorId: number, kind: SimulatedFault, present: boolean): void {
  simulation.world.fault(simulatedFaults[kind].scope === 'station' ? 0 : connectorId, kind, present);
  // Who brings a fault about wants to see what the station makes of it: at rest a meter is read seldom.
  simulation.running.station.readMeters();
}

/** Whether the world took the cause; false where this outlet has no such part. */
function canBe(simulation: Simulation, connectorId: number, kind: SimulatedFault, present: boolean): boolean {
  try {
    causeIn(simulation, connectorId, kind, present);
    return true;
  } catch (error) {
    if (error instanceof GreenupError && error.code === 'command.invalid') return false;
    throw error;
  }
}

function tell({ running }: Simulation, connectorId: number, fault: FaultId, present: boolean): void {
  running.station.post({ kind: 'fault', connectorId, fault, present });
}

/** A person has looked at it and says that it is mended. */
async function clearLatched(
  simulation: Simulation,
  connectorId: number,
  latched: FaultId | readonly FaultId[],
): Promise<void> {
  await simulation.passTime(noticedAfterMs);
  const all = [latched].flat();
  for (const fault of all) tell(simulation, connectorId, fault, false);
  if (all.length > 0 && connectorId > 0) simulation.running.clearFaults(connectorId);
}
