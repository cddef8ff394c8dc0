/** Instants and durations as the language of whoever looks writes them. */
import { language } from './state';

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const dayAndMonth = { day: 'numeric', month: 'short' } as const;

/** With the day where it is another one than today. */
export function instant(at: string | number, now = new Date()): string {
  const date = new Date(at);
  const isToday = date.toDateString() === now.toDateString();
  return date.toLocaleString(language.value, isToday ? clock : { ...dayAndMonth, ...clock });
}

/** Whole, for what is looked at later; in the time zone of whoever looks, or one that is named. */
export function wholeInstant(at: string | number, timeZone?: string): string {
  return new Date(at).toLocaleString(language.value, { ...dayAndMonth, year: 'numeric', ...clock, timeZone });
}

/** Hours and minutes, or minutes and seconds of what is shorter. */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A day of the calendar, such as 2026-12-31. */
export function dayOf(day: string): string {
  return new Date(`${day}T12:00`).toLocaleDateString(language.value, { ...dayAndMonth, year: 'numeric' });
}
