/** The session of `greenup run` with a real disk and a real connection comes out the same when it is played again. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfOld, PlainCentral, Program } from './built-program';

let state: string;
let central: PlainCentral;
let station: Program;

beforeAll(() => buildIfOld());

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'greenup-test-'));
  central = await PlainCentral.start();
  station = new Program('run', '--csms', central.url, '--state', state, '--port', '0', '--no-web');
  await station.says(/The bench/);
});

afterEach(async () => {
  station.child.kill('SIGTERM');
  await station.ended;
  central.stop();
});

async function done(...words: string[]): Promise<void> {
  const { code, error } = await Program.run(...words, '--state', state);
  expect([words.join(' '), code, error]).toEqual([words.join(' '), 0, '']);
}

test('a charge at the speed of the machine and faster, saved and played again; and one frame that was changed', async () => {
  await done('plug', '1', '--cable', '20');
  await done('wait', 'status', '1', 'Preparing');
  await done('time', 'runs', '--speed', '30');
  await done('tap', '04A1B2C3');
  await done('wait', 'energy', '1', '100', '--timeout', '10m');
  await done('fault', '1', 'overTemperature');
  await done('wait', 'status', '1', 'Faulted', '--timeout', '10m');
  await done('fault', '1', 'overTemperature', '--clear');
  await done('wait', 'status', '1', 'Charging', '--timeout', '10m');
  await done('unplug', '1');
  await done('wait', 'status', '1', 'Available', '--timeout', '10m');
  const file = join(state, 'session.jsonl');
  await done('session', file);
  expect(await Program.run('replay', file)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^the same: \d+ frames and \d+ statuses and transactions\n$/),
  });
  const story = join(state, 'story.test.ts');
  await done('story', story);
  expect(readFileSync(story, 'utf8')).toMatch(/rig\.present\('04A1B2C3'\);\n[\s\S]*'StartTransaction'/);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(StartTransaction.*?)04A1B2C3/, '$104A1B2C4'));
  expect(await Program.run('replay', file)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/the first other one: frame \d+ \(StartTransaction .*"04A1B2C4".*"04A1B2C3"/),
  });
  expect(await Program.run('replay', join(state, 'missing'))).toMatchObject({ code: 2 });
});
