/** Colours on a terminal. */
import type { Status } from '../station/status';

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
