/** Reads a board file: YAML in the words of the trade becomes a Board, or an error that lists all that is wrong. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Board, BoardPoint, BoardSocket } from '../board';
import { GreenupError, messageOf, systemCode } from '../errors';
import { programFile } from '../program-files';
import { nearest } from '../suggest';
import { checkBoard, checkReference, digitsOf } from './board-checks';
import { type BoardText, boardDefaults, boardText, type PointText, type SocketText } from './board-schema';
import { type CatalogueStation, catalogueFor } from './catalogue';
import { warnOfLacking } from './protection';
import { checkWiring } from './wiring-checks';
import { hardwareOf, pointWiringOf, socketWiringOf } from './wiring-text';
import type { YamlProblems } from './yaml-problems';
import { readYaml, type YamlDraft } from './yaml-text';

/** A board takes 2 to 10 kB; what is larger is some other file, and would only cost time. */
const boardFileBytesMax = 64 * 1024;
const neighboursShownMax = 20;

/** A check that needs more than this room knows, such as the register maps of meters. */
export type BoardCheck = (board: YamlDraft<BoardText>, problems: YamlProblems) => void;

export interface BoardFileReading {
  board: Board;
  /** What is allowed and should be thought of: a line each, with its place. */
  warnings: string[];
}

/** Reads the board file at `path`. Throws GreenupError `board.invalid`: one line for each problem, with its place. */
export function loadBoard(path: string, ...checks: readonly BoardCheck[]): Board {
  return readBoard(path, ...checks).board;
}

/** The same, with warnings for people who write the file. */
export function readBoard(path: string, ...checks: readonly BoardCheck[]): BoardFileReading {
  return readBoardText(readBoardFile(path), path, { checks });
}

/**
 * Reads the text of a board file. `fileName` is for messages, and to find `catalogue.yaml` beside it if the board has
 * a reference and no `catalogue` is given. Throws GreenupError `board.invalid`: one line for each problem, as in
 * `board/x.yaml:14:9 points[0].sockets[1].ratedCurrent: found "abc"; must be a number of amperes from 6 to 63`.
 */
export function parseBoard(text: string, fileName: string, catalogue?: readonly CatalogueStation[]): Board {
  return readBoardText(text, fileName, catalogue ? { catalogue } : {}).board;
}

interface ReadingOptions {
  catalogue?: readonly CatalogueStation[];
  checks?: readonly BoardCheck[];
}

/** As `parseBoard`, with further checks and with warnings. */
export function readBoardText(text: string, fileName: string, options: ReadingOptions = {}): BoardFileReading {
  const { catalogue, checks = [] } = options;
  if (Buffer.byteLength(text) > boardFileBytesMax) throw tooLarge(fileName, Buffer.byteLength(text));
  const { draft, problems, complete } = readYaml(text, fileName, 'board.invalid', boardText);
  checkBoard(draft, problems);
  checkWiring(draft, problems);
  if (draft.reference !== undefined) checkReference(draft, catalogue ?? catalogueFor(fileName), problems);
  for (const check of checks) check(draft, problems);
  warnOfLacking(draft, problems);
  return { board: boardOf(complete()), warnings: problems.warnings() };
}

function boardOf(text: BoardText): Board {
  const { name, drivers, vendor, model, serialNumber, firmwareVersion, reference, hardware } = text;
  return {
    name,
    drivers,
    vendor,
    model,
    serialNumber,
    ...(firmwareVersion === undefined ? {} : { firmwareVersion }),
    ...(reference === undefined ? {} : { reference: digitsOf(reference) }),
    nominalVoltageV: text.nominalVoltage ?? boardDefaults.nominalVoltage,
    ...(text.trustsUnknownFileServers ? { trustsUnknownFileServers: true } : {}),
    points: text.points.map((point) => pointOf(point, text)),
    ...(hardware ? { hardware: hardwareOf(hardware) } : {}),
  };
}

function pointOf(text: PointText, { drivers, hardware }: BoardText): BoardPoint {
  // On a rig there is what is wired.
  const wired = drivers === 'pi' ? (text.wiring ?? {}) : undefined;
  return {
    side: text.side ?? boardDefaults.side,
    installationCurrentA: text.installationCurrent,
    cardReader: text.cardReader ?? (wired ? wired.cardReader !== undefined : boardDefaults.cardReader),
    indicator: text.indicator ?? (wired ? wired.indicator !== undefined : boardDefaults.indicator),
    sockets: text.sockets.map((socket) => socketOf(socket, drivers, hardware)),
    ...(text.wiring && hardware ? { wiring: pointWiringOf(text.wiring, hardware) } : {}),
  };
}

function socketOf(text: SocketText, drivers: Board['drivers'], hardware: BoardText['hardware']): BoardSocket {
  const tethered = typeof text.cable === 'object' ? { tetheredCableA: text.cable.tethered } : {};
  const wired = drivers === 'pi' ? text.wiring : undefined;
  const isSocketOutlet = text.mode === 'mode3' && typeof text.cable !== 'object';
  return {
    mode: text.mode,
    phases: text.phases,
    ratedCurrentA: text.ratedCurrent,
    ...tethered,
    lock: text.lock ?? (wired ? wired.lock !== undefined : isSocketOutlet),
    plugDetector: text.plugDetector ?? (wired ? wired.plug !== undefined : text.mode === 'mode2'),
    residualCurrentMonitor:
      text.residualCurrentMonitor ?? (wired ? wired.residual !== undefined : boardDefaults.residualCurrentMonitor),
    thermometer: text.thermometer ?? (wired ? wired.thermometer !== undefined : boardDefaults.thermometer),
    ventilation: text.ventilation ?? boardDefaults.ventilation,
    ...(text.wakesVehicle ? { wakesVehicle: true } : {}),
    ...(text.meterBehindContactor ? { meterBehindContactor: true } : {}),
    ...(text.wiring && hardware ? { wiring: socketWiringOf(text.wiring, hardware) } : {}),
  };
}

/** Reasons in words for the codes of the operating system. */
const readFailures: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file: a part of the path is not a directory',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ELOOP: 'symbolic links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
};

function readBoardFile(path: string): string {
  try {
    const status = statSync(path);
    if (status.isDirectory()) {
      throw new GreenupError('board.invalid', `${path}: is a directory; ${neighbours(path, '')}`);
    }
    if (!status.isFile()) throw new GreenupError('board.invalid', `${path}: is not a regular file; give a board file`);
    if (status.size > boardFileBytesMax) throw tooLarge(path, status.size);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof GreenupError) throw error;
    const code = systemCode(error) ?? '';
    const reason = readFailures[code] ?? `cannot be read (${messageOf(error)})`;
    const help = code === 'ENOENT' ? `; ${neighbours(dirname(path), basename(path))}` : '';
    throw new GreenupError('board.invalid', `${path}: ${reason}${help}`, { cause: error });
  }
}

function tooLarge(path: string, bytes: number): GreenupError {
  return new GreenupError(
    'board.invalid',
    `${path}: has ${bytes} bytes; a board file has at most ${boardFileBytesMax}`,
  );
}

/** The valid choices for somebody who named a file that is not there. */
function neighbours(directory: string, wanted: string): string {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => /\.ya?ml$/.test(name) && name !== 'catalogue.yaml');
  } catch {
    return `there is no directory ${directory}`;
  }
  if (names.length === 0) {
    const own = dirname(programFile('board/simulated-double.yaml'));
    return `${directory} has no board files (*.yaml); those of the program are in ${own}`;
  }
  const meant = nearest(wanted, names);
  const more = names.length > neighboursShownMax ? ', …' : '';
  return `${meant === undefined ? '' : `did you mean ${meant}? `}Board files in ${directory}: ${names.toSorted().slice(0, neighboursShownMax).join(', ')}${more}`;
}
