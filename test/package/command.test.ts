/** `greenup-command`: root runs nothing of a release as root, for the user of the service may replace releases. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const nobody = 65_534;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'greenup-command-'));
  chmodSync(root, 0o755);
  const bin = join(root, 'releases', 'one', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'greenup'), '#!/bin/sh\necho "$(id -u) $(id -g) $(id -G | tr " " +) told $*"\nexit 7\n');
  chmodSync(join(bin, 'greenup'), 0o755);
  symlinkSync('releases/one', join(root, 'current'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function command(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, GREENUP_RELEASES: root };
  const { status, stdout, stderr } = spawnSync('board/pi/greenup-command', words, { encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

test('the program gets what it was told, and its exit code is that of the command', () => {
  const { code, stdout } = command('hil', '--only', 'two words');
  expect([code, stdout]).toEqual([7, expect.stringMatching(/told hil --only two words\n$/)]);
});

const isRoot = process.getuid?.() === 0;
(isRoot ? test : test.skip)(
  'root becomes the user whose slots they are, with the groups of that user and no other',
  () => {
    chownSync(root, nobody, nobody);
    const groups = spawnSync('id', ['-G', 'nobody'], { encoding: 'utf8' }).stdout.trim().replaceAll(' ', '+');
    expect(command('hil').stdout).toMatch(new RegExp(`^${nobody} ${nobody} ${groups.replaceAll('+', '\\+')} `));
  },
);

test('whoever is not root, or has slots that are root’s, runs it as he is', () => {
  expect(command('status').stdout).toMatch(new RegExp(`^${process.getuid?.()} `));
});

test('with no release in use one line says so', () => {
  rmSync(join(root, 'current'));
  expect(command('status')).toMatchObject({
    code: 1,
    stderr: `greenup: no release is in use in ${root}: install the package again, or see greenup-select --status\n`,
  });
});
