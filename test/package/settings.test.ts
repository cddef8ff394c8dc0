/** `greenup-settings`: settings from before come back unless new ones are proven, wherever the power is cut. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let directory: string;
let settings: string;
let releases: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-settings-'));
  settings = join(directory, 'settings');
  releases = join(directory, 'releases');
  mkdirSync(settings);
  mkdirSync(releases);
  write('board.yaml', 'old board');
  write('station.env', 'old env');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(settings, name), `${text}\n`);
}
const read = (name: string): string => readFileSync(join(settings, name), 'utf8').trim();
const both = (): string[] => [read('board.yaml'), read('station.env')];

function run(...words: string[]): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync('board/pi/greenup-settings', words, {
    encoding: 'utf8',
    env: { ...process.env, GREENUP_SETTINGS: settings, GREENUP_RELEASES: releases },
  });
  return { code: status, stderr: stderr.trim() };
}

/** What greenup-select has chosen, and what it holds for good. */
function releaseInUse(name: string, good?: string): void {
  rmSync(join(releases, 'current'), { force: true });
  symlinkSync(join('releases', name), join(releases, 'current'));
  if (good !== undefined) writeFileSync(join(releases, 'good'), `${good}\n`);
}

function begin(release: string): void {
  write('.flash-board.yaml', 'new board');
  write('.flash-station.env', 'new env');
  expect(run('--begin', release)).toEqual({ code: 0, stderr: '' });
}

const clean = (): string[] => readdirSync(settings).filter((name) => !['board.yaml', 'station.env'].includes(name));

test('without a trial of settings a start changes nothing', () => {
  releaseInUse('one', 'one');
  expect(run()).toEqual({ code: 0, stderr: '' });
  expect(both()).toEqual(['old board', 'old env']);
  expect(clean()).toEqual([]);
});

test('new settings are in use at once, and stay when they are kept', () => {
  releaseInUse('two', 'one');
  begin('two');
  expect(both()).toEqual(['new board', 'new env']);
  expect(run('--keep').code).toBe(0);
  expect(run().code).toBe(0);
  expect(both()).toEqual(['new board', 'new env']);
  expect(clean()).toEqual([]);
});

test('they go with the release that was to prove them', () => {
  releaseInUse('two', 'one');
  begin('two');
  expect(run().code).toBe(0);
  releaseInUse('one');
  expect(run()).toEqual({
    code: 0,
    stderr: 'greenup-settings: release two is not in use: the settings from before are back',
  });
  expect(both()).toEqual(['old board', 'old env']);
  expect(clean()).toEqual([]);
});

test('they stay with a release that was confirmed with them, though nobody was left to say so', () => {
  releaseInUse('two', 'one');
  begin('two');
  releaseInUse('two', 'two');
  for (let start = 0; start < 5; start += 1) expect(run()).toEqual({ code: 0, stderr: '' });
  expect(both()).toEqual(['new board', 'new env']);
  expect(clean()).toEqual([]);
});

test('with the release that was good before they have three starts', () => {
  releaseInUse('one', 'one');
  begin('one');
  for (let start = 0; start < 3; start += 1) {
    expect(run()).toEqual({ code: 0, stderr: '' });
    expect(both()).toEqual(['new board', 'new env']);
  }
  expect(run()).toEqual({
    code: 0,
    stderr: 'greenup-settings: the new settings were started 3 times and never proven: those from before are back',
  });
  expect(both()).toEqual(['old board', 'old env']);
});

test('a second attempt keeps the copies of what was proven, not of what was not', () => {
  releaseInUse('two', 'one');
  begin('two');
  write('.flash-board.yaml', 'newer board');
  expect(run('--begin', 'two').code).toBe(0);
  expect(both()).toEqual(['newer board', 'new env']);
  expect(run('--back').code).toBe(0);
  expect(both()).toEqual(['old board', 'old env']);
});

test('only what is new is changed, and a file that was not there before stays when it comes', () => {
  releaseInUse('two', 'one');
  rmSync(join(settings, 'board.yaml'));
  write('.flash-board.yaml', 'first board');
  run('--begin', 'two');
  expect(both()).toEqual(['first board', 'old env']);
  run('--back');
  expect(both()).toEqual(['first board', 'old env']);
  expect(clean()).toEqual([]);
});

test.each([
  ['the copies were made', ['board.yaml.before-flash']],
  ['one file was put back', ['board.yaml.before-flash', 'flashing']],
])('a power cut after %s leaves no mixture', (_when, left) => {
  releaseInUse('one', 'one');
  if (left.includes('flashing')) {
    // As --back leaves it half-way: the one file is old, the other still new.
    begin('one');
    write('flashing', 'one 0');
    write('board.yaml', 'old board');
    rmSync(join(settings, 'board.yaml.before-flash'));
  } else {
    write('board.yaml.before-flash', 'old board');
  }
  expect(run().code).toBe(0);
  expect(both()).toEqual(['old board', 'old env']);
});

test('back without a trial of settings changes nothing; a mark that cannot be read ends the trial', () => {
  releaseInUse('one', 'one');
  write('board.yaml.before-flash', 'stale');
  expect(run('--back')).toEqual({ code: 0, stderr: '' });
  expect(both()).toEqual(['old board', 'old env']);
  rmSync(join(settings, 'board.yaml.before-flash'));
  begin('one');
  write('flashing', 'one many');
  run();
  expect(both()).toEqual(['old board', 'old env']);
  expect(existsSync(join(settings, 'flashing'))).toBe(false);
});

test('a wrong command line is told its use', () => {
  const { code, stderr } = run('--begin');
  expect(code).toBe(2);
  expect(stderr).toMatch(/--begin RELEASE/);
});
