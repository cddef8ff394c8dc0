/** Wording for people: events as lines, energies, durations. */

import type { Limit, LimitSource, Restraint } from '../station/limits';
import { type Paint, statusColours } from './colour';
import { frameLine } from './frame-line';
import type { RunEvent } from './run-events';

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
export function eventLine(event: RunEvent, names: readonly string[], paint: Paint): string {
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
      return `${at(event.connectorId)}: transaction started, ${cardText(event.idTag)}`;
    case 'transactionEnded': {
      const { connectorId, reason, energyWh, durationS } = event;
      const time = durationS === null ? '' : ` in ${durationText(durationS)}`;
      const energy = paint('bold', kilowattHours(energyWh));
      return `${at(connectorId)}: transaction ended (${stopReasons[reason] ?? reason}): ${energy}${time}`;
    }
    case 'cardRefused': {
      const how = { card: 'card', remote: 'remote start of', plugAndCharge: 'plug and charge of', free: 'free charge' }[
        event.via
      ];
      return `${event.side}: ${how} ${event.idTag} ${paint('yellow', 'refused')}: ${event.reason}`;
    }
    case 'refused':
      return `${paint('yellow', 'refused')}: ${event.text}`;
    case 'restarting':
      return `station: restarts (${event.reset} reset)`;
    case 'frame':
      return frameLine(event, paint);
    case 'power':
      return `station: the power is ${event.on ? paint('green', 'on') : paint('red', 'off')}`;
    case 'ended':
      return 'station: it has ended in order';
    case 'warning':
      return `${paint('yellow', 'warning')}: ${event.message}`;
    default:
      return event satisfies never;
  }
}

/** "08:15:30" of an ISO time, in the machine's time zone. */
export function clockTime(iso: string | undefined): string {
  return iso === undefined ? '--:--:--' : new Date(iso).toTimeString().slice(0, 8);
}

export function kilowattHours(energyWh: number): string {
  return `${(energyWh / 1_000).toFixed(3)} kWh`;
}

/** Those whose own word would not say what to look at. */
const restraintNames: Readonly<Partial<Record<LimitSource, string>>> = {
  station: 'chargingStationMaxLimit',
  authorisation: 'a card that is not authorised any more',
};

/** What limits the current; a charging profile by its purpose and its id. */
export function restraintName({ source, profile }: Omit<Restraint, 'amps'>): string {
  return profile ? `${profile.purpose} ${profile.id}` : (restraintNames[source] ?? source);
}

/** The restraint that rules, by name. */
export function causeName({ by, sources }: Limit): string {
  const [cause] = sources.filter(({ source }) => source === by).sort((a, b) => a.amps - b.amps);
  return restraintName(cause ?? { source: by });
}

/** Tenths of an ampere at the most: "16", "6.7". */
export function amperes(amps: number): string {
  return `${Number(amps.toFixed(1))}`;
}

export function durationText(exactS: number): string {
  const seconds = Math.round(exactS);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return minutes > 0 ? `${minutes} min ${String(seconds % 60).padStart(2, '0')} s` : `${seconds} s`;
}

/** Whoever charges where everybody may has no card. */
export function cardText(idTag: string): string {
  return idTag === '' ? 'free charge' : `card ${idTag}`;
}
