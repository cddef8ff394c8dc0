/** Reads the ISO 8601 times that OCPP messages carry. */

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/;

const minuteMs = 60_000;
const minutesPerDay = 1440;

/**
 * Unix time in milliseconds, or undefined if the text is not a complete date and time with an offset.
 * Any number of fraction digits and any offset are read, as receivers must (OCPP 1.6, 3.15). A time without an offset
 * is refused, for the message schemas ask for `date-time`: what the central system sends has passed `reading.ts`, which
 * reads it as UTC.
 * A leap second (23:59:60 UTC) counts as the first second of the next day.
 */
export function parseDateTime(text: string): number | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const offsetHour = Number(found[9] ?? 0);
  const offsetMinute = Number(found[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;

  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day); // unlike Date.UTC, takes the years 0000 to 0099 as they are
  // A month or day out of range rolls over into another month.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;

  const minutesEast = (found[8] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  const minuteOfDayUtc = (hour * 60 + minute - minutesEast + 2 * minutesPerDay) % minutesPerDay;
  if (second === 60 && minuteOfDayUtc !== minutesPerDay - 1) return undefined;

  const fractionMs = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1000);
  return midnight.getTime() + (hour * 60 + minute - minutesEast) * minuteMs + second * 1000 + fractionMs;
}

/** True for a complete ISO 8601 date and time with an offset; see `parseDateTime`. */
export function isDateTime(text: string): boolean {
  return parseDateTime(text) !== undefined;
}
