/** The options of `greenup run` as a table: commander makes its help of it, and a plain start does without commander. */
import { parseArgs } from 'node:util';
import type { FirmwareChoice, RunOptions, Supervision, Wire } from '../simulator/run-options';
import { defaultStateDirectory } from '../terminal/state-directory';
import { defaultControlPort } from '../terminal/station-file';

interface OptionRow {
  /** What stands for the value in the help; absent: the option is a switch. */
  value?: string;
  help: string;
  /** Not shown: one process of this program says it to another. */
  hidden?: true;
  /** undefined: not a valid value. */
  read?: (text: string) => unknown;
  /** What is valid, for messages. */
  valid?: string;
}

const portMax = 65_535;
const securityProfileMax = 3;
const speedMax = 1_000;
const seedMax = 2 ** 32 - 1;
const flashedMax = 1_000_000_000;
const wires: readonly Wire[] = ['standard', 'legrand'];
const firmwares: readonly FirmwareChoice[] = ['any', 'signed'];
const supervisions: readonly Supervision[] = ['host', 'mains'];

const aPort = numberFrom(0, portMax);

export const runOptionRows: Readonly<Record<keyof RunOptions, OptionRow>> = {
  board: { value: 'file', help: 'board file (default: board/simulated-double.yaml of the program)' },
  csms: { value: 'url', help: 'central system, ws:// or wss://, without the identity (default: an embedded one)' },
  csmsCa: { value: 'file', help: "authorities in PEM to trust for wss, instead of the system's" },
  security: {
    value: 'profile',
    help: 'security profile of the embedded central system and its station: 1 a password, 2 with TLS, 3 TLS with certificates of both (default: that of the last run, else 0)',
    ...numberFrom(0, securityProfileMax),
  },
  id: { value: 'uid', help: 'identity at the central system (default: the stored key UID, else GREENUP1)' },
  flashed: {
    value: 'n',
    help: 'how often csms and id were flashed: what is changed later holds against them',
    hidden: true,
    ...numberFrom(0, flashedMax),
  },
  state: { value: 'dir', help: 'directory of what outlives the process' },
  speed: { value: 'n', help: 'simulated seconds in a real one', ...numberFrom(1, speedMax, false) },
  step: { help: 'time stands still until "greenup advance"' },
  seed: {
    value: 'n',
    help: 'makes jitter and small differences repeatable (default: random, and shown)',
    ...numberFrom(0, seedMax),
  },
  port: {
    value: 'n',
    help: 'port of the HTTP interface on 127.0.0.1, in simulation only; 0: any that is free',
    ...aPort,
  },
  webPort: {
    value: 'n',
    help: 'port of the pages in a browser; 0: any that is free (default: 80 on a rig, by HTTPS 443; 9758 in simulation)',
    ...aPort,
  },
  webRedirect: {
    value: 'n',
    help: 'port that leads a browser to the pages by HTTPS, or none (default: 80 on a rig with its pages at 443)',
    read: (text) => (text === 'none' ? text : aPort.read(text)),
    valid: `${aPort.valid}, or none`,
  },
  webHost: {
    value: 'address',
    help: 'address of the pages (default: all of a rig; 127.0.0.1 in simulation, any other opens them to the network)',
  },
  noWeb: { help: 'no pages in a browser' },
  webTls: {
    value: 'how',
    help: 'the pages by HTTPS; self: with a certificate that the station makes, of which a browser warns',
    read: (text) => (text === 'self' ? text : undefined),
    valid: 'self',
  },
  webCert: { value: 'file', help: 'certificate in PEM for pages by HTTPS, with those between it and its authority' },
  webKey: { value: 'file', help: 'its key in PEM' },
  firmware: {
    value: 'rule',
    help: 'what a simulated station takes as a new release: any file, or signed packages',
    read: (text) => firmwares.find((rule) => rule === text),
    valid: firmwares.join(' or '),
  },
  updateKeys: { value: 'dir', help: 'folder of the public keys for --firmware signed' },
  wire: {
    value: 'form',
    help: "standard, or legrand: frames in the guide's own spelling and shape",
    read: (text) => wires.find((wire) => wire === text),
    valid: wires.join(' or '),
  },
  json: { help: 'JSON events, one a line, instead of words' },
  frames: { help: 'each OCPP frame as a line; on a rig in its journal, with priority debug' },
  cards: { help: 'the journal of a rig has whole card numbers, not only their last four characters' },
  supervised: {
    value: 'by',
    help: 'who restores the power',
    hidden: true,
    read: (text) => supervisions.find((by) => by === text),
    valid: supervisions.join(' or '),
  },
  repowered: { help: 'the power has come back', hidden: true },
};

export const runDefaults = {
  state: defaultStateDirectory,
  speed: 1,
  step: false,
  port: defaultControlPort,
  noWeb: false,
  firmware: 'any',
  wire: 'standard',
  json: false,
  frames: false,
  cards: false,
} as const satisfies Partial<RunOptions>;

/** The options of a command line without the word `run`; undefined if anything in it needs help or a message. */
export function plainRunArguments(given: readonly string[]): RunOptions | undefined {
  const names = Object.keys(runOptionRows) as (keyof RunOptions)[];
  const types = names.map((name) => {
    const type = runOptionRows[name].value === undefined ? 'boolean' : 'string';
    return [flagOf(name), { type }] as const;
  });
  try {
    const { values } = parseArgs({ args: [...given], options: Object.fromEntries(types), strict: true });
    const read = names.flatMap((name) => {
      const value = values[flagOf(name)];
      return value === undefined ? [] : [[name, readValue(name, value)] as const];
    });
    if (read.some(([, value]) => value === undefined)) return undefined;
    return { ...runDefaults, ...(Object.fromEntries(read) as Partial<RunOptions>) };
  } catch {
    return undefined;
  }
}

/** As it stands on the command line, without the dashes before it. */
export function flagOf(name: keyof RunOptions): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function readValue(name: keyof RunOptions, value: unknown): unknown {
  const { read } = runOptionRows[name];
  return read && typeof value === 'string' ? read(value) : value;
}

function numberFrom(from: number, to: number, whole = true): Required<Pick<OptionRow, 'read' | 'valid'>> {
  return {
    valid: `a ${whole ? 'whole ' : ''}number from ${from} to ${to}`,
    read: (text) => {
      const value = Number(text);
      const fits = text.trim() !== '' && value >= from && value <= to && (!whole || Number.isInteger(value));
      return fits ? value : undefined;
    },
  };
}
