/** Everything that can be wrong with a socket or the station, one row each: what it means, what it does, how it clears. */

/** ChargePointErrorCode of OCPP 1.6, 7.6. */
export type ChargePointErrorCode =
  | 'ConnectorLockFailure'
  | 'EVCommunicationError'
  | 'GroundFailure'
  | 'HighTemperature'
  | 'InternalError'
  | 'LocalListConflict'
  | 'NoError'
  | 'OtherError'
  | 'OverCurrentFailure'
  | 'OverVoltage'
  | 'PowerMeterFailure'
  | 'PowerSwitchFailure'
  | 'ReaderFailure'
  | 'ResetFailure'
  | 'UnderVoltage'
  | 'WeakSignal';

export interface Fault {
  errorCode: ChargePointErrorCode;
  /** For people; at most 50 characters (StatusNotification.info). */
  info: string;
  /**
   * What the central system sees. `faulted`: status Faulted. `suspended`: no Faulted, a running transaction is
   * SuspendedEVSE (OCPP 7.6, EVCommunicationError). `warning`: the status stays, the error code names it (4.9).
   */
  shows: 'faulted' | 'suspended' | 'warning';
  /** `openNow`: the contactor is commanded to open at once. `askFirst`: the pilot asks the EV to stop first, then it opens. */
  reaction: 'openNow' | 'askFirst' | 'none';
  /**
   * `itself`: when its cause is gone. `unplug`: also needs the plug drawn. `hand`: also needs a person at the station who
   * says so; it is stored, and stands again after a restart, a power cut and an upgrade (`latched.ts`).
   */
  clears: 'itself' | 'unplug' | 'hand';
  /** Whether a running transaction ends (reason Other), or lives on without energy. */
  endsTransaction: boolean;
}

function row(
  errorCode: ChargePointErrorCode,
  info: string,
  shows: Fault['shows'],
  reaction: Fault['reaction'],
  clears: Fault['clears'],
  endsTransaction = false,
): Fault {
  return { errorCode, info, shows, reaction, clears, endsTransaction };
}

/** In order of gravity: the first that is present is the one reported. */
export const faults = {
  contactorWelded: row('PowerSwitchFailure', 'Contactor does not open', 'faulted', 'openNow', 'hand', true),
  contactorStuckOpen: row('PowerSwitchFailure', 'Contactor does not close', 'faulted', 'openNow', 'hand', true),
  loopStood: row('InternalError', 'Safety loop stood still', 'faulted', 'openNow', 'hand', true),
  residualCurrent: row('GroundFailure', 'Residual current', 'faulted', 'openNow', 'hand', true),
  residualTestFailed: row(
    'GroundFailure',
    'Residual current monitor failed its test',
    'faulted',
    'openNow',
    'unplug',
    true,
  ),
  latchedUnread: row('InternalError', 'A stored fault cannot be read', 'faulted', 'openNow', 'hand', true),
  supplyLost: row('UnderVoltage', 'Mains supply lost', 'faulted', 'openNow', 'itself', true),
  overCurrentFast: row('OverCurrentFailure', 'Current far above the offer', 'faulted', 'openNow', 'unplug', true),
  overCurrent: row('OverCurrentFailure', 'Current above the offer', 'faulted', 'askFirst', 'unplug', true),
  overTemperature: row('HighTemperature', 'Too hot', 'faulted', 'openNow', 'itself'),
  lockFailed: row('ConnectorLockFailure', 'Plug lock does not lock', 'faulted', 'openNow', 'unplug', true),
  lockStuck: row('ConnectorLockFailure', 'Plug drawn while its lock says locked', 'faulted', 'openNow', 'itself'),
  cableChanged: row('OtherError', 'Cable rating changed while in use', 'faulted', 'openNow', 'unplug', true),
  proximityInvalid: row('OtherError', 'Proximity contact is not valid', 'faulted', 'openNow', 'itself'),
  overVoltage: row('OverVoltage', 'Mains voltage too high', 'faulted', 'askFirst', 'itself'),
  underVoltage: row('UnderVoltage', 'Mains voltage too low', 'faulted', 'askFirst', 'itself'),
  meterSilent: row('PowerMeterFailure', 'Energy meter gives no valid value', 'faulted', 'askFirst', 'itself'),
  internalError: row('InternalError', 'Internal error', 'faulted', 'askFirst', 'itself'),
  otherError: row('OtherError', 'Other error', 'faulted', 'askFirst', 'itself'),
  diodeMissing: row('EVCommunicationError', 'Vehicle diode missing', 'suspended', 'openNow', 'unplug'),
  pilotShort: row('EVCommunicationError', 'Control pilot shorted', 'suspended', 'openNow', 'itself'),
  pilotInvalid: row('EVCommunicationError', 'Control pilot voltage not valid', 'suspended', 'openNow', 'itself'),
  ventilationMissing: row('EVCommunicationError', 'Vehicle asks for ventilation', 'suspended', 'openNow', 'unplug'),
  contactorFell: row('PowerSwitchFailure', 'Contactor opened by itself', 'warning', 'none', 'unplug'),
  energyUnmetered: row('PowerMeterFailure', 'Meter does not count what flows', 'warning', 'none', 'itself'),
  voltageMissing: row('OtherError', 'No voltage behind closed contacts', 'warning', 'none', 'itself'),
  unlockFailed: row('ConnectorLockFailure', 'Plug lock does not unlock', 'warning', 'none', 'itself'),
  thermometerSilent: row('OtherError', 'Thermometer does not answer', 'warning', 'none', 'itself'),
  readerAbsent: row('ReaderFailure', 'Card reader does not answer', 'warning', 'none', 'itself'),
  weakSignal: row('WeakSignal', 'Network signal weak', 'warning', 'none', 'itself'),
  resetFailure: row('ResetFailure', 'Reset failed', 'warning', 'none', 'itself'),
} as const satisfies Record<string, Fault>;

/** A fault of an outlet or of the station, the gravest first. */
export type FaultId = keyof typeof faults;

const order = new Map(Object.keys(faults).map((id, index) => [id, index]));

/** The gravest of the faults given, or undefined with none. */
export function gravest(present: readonly FaultId[]): FaultId | undefined {
  return [...present].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))[0];
}

/** Whether energy must not flow while this fault is present. */
export function blocksEnergy(id: FaultId): boolean {
  return faults[id].reaction !== 'none';
}
