/** Reads the init file of `greenup bench`: which station, which central system, which keys, where its data lies. */
import { existsSync, readFileSync } from 'node:fs';
import {
  dateTime,
  jsonObject,
  listOf,
  number,
  oneOf,
  optional,
  readParameters,
  text,
  unknownNames,
  type ValuesOf,
  wholeNumber,
  yesOrNo,
} from '../control/parameters';
import { speedMax } from '../drivers/clock/simulated-clock';
import type { Board } from '../hal/board';
import { type PlainIdentity, plainBoard } from '../hal/board/plain-board';
import { GreenupError, messageOf } from '../hal/errors';
import { addressHint, checkKey } from '../ocpp/config-keys/key-check';
import { readAuthorities } from '../terminal/authorities';
import { type TrustStep, trustOf } from './given-trust';
import type { TimeOptions } from './simulated-time';

export interface Init {
  board: Board;
  /** OCPP keys for a first start, URL and UID among them. */
  configuration: Record<string, string>;
  /** How time passes; absent: as in the world outside. */
  time: TimeOptions;
  /** Makes jitter and the differences between phases repeatable; absent: random jitter, no differences. */
  seed: number | undefined;
  /** The log has each OCPP frame. */
  frames: boolean;
  /** Certificate authority in PEM for wss. */
  ca: string | undefined;
  /** What is installed at the first start. */
  trust: TrustStep[];
  /** Its central system may show a certificate for any name. */
  takesAnyName: boolean;
  /** Absent: a temporary directory, removed at an orderly end. */
  dataDirectory: string | undefined;
  /** What was found and is not used, one line each. */
  remarks: string[];
}

const urlCharactersMax = 300;
const identityCharactersMax = 100;
const pathCharactersMax = 4_096;
const connectorsMax = 2;
const seedMax = 2 ** 32 - 1;
const path = text(1, pathCharactersMax);
const identityText = optional(text(1, 50));

const parameters = {
  url: optional(text(1, urlCharactersMax)),
  cp_id: optional(text(1, identityCharactersMax)),
  identity: optional(jsonObject),
  connectors: optional(oneOf([1, 2])),
  board: optional(path),
  config: optional(jsonObject),
  fixed_cable: optional(listOf(yesOrNo, 'items', connectorsMax)),
  tls: optional(jsonObject),
  data_dir: optional(path),
  speed: optional(number(1, speedMax)),
  step: optional(yesOrNo),
  time: optional(dateTime),
  seed: optional(wholeNumber(0, seedMax)),
  frames: optional(yesOrNo),
  internal: optional(jsonObject),
  custom: optional(jsonObject),
};

const identityParameters = {
  vendor: identityText,
  model: identityText,
  serial: identityText,
  firmware: identityText,
};

const tlsParameters = {
  csms_ca: optional(path),
  mf_ca: optional(path),
  certs_dir: optional(path),
  verify_name: optional(yesOrNo),
};

/** Names inside `internal` and `custom` that this station knows: none so far. */
const ownNames = {};

/** Reads the file at `initPath`. Throws GreenupError with one line that names the file, the field and what is valid. */
export function readInitFile(initPath: string): Init {
  if (!existsSync(initPath))
    throw new GreenupError('config.invalid', `${initPath}: cannot be read as JSON: there is no such file`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(initPath, 'utf8'));
  } catch (error) {
    throw new GreenupError('config.invalid', `${initPath}: cannot be read as JSON: ${messageOf(error)}`);
  }
  return readInit(value, initPath);
}

/** The same for a value; `place` is for messages. */
export function readInit(value: unknown, place: string): Init {
  const given = jsonObject.read(value);
  if (!given) throw new GreenupError('config.invalid', `${place}: must be a JSON object { … }`);
  const init = readParameters(parameters, given, place);
  const remarks = unknownNames(parameters, given, place);
  for (const group of ['internal', 'custom'] as const) {
    remarks.push(...unknownNames(ownNames, init[group] ?? {}, `${place}: ${group}`));
  }
  if (init.url !== undefined) checkKey('URL', init.url, `${place}: url`);
  if (init.cp_id !== undefined) checkKey('UID', init.cp_id, `${place}: cp_id`);
  const hint = init.url !== undefined && init.cp_id !== undefined ? addressHint(init.url, init.cp_id) : undefined;
  if (hint !== undefined) remarks.push(`${place}: url: ${hint}`);
  const tls = readParameters(tlsParameters, init.tls ?? {}, `${place}: tls`);
  remarks.push(...unknownNames(tlsParameters, init.tls ?? {}, `${place}: tls`));
  return {
    board: boardOf(init, place, remarks),
    configuration: {
      ...configurationOf(init.config ?? {}, place),
      ...(init.url === undefined ? {} : { URL: init.url }),
      ...(init.cp_id === undefined ? {} : { UID: init.cp_id }),
    },
    time: timeOf(init, place, remarks),
    seed: init.seed,
    frames: init.frames ?? false,
    ca: tls.csms_ca === undefined ? undefined : readAuthorities(tls.csms_ca, `${place}: tls.csms_ca`),
    trust: trustOf(tls, place),
    takesAnyName: tls.verify_name === false,
    dataDirectory: init.data_dir,
    remarks,
  };
}

function timeOf({ speed, step, time }: ValuesOf<typeof parameters>, place: string, remarks: string[]): TimeOptions {
  const isOwn = step === true || (speed ?? 1) !== 1;
  if (time !== undefined && !isOwn)
    remarks.push(`${place}: time is not used: without step or speed it is the real one`);
  return {
    ...(speed === undefined ? {} : { speed }),
    ...(step === undefined ? {} : { stepped: step }),
    ...(time === undefined ? {} : { systemTimeMs: time }),
  };
}

function boardOf(init: ValuesOf<typeof parameters>, place: string, remarks: string[]): Board {
  const { board: file, connectors, fixed_cable: fixedCable } = init;
  const given = init.identity ?? {};
  remarks.push(...unknownNames(identityParameters, given, `${place}: identity`));
  // What is left out is absent, not undefined.
  const identity = readParameters(identityParameters, given, `${place}: identity`) as PlainIdentity;
  if (file === undefined) {
    return plainBoard({ connectors: connectors ?? 1, identity, ...(fixedCable ? { fixedCable } : {}) });
  }
  if (connectors !== undefined || fixedCable !== undefined) {
    remarks.push(`${place}: connectors and fixed_cable are not used: board ${file} says what there is`);
  }
  // A board file needs the YAML reader, a plain board does not.
  const { loadBoard } = require('../hal/board/board-file') as typeof import('../hal/board/board-file');
  const board = loadBoard(file);
  const checked = plainBoard({ connectors: 1, identity });
  return {
    ...board,
    ...(identity.vendor === undefined ? {} : { vendor: checked.vendor }),
    ...(identity.model === undefined ? {} : { model: checked.model }),
    ...(identity.serial === undefined ? {} : { serialNumber: checked.serialNumber }),
    ...(checked.firmwareVersion === undefined ? {} : { firmwareVersion: checked.firmwareVersion }),
  };
}

/** Texts, numbers and truth values become the texts that OCPP has. What they mean the configuration itself judges. */
function configurationOf(given: Readonly<Record<string, unknown>>, place: string): Record<string, string> {
  const entries = Object.entries(given).map(([key, value]): [string, string] => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return [key, String(value)];
    }
    const found = JSON.stringify(value);
    throw new GreenupError(
      'config.invalid',
      `${place}: config.${key}: found ${found}; must be a text, number, true or false`,
    );
  });
  return Object.fromEntries(entries);
}
