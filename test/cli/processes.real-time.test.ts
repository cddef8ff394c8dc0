/** The built program as real processes: machine interface, power cuts, resets, supervision, exit codes. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import { buildIfOld, PlainCentral, Program } from './built-program';

let directory: string;
let central: PlainCentral;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-test-'));
  central = await PlainCentral.start();
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  central.stop();
});

function childrenOf(pid: number | undefined): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
}

function isStation(pid: string): boolean {
  try {
    return pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('greenup.js');
  } catch {
    return false; // It has ended.
  }
}

function start(...words: string[]): Program {
  const program = new Program(...words);
  programs.push(program);
  return program;
}

function initFile(fields: object = {}): string {
  const path = join(directory, 'init.json');
  const init = { url: central.url, cp_id: 'CP1', connectors: 2, data_dir: join(directory, 'data'), ...fields };
  writeFileSync(path, JSON.stringify(init));
  return path;
}

test('bench: ready, answers in order and nothing else on stdout, logs on stderr, an orderly end with stdin', async () => {
  const bench = start('bench', initFile({ config: { HeartbeatInterval: 77 }, internal: { colour: 'red' } }));
  await bench.says(/^\{"ready":true\}\n/);
  expect(await bench.request({ cmd: 'plug_in', connector: 1 })).toEqual({ ok: true });
  expect(await bench.request({ cmd: 'jump' })).toMatchObject({ ok: false });
  await central.hears('StatusNotification', { connectorId: 1, status: 'Preparing' });
  const { state } = await bench.request({ cmd: 'state' });
  expect(state).toMatchObject({ connection: { registration: 'Accepted' }, connectors: [{ plugged: true }, {}] });
  bench.child.stdin?.end();
  expect(await bench.ended).toEqual({ code: 0, signal: null });
  for (const line of bench.out.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  expect(bench.error).toContain('colour');
});

test('bench: killed while charging, the next start finds the plug in and the transaction delivered', async () => {
  const init = initFile();
  const first = start('bench', init);
  await first.says(/ready/);
  await first.request({ cmd: 'plug_in', connector: 1 });
  await first.request({ cmd: 'swipe', idTag: 'aBc', connectors: [1] });
  await central.hears('StartTransaction', { connectorId: 1, idTag: 'aBc', meterStart: 0 });
  await central.hears('StatusNotification', { connectorId: 1, status: 'Charging' });
  first.child.kill('SIGKILL');
  await first.ended;
  const from = central.heard.length;
  const second = start('bench', init);
  await central.hears('StopTransaction', { transactionId: 1, reason: 'PowerLoss' }, from);
  await second.says(/ready/);
  const { state } = await second.request({ cmd: 'state' });
  expect(state).toMatchObject({ connectors: [{ plugged: true }, {}] });
  expect(central.heard.filter(({ action }) => action === 'StopTransaction')).toHaveLength(1);
});

test.each([
  ['Soft', 0],
  ['Hard', 3],
])('bench: a %s reset ends the process with code %i', async (type, code) => {
  const bench = start('bench', initFile());
  await central.hears('BootNotification');
  await bench.says(/ready/);
  central.send('Reset', { type });
  expect(await bench.ended).toEqual({ code, signal: null });
});

test('bench: a wrong init file is one line and code 2', async () => {
  const { code, error, out } = await Program.run('bench', initFile({ url: 'http://x' }));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(error).toMatch(/^greenup: .*init\.json: url: "http:\/\/x" must be a URL.*\n$/);
});

test('run with its own central system: power cut and back, while the supervisor stays', async () => {
  const state = join(directory, 'state');
  const place = ['--state', state];
  const run = start('run', '--port', '0', '--json', ...place);
  await run.says(/"event":"connected"/);
  const { pid } = JSON.parse(readFileSync(join(state, 'bench.json'), 'utf8'));
  expect(pid).toBe(run.child.pid);
  expect((await Program.run('plug', '1', ...place)).code).toBe(0);
  expect((await Program.run('tap', 'ABCD', ...place)).code).toBe(0);
  await run.says(/"event":"transactionStarted"/);
  const trigger = ['TriggerMessage', '{"requestedMessage": "Heartbeat"}'];
  expect(await Program.run('call', ...trigger, ...place)).toEqual({
    code: 0,
    out: '{"status":"Accepted"}\n',
    error: '',
  });
  const wrong = await Program.run('call', 'Triger', '{}', ...place);
  expect(wrong).toMatchObject({
    code: 1,
    error: expect.stringContaining('"Triger" is no request of a central system'),
  });
  expect(await Program.run('power', 'cut', ...place)).toMatchObject({ code: 0 });
  expect(JSON.parse((await Program.run('status', '--json', ...place)).out)).toEqual({ power: 'off' });
  expect(await Program.run('plug', '3', ...place)).toMatchObject({ code: 1 });
  expect(await Program.run('power', 'on', ...place)).toMatchObject({ code: 0 });
  await run.says(/"event":"transactionEnded".*"PowerLoss"/);
  run.child.kill('SIGTERM');
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(existsSync(join(state, 'bench.json'))).toBe(false);
  expect(await Program.run('status', ...place)).toMatchObject({ code: 3 });
});

test('run for another central system: power cut and back in the same process, which a signal ends at any time', async () => {
  const state = join(directory, 'state');
  const place = ['--state', state];
  const supervisor = () => JSON.parse(readFileSync(join(state, 'bench.json'), 'utf8')).pid;
  const run = start('run', '--csms', central.url, '--id', 'X', '--port', '0', ...place);
  await run.says(/Available/);
  expect(supervisor()).toBe(run.child.pid);
  expect(await Program.run('power', 'cut', ...place)).toMatchObject({ code: 0 });
  await run.says(/the power is off/);
  expect(supervisor()).toBe(run.child.pid);
  const off = { code: 1, error: expect.stringContaining('the power is off') };
  expect(await Program.run('call', 'ClearCache', ...place)).toMatchObject(off);
  const from = central.heard.length;
  expect(await Program.run('power', 'on', ...place)).toMatchObject({ code: 0 });
  await central.hears('BootNotification', {}, from);
  await run.says(/the power is on/);
  expect(supervisor()).toBe(run.child.pid);
  const another = { code: 1, error: expect.stringContaining('takes no requests from here (it answers 426)') };
  expect(await Program.run('call', 'ClearCache', ...place)).toMatchObject(another);
  expect(await Program.run('power', 'cut', ...place)).toMatchObject({ code: 0 });
  run.child.kill('SIGINT');
  // The streams close when the last process that has them is gone.
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(run.out).toMatch(/the power is off\n.*station: it has ended in order\n$/);
  expect(existsSync(join(state, 'bench.json'))).toBe(false);
});

test('run for another central system: Ctrl-C reaches supervisor and station at once, and both end in order', async () => {
  const state = join(directory, 'state');
  const run = start('run', '--csms', central.url, '--port', '0', '--state', state);
  await run.says(/Available/);
  const [station] = childrenOf(run.child.pid);
  run.child.kill('SIGINT');
  process.kill(Number(station), 'SIGINT');
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(existsSync(join(state, 'bench.json'))).toBe(false);
});

test.each([
  [[]],
  [['--csms', 'ws://127.0.0.1:9/ocpp']],
])('run %j: the exit code of a station that cannot start is told', async (words) => {
  const state = join(directory, 'no-directory');
  writeFileSync(state, '');
  const { code, error } = await Program.run('run', '--port', '0', '--state', state, ...words);
  expect({ code, lines: error.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
  expect(error).toMatch(/^greenup: --state .*no-directory: is not a directory; choose another directory$/m);
});

test.each([
  [['--csms', 'http://h:9/ocpp'], /^greenup: --csms: "http:\/\/h:9\/ocpp" must be .*; was ws:\/\/h:9\/ocpp meant\?\n$/],
  [['--csms', 'h:9'], /^greenup: --csms: "h:9" must be .*; was ws:\/\/h:9 meant\?\n$/],
  [['--csms', 'ws://h', '--id', ' x'], /^greenup: --id: " x" must be 1 to 100 characters: printable ASCII.*\n$/],
])('run %j: a wrong command line', async (words, told) => {
  const { code, error } = await Program.run('run', '--port', '0', '--state', join(directory, 'state'), ...words);
  expect(code).toBe(2);
  expect(error).toMatch(told);
});

test('run: an address that ends with the identity is told in a line, and the end in order in another', async () => {
  const run = start(
    'run',
    '--csms',
    `${central.url}/CP1`,
    '--id',
    'CP1',
    '--port',
    '0',
    '--state',
    join(directory, 'state'),
    '--json',
  );
  await run.says(/"event":"connected"/);
  run.child.kill('SIGTERM');
  await run.ended;
  expect(run.error).toBe(
    `greenup: --csms: ${central.url}/CP1 ends with the identity CP1, which the station adds itself: was ${central.url} meant?\n`,
  );
  const events = run.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).event);
  expect(events.at(-1)).toBe('ended');
  expect(events.filter((event) => event === 'ended')).toHaveLength(1);
});

test('bench: a data_dir that cannot be made is one line', async () => {
  writeFileSync(join(directory, 'taken'), '');
  const { code, error } = await Program.run('bench', initFile({ data_dir: join(directory, 'taken') }));
  expect({ code, lines: error.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
  expect(error).toMatch(/^greenup: .*init\.json: data_dir .*taken: is not a directory; choose another directory$/m);
});

test.each([
  [true],
  [false],
])('run: a station whose supervisor is killed ends as well (embedded: %s)', async (isEmbedded) => {
  const words = isEmbedded ? [] : ['--csms', central.url];
  const run = start('run', '--port', '0', '--state', join(directory, 'state'), ...words);
  await run.says(/central system: connected/);
  run.child.kill('SIGKILL');
  // The streams close when the last process that has them is gone.
  expect(await run.ended).toEqual({ code: null, signal: 'SIGKILL' });
});

test('demo plays a whole charge and finds ledger and meter equal', async () => {
  const begun = Date.now();
  const { code, out } = await Program.run('demo');
  expect(code).toBe(0);
  expect(out).toContain('the ledger of the central system equals the meter');
  expect(out).toMatch(/Energy +1[01]\.\d{3} kWh/);
  // Half an hour of virtual time is over long before: bench/start.js has the seconds.
  expect(Date.now() - begun).toBeLessThan(virtualMs(out));
});

/** How long the charge lasted for those in it. */
function virtualMs(out: string): number {
  const [, minutes = '0', seconds = '0'] = /Duration +(\d+) min (\d+) s/.exec(out) ?? [];
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}

test('no command shows the help, a wrong one is code 2', async () => {
  expect(await Program.run()).toMatchObject({ code: 0, out: expect.stringMatching(/^Examples:/) });
  expect(await Program.run('plgu')).toMatchObject({ code: 2, error: expect.stringContaining('Did you mean plug?') });
});

test('a simulated station as a service says that it is ready, feeds the watchdog, and leaves word of its health', async () => {
  const told = join(directory, 'told');
  writeFileSync(join(directory, 'systemd-notify'), `#!/bin/sh\necho "$@" >>'${told}'\n`);
  chmodSync(join(directory, 'systemd-notify'), 0o755);
  jest.replaceProperty(process, 'env', {
    ...process.env,
    PATH: `${directory}:${process.env.PATH}`,
    NOTIFY_SOCKET: '/run/nobody',
    WATCHDOG_USEC: '800000',
    RUNTIME_DIRECTORY: directory,
  });
  const run = start('run', '--csms', central.url, '--state', join(directory, 'state'), '--port', '0');
  await central.hears('StatusNotification', { connectorId: 1, status: 'Available' });
  // The service manager starts it again, so nobody else stands between them.
  expect(childrenOf(run.child.pid).filter((pid) => isStation(pid))).toEqual([]);
  const asked = await Program.run('health', '--wait', '60', '--file', join(directory, 'health.json'));
  jest.restoreAllMocks();
  expect(asked.out).toMatch(/^healthy: release .*, board simulated-double, /);
  await until(() => /WATCHDOG=1\n.*WATCHDOG=1/s.test(readFileSync(told, 'utf8')));
  run.child.kill('SIGTERM');
  await run.ended;
  expect(existsSync(join(directory, 'health.json'))).toBe(false);
  const words = readFileSync(told, 'utf8').trim().split('\n');
  expect(words.filter((word) => word === 'READY=1')).toHaveLength(1);
  expect(words).toContain('STOPPING=1');
});
