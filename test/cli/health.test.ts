/** `greenup health`: what it prints, its exit codes, and how it waits; time and pauses are the test's. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tellHealth } from '../../src/cli/health';
import type { Health } from '../../src/rig/health';
import { defaultHealthFile } from '../../src/terminal/health-file';

let mockPausedMs = 0;
let mockOnPause: () => void = () => {};

jest.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    mockPausedMs += ms;
    mockOnPause();
  },
}));

const now = Date.UTC(2026, 4, 4, 12);
let directory: string;
let file: string;
let out: string;
let error: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-health-'));
  file = join(directory, 'health.json');
  mockPausedMs = 0;
  mockOnPause = () => {};
  out = '';
  error = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    error += text;
    return true;
  });
  jest.spyOn(performance, 'now').mockImplementation(() => mockPausedMs);
  jest.spyOn(Date, 'now').mockReturnValue(now);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const healthy: Health = {
  at: new Date(now - 2_000).toISOString(),
  pid: 4711,
  release: '1.2.3',
  board: 'pi-bench-double',
  uptimeS: 77,
  healthy: true,
  alive: true,
  reasons: [],
  warnings: ['connector 2: the meter is silent'],
  safety: {
    ready: true,
    beatAt: 1,
    turns: 200,
    longestGapMs: 7.6,
    busyShare: 0.1,
    busErrors: 0,
    lateSeconds: 0,
    worstGapMs: 0,
    isLate: false,
    beatAgeMs: 300,
  },
  connection: { url: 'ws://central/ocpp', status: 'Connected', registration: 'Accepted' },
  connectors: [
    { connectorId: 1, status: 'Available', errorCode: 'NoError' },
    { connectorId: 2, status: 'Faulted', errorCode: 'PowerMeterFailure' },
  ],
};

function says(changes: Partial<Health> = {}): void {
  writeFileSync(file, JSON.stringify({ ...healthy, ...changes }));
}

test('healthy: code 0, with loop, central system, connectors and warnings', async () => {
  says();
  expect(await tellHealth({ file: () => file, waitS: 0, json: false })).toBe(0);
  expect(out.split('\n')).toEqual([
    'healthy: release 1.2.3, board pi-bench-double, up for 77 s',
    '  safety loop: 200 turns a second, longest gap 8 ms',
    '  central system: ws://central/ocpp, Connected, Accepted',
    '  connector 1: Available, NoError',
    '  connector 2: Faulted, PowerMeterFailure',
    '  warning: connector 2: the meter is silent',
    '',
  ]);
  expect(error).toBe('');
});

test('turns that came late are told with the loop', async () => {
  says({ safety: { ...healthy.safety, lateSeconds: 3, worstGapMs: 60 } });
  await tellHealth({ file: () => file, waitS: 0, json: false });
  expect(out).toContain('safety loop: 200 turns a second, longest gap 8 ms, late in 3 of the last 60 s\n');
});

test('not healthy: code 1, and why', async () => {
  says({
    healthy: false,
    reasons: ['the safety loop has been silent for 4000 ms', 'connector 1 has not reported yet'],
  });
  expect(await tellHealth({ file: () => file, waitS: 0, json: false })).toBe(1);
  expect(out).toMatch(
    /^not healthy: the safety loop has been silent for 4000 ms; connector 1 has not reported yet \(release 1\.2\.3/,
  );
});

test('as JSON it is the word itself', async () => {
  says({ healthy: false, reasons: ['because'] });
  expect(await tellHealth({ file: () => file, waitS: 0, json: true })).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ healthy: false, reasons: ['because'], board: 'pi-bench-double' });
});

test('no station: code 3, one line; as JSON it is on stdout', async () => {
  expect(await tellHealth({ file: () => file, waitS: 0, json: false })).toBe(3);
  expect(error).toBe(
    `greenup: there is no ${file}: no station of a rig is running; one that was started by hand with another --state is asked with --file <state>/health.json\n`,
  );
  expect(await tellHealth({ file: () => file, waitS: 0, json: true })).toBe(3);
  expect(JSON.parse(out)).toEqual({ healthy: false, reasons: [expect.stringContaining('no station')] });
});

test('the word of a station that has ended does not count; one from a clock that was set back a little does', async () => {
  says({ at: new Date(now - 11_000).toISOString() });
  expect(await tellHealth({ file: () => file, waitS: 0, json: false })).toBe(3);
  expect(error).toMatch(/the last word in .* is 11 s old: the station does not run/);
  says({ at: new Date(now + 9_000).toISOString() });
  expect(await tellHealth({ file: () => file, waitS: 0, json: false })).toBe(0);
});

test('it waits for a healthy word, and no longer than told', async () => {
  mockOnPause = () => {
    if (mockPausedMs === 1_000) says({ healthy: false, reasons: ['starting'] });
    if (mockPausedMs === 2_500) says();
  };
  expect(await tellHealth({ file: () => file, waitS: 30, json: false })).toBe(0);
  expect(mockPausedMs).toBe(2_500);
  rmSync(file);
  mockOnPause = () => {};
  mockPausedMs = 0;
  expect(await tellHealth({ file: () => file, waitS: 3, json: false })).toBe(3);
  expect(mockPausedMs).toBe(3_000);
});

test('what is no word of a station is code 3 and one line', async () => {
  writeFileSync(file, 'null');
  expect(await tellHealth({ file: () => file, waitS: 0, json: false })).toBe(3);
  expect(error).toBe(`greenup: ${file} is not what a station writes\n`);
});

test('a service writes into its own directory, a station by hand into its state directory', () => {
  const { RUNTIME_DIRECTORY } = process.env;
  try {
    delete process.env.RUNTIME_DIRECTORY;
    expect(defaultHealthFile('/var/somewhere')).toBe('/var/somewhere/health.json');
    process.env.RUNTIME_DIRECTORY = '/run/greenup';
    expect(defaultHealthFile('/var/somewhere')).toBe('/run/greenup/health.json');
  } finally {
    if (RUNTIME_DIRECTORY === undefined) delete process.env.RUNTIME_DIRECTORY;
    else process.env.RUNTIME_DIRECTORY = RUNTIME_DIRECTORY;
  }
});

test('the word of a service that only just starts is found where it appears', async () => {
  const ofService = join(directory, 'service.json');
  mockOnPause = () => writeFileSync(ofService, JSON.stringify(healthy));
  const asked = tellHealth({ file: () => (existsSync(ofService) ? ofService : file), waitS: 10, json: false });
  expect(await asked).toBe(0);
  expect(out).toMatch(/^healthy: /);
});
