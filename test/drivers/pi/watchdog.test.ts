/** The hardware watchdog on plain files: what is written to the device, and what is said when it cannot be had. */

import type * as fs from 'node:fs';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceWatchdog } from '../../../src/drivers/pi/watchdog';
import { GreenupError } from '../../../src/hal/errors';
import type { Trouble } from '../../../src/hal/trouble';

const nodeFs = jest.requireActual<typeof fs>('node:fs');
let directory: string;
let device: string;
let troubles: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-watchdog-'));
  device = join(directory, 'watchdog');
  writeFileSync(device, '');
  troubles = [];
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

function open(options: Partial<ConstructorParameters<typeof DeviceWatchdog>[0]> = {}): DeviceWatchdog {
  const report = ({ text }: Trouble): void => void troubles.push(text);
  return new DeviceWatchdog({ device, timeoutS: 10, report, root: join(directory, 'class'), ...options });
}

const written = (): string => readFileSync(device, 'utf8');

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: refused`), { code });
}

/** What the kernel shows of a watchdog. */
function shows(name: string, timeout: string): void {
  mkdirSync(join(directory, 'class', name), { recursive: true });
  writeFileSync(join(directory, 'class', name, 'timeout'), timeout);
}

function refusal(options: Parameters<typeof open>[0] = {}): GreenupError {
  try {
    open(options);
  } catch (error) {
    if (error instanceof GreenupError) return error;
  }
  throw new Error('it was not refused by a GreenupError');
}

test('each feeding is one byte that is not the magic close; "V" comes only when it is disarmed', () => {
  const watchdog = open();
  expect(written()).toBe('');
  for (let count = 0; count < 3; count += 1) watchdog.feed();
  expect(written()).toHaveLength(3);
  expect(written()).not.toContain('V');
  watchdog.disarm();
  expect(written().slice(3)).toBe('V');
});

test('once disarmed nothing is written any more, whatever is called', () => {
  const watchdog = open();
  watchdog.disarm();
  watchdog.feed();
  watchdog.disarm();
  expect(written()).toBe('V');
  expect(troubles).toEqual([]);
});

test('a wrong path is refused, and never made a file', () => {
  const path = join(directory, 'watchdog7');
  const { code, message } = refusal({ device: path });
  expect(code).toBe('part.missing');
  expect(message).toMatch(new RegExp(`^watchdog ${path}: there is no such device: .*dtparam=watchdog=on`));
  expect(message).not.toContain('\n');
  expect(existsSync(path)).toBe(false);
});

test.each([
  ['EACCES', /add the user to group watchdog/],
  ['EBUSY', /another program has it.*RuntimeWatchdogSec/],
  ['EIO', /EIO: refused/],
])('%s is one line that says what to do', (code, words) => {
  jest.spyOn(nodeFs, 'openSync').mockImplementation(() => {
    throw errno(code);
  });
  const refused = refusal();
  expect(refused.code).toBe('part.failed');
  expect(refused.message).toMatch(words);
  expect(refused.message).not.toContain('\n');
});

test('a feeding that fails is told once, and again only after one that worked; it never throws', () => {
  const watchdog = open();
  const write = jest.spyOn(nodeFs, 'writeSync').mockImplementation(() => {
    throw errno('EIO');
  });
  watchdog.feed();
  watchdog.feed();
  expect(troubles).toEqual([
    `watchdog ${device} cannot be fed, so the machine will restart soon unless that passes: EIO: refused`,
  ]);
  write.mockRestore();
  watchdog.feed();
  jest.spyOn(nodeFs, 'writeSync').mockImplementation(() => {
    throw errno('ENODEV');
  });
  watchdog.feed();
  expect(troubles).toHaveLength(2);
  watchdog.disarm();
});

test.each([
  ['a longer time than the board wants', '15\n', 1],
  ['the same', '10\n', 0],
  ['a shorter one', '5\n', 0],
  ['nonsense', 'soon\n', 0],
])('%s: %j is worth %i lines', (_what, timeout, lines) => {
  shows('watchdog0', timeout);
  open().disarm();
  expect(troubles).toHaveLength(lines);
  if (lines > 0) expect(troubles[0]).toMatch(/waits 15 s, the board file wants 10 s: set the option heartbeat/);
});

test('/dev/watchdog is the first of the class, any other has its own name', () => {
  shows('watchdog0', '99\n');
  shows('watchdog1', '5\n');
  const second = join(directory, 'watchdog1');
  writeFileSync(second, '');
  open({ device: second }).disarm();
  expect(troubles).toEqual([]);
  open().disarm();
  expect(troubles).toHaveLength(1);
});

test('a kernel that does not tell its time is believed', () => {
  open().disarm();
  expect(troubles).toEqual([]);
});
