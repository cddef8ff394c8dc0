/** `greenup update` at a station: what is ordered by which words, what is printed, and how it ends. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { program } from '../../src/cli/program';
import { stationControl } from '../../src/control/station-commands';
import { ScriptedUpdates } from '../../src/drivers/mock/firmware-updates';
import type { FirmwareSlots } from '../../src/hal/ports';
import { type ControlServer, startControlServer } from '../../src/web/server';
import { closeTheBooks, Rig } from '../support/rig';

let updates: ScriptedUpdates;
let server: ControlServer;
/** What came as files. */
let kept: string[];
let directory: string;

const versions = { good: '1.1.0', next: '1.1.0', trial: undefined, failed: [], installed: ['1.1.0', '1.0.0'] };
const slots = { running: () => ({ version: '1.1.0' }), versions: async () => versions } as unknown as FirmwareSlots;

beforeEach(async () => {
  updates = new ScriptedUpdates();
  kept = [];
  directory = mkdtempSync(join(tmpdir(), 'greenup-test-'));
  const inbox = {
    keep: async (_bytes: number, content: AsyncIterable<Uint8Array>) => {
      const portions: Uint8Array[] = [];
      for await (const portion of content) portions.push(portion);
      kept.push(Buffer.concat(portions).toString());
    },
  };
  const rig = await Rig.start({ updates: () => updates, updateIntake: { inbox, trust: async () => 'any' }, slots });
  const watch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };
  server = await startControlServer(
    stationControl(() => rig.running),
    watch,
    { port: 0 },
  );
});

afterEach(async () => {
  await server.close();
  await closeTheBooks();
});

/** What is printed and how it ends: the exit code, or what is thrown. */
async function update(...words: string[]): Promise<{ out: string; end: unknown }> {
  let out = '';
  let end: unknown;
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    out += String(piece);
    return true;
  });
  const root = program('1.2.3', (code) => {
    end = code;
  });
  for (const command of root.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    await root.parseAsync(['update', ...words, '--port', String(server.port)], { from: 'user' });
  } catch (error) {
    end = error;
  } finally {
    write.mockRestore();
  }
  return { out, end };
}

function fileOf(text: string): string {
  const file = join(directory, 'greenup_1.2.0_arm64.zip');
  writeFileSync(file, text);
  return file;
}

const url = 'https://files.example/greenup_1.2.0_arm64.zip';

test('a file is sent and ordered; a lower version only where somebody says so', async () => {
  const file = fileOf('a new release');
  expect(await update(file)).toEqual({
    out: 'sent: 0.0 of 0.0 MB (100 %)\nupdate: is about to begin\n',
    end: 0,
  });
  await update(file, '--downgrade');
  expect(kept).toEqual(['a new release', 'a new release']);
  const byPerson = { source: { from: 'handed' }, by: 'person', retries: 3, retryIntervalMs: 30_000 };
  expect(updates.orders).toEqual([byPerson, { ...byPerson, allowsDowngrade: true }]);
});

test('a URL is fetched by the station', async () => {
  expect((await update(url, '--downgrade')).end).toBe(0);
  expect(updates.orders).toMatchObject([{ source: { from: 'url', url }, allowsDowngrade: true }]);
  expect(kept).toEqual([]);
});

test('status, cancel and previous', async () => {
  expect((await update('status')).out).toBe('runs 1.1.0\nprevious is 1.0.0\nupdate: none was ordered\n');
  await update(url);
  expect(await update('cancel')).toEqual({ out: 'update: cancelled\n', end: 0 });
  expect(updates.cancelled).toBe(1);
  expect((await update('previous')).out).toBe('update: the new release is being installed\n');
  expect(updates.previousAsked).toBe(1);
});

test.each(['file', 'URL', 'previous'])('with --wait the end of it decides: %s', async (what) => {
  const word = { file: fileOf('a'), URL: url, previous: 'previous' }[what] ?? '';
  const goOn = (step: 'installed' | 'installationFailed') =>
    updates.onStep((progress) => {
      if (progress.step === step) return;
      queueMicrotask(() => updates.becomes({ step, version: '1.2.0', reason: 'the signature is not valid' }));
    });
  const well = goOn('installed');
  const installed = await update(word, '--wait');
  expect([installed.end, installed.out.split('\n').at(-2)]).toEqual([0, 'update: 1.2.0 is installed']);
  well();
  goOn('installationFailed');
  expect((await update(word, '--wait')).end).toMatchObject({
    exitCode: 1,
    message: 'update: the installation failed: the signature is not valid',
  });
});

test('what the station refuses has exit code 1 and the reason', async () => {
  await update(url);
  updates.is('trial');
  const why = 'update: an update is being installed or on trial: wait for its end';
  for (const words of [[url], [fileOf('a')], ['cancel'], ['previous', '--wait']]) {
    expect((await update(...words)).end).toMatchObject({ exitCode: 1, message: why });
  }
  expect(kept).toEqual([]);
});

test.each([
  [() => join(directory, 'none.zip'), /none\.zip: it cannot be read: .*ENOENT/],
  [() => directory, /: it is no file$/],
])('a file that is none is told before the station is asked', async (file, why) => {
  expect((await update(file())).end).toMatchObject({ exitCode: 1, message: expect.stringMatching(why) });
  expect(updates.orders).toEqual([]);
});

test.each(['status', 'cancel', 'previous'])('--downgrade is no option of %s', async (word) => {
  const { end } = await update(word, '--downgrade');
  expect(end).toBeInstanceOf(CommanderError);
  expect(updates.previousAsked).toBe(0);
});
