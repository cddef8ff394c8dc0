/** A command that cannot be done, with a code for whoever has words of his own; its message is for the others. */
import { GreenupError } from './errors';

export const refusedCommands = [
  // of any command
  'requestUnfit',
  'commandUnknown',
  'connectorUnknown',
  'starting',
  // of the station
  'messageUnknown',
  'noTransaction',
  'noLock',
  'lockHolds',
  'hostUnknown',
  'rootInvalid',
  'rootsFull',
  'rootUnknown',
  'certificateInvalid',
  'listInvalid',
  'notStored',
  'keyUnknown',
  'keyInvalid',
  'sideUnknown',
  'cardInvalid',
  'labelLong',
  'dayInvalid',
  'cardsFull',
  'cardUnknown',
  'noCardShown',
  'backupUnfit',
  // of updates
  'noUpdates',
  'noUpdateKey',
  'updateHeld',
  'noUpdateGoesOn',
  'noPreviousRelease',
  'updateUrlInvalid',
  // of waiting
  'tooManyWait',
  'waitEnded',
  // of plug, cable and vehicle
  'vehiclePlugged',
  'cablePlugged',
  'vehicleThere',
  'cableLocked',
  'nothingPlugged',
  'noVehicle',
  'noCable',
  'plugLocked',
  'endFixed',
  'cableFixed',
  'cableUnknown',
  'vehicleUnknown',
  // of what surrounds an outlet
  'optionUnfit',
  'conditionNotHere',
  'noPilot',
  'flickersOverlap',
  'faultUnknown',
  'faultNotHere',
  'excluded',
  'noReader',
  'readerSilent',
  'cardRefused',
  // of time, power and what is kept
  'timeRuns',
  'timeFixed',
  'powerOff',
  'powerOnAlready',
  'noSession',
] as const;

export type RefusedCommand = (typeof refusedCommands)[number];

export class CommandRefusal extends GreenupError {
  constructor(
    readonly refusal: RefusedCommand,
    message: string,
  ) {
    super('command.invalid', message);
  }
}
