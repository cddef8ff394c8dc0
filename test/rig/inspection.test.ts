/** Who else works a rig: a station by its word, a program by the lines that it holds. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SysfsBackend } from '../../src/drivers/pi/gpio/sysfs-backend';
import { loadBoard } from '../../src/hal/board/board-file';
import { type OthersOptions, otherUserOf, realMachine, rigHardwareOf } from '../../src/rig/inspection';
import { rigBoard } from './rig-machine';

let directory: string;
let options: OthersOptions;
let places: { gpioRoot: string; processRoot: string };

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'inspection-')));
  const gpioRoot = join(directory, 'gpio');
  const processRoot = join(directory, 'proc');
  places = { gpioRoot, processRoot };
  const backend = new SysfsBackend(rigHardwareOf(rigBoard()), places);
  options = { healthFile: join(directory, 'health.json'), backend, lives: () => true };
  const chip = join(gpioRoot, 'gpiochip512');
  mkdirSync(chip, { recursive: true });
  for (const [name, text] of [
    ['label', 'pinctrl-bcm2711'],
    ['base', '512'],
    ['ngpio', '58'],
  ] as const) {
    writeFileSync(join(chip, name), `${text}\n`);
  }
  mkdirSync(processRoot);
});
afterEach(() => rmSync(directory, { recursive: true }));

function word(ageMs: number, pid = 4242): void {
  const at = new Date(Date.now() - ageMs).toISOString();
  writeFileSync(options.healthFile, JSON.stringify({ at, pid, board: 'rig' }));
}

/** Process 4242 has the value of this line open. */
function holds(number: number): void {
  const { gpioRoot, processRoot } = places;
  const value = join(gpioRoot, `gpio${number}`, 'value');
  mkdirSync(join(value, '..'));
  writeFileSync(value, '0\n');
  const files = join(processRoot, '4242', 'fd');
  mkdirSync(files, { recursive: true });
  symlinkSync('/dev/null', join(files, '0'));
  symlinkSync(value, join(files, '17'));
  writeFileSync(join(processRoot, '4242', 'cmdline'), 'node\0greenup.js\0run\0');
}

test('nobody', () => {
  expect(otherUserOf(rigBoard(), options)).toBeUndefined();
});

test('a station that told its health lately, and lives', () => {
  word(2_000);
  expect(otherUserOf(rigBoard(), options)).toBe(
    'a station runs (process 4242, board rig): stop it first: sudo systemctl stop greenup, or kill 4242 where it was started by hand',
  );
});

test.each([
  ['an old word', () => word(20_000)],
  ['the word of this process', () => word(0, process.pid)],
  ['a word that cannot be read', () => writeFileSync(options.healthFile, '{')],
  [
    'the word of a process that has ended',
    () => {
      word(0);
      options.lives = () => false;
    },
  ],
])('%s is nobody', (_what, leave) => {
  leave();
  expect(otherUserOf(rigBoard(), options)).toBeUndefined();
});

test.each([
  ['a coil', 17],
  ['a feedback', 5],
])('a program that holds the line of %s', (_what, line) => {
  holds(512 + line);
  expect(otherUserOf(rigBoard(), options)).toMatch(
    new RegExp(`^process 4242 \\(node greenup.js run\\) holds line ${line} of GPIO chip header: stop it first`),
  );
});

test('a line of no part of ours, or one that was left exported, is nobody', () => {
  holds(512 + 50);
  mkdirSync(join(places.gpioRoot, 'gpio529'));
  writeFileSync(join(places.gpioRoot, 'gpio529', 'value'), '0\n');
  expect(otherUserOf(rigBoard(), options)).toBeUndefined();
});

test('a simulated board has no parts to try', () => {
  expect(() => realMachine(loadBoard('board/simulated-double.yaml'))).toThrow(
    'board simulated-double is simulated: only a board with drivers: pi has parts to try',
  );
});
