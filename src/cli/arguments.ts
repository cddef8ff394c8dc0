/** Readers for the values of command line options; what is wrong is told by commander, with the option's name. */
import { InvalidArgumentError } from 'commander';

/** The greatest number of a TCP port. */
export const portMax = 65_535;

/** A reader for numbers from `from` to `to`. */
export function numberFrom(from: number, to: number, whole = true): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = text.trim() !== '' && value >= from && value <= to && (!whole || Number.isInteger(value));
    if (fits) return value;
    throw new InvalidArgumentError(`Must be a ${whole ? 'whole ' : ''}number from ${from} to ${to}.`);
  };
}

/** No station has so many: which connectors one has, it says itself. */
const connectorsMax = 99;

/** A reader for the number of a connector; `from` 0 where it may be the whole station. */
export function connectorFrom(from: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= connectorsMax) return value;
    const station = from === 0 ? ', or 0 for the whole station' : '';
    throw new InvalidArgumentError(`Must be the number of a connector${station}.`);
  };
}

/** "maxCurrentA=16,paused=true,drawA=null": numbers, true, false, null, else texts. The station judges the names. */
export function namedValues(text: string): Record<string, unknown> {
  const pairs = text.split(',').map((pair): [string, unknown] => {
    const [name = '', value] = pair.split('=', 2);
    if (name.trim() === '' || value === undefined) {
      throw new InvalidArgumentError(`Must be name=value, several between commas; found "${pair}".`);
    }
    return [name.trim(), plainValue(value.trim())];
  });
  return Object.fromEntries(pairs);
}

/** The same, with the name of a ready-made vehicle in front if wanted, which has a hyphen: "zoe-like,stateOfCharge=50". */
export function vehicleValues(text: string): Record<string, unknown> {
  const [first = '', ...rest] = text.split(',');
  if (first.includes('=')) return namedValues(text);
  if (!first.includes('-')) {
    const valid =
      'Must be name=value, several between commas, with a ready-made vehicle such as zoe-like in front or not';
    throw new InvalidArgumentError(`${valid}; found "${first}".`);
  }
  return { like: first.trim(), ...(rest.length === 0 ? {} : namedValues(rest.join(','))) };
}

/** A reader for seconds, or parts of one. */
export function secondsFrom(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`Must be a number from ${from} to ${to}.`);
  };
}

const literals: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

function plainValue(text: string): unknown {
  if (Object.hasOwn(literals, text)) return literals[text];
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}
