/** What `greenup run` is told, and the same as a command line for a process of its own. */
import { GreenupError } from '../hal/errors';
import type { GivenAddress } from '../ocpp/given-address';
import type { RedirectWish } from '../web/tls/wish';
import type { FirmwareRule } from './simulated-updates';

export interface RunOptions {
  /** Board file; absent: the double board that comes with the program. */
  board?: string | undefined;
  /** URL of a central system, without the identity; absent: the embedded one. */
  csms?: string | undefined;
  /** File of the authorities in PEM whose certificates are trusted for wss; absent: those that Node.js brings. */
  csmsCa?: string | undefined;
  /** Security profile of the embedded central system and its station; absent: that of the last run, else 0. */
  security?: number | undefined;
  /** Identity at the central system; absent: the stored one, else `defaultIdentity`. */
  id?: string | undefined;
  /** The count of flashings that have set `csms` and `id`: they hold once, and not for each run. */
  flashed?: number | undefined;
  /** Directory of what outlives the process. */
  state: string;
  /** Simulated seconds in a real one. */
  speed: number;
  /** Time stands still until `advance`. */
  step: boolean;
  seed?: number | undefined;
  /** TCP port of the HTTP interface on 127.0.0.1; 0: any. A rig has none. */
  port: number;
  /** TCP port of the pages; 0: any; absent: 80 on a rig, 443 where they are encrypted, and 9758 in simulation. */
  webPort?: number | undefined;
  /** Port that leads to encrypted pages; absent: 80 on a rig that has them at 443, none elsewhere. */
  webRedirect?: RedirectWish | undefined;
  /** Address at which the pages are; absent: every address of a rig, in simulation 127.0.0.1, which keeps them on this machine. */
  webHost?: string | undefined;
  /** There are no pages. */
  noWeb: boolean;
  /** `self`: the pages are encrypted, by a certificate that the station makes. */
  webTls?: 'self' | undefined;
  /** Files in PEM, for pages that are encrypted by a certificate that somebody has issued. */
  webCert?: string | undefined;
  webKey?: string | undefined;
  /** What a simulated station takes as a new release: any file, or packages signed by a key in `updateKeys`. */
  firmware: FirmwareChoice;
  /** Folder of public keys in PEM, two at most. */
  updateKeys?: string | undefined;
  /** Spelling and shape of the frames that leave. */
  wire: Wire;
  /** JSON events instead of lines for people. */
  json: boolean;
  /** Each OCPP frame as a line. */
  frames: boolean;
  /** The journal of a rig has whole card numbers. */
  cards: boolean;
  /** Who keeps this process as a child and restores its power; absent: it becomes such a supervisor, or is a rig. */
  supervised?: Supervision | undefined;
  /** The power has come back: the introduction has been printed before. */
  repowered?: boolean | undefined;
}

/** The identity of a station that was never given one. */
export const defaultIdentity = 'GREENUP1';

/** In the state directory: what the embedded central system keeps of its security. */
export const centralFolder = 'central';

/** The same when everything that is left open has been chosen. */
export type ChosenRunOptions = RunOptions & { csms: string; seed: number };

/** What a simulated station takes as a new release. */
export type FirmwareChoice = 'any' | 'signed';

/** `legrand`: as the guide's examples have them, for central systems that expect that. */
export type Wire = 'standard' | 'legrand';

/** `host`: has the embedded central system, too. */
export type Supervision = 'host' | 'mains';

/** What the options say of the address. The embedded central system is in charge of a rig until somebody names another. */
export function givenAddress(options: ChosenRunOptions): GivenAddress {
  const { csms, id, flashed, supervised, repowered = false } = options;
  const said = flashed === undefined ? 'run' : 'flashed';
  const isEmbedded = supervised === 'host';
  return {
    URL: { value: csms, rank: isEmbedded && flashed !== undefined ? 'default' : said },
    UID: id === undefined ? { value: defaultIdentity, rank: 'default' } : { value: id, rank: said },
    ...(flashed === undefined ? {} : { flashing: flashed }),
    goesOn: repowered,
  };
}

/** Throws `config.invalid` where packages are to be signed, and by nobody. */
export function firmwareRule({ firmware, updateKeys }: RunOptions): FirmwareRule {
  if (firmware === 'any') return { takes: firmware };
  if (updateKeys !== undefined) return { takes: firmware, keysFolder: updateKeys };
  throw new GreenupError(
    'config.invalid',
    '--firmware signed: needs --update-keys DIR, a folder of public keys in PEM',
  );
}

/** The command line, after the program's name, of a station with these options. */
export function runArguments(options: RunOptions): string[] {
  const { board, csms, csmsCa, security, id, flashed, state, speed, step, seed, port, wire, json, frames, cards } =
    options;
  const { firmware, updateKeys } = options;
  const { supervised, repowered, webPort, webRedirect, webHost, noWeb, webTls, webCert, webKey } = options;
  const named: [string, string | number | undefined][] = [
    ['--board', board],
    ['--csms', csms],
    ['--csms-ca', csmsCa],
    ['--security', security],
    ['--id', id],
    ['--flashed', flashed],
    ['--state', state],
    ['--speed', speed],
    ['--seed', seed],
    ['--port', port],
    ['--web-port', webPort],
    ['--web-redirect', webRedirect],
    ['--web-host', webHost],
    ['--web-tls', webTls],
    ['--web-cert', webCert],
    ['--web-key', webKey],
    ['--firmware', firmware],
    ['--update-keys', updateKeys],
    ['--wire', wire],
    ['--supervised', supervised],
  ];
  return [
    'run',
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)])),
    ...(noWeb ? ['--no-web'] : []),
    ...(step ? ['--step'] : []),
    ...(json ? ['--json'] : []),
    ...(frames ? ['--frames'] : []),
    ...(cards ? ['--cards'] : []),
    ...(repowered ? ['--repowered'] : []),
  ];
}
