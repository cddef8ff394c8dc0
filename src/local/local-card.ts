/** A card that the station knows by itself, and what is wrong with one that somebody gives. */
import { labelCharactersMax } from './bounds';

export interface LocalCard {
  /** The number on the card, as its reader reads it: 1 to 20 characters (CiString20, OCPP 1.6, 7.28). */
  token: string;
  /** Whose card it is, in words; may be empty. */
  label: string;
  /** The last day on which it may begin a charge, as 2026-12-31, where the station is; absent: it has no end. */
  lastDay?: string;
}

export type CardFault = 'cardInvalid' | 'labelLong' | 'dayInvalid';

export function cardFault({ token, label, lastDay }: LocalCard): CardFault | undefined {
  if (!/^[!-~]{1,20}$/.test(token)) return 'cardInvalid';
  if (label.length > labelCharactersMax) return 'labelLong';
  return lastDay === undefined || endOfDay(lastDay) !== undefined ? undefined : 'dayInvalid';
}

/** Whether its last day is over; while the time is unknown its day is not held against it. */
export function isOver({ lastDay }: LocalCard, nowUnixMs: number | undefined): boolean {
  const end = lastDay === undefined ? undefined : endOfDay(lastDay);
  return end !== undefined && nowUnixMs !== undefined && nowUnixMs >= end;
}

/** The beginning of the next day, in ms of Unix time; undefined for what is no day. */
function endOfDay(day: string): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const asked = new Date(year, month - 1, date);
  const isOnCalendar = asked.getFullYear() === year && asked.getMonth() === month - 1 && asked.getDate() === date;
  return isOnCalendar ? new Date(year, month - 1, date + 1).getTime() : undefined;
}

/** Numbers are compared without regard to case, as tokens are. */
export function cardName(token: string): string {
  return token.toLowerCase();
}
