/** The rules of a board that one value alone cannot break: what goes together, and what the catalogue says. */
import type { Side } from '../board';
import { nearest } from '../suggest';
import { type BoardText, type PointText, pointsMax, ratedCurrentLimits, type SocketText } from './board-schema';
import type { CatalogueStation } from './catalogue';
import type { YamlProblems } from './yaml-problems';
import type { YamlDraft } from './yaml-text';

interface SocketRule {
  /** The name that the message points at. */
  at: keyof SocketText;
  broken(socket: YamlDraft<SocketText>): boolean;
  /** What must be there instead, and why. */
  must: string;
}

const { min: mode2Min, max: mode2Max } = ratedCurrentLimits.mode2;
const isTethered = (socket: YamlDraft<SocketText>): boolean => typeof socket.cable === 'object';

const socketRules: readonly SocketRule[] = [
  {
    at: 'phases',
    broken: ({ mode, phases }) => mode === 'mode2' && phases === 3,
    must: '1 in Mode 2: a 2P+E outlet has one phase',
  },
  {
    at: 'ratedCurrent',
    broken: ({ mode, ratedCurrent }) =>
      mode === 'mode2' && ratedCurrent !== undefined && (ratedCurrent < mode2Min || ratedCurrent > mode2Max),
    must: `a number of amperes from ${mode2Min} to ${mode2Max} in Mode 2`,
  },
  {
    at: 'cable',
    broken: (socket) => socket.mode === 'mode2' && isTethered(socket),
    must: 'socket in Mode 2: only a Mode 3 cable can be attached',
  },
  {
    at: 'lock',
    broken: ({ mode, lock }) => mode === 'mode2' && lock === true,
    must: 'false in Mode 2: a 2P+E outlet has no plug lock',
  },
  {
    at: 'lock',
    broken: (socket) => socket.mode !== 'mode2' && isTethered(socket) && socket.lock === true,
    must: 'false with a tethered cable: there is no plug to lock',
  },
  {
    at: 'plugDetector',
    broken: ({ mode, plugDetector }) => mode === 'mode3' && plugDetector === true,
    must: 'false in Mode 3: the pilot and proximity contacts tell that a plug is in',
  },
  {
    at: 'wakesVehicle',
    broken: ({ mode, wakesVehicle }) => mode === 'mode2' && wakesVehicle === true,
    must: 'false in Mode 2: a 2P+E outlet has no pilot to wake a vehicle with',
  },
];

/** Adds a problem for each rule that the board breaks; names that are missing or refused break none. */
export function checkBoard(board: YamlDraft<BoardText>, problems: YamlProblems): void {
  const points = board.points ?? [];
  checkSides(points, problems);
  points.forEach((point, index) => {
    const path = `points[${index}].sockets`;
    checkModes(point.sockets ?? [], path, problems);
    (point.sockets ?? []).forEach((socket, socketIndex) => {
      for (const { at, broken, must } of socketRules) {
        if (broken(socket)) {
          problems.add(`${path}[${socketIndex}].${at}`, `found ${shown(socket[at])}; must be ${must}`);
        }
      }
    });
  });
}

const sidesInOrder: readonly Side[] = ['right', 'left'];

function checkSides(points: readonly YamlDraft<PointText>[], problems: YamlProblems): void {
  if (points.length !== pointsMax) return;
  sidesInOrder.forEach((side, index) => {
    const found = points[index]?.side;
    if (found === side || (found === undefined && problems.has(`points[${index}].side`))) return;
    const what = found === undefined ? 'missing' : `found ${shown(found)}`;
    problems.add(`points[${index}].side`, `${what}; must be ${side}: of two points the right one comes first`);
  });
}

function checkModes(sockets: readonly YamlDraft<SocketText>[], path: string, problems: YamlProblems): void {
  const seen: unknown[] = [];
  sockets.forEach(({ mode }, index) => {
    if (mode !== undefined && seen.includes(mode)) {
      problems.add(
        `${path}[${index}].mode`,
        `found ${mode} a second time; a point has at most one socket of each mode`,
      );
    } else if (mode === 'mode3' && seen.includes('mode2')) {
      problems.add(
        `${path}[${index}].mode`,
        'found mode3 after mode2; the Mode 3 socket comes first, because connectors are numbered in this order',
      );
    }
    seen.push(mode);
  });
}

/** Adds a problem where the board differs from what the catalogue states of its reference. */
export function checkReference(
  board: YamlDraft<BoardText>,
  stations: readonly CatalogueStation[],
  problems: YamlProblems,
): void {
  const { reference, points = [] } = board;
  if (reference === undefined) return;
  const row = stations.find((station) => station.reference === digitsOf(reference));
  if (row === undefined) {
    const references = stations.map((station) => station.reference);
    const meant = nearest(digitsOf(reference), references);
    const question = meant === undefined ? '' : `did you mean ${meant}? `;
    problems.add(
      'reference',
      `found ${shown(reference)}, which is not in the catalogue; ${question}It has: ${references.join(', ')}`,
    );
    return;
  }
  const says = `the catalogue says of ${row.reference}${row.verified ? '' : ' (row not verified)'}:`;
  if (row.points !== undefined && points.length > 0 && points.length !== row.points) {
    problems.add('points', `found ${countOf(points.length, 'point')}; ${says} ${countOf(row.points, 'point')}`);
  }
  points.forEach(({ sockets = [] }, index) => {
    checkSocketsOf(row, says, sockets, `points[${index}].sockets`, problems);
  });
}

function checkSocketsOf(
  row: CatalogueStation,
  says: string,
  sockets: readonly YamlDraft<SocketText>[],
  path: string,
  problems: YamlProblems,
): void {
  const modes = sockets.flatMap(({ mode }) => (mode === undefined ? [] : [mode]));
  const known = modes.length === sockets.length && modes.length > 0;
  if (row.sockets !== undefined && known && modes.toSorted().join() !== row.sockets.toSorted().join()) {
    problems.add(path, `found ${modes.join(' and ')}; ${says} ${row.sockets.join(' and ')}`);
  }
  sockets.forEach(({ mode, phases, ratedCurrent }, index) => {
    if (mode !== 'mode3') return;
    if (row.phases !== undefined && phases !== undefined && phases !== row.phases) {
      problems.add(`${path}[${index}].phases`, `found ${phases}; ${says} ${row.phases}`);
    }
    if (row.ratedCurrentA !== undefined && ratedCurrent !== undefined && ratedCurrent !== row.ratedCurrentA) {
      problems.add(`${path}[${index}].ratedCurrent`, `found ${ratedCurrent} A; ${says} ${row.ratedCurrentA} A`);
    }
  });
}

/** Legrand prints 0 590 04 and OCPP sends 059004; both are meant to be the same. */
export function digitsOf(reference: string): string {
  return reference.replaceAll(' ', '');
}

function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function shown(value: unknown): string {
  return typeof value === 'object'
    ? 'a tethered cable'
    : typeof value === 'string'
      ? JSON.stringify(value)
      : String(value);
}
