/** What is wrong with a part of the station: whose it is and of what kind, for programs, beside a line for people. */
import type { Side } from './board';
import { type ErrorCode, GreenupError, messageOf } from './errors';

/** How lines for people call the parts. */
export const partNames = {
  contactor: 'contactor',
  pilot: 'pilot',
  proximity: 'proximity',
  lock: 'lock',
  residual: 'residual current monitor',
  plug: 'plug detector',
  thermometer: 'thermometer',
  meter: 'energy meter',
  emulator: 'vehicle emulator',
  cardReader: 'card reader',
  indicator: 'indicator',
  supply: 'supply monitor',
  resetButton: 'button',
  pulse: 'coil pulse',
  watchdog: 'watchdog',
  gpio: 'GPIO lines',
  analogInputs: 'analogue inputs',
  i2cBus: 'I2C bus',
  serialBus: 'serial bus',
  station: 'station',
} as const;

export type PartName = keyof typeof partNames;

export type TroubleCode =
  | 'packageMissing' // a driver package of this release cannot be loaded: such a program never charges, whatever is wired
  | 'notSetUp' // the part could not be had: something that never closes, locks or passes stands in for it
  | 'failed' // the part does not work now
  | 'recovered' // it works again
  | 'noticed' // it works, and somebody should look at it
  | 'notSafe'; // its output could not be put at the safe level

/** What a program decides by is `part`, whose it is, and `code`; `text` is for people and may change its words. */
export interface Trouble {
  part: PartName;
  /** OCPP connectorId of the part; absent for one that is the station's or a charging point's. */
  connectorId?: number;
  /** Of a part that a charging point has. */
  side?: Side;
  code: TroubleCode;
  /** One clear line that names the part. */
  text: string;
}

/** Takes a trouble when it begins and when it ends, not at each turn. */
export type ReportTrouble = (trouble: Trouble) => void;

/** The kinds of trouble that errors are, whoever threw them. */
const codesOfErrors: Partial<Record<ErrorCode, TroubleCode>> = {
  'package.missing': 'packageMissing',
};

/** The trouble that an error is; `otherwise` where its code does not tell the kind. */
export function troubleOf(part: PartName, error: unknown, otherwise: 'notSetUp' | 'failed'): Trouble {
  const code = error instanceof GreenupError ? codesOfErrors[error.code] : undefined;
  return { part, code: code ?? otherwise, text: messageOf(error) };
}

/** Reports troubles as those of one connector, whose number begins their lines. */
export function ofConnector(connectorId: number, report: ReportTrouble): ReportTrouble {
  return (trouble) => report({ ...trouble, connectorId, text: `connector ${connectorId}: ${trouble.text}` });
}

/** Lines for people, each once: what several parts share, such as a chip that is not there, is one problem. */
export function linesOf(troubles: readonly Trouble[]): string[] {
  return [...new Set(troubles.map(({ text }) => text))];
}
