/** Onlookers as real processes: frames on the screen, frames that are followed, reports, and waits, with power cuts in their middle. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStationFile } from '../../src/terminal/station-file';
import { until } from '../support/until';
import { unzip } from '../support/unzip';
import { buildIfOld, PlainCentral, Program } from './built-program';

let state: string;
let central: PlainCentral;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  state = join(mkdtempSync(join(tmpdir(), 'greenup-test-')), 'state');
  central = await PlainCentral.start();
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  central.stop();
});

function start(...words: string[]): Program {
  const program = new Program(...words, '--state', state);
  programs.push(program);
  return program;
}

const run = (...words: string[]) => Program.run(...words, '--state', state);

/** A station that has been accepted. */
async function station(...words: string[]): Promise<Program> {
  const program = start('run', '--csms', central.url, '--id', 'CP1', '--port', '0', ...words);
  await program.says(/central system: connected|"event":"connected"/);
  expect(await run('wait', 'registered')).toMatchObject({ code: 0 });
  return program;
}

/** Its request has reached the station: it has a connection, and who came after it was answered. */
async function isAsking({ child: { pid } }: Program): Promise<void> {
  const port = readStationFile(state)?.port ?? Number.NaN;
  const to = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const isOpen = () =>
    readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .some(
        ([, , remote, status, ...rest]) => remote?.endsWith(to) && status === '01' && socketsOf(pid).has(rest[5] ?? ''),
      );
  await until(isOpen);
  expect(await run('wait', 'registered')).toMatchObject({ code: 0 });
}

function socketsOf(pid: number | undefined): Set<string> {
  const place = `/proc/${pid}/fd`;
  const linkOf = (name: string) => {
    try {
      return readlinkSync(join(place, name));
    } catch {
      return ''; // It was closed meanwhile.
    }
  };
  return new Set(readdirSync(place).map((name) => /^socket:\[(\d+)\]$/.exec(linkOf(name))?.[1] ?? ''));
}

const bootIdsIn = ({ out }: Program) => new Set(out.match(/"BootNotification",.*?"id":"(\d+)"/g)).size;

test('run --frames shows each frame and why a request was refused; a power cut changes nothing of it', async () => {
  const program = await station('--frames');
  await program.says(/→ BootNotification .*\n.*← BootNotification .*answer after \d+ ms/);
  central.send('ChangeConfiguration', { key: 'HeartbeatInterval', value: '-3' });
  await program.says(
    /← ChangeConfiguration .*"-3".*\n.*→ ChangeConfiguration .*Rejected.*\n.*refused: .*HeartbeatInterval "-3": Rejected, must be /,
  );
  const before = program.out.length;
  expect(await run('power', 'cut')).toMatchObject({ code: 0 });
  expect(await run('power', 'on')).toMatchObject({ code: 0 });
  await until(() => /→ BootNotification.*← BootNotification/s.test(program.out.slice(before)));
});

test('frames --follow goes on over a reset and a power cut', async () => {
  await station();
  const follow = start('frames', '--follow', '--json', '--message', 'BootNotification');
  await follow.says(/"direction":"received"/);
  central.send('Reset', { type: 'Soft' });
  await until(() => bootIdsIn(follow) === 2);
  expect(await run('power', 'cut')).toMatchObject({ code: 0 });
  expect(await run('power', 'on')).toMatchObject({ code: 0 });
  await until(() => bootIdsIn(follow) === 3);
  for (const line of follow.out.split('\n').slice(0, -1)) expect(() => JSON.parse(line)).not.toThrow();
});

test('a wait that a power cut ends says so, without power it is refused, and after it waits again', async () => {
  await station();
  const plugged = start('wait', 'status', '1', 'Preparing', '--timeout', '10m');
  await isAsking(plugged);
  expect(await run('power', 'cut')).toMatchObject({ code: 0 });
  expect(await plugged.ended).toEqual({ code: 1, signal: null });
  expect(plugged.error).toMatch(
    /^greenup: the station at port \d+ ended before it answered: its power was cut, or .*\n$/,
  );
  const refused = await run('wait', 'registered');
  expect(refused).toMatchObject({ code: 1, error: 'greenup: wait: the power is off; "power on" brings it back\n' });
  expect(await run('power', 'on')).toMatchObject({ code: 0 });
  expect(await run('wait', 'registered')).toMatchObject({ code: 0, out: expect.stringContaining('registered') });
});

test('a wait outlives a reset of the station', async () => {
  await station();
  const heartbeat = start('wait', 'sent', 'Heartbeat', '--timeout', '10m');
  await isAsking(heartbeat);
  const from = central.heard.length;
  central.send('Reset', { type: 'Hard' });
  await central.hears('BootNotification', {}, from);
  expect(await run('wait', 'registered')).toMatchObject({ code: 0 });
  central.send('TriggerMessage', { requestedMessage: 'Heartbeat' });
  expect(await heartbeat.ended).toEqual({ code: 0, signal: null });
  expect(heartbeat.out).toMatch(/^after \d+ ms: sent Heartbeat\n$/);
});

test('report writes a whole zip, by its own name or by that which is given; without power it is refused', async () => {
  await station();
  const file = join(state, 'fault.zip');
  expect(await run('report', file)).toMatchObject({ code: 0, out: expect.stringMatching(/^\S+fault\.zip: \d+ kB\n$/) });
  const texts = await unzip(readFileSync(file));
  expect(texts.get('frames.jsonl')).toMatch('BootNotification');
  expect(texts.get('versions.json')).toMatch(process.version.slice(1));
  expect(texts.get('contents.txt')).not.toMatch('not whole');
  const refused = await run('report', join(state, 'nowhere', 'fault.zip'));
  expect(refused).toMatchObject({ code: 1, error: expect.stringMatching(/the report could not be written: ENOENT/) });
  expect(readdirSync(state).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(await run('power', 'cut')).toMatchObject({ code: 0 });
  const off = 'greenup: report: the power is off; "power on" brings it back\n';
  expect(await run('report', file)).toMatchObject({ code: 1, error: off });
});

test('backup writes the settings to a file, and restore says what it would change before it changes it', async () => {
  await station();
  const file = join(state, 'site.json');
  expect(await run('set', 'ConnectionTimeOut', '90')).toMatchObject({ code: 0 });
  expect(await run('backup', file, '--cards')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /site\.json: \d+ keys, .*, 0 cards with their whole numbers; no password and no other secret\n$/,
    ),
  });
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  expect(kept).toMatchObject({ format: 1, uid: 'CP1', keys: { ConnectionTimeOut: '90' }, cards: [] });
  expect(await run('set', 'ConnectionTimeOut', '60')).toMatchObject({ code: 0 });
  const change = 'ConnectionTimeOut: 60 -> 90\n';
  expect(await run('restore', file, '--dry-run')).toMatchObject({ code: 0, out: `would change: 1\n${change}` });
  expect(await run('restore', file)).toMatchObject({ code: 0, out: `changed: 1\n${change}` });
  expect(await run('restore', file)).toMatchObject({ code: 0, out: 'nothing changes\n' });
  const refused = await run('restore', join(state, 'bench.json'));
  expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('nothing is restored') });
  expect(await run('restore', join(state, 'nowhere.json'))).toMatchObject({
    code: 1,
    error: expect.stringContaining('ENOENT'),
  });
  expect(await run('backup', join(state, 'nowhere', 'site.json'))).toMatchObject({ code: 1 });
  expect(readdirSync(state).filter((name) => name.endsWith('.part'))).toEqual([]);
});
