/** The rules of a rig's wiring that one value alone cannot break: what must be wired, what exists, what is used twice. */

import { nearest } from '../suggest';
import type { BoardText, PointText } from './board-schema';
import { checkDivider, checkPilotInput } from './calibration-checks';
import { type ChipDraft, checkLine, type HardwareDraft } from './line-checks';
import { checkPartsSaid, type SocketDraft } from './protection';
import { headerPwm, isHeaderPwm } from './pwm-lines';
import { wiringDefaults } from './wiring-schema';
import type { YamlProblems } from './yaml-problems';
import type { YamlDraft } from './yaml-text';

type Wired = NonNullable<SocketDraft['wiring']>;

interface PartRule {
  part: keyof Wired;
  /** Why the part must be wired, or undefined where it need not be. */
  needed(socket: SocketDraft): string | undefined;
  /** Why the part must not be wired, or undefined where it may be. */
  unwanted(socket: SocketDraft): string | undefined;
}

const isTethered = ({ cable }: SocketDraft): boolean => typeof cable === 'object';
const said = (value: boolean | undefined, wanted: boolean, name: string): string | undefined =>
  value === wanted ? `${name} is ${wanted}` : undefined;

const partRules: readonly PartRule[] = [
  {
    part: 'pilot',
    needed: ({ mode }) => (mode === 'mode3' ? 'a Mode 3 outlet has a control pilot' : undefined),
    unwanted: ({ mode }) => (mode === 'mode2' ? 'a Mode 2 outlet has no control pilot' : undefined),
  },
  {
    part: 'proximity',
    needed: (socket) =>
      socket.mode === 'mode3' && !isTethered(socket) ? 'the plug tells the rating of its cable by it' : undefined,
    unwanted: (socket) => {
      if (socket.mode === 'mode2') return 'a Mode 2 outlet has no proximity contact';
      return isTethered(socket) ? 'a tethered cable has a rating in the board file' : undefined;
    },
  },
  {
    part: 'lock',
    needed: ({ lock }) => said(lock, true, 'lock'),
    unwanted: (socket) => {
      if (socket.mode === 'mode2') return 'a 2P+E outlet has no plug lock';
      return isTethered(socket) ? 'there is no plug to lock' : said(socket.lock, false, 'lock');
    },
  },
  {
    part: 'plug',
    needed: ({ plugDetector }) => said(plugDetector, true, 'plugDetector'),
    unwanted: ({ mode, plugDetector }) =>
      mode === 'mode3' ? 'a Mode 3 outlet sees the plug by its pilot' : said(plugDetector, false, 'plugDetector'),
  },
  {
    part: 'residual',
    needed: ({ residualCurrentMonitor }) => said(residualCurrentMonitor, true, 'residualCurrentMonitor'),
    unwanted: ({ residualCurrentMonitor }) => said(residualCurrentMonitor, false, 'residualCurrentMonitor'),
  },
  {
    part: 'thermometer',
    needed: ({ thermometer }) => said(thermometer, true, 'thermometer'),
    unwanted: ({ thermometer }) => said(thermometer, false, 'thermometer'),
  },
  {
    part: 'meter',
    needed: () => 'energy cannot be billed without one',
    unwanted: () => undefined,
  },
];

const pointParts = ['cardReader', 'indicator'] as const;

/** Adds a problem for each rule of the wiring that the board breaks; names that are missing or refused break none. */
export function checkWiring(board: YamlDraft<BoardText>, problems: YamlProblems): void {
  const { drivers, points = [] } = board;
  if (drivers === 'pi') {
    if (board.hardware === undefined && !problems.has('hardware')) {
      problems.add('hardware', 'missing; drivers: pi needs it: it tells the GPIO chips and buses of the rig');
    }
    points.forEach((point, index) => {
      checkPoint(point, `points[${index}]`, problems);
    });
  }
  points.forEach(({ sockets = [] }, index) => {
    sockets.forEach((socket, socketIndex) => {
      const path = `points[${index}].sockets[${socketIndex}].wiring`;
      checkEmulator(socket, `${path}.emulator`, problems);
      checkLockTime(socket, `${path}.lock`, problems);
      checkCalibration(socket, path, problems);
    });
  });
  if (board.hardware === undefined || problems.has('hardware')) return;
  checkChips(board.hardware.gpio?.chips ?? [], problems);
  checkUses(board, board.hardware, problems);
}

function checkPoint(point: YamlDraft<PointText>, path: string, problems: YamlProblems): void {
  for (const part of pointParts) {
    const place = `${path}.wiring.${part}`;
    const wired = point.wiring?.[part] !== undefined;
    if (point[part] === true && !wired) problems.add(place, `missing; ${part} is true`);
    if (point[part] === false && wired) problems.add(place, `must not be there; ${part} is false`);
  }
  (point.sockets ?? []).forEach((socket, index) => {
    checkSocket(socket, `${path}.sockets[${index}]`, problems);
  });
}

function checkSocket(socket: SocketDraft, path: string, problems: YamlProblems): void {
  const { wiring } = socket;
  if (problems.has(path) || problems.has(`${path}.wiring`)) return;
  if (wiring === undefined) {
    problems.add(`${path}.wiring`, 'missing; drivers: pi needs it: it tells how the outlet is wired');
    return;
  }
  for (const { part, needed, unwanted } of partRules) {
    const wired = wiring[part] !== undefined;
    const reason = wired ? unwanted(socket) : needed(socket);
    if (reason === undefined) continue;
    problems.add(`${path}.wiring.${part}`, `${wired ? 'must not be there' : 'missing'}; ${reason}`);
  }
  checkPartsSaid(socket, path, problems);
}

/** The socket machine gives the bolt so long, in ms, before it counts as failed; the driver must have given up by then. */
const lockTimeMaxMs = 8_000;
/** Rest of the motor after each pulse, and pause between two tries, in ms, as the driver makes them. */
const lockRestMs = 100;
const lockPauseMs = 1_000;

function checkLockTime({ wiring }: SocketDraft, path: string, problems: YamlProblems): void {
  if (wiring?.lock === undefined) return;
  const { pulse = wiringDefaults.lockPulseMs, tries = wiringDefaults.lockTries } = wiring.lock;
  const time = tries * (pulse + lockRestMs) + (tries - 1) * lockPauseMs;
  if (time < lockTimeMaxMs) return;
  problems.add(
    `${path}.tries`,
    `found ${tries} tries with pulses of ${pulse} ms, which take ${time / 1_000} s with their pauses; they must take less than ${lockTimeMaxMs / 1_000} s`,
  );
}

function checkCalibration({ mode, wiring }: SocketDraft, path: string, problems: YamlProblems): void {
  const { pilot, proximity, thermometer } = wiring ?? {};
  for (const plateau of ['high', 'low'] as const) {
    const input = mode === 'mode3' ? pilot?.[plateau] : undefined;
    if (input) checkPilotInput(input, `${path}.pilot.${plateau}`, problems);
  }
  if (proximity) checkDivider(proximity, `${path}.proximity`, problems);
  if (thermometer) checkDivider(thermometer, `${path}.thermometer`, problems);
}

function checkEmulator({ mode, wiring }: SocketDraft, path: string, problems: YamlProblems): void {
  if (mode !== 'mode2' || wiring?.emulator?.request === undefined) return;
  problems.add(`${path}.request`, 'must not be there; in Mode 2 a vehicle does not ask for energy by a pilot');
}

/** Two chips with one label can only be told apart by their devices, as two expanders on one bus. */
function checkChips(chips: readonly ChipDraft[], problems: YamlProblems): void {
  chips.forEach((chip, index) => {
    for (const other of chips.slice(0, index)) {
      const label = chip.labels?.find((one) => other.labels?.includes(one));
      if (label === undefined || isApart(chip.device, other.device)) continue;
      problems.add(
        `hardware.gpio.chips[${index}].labels`,
        `${other.name ?? 'another chip'} has the label ${label}, too; give each of the two its device, as 1-0020 for address 0x20 of I2C bus 1`,
      );
    }
  });
}

function isApart(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** Names that must exist, and things that only one part can have. */
function checkUses(board: YamlDraft<BoardText>, hardware: HardwareDraft, problems: YamlProblems): void {
  const chips = (hardware.gpio?.chips ?? []).flatMap(({ name }) => name ?? []);
  const buses = (hardware.serial ?? []).flatMap(({ name }) => name ?? []);
  checkNames('hardware.gpio.chips', chips, problems);
  checkNames('hardware.serial', buses, problems);
  const owners = new Map<string, string>();
  /** `key` tells things apart where one has several names. */
  const own = (what: string, path: string, key = what): void => {
    const other = owners.get(key);
    if (other === undefined) owners.set(key, path);
    else problems.add(path, `${what} is used twice: ${other} has it already`);
  };
  walk(board, '', (node, path) => {
    if (typeof node.line === 'number') {
      const chip = typeof node.chip === 'string' ? node.chip : chips[0];
      if (chip !== undefined) {
        checkKnown(chip, chips, `${path}.chip`, 'GPIO chip', problems);
        own(`line ${node.line} of chip ${chip}`, path);
        const wired = hardware.gpio?.chips?.find(({ name }) => name === chip);
        const use = { path, line: node.line, activeLow: node.activeLow === true, chip: wired };
        checkLine(use, hardware, board, problems);
      }
    } else if (typeof node.channel === 'number' && typeof node.chip === 'string') {
      const chip = isHeaderPwm(node.chip) ? headerPwm : node.chip;
      own(`channel ${node.channel} of ${node.chip}`, path, `channel ${node.channel} of ${chip}`);
    }
    if (typeof node.address === 'number' && typeof node.input === 'number') {
      own(`input ${node.input} at address 0x${node.address.toString(16)}`, path);
      if (hardware.i2c === undefined && !problems.has('hardware.i2c')) {
        problems.add('hardware.i2c', `missing; ${path} is on the I2C bus`);
      }
    }
    if (typeof node.unit === 'number' && typeof node.bus === 'string') {
      checkKnown(node.bus, buses, `${path}.bus`, 'serial bus', problems);
      own(`unit ${node.unit} of bus ${node.bus}`, path);
    }
    if (typeof node.device === 'string' && path.endsWith('.cardReader')) own(node.device, path);
    if (typeof node.path === 'string' && path.startsWith('hardware.serial')) own(node.path, path);
  });
}

function checkNames(path: string, names: readonly string[], problems: YamlProblems): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) problems.add(`${path}[${index}].name`, `found "${name}" a second time`);
  });
}

function checkKnown(name: string, names: readonly string[], path: string, what: string, problems: YamlProblems): void {
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  const question = meant === undefined ? '' : `did you mean ${meant}? `;
  problems.add(path, `there is no ${what} "${name}"; ${question}valid: ${names.join(', ') || 'none is listed'}`);
}

/** Visits every mapping of the file with its path. */
function walk(node: unknown, path: string, visit: (node: Record<string, unknown>, path: string) => void): void {
  if (Array.isArray(node)) {
    node.forEach((item, index) => {
      walk(item, `${path}[${index}]`, visit);
    });
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const mapping = node as Record<string, unknown>;
  visit(mapping, path);
  for (const [name, value] of Object.entries(mapping)) walk(value, path === '' ? name : `${path}.${name}`, visit);
}
