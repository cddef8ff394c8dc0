/** Numbers and instants as the language of whoever looks writes them. */
import { language } from './state';

/** Written as the language writes it, with one digit after the point where there is one. */
export function figure(value: number, digits = 1): string {
  return value.toLocaleString(language.value, { maximumFractionDigits: digits });
}
