/** The command: a fleet that runs its time, is measured, judged by exit code, ended by signals, and joined out of its parts. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfOld, Program } from '../../cli/built-program';
import { StrictBooks } from './strict-books';

const books = new StrictBooks();
const directory = mkdtempSync(join(tmpdir(), 'fleet-process-'));
let url = '';

beforeAll(async () => {
  buildIfOld();
  url = await books.listen();
});
afterAll(() => books.close());

const fleet = (state: string, ...words: string[]): string[] => [
  ...['fleet', '--stations', '6', '--csms', url, '--ramp', '0s', '--state', join(directory, state), ...words],
];

test('the parts of a fleet run their time, and their reports are joined to that of the whole', async () => {
  const report = join(directory, 'report');
  for (const shard of ['1/2', '2/2']) {
    const part = await Program.run(...fleet('parts', '--for', '3s', '--report', report, '--shard', shard));
    expect([part.code, part.error]).toEqual([0, '']);
    expect(part.out).toMatch(/3 stations, CP00000[14] to CP00000[36], shard [12]\/2 by --shard/);
  }
  const parts = ['1', '2'].map((part) => join(report, `shard-${part}-of-2`, 'report.json'));
  const whole = join(report, 'whole');
  const merged = await Program.run('fleet', 'merge', ...parts, '--report', whole);
  expect(merged.code).toBe(0);
  expect(merged.out).toMatch(/6 stations \(1 to 6\)/);
  const { central } = JSON.parse(readFileSync(join(whole, 'report.json'), 'utf8'));
  expect(central.BootNotification).toMatchObject({ asked: 6, answered: 6 });
  expect(existsSync(join(whole, 'report.html'))).toBe(true);
});

test('what was not kept is exit code 1, of the run and of the joined report; a wrong question is 2', async () => {
  const thresholds = join(directory, 'thresholds.yaml');
  writeFileSync(thresholds, 'rules:\n  - started > 0\n');
  const words = fleet('judged', '--for', '2s', '--report', join(directory, 'judged'));
  expect((await Program.run(...words, '--thresholds', thresholds)).code).toBe(1);
  const path = join(directory, 'judged', 'report.json');
  expect((await Program.run('fleet', 'merge', path, '--thresholds', thresholds)).code).toBe(1);
  expect((await Program.run('fleet', 'merge', path)).code).toBe(0);
  const wrong = await Program.run(...fleet('wrong', '--shard', '3/2'));
  expect([wrong.code, wrong.error]).toEqual([2, expect.stringMatching(/--shard 3\/2: valid is/)]);
  const none = await Program.run('fleet', '--csms', url);
  expect([none.code, none.error]).toEqual([2, expect.stringMatching(/--stations <n>/)]);
});

test('a fleet that reaches nobody says why, in words and by kind', async () => {
  const words = [
    '--csms',
    'ws://127.0.0.1:1/ocpp',
    '--ramp',
    '0s',
    '--state',
    join(directory, 'nobody'),
    '--for',
    '2s',
  ];
  const { out, error } = await Program.run('fleet', '--stations', '6', ...words);
  expect(error).toMatch(/CP00000\d: connect ECONNREFUSED/);
  expect(out).toMatch(/no connection came about: refused +[1-9]/);
});

test.each([
  'SIGINT',
  'SIGTERM',
] as const)('%s ends it in order, during the ramp as well, with its report', async (signal) => {
  const report = join(directory, signal);
  const running = new Program(...fleet(signal, '--ramp', '1h', '--json', '--report', report));
  await running.says(/"event":"fleet"/);
  running.child.kill(signal);
  expect(await running.ended).toEqual({ code: 0, signal: null });
  const last = JSON.parse(running.out.trimEnd().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ event: 'ended', kept: true, report: { stations: [[1, 6]] } });
  expect(existsSync(join(report, 'report.txt'))).toBe(true);
});

test('metrics are served at their port, and nothing else', async () => {
  const running = new Program(...fleet('metrics', '--metrics-port', '0', '--json'));
  await running.says(/"connected":6/);
  const port = /"event":"metrics","port":(\d+)/.exec(running.out)?.[1];
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(metrics.status).toBe(200);
  expect(await metrics.text()).toMatch(/^greenup_fleet_connected 6$/m);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404);
  const second = await Program.run(...fleet('second', '--metrics-port', String(port), '--for', '1s'));
  expect([second.code, second.error]).toEqual([2, expect.stringMatching(/--metrics-port \d+: .*EADDRINUSE/)]);
  // The state of one that runs is not to be had.
  const same = await Program.run(...fleet('metrics', '--for', '1s'));
  expect([same.code, same.error]).toEqual([1, expect.stringMatching(/another running station holds it/)]);
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});
