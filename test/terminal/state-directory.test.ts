/** A state directory that will not do is one line: what was given, which place, why, and what to do. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StationClient } from '../../src/cli/station-client';
import { GreenupError } from '../../src/hal/errors';
import { runHost } from '../../src/simulator/host';
import { runJsonLines } from '../../src/simulator/json-lines-process';
import { runSimulation } from '../../src/simulator/process';
import { prepareStateDirectory, whyUnreadable } from '../../src/terminal/state-directory';

/** The module itself, whose functions can be replaced. */
const fs = jest.requireActual<typeof import('node:fs')>('node:fs');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'state-'));
  chmodSync(home, 0o755);
  writeFileSync(join(home, 'file'), '');
  mkdirSync(join(home, 'closed'));
  symlinkSync('nowhere', join(home, 'dangling'));
  symlinkSync('circle', join(home, 'circle'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(home, { recursive: true });
});

function messageOf(run: () => void): string {
  try {
    run();
    return 'no error';
  } catch (error) {
    expect(error).toBeInstanceOf(GreenupError);
    expect(error).toHaveProperty('code', 'config.invalid');
    return (error as Error).message;
  }
}

/** Root may do everything, so it becomes nobody for a moment. */
function asNobody<T>(run: () => T): T {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    return run();
  } finally {
    process.seteuid?.(0);
  }
}

test.each<[string, (home: string) => string, string]>([
  ['a file', (at) => `${at}/file`, '$: is not a directory; choose another directory'],
  ['below a file', (at) => `${at}/file/a/b`, '$: @/file is not a directory; choose another directory'],
  ['a device', () => '/dev/null', '$: is not a directory; choose another directory'],
  [
    'a link that leads nowhere',
    (at) => `${at}/dangling`,
    '$: is a link that leads nowhere; remove it, or choose another directory',
  ],
  [
    'below such a link',
    (at) => `${at}/dangling/a`,
    '$: @/dangling is a link that leads nowhere; remove it, or choose another directory',
  ],
  ['a link in a circle', (at) => `${at}/circle`, '$: is a link '],
  ['/proc', () => '/proc/x', '$: /proc takes no files or directories; choose another directory'],
  ['deep in /proc', () => '/proc/x/y/z', '$: /proc takes no files or directories; choose another directory'],
  ['a directory of /proc', () => '/proc/self/fdinfo', '$: '],
  ['too long a name', (at) => `${at}/${'x'.repeat(300)}`, '$: has too long a name; choose another directory'],
  ['nothing', () => ' ', ': is empty; give a directory'],
])('%s', (_what, place, expected) => {
  const given = place(home);
  const message = messageOf(() => prepareStateDirectory(given));
  expect(message).toContain(
    `--state${expected.startsWith(':') ? '' : ' '}${expected.replace('$', given).replace('@', home)}`,
  );
  expect(message.split('\n')).toHaveLength(1);
});

test.each([
  [
    'that may not be written',
    '',
    '$: may not be written by this user; give it to this user (chown), or choose another directory',
  ],
  [
    'in one that may not be written',
    '/a/b',
    '$: @/closed may not be written by this user; give it to this user (chown), or choose another directory',
  ],
])('a directory %s', (_what, below, expected) => {
  chmodSync(join(home, 'closed'), 0o555);
  const given = `${home}/closed${below}`;
  expect(messageOf(() => asNobody(() => prepareStateDirectory(given)))).toBe(
    `--state ${expected.replace('$', given).replace('@', home)}`,
  );
});

function failing(call: 'mkdirSync' | 'writeFileSync', code: string): void {
  jest.spyOn(fs, call).mockImplementation(() => {
    throw Object.assign(new Error(`${code}: said so`), { code });
  });
}

test.each([
  'mkdirSync',
  'writeFileSync',
] as const)('a file system that is read-only (%s), or fails in another way', (call) => {
  const given = join(home, call === 'mkdirSync' ? 'new' : 'closed');
  const place = call === 'mkdirSync' ? `${home} ` : '';
  failing(call, 'EROFS');
  expect(messageOf(() => prepareStateDirectory(given))).toBe(
    `--state ${given}: ${place}is on a file system that is read-only; make it writable (mount), or choose another directory`,
  );
  failing(call, 'EIO');
  expect(messageOf(() => prepareStateDirectory(given))).toBe(
    `--state ${given}: ${place}cannot be used (EIO: said so); choose another directory`,
  );
});

test('a full disk is no mistake of the directory', () => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    failing('writeFileSync', code);
    expect(messageOf(() => prepareStateDirectory(join(home, 'closed')))).toBe('no error');
  }
});

test('one that can be made is made with those above it, and nothing is left in it', () => {
  const given = join(home, 'a', 'b');
  prepareStateDirectory(given);
  prepareStateDirectory(given);
  expect(readdirSync(given)).toEqual([]);
  expect(existsSync(given)).toBe(true);
});

describe('who may look into it', () => {
  const modeOf = (path: string) => statSync(path).mode & 0o7777;

  test('one that is made is its owner’s, whatever lies above it', () => {
    const given = join(home, 'a', 'b');
    expect(prepareStateDirectory(given)).toBeUndefined();
    expect(modeOf(given)).toBe(0o700);
  });

  test.each([0o755, 0o750, 0o711, 0o770, 0o701])('one of mode %o is closed, which is told once', (mode) => {
    const given = join(home, 'closed');
    chmodSync(given, mode);
    expect(prepareStateDirectory(given)).toBe(
      `the state directory ${given} was open to other users of this machine, and is closed to them now`,
    );
    expect(modeOf(given)).toBe(0o700);
    expect(prepareStateDirectory(given)).toBeUndefined();
  });

  test('one that all share stays as it is, and is told each time', () => {
    const given = join(home, 'closed');
    chmodSync(given, 0o1777);
    const told = expect.stringContaining('is open to other users of this machine, as one that all share: choose');
    for (const _time of [1, 2]) expect(prepareStateDirectory(given)).toEqual(told);
    expect(modeOf(given)).toBe(0o1777);
  });

  test('one of another user is used, and what is open is told', () => {
    const given = join(home, 'closed');
    chmodSync(given, 0o777);
    if (process.getuid?.() !== 0) return;
    expect(asNobody(() => prepareStateDirectory(given))).toContain(
      `${given} is open to other users of this machine, and cannot be closed to them by this one: it belongs to user 0`,
    );
    expect(modeOf(given)).toBe(0o777);
  });
});

describe('each command says it', () => {
  const options = {
    id: 'X',
    seed: 1,
    speed: 1,
    step: false,
    port: 0,
    webPort: 0,
    webHost: '127.0.0.1',
    noWeb: true,
    wire: 'standard',
    firmware: 'any',
    json: false,
    frames: false,
    cards: false,
  } as const;

  test.each<[string, (state: string) => Promise<unknown>, string]>([
    [
      'run with a central system',
      (state) => runSimulation({ ...options, state, csms: 'ws://x' }, () => () => {}),
      '--state',
    ],
    ['run with its own', (state) => runHost({ ...options, state }), '--state'],
  ])('%s', async (_what, run, name) => {
    await expect(run('/proc/x')).rejects.toThrow(`${name} /proc/x: /proc takes no files or directories`);
  });

  test('bench', async () => {
    const init = join(home, 'init.json');
    writeFileSync(init, JSON.stringify({ csms_url: 'ws://127.0.0.1:9/', charge_point_id: 'X', data_dir: '/proc/x' }));
    await expect(runJsonLines(init)).rejects.toThrow(/data_dir \/proc\/x: \/proc takes no files or directories/);
  });

  test.each<[string, (home: string) => string, string]>([
    ['there is none', (at) => `${at}/none`, 'does not exist'],
    ['it is a file', (at) => `${at}/file`, 'is not a directory'],
    ['nothing lies in it', (at) => `${at}/closed`, 'has neither bench.json nor control.sock'],
  ])('those that look for a station: %s', (_what, place, reason) => {
    const state = place(home);
    expect(() => StationClient.find({ state })).toThrow(`no station is running (${state} ${reason}): start one`);
  });

  test('those that look for a station: it may not be read', () => {
    chmodSync(join(home, 'closed'), 0o000);
    expect(asNobody(() => whyUnreadable(join(home, 'closed')))).toBe('may not be read by this user');
  });
});
