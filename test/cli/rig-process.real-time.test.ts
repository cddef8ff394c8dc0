/** The built program with the board of a rig, on a machine that has none of its devices. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listeningPorts } from '../support/listeners';
import { until } from '../support/until';
import { bareRig } from './bare-rig';
import { buildIfOld, PlainCentral, Program } from './built-program';

let directory: string;
let path: string;
let central: PlainCentral;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-rig-'));
  path = join(directory, 'rig.yaml');
  writeFileSync(path, bareRig);
  central = await PlainCentral.start();
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  central.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Each is one line; where packages are missing, or were built for another Node, the package is what is missing. */
const missing = [
  /^.*(connector 1: contactor coil: |package onoff ).*$/m,
  /^.*(connector 1: pilot PWM no-such-pwm channel 0: ).*$/m,
  /^.*(I2C bus 98: there is no \/dev\/i2c-98|package i2c-bus ).*$/m,
  /^.*(card reader \/dev\/spidev98\.7: ).*$/m,
  /^.*(meters?.*\/dev\/no-such-serial-port|package serialport ).*$/m,
  /^.*(watchdog \/dev\/no-such-watchdog: there is no such device).*$/m,
];

test('it starts, says what is missing, is healthy and registered, and ends at SIGINT', async () => {
  const state = join(directory, 'state');
  const health = join(state, 'health.json');
  const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
  jest.replaceProperty(process, 'env', environment);
  const run = new Program('run', '--no-web', '--csms', central.url, '--id', 'RIG1', '--board', path, '--state', state);
  jest.restoreAllMocks();
  programs.push(run);
  await central.hears('StatusNotification', { connectorId: 1, status: 'Faulted' });
  for (const one of missing) {
    await run.says(one);
    const lines = run.out.split('\n').filter((line) => one.test(line));
    expect(lines).toHaveLength(1);
  }
  // A program without its packages, or with those of another Node, can never charge: a release of that kind is not confirmed.
  const whole = !/package \S+ \(.*\) cannot be loaded/.test(run.out);
  // The word is written anew every two seconds at the most.
  const written = () => (existsSync(health) ? JSON.parse(readFileSync(health, 'utf8')) : undefined);
  const isNew = () =>
    written()?.healthy === whole &&
    written().connection.registration === 'Accepted' &&
    written().connectors[0].status === 'Faulted';
  await until(isNew, () => `the word of health is ${JSON.stringify(written())}`);
  const asked = await Program.run('health', '--file', health);
  expect(asked.error).toBe('');
  expect(asked.code).toBe(whole ? 0 : 1);
  const word = whole
    ? /^healthy: release .*, board bare-rig, /
    : /^not healthy: .*package \S+ \(.*\) cannot be loaded: /;
  expect(asked.out).toMatch(word);
  expect(asked.out).toMatch(/central system: ws:.*Accepted/);
  expect(asked.out).toMatch(/connector 1: Faulted/);
  expect(JSON.parse(readFileSync(health, 'utf8'))).toMatchObject({ healthy: whole, pid: run.child.pid });
  expect(run.out).not.toMatch(/^\s+at /m);
  expect(existsSync('/dev/no-such-watchdog')).toBe(false);
  run.child.kill('SIGINT');
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(run.error).toBe('');
  expect(existsSync(health)).toBe(false);
  expect(await Program.run('health', '--file', health)).toMatchObject({ code: 3 });
});

test('what is set at the station holds against what was flashed, and a start by hand names what it overrules', async () => {
  const other = await PlainCentral.start();
  const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
  jest.replaceProperty(process, 'env', environment);
  const state = join(directory, 'state');
  const words = ['run', '--no-web', '--csms', central.url, '--id', 'RIG1', '--board', path, '--state', state];
  const life = async (where: PlainCentral, by: readonly string[], then = async () => {}): Promise<string> => {
    const from = where.heard.length;
    const run = new Program(...words, ...by);
    programs.push(run);
    await where.hears('StatusNotification', { connectorId: 1 }, from);
    await then();
    run.child.kill('SIGINT');
    await run.ended;
    return run.out;
  };
  const flashed = ['--flashed', '1'];
  const socket = join(state, 'control.sock');
  const setElsewhere = async () => {
    await until(() => existsSync(socket));
    expect(await Program.run('set', 'URL', other.url, '--state', state)).toMatchObject({ code: 0, error: '' });
  };
  expect(await life(central, flashed, setElsewhere)).toContain(`central system ${central.url} as RIG1\n`);
  expect(await life(other, flashed)).toContain(`central system ${other.url} as RIG1\n`);
  const byHand = await life(central, []);
  expect(byHand).toContain(`central system ${central.url} as RIG1\n`);
  expect(byHand).toContain(`warning: URL is ${central.url} for this run, as it was started; stored is ${other.url}`);
  expect(await life(other, flashed)).toContain(`central system ${other.url} as RIG1\n`);
  jest.restoreAllMocks();
  other.stop();
});

test('commands reach it through a socket for its owner only, and without pages none of its ports is open', async () => {
  const state = join(directory, 'state');
  const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
  jest.replaceProperty(process, 'env', environment);
  const run = new Program('run', '--no-web', '--csms', central.url, '--id', 'RIG1', '--board', path, '--state', state);
  programs.push(run);
  jest.restoreAllMocks();
  const socket = join(state, 'control.sock');
  await central.hears('StatusNotification', { connectorId: 1, status: 'Faulted' });
  while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  const asked = (...words: string[]) => Program.run(...words, '--state', state);
  const view = JSON.parse((await asked('status', '--json')).out);
  expect(view).toMatchObject({
    power: 'on',
    board: 'bare-rig',
    connection: { status: 'Connected', registration: 'Accepted', identity: 'RIG1' },
    connectors: [{ connectorId: 1, status: 'Faulted' }],
  });
  expect(view).not.toHaveProperty('world');
  expect((await asked('status')).out).toMatch(/^bare-rig .*\ncharging mode {3}OCPP\ncentral system {2}Connected/);
  expect(await asked('set', 'chargingStationMaxLimit', '20')).toMatchObject({
    code: 0,
    out: 'chargingStationMaxLimit is "20"\n',
  });
  expect(await asked('availability', '1', 'inoperative')).toMatchObject({ code: 0, out: 'connector 1: inoperative\n' });
  expect(await asked('clear')).toMatchObject({ code: 0 });
  expect(await asked('stop', '1')).toMatchObject({ code: 1, error: expect.stringContaining('no transaction to stop') });
  expect(await asked('plug', '1')).toMatchObject({
    code: 1,
    error: expect.stringContaining('there is no command "plug"; valid: stop, unlock, clear, availability, set'),
  });
  expect(listeningPorts(run.child.pid)).toEqual([]);
  const watch = new Program('status', '--watch', '--state', state);
  programs.push(watch);
  await watch.says(/"?bare-rig/);
  run.child.kill('SIGTERM');
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect((await watch.ended).code).toBe(3);
  expect(existsSync(socket)).toBe(false);
  expect(await asked('status')).toMatchObject({ code: 3, error: expect.stringContaining('no station is running') });
});

test('its pages are there when it has told the central system of its boot, and only at their port', async () => {
  const state = join(directory, 'state');
  const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
  jest.replaceProperty(process, 'env', environment);
  const run = new Program('run', '--csms', central.url, '--board', path, '--state', state, '--web-port', '0');
  programs.push(run);
  jest.restoreAllMocks();
  await run.says(/^pages in a browser at port \d+ of every address$/m);
  expect(central.heard.map(({ action }) => action)).toContain('BootNotification');
  const port = Number(/pages in a browser at port (\d+)/.exec(run.out)?.[1]);
  expect(listeningPorts(run.child.pid)).toEqual([port]);
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const login = await fetch(`http://127.0.0.1:${port}/api/log-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Greenup-Page': '1', Origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ user: 'admin', password: 'admin' }),
  });
  expect(await login.json()).toEqual({ ok: true, level: 'newcomer' });
  run.child.kill('SIGTERM');
  expect(await run.ended).toEqual({ code: 0, signal: null });
});

test('a rig whose pages cannot be had goes on without them, and says so in its word of health', async () => {
  const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
  jest.replaceProperty(process, 'env', environment);
  const state = join(directory, 'state');
  const run = new Program('run', '--csms', central.url, '--board', path, '--state', state, '--web-host', '192.0.2.1');
  programs.push(run);
  jest.restoreAllMocks();
  await run.says(/warning: there are no pages: web port 80 of 192\.0\.2\.1 cannot be had .*--web-port/);
  await central.hears('StatusNotification', { connectorId: 1, status: 'Faulted' });
  expect(listeningPorts(run.child.pid)).toEqual([]);
  const health = join(state, 'health.json');
  await until(() => existsSync(health) && /there are no pages/.test(readFileSync(health, 'utf8')));
});

test('safe-state says what is missing, in a line each, with code 1', async () => {
  const { code, out, error } = await Program.run('safe-state', '--board', path);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  const lines = error.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^greenup: .*(GPIO|\/sys\/class\/gpio)/);
  expect(lines[1]).toMatch(/^greenup: channel 0 of PWM chip no-such-pwm: /);
});

test('a rig runs in real time: another speed is refused', async () => {
  const state = join(directory, 'state');
  const words = ['run', '--csms', central.url, '--board', path, '--state', state, '--speed', '60'];
  const { code, error } = await Program.run(...words);
  expect({ code, error }).toEqual({
    code: 1,
    error: 'greenup: --speed 60: a rig runs in real time; leave --speed out\n',
  });
});

describe('hardware in the loop', () => {
  const hil = () => ['hil', '--board', path, '--patience', '20'] as const;

  test('Ctrl-C ends it at once, with outputs made safe', async () => {
    const run = new Program(...hil());
    programs.push(run);
    await run.says(/bare-rig: \d+ stories, played by a person/);
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual({ code: 130, signal: null });
    expect(run.error).toBe('greenup: ended before all stories were told\n');
  });

  test('it says what is missing, and fails after the patience', async () => {
    const run = await Program.run('hil', '--board', path, '--patience', '1');
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/\(connector 1: pilot PWM no-such-pwm channel 0: /);
    expect(run.error).toMatch(/every connector is available: not within 1000 ms; now: 1 has not reported yet/);
  });

  test.each([
    [['--patience', '0'], /--patience.*Must be a number from 1 to 3600/],
    [['--patience', 'long'], /--patience.*Must be a number from 1 to 3600/],
    [['--connector', '1,x'], /--connector.*Must be connector numbers, such as 1 or 1,2/],
    [['--connector', '3'], /bare-rig has no connector 3; it has 1 \(right T2S\)/],
    [['--only', 'snow'], /no story has "snow" in its name; there are:\n {2}a whole charge in Mode 3/],
    [['--report', '/no/such/place.json'], /--report \/no\/such\/place.json: it cannot be written: /],
  ])('%j is refused before anything is worked', async (words, said) => {
    const run = await Program.run('hil', '--board', path, ...words);
    expect(run.code).toBe(2);
    expect(run.error).toMatch(said);
    expect(run.out).toBe('');
  });
});

test('a rig that was killed has died: nobody says that its power is off', async () => {
  const state = join(directory, 'state');
  const health = join(state, 'health.json');
  // With the embedded central system, which keeps the station as a child.
  const run = new Program('run', '--no-web', '--board', path, '--state', state, '--port', '0');
  programs.push(run);
  await until(
    () => existsSync(health),
    () => `no word of health; it says:\n${run.out}`,
  );
  process.kill(JSON.parse(readFileSync(health, 'utf8')).pid, 'SIGKILL');
  expect(await run.ended).toEqual({ code: 1, signal: null });
  expect(run.out).not.toMatch(/power/);
});

test('one program at a time works a rig: a second one is refused', async () => {
  const state = join(directory, 'state');
  jest.replaceProperty(process, 'env', { ...process.env, RUNTIME_DIRECTORY: directory, NOTIFY_SOCKET: '' });
  const words = ['--no-web', '--csms', central.url, '--board', path];
  const first = new Program('run', ...words, '--state', state);
  programs.push(first);
  await central.hears('StatusNotification', { connectorId: 1, status: 'Faulted' });
  const socket = join(directory, 'control.sock');
  while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 50));
  // As a service: for its group, too.
  expect(statSync(socket).mode & 0o777).toBe(0o660);
  const second = await Program.run('run', ...words, '--state', join(directory, 'other'));
  const bench = await Program.run('hil', '--board', path);
  jest.restoreAllMocks();
  const advice = `greenup: a station runs (process ${first.child.pid}, board bare-rig): stop it first: `;
  expect(second).toMatchObject({ code: 1, error: expect.stringContaining(advice) });
  expect(bench).toMatchObject({ code: 1, out: '', error: expect.stringContaining(advice) });
});
