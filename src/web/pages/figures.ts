/** Numbers and instants as the language of whoever looks writes them. */
import { language } from './state';

/** Written as the language writes it, with one digit after the point where there is one. */
export function figure(value: number, digits = 1): string {
  return value.toLocaleString(language.value, { maximumFractionDigits: digits });
}

/** Day and time of day with seconds, in the time zone of whoever looks. */
export function instant(unixMs: number): string {
  return new Date(unixMs).toLocaleString(language.value, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** Time of day with seconds. */
export function timeOfDay(unixMs: number): string {
  return new Date(unixMs).toLocaleTimeString(language.value, { timeStyle: 'medium' });
}
