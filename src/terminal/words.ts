/** Words and colours for people: events as lines, and the status as a page. */

import type { Status } from '../station/status';
import type { RunEvent } from './run-events';

/** Puts colour on a text; without colour it gives the text as it is. */
export type Paint = (colour: Colour, text: string) => string;

type Colour = 'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'cyan';

const codes: Readonly<Record<Colour, number>> = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 };

/** Colours only on a terminal, and not where NO_COLOR is set (no-color.org) or the terminal is dumb. */
export function paintFor(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Paint {
  const wanted = stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return wanted ? (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m` : (_colour, text) => text;
}

export const statusColours: Readonly<Record<Status, Colour>> = {
  Available: 'green',
  Preparing: 'cyan',
  Charging: 'green',
  SuspendedEVSE: 'yellow',
  SuspendedEV: 'yellow',
  Finishing: 'cyan',
  Reserved: 'yellow',
  Unavailable: 'yellow',
  Faulted: 'red',
};

const stopReasons: Readonly<Record<string, string>> = {
  DeAuthorized: 'not authorised',
  EVDisconnected: 'the vehicle was unplugged',
  HardReset: 'hard reset',
  Local: 'at the station',
  PowerLoss: 'the power was cut',
  Remote: 'by the central system',
  SoftReset: 'soft reset',
  UnlockCommand: 'unlocked by the central system',
};

/** One line for an event; `names` of the connectors, such as "right T2S", in order. */
export function lineOf(event: RunEvent, names: readonly string[], paint: Paint): string {
  const at = (connectorId: number) =>
    connectorId === 0 ? 'station' : `${connectorId} ${names[connectorId - 1] ?? ''}`.trim();
  switch (event.event) {
    case 'connected':
      return `central system: ${paint('green', 'connected')}`;
    case 'disconnected':
      return `central system: ${paint('yellow', 'disconnected')} (${event.reason})`;
    case 'unreachable':
      return `central system: ${paint('yellow', 'cannot be reached')} (${event.reason}); it is tried again`;
    case 'status': {
      const { connectorId, status, errorCode, info } = event;
      const trouble = errorCode === 'NoError' ? '' : ` ${errorCode}`;
      return `${at(connectorId)}: ${paint(statusColours[status], status)}${trouble}${info === undefined ? '' : ` (${info})`}`;
    }
    case 'transactionStarted':
      return `${at(event.connectorId)}: transaction started, card ${event.idTag}`;
    case 'transactionEnded': {
      const { connectorId, reason, energyWh, durationS } = event;
      const time = durationS === null ? '' : ` in ${durationInWords(durationS)}`;
      const energy = paint('bold', kilowattHours(energyWh));
      return `${at(connectorId)}: transaction ended (${stopReasons[reason] ?? reason}): ${energy}${time}`;
    }
    case 'restarting':
      return `station: ${event.reset} reset by the central system`;
    case 'power':
      return `station: the power is ${event.on ? paint('green', 'on') : paint('red', 'off')}`;
    case 'warning':
      return `${paint('yellow', 'warning')}: ${event.message}`;
    default:
      return event satisfies never;
  }
}

export function kilowattHours(energyWh: number): string {
  return `${(energyWh / 1_000).toFixed(3)} kWh`;
}

export function durationInWords(seconds: number): string {
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return minutes > 0
    ? `${minutes} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`
    : `${Math.round(seconds)} s`;
}
