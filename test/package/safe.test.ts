/** `greenup-safe`: whichever release is whole opens the contactors. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'greenup-safe-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A release whose program notes what it was told, and ends with this code; undefined: there is none. */
function release(name: string, code: number | undefined): void {
  const bin = join(root, 'releases', name, 'bin');
  mkdirSync(bin, { recursive: true });
  if (code === undefined) return;
  writeFileSync(join(bin, 'greenup'), `#!/bin/sh\necho "${name} $*" >>"${root}/told"\nexit ${code}\n`);
  chmodSync(join(bin, 'greenup'), 0o755);
}

function safe(current: string, good?: string): { code: number | null; told: string[] } {
  symlinkSync(join('releases', current), join(root, 'current'));
  if (good !== undefined) writeFileSync(join(root, 'good'), `${good}\n`);
  const { status } = spawnSync('board/pi/greenup-safe', {
    env: { ...process.env, GREENUP_RELEASES: root, GREENUP_BOARD: '/etc/x.yaml' },
  });
  const file = join(root, 'told');
  return { code: status, told: existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [] };
}

test('the release in use does it', () => {
  release('new', 0);
  release('old', 0);
  expect(safe('new', 'old')).toEqual({ code: 0, told: ['new safe-state --board /etc/x.yaml'] });
});

test.each([
  ['fails', 1],
  ['has no program', undefined],
])('one that %s is followed by the good one', (_what, code) => {
  release('new', code);
  release('old', 0);
  const { code: ended, told } = safe('new', 'old');
  expect([ended, told.at(-1)]).toEqual([0, 'old safe-state --board /etc/x.yaml']);
});

test('with no whole release it says so by its exit code', () => {
  release('new', 1);
  expect(safe('new')).toMatchObject({ code: 1 });
});
