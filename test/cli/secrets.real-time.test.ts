/** No secret of a station is shown by anything that it prints, serves, sends or writes for others, in whatever coding. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import { madeForStation } from '../support/client-certificates';
import { listeningPorts } from '../support/listeners';
import { madeAuthority } from '../support/made-certificates';
import { marksIn } from '../support/marks';
import { unzip } from '../support/unzip';
import { bareRig } from './bare-rig';
import { buildIfOld, Program } from './built-program';
import { Scene } from './scene';

let scene: Scene;

beforeAll(() => buildIfOld());

beforeEach(async () => {
  scene = await Scene.begin('secrets');
});

afterEach(async () => {
  await scene.end();
});

/** Every secret that somebody gives to a station, and those that a person types in a wrong place. */
const given = {
  keyByFile: 'Mark+by/file-0001',
  keyByCommand: 'Mark+by/command-2',
  keyByCentral: 'Mark+by/central-3',
  keyRefused: 'Mark4+short/',
  passwordOfPages: 'Mark+pages/password5',
  passwordTyped: 'Mark+typed/in-vain6',
  passwordAsUser: 'Mark+typed/as-user7',
  ftp: 'Mark+ftp/password8',
  log: 'Mark+log/password9',
  firmware: 'Mark+firmware/pw10',
  update: 'Mark+update/pass11',
  urlOfCentral: 'Mark+url/refused12',
  urlByPerson: 'Mark+url/person13',
  inData: 'Mark+data/secret14',
};

/** What is shown, by where. */
type Shown = Map<string, string>;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A stream that does not end is read for its first piece. */
function ask(
  place: { port: number; isEncrypted: boolean } | { socketPath: string },
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: object } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const isEncrypted = 'port' in place && place.isEncrypted;
    const where = 'port' in place ? { host: '127.0.0.1', port: place.port } : place;
    const send = isEncrypted ? tlsRequest : plainRequest;
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const options = { ...where, method, path, headers: { ...type, ...headers }, rejectUnauthorized: false };
    const asked = send(options, (response) => {
      const pieces: Buffer[] = [];
      const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
      const done = () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) });
      };
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        if (!isStream) return;
        done();
        response.destroy();
      });
      response.on('end', done);
      response.on('error', () => done());
    });
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}

/** Whoever looks at the pages, with a session of its own. */
class Browser {
  private cookie = '';

  constructor(private readonly place: { port: number; isEncrypted: boolean }) {}

  async post(path: string, body: object): Promise<Answer> {
    const origin = `${this.place.isEncrypted ? 'https' : 'http'}://127.0.0.1:${this.place.port}`;
    const headers = { 'Greenup-Page': '1', Origin: origin, Cookie: this.cookie };
    const answer = await ask(this.place, 'POST', path, { headers, body });
    const [cookie] = answer.headers['set-cookie'] ?? [];
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? '';
    return answer;
  }

  get(path: string): Promise<Answer> {
    return ask(this.place, 'GET', path, { headers: { Cookie: this.cookie } });
  }

  /** Whatever can be got, by what the station says of itself. */
  async everything(shown: Shown): Promise<void> {
    const { body } = await this.get('/openapi.json');
    for (const path of pathsIn(body.toString())) await keep(shown, `page ${path}`, await this.get(path));
  }
}

function pathsIn(openApi: string): string[] {
  const { paths } = JSON.parse(openApi) as { paths: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) => ('get' in methods ? path : []));
}

async function keep(shown: Shown, where: string, { status, headers, body }: Answer): Promise<void> {
  shown.set(where, `${status} ${JSON.stringify(headers)}\n${body.toString('latin1')}`);
  if (headers['content-type'] !== 'application/zip') return;
  for (const [name, text] of await unzip(body)) shown.set(`${where}: ${name}`, text);
}

/** A station with all of these secrets, of which everybody has asked everything. */
async function walk(words: readonly string[], isEncrypted: boolean, commands: readonly string[][]): Promise<Shown> {
  const shown: Shown = new Map();
  const key = join(scene.directory, 'key.txt');
  writeFileSync(key, `${given.keyByFile}\n`);
  const run = scene.start(
    'run',
    '--csms',
    scene.central.url,
    '--id',
    'CP1',
    '--state',
    scene.state,
    '--frames',
    ...words,
  );
  const told = /(?:pages in a browser at port |Its pages +https:\/\/127\.0\.0\.1:)(\d+)/;
  await run.says(told);
  await scene.central.hears('BootNotification');
  const command = async (...asked: string[]): Promise<string> => {
    const { code, out, error } = await Program.run(...asked, '--state', scene.state);
    shown.set(`greenup ${asked.join(' ')}`, out + error);
    return `${code} ${out}${error}`;
  };
  const typed = async (text: string, ...asked: string[]): Promise<string> => {
    const client = new Program(...asked, '--state', scene.state);
    client.child.stdin?.end(text);
    const { code } = await client.ended;
    shown.set(`greenup ${asked.join(' ')}`, client.out + client.error);
    return `${code} ${client.out}${client.error}`;
  };
  const inUrl = (password: string) => `user:${encodeURIComponent(password)}@127.0.0.1:1`;

  // Keys, by each way that there is.
  expect(await command('set', 'AuthorizationKey', '--file', key)).toMatch(/^0 /);
  expect(await typed(given.keyByCommand, 'set', 'authorizationkey', '--file', '-')).toMatch(/^0 /);
  const authority = madeAuthority('operator');
  const own = madeForStation(authority);
  writeFileSync(join(scene.directory, 'root.pem'), authority.pem);
  expect(await command('security', 'root', 'add', join(scene.directory, 'root.pem'))).toMatch(/^0 /);
  writeFileSync(join(scene.directory, 'chain.pem'), own.cert);
  const ofCertificate = ['security', 'certificate', 'add', '--chain', join(scene.directory, 'chain.pem'), '--key', '-'];
  expect(await typed(own.key, ...ofCertificate)).toMatch(/^0 /);
  // Asked for the other way round, the key is what is no certificate.
  writeFileSync(join(scene.directory, 'own-key.pem'), own.key);
  expect(await command('security', 'root', 'add', join(scene.directory, 'own-key.pem'))).toMatch(/^[12] /);
  await scene.central.call('ChangeConfiguration', { key: 'AuthorizationKey', value: given.keyRefused });
  await scene.central.call('ChangeConfiguration', { key: 'URL', value: `ws://${inUrl(given.urlOfCentral)}/ocpp` });
  expect(await typed(`ws://${inUrl(given.urlByPerson)}/ocpp`, 'set', 'URL', '--file', '-')).toMatch(/^1 .*must be/);
  // Files.
  const retrieveDate = '2030-01-01T00:00:00Z';
  await scene.central.call('UpdateFirmware', { location: `http://${inUrl(given.firmware)}/a.zip`, retrieveDate });
  expect(await typed(`http://${inUrl(given.update)}/b.zip`, 'update', '-')).toMatch(/^[01] /);
  await scene.central.call('GetDiagnostics', { location: `ftp://${inUrl(given.ftp)}/in`, retries: 0 });
  await scene.central.hears('DiagnosticsStatusNotification', { status: 'UploadFailed' });
  const log = { remoteLocation: `ftp://${inUrl(given.log)}/in` };
  await scene.central.call('GetLog', { logType: 'SecurityLog', requestId: 1, retries: 0, log });
  await scene.central.call('DataTransfer', { vendorId: 'x', data: JSON.stringify({ password: given.inData }) });
  await scene.central.call('GetConfiguration', {});
  await scene.central.call('GetConfiguration', { key: ['AuthorizationKey', 'URL'] });
  // The pages.
  const port = Number(told.exec(run.out)?.[1]);
  const browser = new Browser({ port, isEncrypted });
  await browser.post('/api/log-in', { user: 'admin', password: given.passwordTyped });
  await browser.post('/api/log-in', { user: given.passwordAsUser, password: 'admin' });
  expect((await browser.post('/api/log-in', { user: 'admin', password: 'admin' })).status).toBe(200);
  const { status } = await browser.post('/api/password', { current: 'admin', next: given.passwordOfPages });
  expect(status).toBe(200);
  const token = /\S{40,}/.exec((await Program.run('metrics', 'token', '--state', scene.state)).out)?.[0] ?? '';
  expect(token).not.toBe('');

  // Everything that is shown.
  await browser.everything(shown);
  await keep(
    shown,
    'metrics',
    await ask({ port, isEncrypted }, 'GET', '/metrics', { headers: { Authorization: `Bearer ${token}` } }),
  );
  await keep(
    shown,
    'a token that is none',
    await ask({ port, isEncrypted }, 'GET', '/metrics', { headers: { Authorization: 'Bearer x' } }),
  );
  const bench = controlOf(run);
  const { body } = await ask(bench, 'GET', '/openapi.json');
  for (const path of pathsIn(body.toString())) await keep(shown, `bench ${path}`, await ask(bench, 'GET', path));
  for (const one of commands) expect(await command(...one)).toMatch(/^0 /);
  expect([...shown.values()].join('\n')).toMatch(
    /\d+ keys, charging modes, .*, 0 cards with their whole numbers; no password/,
  );
  // Another password while it runs: what was recorded of it must go the same way.
  await scene.central.call('ChangeConfiguration', { key: 'AuthorizationKey', value: given.keyByCentral });
  await command('frames', '--json', '--last', '500');
  await keep(shown, 'the last report', await ask(bench, 'GET', '/report'));
  shown.set('what the central system heard', scene.central.texts.join('\n'));
  for (const pid of familyOf(run)) {
    for (const file of ['cmdline', 'environ'])
      shown.set(`${file} of ${pid}`, readFileSync(`/proc/${pid}/${file}`, 'utf8'));
  }
  run.child.kill('SIGTERM');
  await run.ended;
  shown.set('what it printed', run.out + run.error);

  const marks = { ...given, token, keyOfStation: partOf(own.key), ...keyOfPages(isEncrypted) };
  const found = [...shown].flatMap(([where, text]) => marksIn(text, marks).map((mark) => `${mark} in ${where}`));
  expect(found).toEqual([]);
  return shown;
}

function controlOf(run: Program): { port: number; isEncrypted: boolean } | { socketPath: string } {
  try {
    const { port } = JSON.parse(readFileSync(join(scene.state, 'bench.json'), 'utf8')) as { port: number };
    return { port, isEncrypted: false };
  } catch {
    expect(listeningPorts(run.child.pid)).toHaveLength(1);
    return { socketPath: join(scene.state, 'control.sock') };
  }
}

function familyOf({ child: { pid } }: Program): string[] {
  return [String(pid), ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)];
}

/** The part of a private key in PEM that no other key has. */
function partOf(pem: string): string {
  const lines = pem.split('\n');
  const [, , second = ''] = lines.slice(lines.indexOf('-----BEGIN PRIVATE KEY-----'));
  expect(second.length).toBeGreaterThan(30);
  return second.slice(0, 30);
}

function keyOfPages(isEncrypted: boolean): Record<string, string> {
  return isEncrypted ? { keyOfPages: partOf(readFileSync(join(scene.state, 'web-tls.pem'), 'utf8')) } : {};
}

const anyStation: readonly string[][] = [
  ['status'],
  ['status', '--json'],
  ['frames', '--last', '500'],
  ['frames', '--json', '--last', '500'],
  ['security'],
  ['hosts'],
  ['history'],
  ['cards'],
  ['update', 'status'],
];

const files = (...more: string[][]): string[][] => [
  ['backup', join(scene.directory, 'backup.json'), '--cards'],
  ...more,
];

test('a simulated station, its pages encrypted', async () => {
  const recorded = files(
    ['session', join(scene.directory, 'session.jsonl')],
    ['story', join(scene.directory, 'story.ts')],
  );
  const words = ['--port', '0', '--web-port', '0', '--web-tls', 'self'];
  const shown = await walk(words, true, [...anyStation, ...recorded]);
  expect(marksIn(written('backup.json', 'session.jsonl', 'story.ts'), given)).toEqual([]);
  // It was there to be seen: each of these has said something of it.
  expect(shown.get('what it printed')).toMatch(/GetDiagnostics.*\*\*\*/);
  expect(shown.get('the last report: security.txt')).toMatch(/FailedLogInAtPages.*from/);
  expect(shown.get('the last report: security.txt')).toMatch(
    /ReconfigurationOfSecurityParameters.*password of the pages/,
  );
  expect(shown.get('what the central system heard')).toContain('UploadFailed');
  expect(written('session.jsonl')).toContain('AuthorizationKey');
});

test('a rig', async () => {
  const board = join(scene.directory, 'rig.yaml');
  writeFileSync(board, bareRig);
  const shown = await walk(
    ['--board', board, '--web-port', '0'],
    false,
    [...anyStation, ...files()].filter(([name]) => name !== 'update'),
  );
  expect(marksIn(written('backup.json'), given)).toEqual([]);
  expect(shown.get('the last report: security.txt')).toMatch(/FailedLogInAtPages.*from/);
});

function written(...names: string[]): string {
  return names.map((name) => readFileSync(join(scene.directory, name), 'utf8')).join('\n');
}

test.each<[string, string[], string]>([
  ['a key that is secret', ['set', 'AuthorizationKey', 'Mark+on/the-line1'], 'set AuthorizationKey --file FILE'],
  ['in any case', ['set', 'authorizationKEY', 'Mark+on/the-line1'], '--file - for standard input'],
  ['an address', ['set', 'URL', 'wss://u:Mark+on@host/ocpp'], 'set URL --file FILE'],
  ['the URL of a release', ['update', 'https://u:Mark+on@files.example/a.zip'], 'greenup update - reads'],
  ['the parameter of a URL', ['update', 'https://files.example/a.zip?token=Mark+on'], 'greenup update - reads'],
  [
    'a location',
    ['call', 'GetDiagnostics', '{"location":"ftp://u:Mark+on@h/"}'],
    'greenup call GetDiagnostics - reads',
  ],
  [
    'a key in a request',
    ['call', 'ChangeConfiguration', '{"key":"AuthorizationKey","value":"Mark+on/the-line1"}'],
    'call',
  ],
])('is not taken from a command line, where all can read it: %s', async (_what, words, instead) => {
  const { code, out, error } = await Program.run(...words, '--state', scene.state);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(error).toContain('is a secret, which every user of this machine can read on a command line');
  expect(error).toContain(instead);
  expect(error).not.toContain('Mark');
});

test('an address with a password is refused without it', async () => {
  const { code, error } = await Program.run('run', '--csms', 'ws://u:Mark+on@127.0.0.1:1/', '--state', scene.state);
  expect(code).toBe(2);
  expect(error).toContain('--csms: "ws://***@127.0.0.1:1/" must be');
  expect(error).not.toContain('Mark');
});

test('set takes a value or a file, and not both', async () => {
  const key = join(scene.directory, 'key.txt');
  writeFileSync(key, '20\n');
  expect(await Program.run('set', 'HeartbeatInterval')).toMatchObject({
    code: 2,
    error: expect.stringContaining('is missing'),
  });
  expect(await Program.run('set', 'HeartbeatInterval', '20', '--file', key)).toMatchObject({
    code: 2,
    error: expect.stringContaining('not both'),
  });
});
