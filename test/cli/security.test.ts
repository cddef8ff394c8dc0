/** `greenup security`: what each of its words asks of the station; secrets come by files alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { program } from '../../src/cli/program';
import type { StationControl } from '../../src/control/control';
import { type ControlServer, startControlServer } from '../../src/web/server';

const asked: unknown[] = [];
const control: StationControl = {
  view: async () => ({ power: 'off' }),
  report: () => ({ fileName: 'report.zip', content: async function* () {} }),
  updateInbox: async () => ({ keep: async () => {} }),
  commands: () => [{ name: 'security', summary: '', scope: 'any', parameters: {} }],
  run: async (name, request) => {
    asked.push({ name, ...request });
    return { message: 'done' };
  },
};

let server: ControlServer;
let folder: string;

beforeEach(async () => {
  asked.length = 0;
  const watch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };
  server = await startControlServer(control, watch, { port: 0 });
  folder = mkdtempSync(join(tmpdir(), 'greenup-security-'));
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(text: string): string {
  const path = join(folder, 'given');
  writeFileSync(path, text);
  return path;
}

/** Resolves with the error of a command line that is wrong. */
async function say(...words: string[]): Promise<unknown> {
  const root = program('1.2.3', () => {});
  for (const command of [root, ...root.commands, ...root.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  }
  try {
    await root.parseAsync(['security', ...words, '--port', String(server.port)], { from: 'user' });
    return undefined;
  } catch (error) {
    return error;
  }
}

test.each([
  [[], { action: 'status' }],
  [['status'], { action: 'status' }],
  [['root'], { action: 'status' }],
  [['root', 'list'], { action: 'status' }],
  [['root', 'remove', '3f0a91c2'], { action: 'removeRoot', fingerprint: '3f0a91c2' }],
  [['profile', '2'], { action: 'profile', profile: 2 }],
])('security %j', async (words, request) => {
  expect(await say(...words)).toBeUndefined();
  expect(asked).toEqual([{ name: 'security', ...request }]);
});

test.each([
  ['open-sesame-open\n', 'open-sesame-open'],
  ['open-sesame-open\r\n', 'open-sesame-open'],
  ['open-sesame-open', 'open-sesame-open'],
])('a password is the line of its file: %j', async (text, password) => {
  await say('password', '--file', file(text));
  expect(asked).toEqual([{ name: 'security', action: 'password', password }]);
});

test('a root is the file as it is, for the use that is named', async () => {
  const path = file('-----BEGIN\r\n');
  await say('root', 'add', path);
  await say('root', 'add', path, '--for', 'manufacturer');
  const request = { name: 'security', action: 'addRoot', certificate: '-----BEGIN\r\n' };
  expect(asked).toEqual([
    { ...request, use: 'centralSystem' },
    { ...request, use: 'manufacturer' },
  ]);
});

test('a certificate goes with its key, and a list as it is', async () => {
  const path = file('PEM\n');
  await say('certificate', 'add', '--chain', path, '--key', path);
  await say('crl', 'add', path);
  expect(asked).toEqual([
    { name: 'security', action: 'addCertificate', certificate: 'PEM\n', privateKey: 'PEM\n' },
    { name: 'security', action: 'addList', list: Buffer.from('PEM\n').toString('base64') },
  ]);
});

test('a list that no command can bring is refused here', async () => {
  await say('crl', 'add', file('x'.repeat(45_000)));
  expect(asked).toHaveLength(1);
  expect(String(await say('crl', 'add', file('x'.repeat(45_001))))).toMatch(/45001 bytes, and 45000 are the most/);
  expect(asked).toHaveLength(1);
});

test.each([
  [['certificate', 'add', '--chain', 'x'], /required option '--key/],
  [['crl', 'add'], /missing required argument 'file'/],
  [['crl', 'remove', 'x'], /Allowed choices are add/],
  [['password'], /required option '--file/],
  [['password', 'open-sesame-open', '--file', 'x'], /too many arguments/],
  [['root', 'add'], /its file is missing/i],
  [['root', 'remove'], /its fingerprint is missing/i],
  [['root', 'add', 'x', '--for', 'me'], /Allowed choices are central-system, manufacturer/],
  [['profile', '4'], /whole number from 0 to 3/],
  [['root', 'add', '/nowhere/ca.pem'], /^\/nowhere\/ca.pem: it cannot be read: /],
])('security %j is refused', async (words, why) => {
  const error = await say(...words);
  expect(error instanceof CommanderError || (error as { exitCode?: number }).exitCode).toBeTruthy();
  expect(String((error as Error).message)).toMatch(why);
  expect(asked).toEqual([]);
});
