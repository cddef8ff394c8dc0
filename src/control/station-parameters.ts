/** Parameters that are judged by the station in question: its connectors, and the messages that it knows. */
import { CommandRefusal } from '../hal/command-refusal';
import type { RunningStation } from '../main';
import { type Action, messages } from '../ocpp/messages';
import { unknownWord, wholeNumber } from './parameters';

/** No station has so many: which connectors this one has, `mustExist` says. */
const connectorsMax = 99;
export const connector = { ...wholeNumber(1, connectorsMax), valid: 'the number of a connector of the station' };
export const connectorOrStation = {
  ...wholeNumber(0, connectorsMax),
  valid: 'the number of a connector, or 0 for the whole station',
};

/** Throws `command.invalid`, naming the valid ones, unless there is such a connector; 0 is the station. */
export function mustExist({ station }: Pick<RunningStation, 'station'>, connectorId: number): void {
  const count = station.config.connectors.length;
  if (connectorId >= 0 && connectorId <= count) return;
  const valid = Array.from({ length: count }, (_, index) => index + 1).join(', ');
  throw new CommandRefusal('connectorUnknown', `there is no connector ${connectorId}; valid: ${valid}`);
}

/** The name as OCPP spells it. Throws `command.invalid`, naming the message that was likely meant. */
export function knownMessage(name: string): Action {
  const names = Object.keys(messages) as Action[];
  const found = names.find((known) => known.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new CommandRefusal('messageUnknown', unknownWord('message', name, names));
}
