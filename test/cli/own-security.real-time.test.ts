/** `greenup run --security`: each profile in one command, what is kept of it, and each fault of its central system in the station's words. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CentralFault } from '../../src/csms/faults';
import { until } from '../support/until';
import { buildIfOld, Program } from './built-program';

let state: string;
let run: Program;

beforeAll(() => buildIfOld());

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'greenup-own-'));
});

afterEach(async () => {
  await end();
  rmSync(state, { recursive: true, force: true });
});

async function start(...words: string[]): Promise<Record<string, unknown>> {
  run = new Program('run', '--state', state, '--port', '0', '--no-web', '--json', ...words);
  await run.says(/"event":"connected"/);
  return JSON.parse(run.out.split('\n').find((line) => line.includes('"event":"ready"')) ?? '{}');
}

async function end(): Promise<void> {
  run.child.kill('SIGTERM');
  await run.ended;
}

async function say(...words: string[]): Promise<string> {
  const { code, out, error } = await Program.run(...words, '--state', state);
  return code === 0 ? out : `refused: ${error}`;
}

const security = () => say('security');

test.each([
  ['1', /^ws:\/\/127/, /^security profile {2}1: a password/],
  ['2', /^wss:\/\/127/, /^security profile {2}2: a password, and only over TLS/],
  ['3', /^wss:\/\/127/, /^security profile {2}3: a certificate of the station/],
])('profile %s: the station is connected, and the next run is as this one', async (profile, url, words) => {
  const ready = await start('--security', profile);
  expect(ready).toMatchObject({ csms: expect.stringMatching(url), security: Number(profile) });
  const status = await security();
  expect(status).toMatch(words);
  expect(status).toMatch(/: connected\n/);
  expect(await say('call', 'TriggerMessage', '{"requestedMessage":"Heartbeat"}')).toBe('{"status":"Accepted"}\n');
  await end();
  const again = await start();
  expect(again).toMatchObject({ csms: expect.stringMatching(url), security: Number(profile) });
  expect(run.out).not.toMatch(/"warning"/);
});

test('another profile with the same state is told, and holds; a power cut changes nothing of it', async () => {
  await start('--security', '2');
  await end();
  await start('--security', '1');
  expect(run.out).toMatch(
    /^.*"message":"security profile 1 from now on, as --security says; the last run with .* had 2"}\n/,
  );
  await say('power', 'cut');
  await run.says(/"on":false/);
  await say('power', 'on');
  await run.says(/"on":true[\s\S]*"event":"connected"/);
  expect(await security()).toMatch(/^security profile {2}1:[\s\S]*: connected\n/);
});

test('what the central system raises holds in the next run', async () => {
  await start('--security', '1');
  const raise = ['ChangeConfiguration', '--set', 'key=SecurityProfile', 'value=2'];
  expect(await say('call', ...raise)).toBe('{"status":"Accepted"}\n');
  await until(() => run.out.split('"event":"connected"').length > 2);
  expect(await security()).toMatch(/^security profile {2}2:[\s\S]*wss:[\s\S]*: connected\n/);
  const file = join(state, 'new-password');
  writeFileSync(file, 'a-new-password-here');
  const key = ['ChangeConfiguration', '--set', 'key=AuthorizationKey', `value=@${file}`];
  expect(await say('call', ...key)).toBe('{"status":"Accepted"}\n');
  await until(() => run.out.split('"event":"connected"').length > 3);
  await end();
  expect(await start()).toMatchObject({ security: 2 });
  expect(run.out).not.toMatch(/"warning"/);
});

/** By the reason that `greenup security` shows. */
const words: readonly [profile: string, faults: Partial<Record<CentralFault, RegExp>>][] = [
  [
    '2',
    {
      serverExpired: /certificate has expired/,
      serverEarly: /certificate is not valid yet/,
      serverName: /certificate is for another\.example, not for 127\.0\.0\.1/,
      serverUnknown: /certificate is of an unknown authority/,
      serverWeak: /key or a signature that is too weak/,
      oldTls: /speaks no TLS 1\.2 or newer/,
      passwordRefused: /does not take this station/,
    },
  ],
  ['3', { serverExpired: /certificate has expired/, clientRefused: /this station's certificate/ }],
];

test.each(
  words,
)('profile %s: each fault is told in words, kept as a security event, and over when it is cleared', async (profile, faults) => {
  await start('--security', profile);
  const reconnect = async () => {
    await say('connection', 'off');
    await say('connection', 'on');
  };
  for (const [fault, why] of Object.entries(faults)) {
    expect(await say('central-fault', fault)).toMatch(/^central system: /);
    await reconnect();
    let status = '';
    for (let tries = 0; tries < 50 && !why.test(status); tries += 1) status = await security();
    expect(status).toMatch(why);
    expect(status).toMatch(/: (not connected|connects) \(/);
    expect(await say('central-fault', fault, '--clear')).toBe(`central system: ${fault} is cleared\n`);
  }
  await reconnect();
  for (let tries = 0; tries < 50; tries += 1) if (/: connected\n/.test(await security())) break;
  expect(await security()).toMatch(/: connected\n/);
  const told = () => say('frames', '--json', '--message', 'SecurityEventNotification', '--last', '100');
  const expected = profile === '2' ? ['InvalidTLSVersion'] : [];
  for (const event of ['InvalidCentralSystemCertificate', 'FailedToAuthenticateAtCentralSystem', ...expected]) {
    await until(async () => (await told()).includes(event));
  }
});

test('a revoked certificate is found by the list that a person installs', async () => {
  await start('--security', '2');
  const reconnect = async () => {
    await say('connection', 'off');
    await say('connection', 'on');
  };
  await say('central-fault', 'serverRevoked');
  await reconnect();
  await until(async () => /: connected\n/.test(await security()));
  expect(await say('security', 'crl', 'add', join(state, 'central', 'revoked.pem'))).toMatch(
    /^of .*Greenup bench's own authority 1 certificate is revoked\n$/,
  );
  await reconnect();
  await until(async () => /: (not connected|connects) \(.*revoked/.test(await security()));
  await say('central-fault', 'serverRevoked', '--clear');
  await reconnect();
  await until(async () => /: connected\n[\s\S]*by 1 list\n/.test(await security()));
});

test('profile 3: the station asks for its next certificate, and comes by it; one for another key is refused', async () => {
  await start('--security', '3');
  const trigger = () => say('call', 'ExtendedTriggerMessage', '--set', 'requestedMessage=SignChargePointCertificate');
  const certificate = async () => /\ncertificate +(\S+)/.exec(await security())?.[1];
  const first = await certificate();
  await say('central-fault', 'keyMismatch');
  expect(await trigger()).toBe('{"status":"Accepted"}\n');
  const told = () => say('frames', '--json', '--message', 'SecurityEventNotification', '--last', '100');
  await until(async () => (await told()).includes('InvalidChargePointCertificate'));
  expect(await certificate()).toBe(first);
  await say('central-fault', 'keyMismatch', '--clear');
  expect(await trigger()).toBe('{"status":"Accepted"}\n');
  await until(async () => (await certificate()) !== first && /: connected\n/.test(await security()));
});

test.each([
  [['--csms', 'ws://127.0.0.1:1/ocpp', '--security', '1'], /--security: is of the embedded central system alone/],
  [['--security', '4'], /a whole number from 0 to 3/],
])('run %j is refused', async (given, why) => {
  run = new Program('run', '--state', state, ...given);
  expect((await run.ended).code).toBe(2);
  expect(run.error).toMatch(why);
});
