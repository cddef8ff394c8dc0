/** The built program with a time of its own: in steps it does the same again and again, and at full speed it has no fault. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfOld, type Heard, PlainCentral, Program } from './built-program';

let central: PlainCentral;
const programs: Program[] = [];

beforeAll(() => buildIfOld(), 60_000);

beforeEach(async () => {
  central = await PlainCentral.start();
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  central.stop();
});

async function bench(fields: object): Promise<Program> {
  const path = join(mkdtempSync(join(tmpdir(), 'greenup-time-')), 'init.json');
  writeFileSync(path, JSON.stringify({ url: central.url, cp_id: 'CP1', ...fields }));
  const program = new Program('bench', path);
  programs.push(program);
  await program.says(/^\{"ready":true\}\n/);
  return program;
}

async function all(program: Program, requests: readonly object[]): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  for (const request of requests) answers.push(await program.request(request));
  return answers;
}

const fiveMinutes = { cmd: 'advance', ms: 300_000 };
const charge = [
  { cmd: 'advance', ms: 10_000 },
  { cmd: 'plug_in', connector: 1, ev: 'zoe-like' },
  { cmd: 'advance', ms: 5_000 },
  { cmd: 'swipe', idTag: 'aB12' },
  fiveMinutes,
  { cmd: 'raise_fault', connector: 1, error: 'overTemperature' },
  { cmd: 'advance', ms: 20_000 },
  { cmd: 'clear_fault', connector: 1, error: 'overTemperature' },
  { cmd: 'plug_out', connector: 1 },
  fiveMinutes,
  { cmd: 'state' },
];

test('in steps the same deeds make the same messages, to the millisecond', async () => {
  const runs: { heard: Heard[]; answers: unknown[] }[] = [];
  for (let run = 0; run < 2; run++) {
    const from = central.heard.length;
    const time = { step: true, seed: 5, time: '2026-05-04T08:00:00Z' };
    const station = await bench({ ...time, config: { MeterValueSampleInterval: 60 } });
    const answers = await all(station, charge);
    runs.push({ heard: central.heard.slice(from), answers });
    station.child.stdin?.end();
    expect(await station.ended).toEqual({ code: 0, signal: null });
  }
  const [first, second] = runs;
  expect(first?.heard.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'BootNotification',
      'StartTransaction',
      'MeterValues',
      'StopTransaction',
      'StatusNotification',
    ]),
  );
  // The central system counts transactions on.
  const text = (heard: readonly Heard[] | undefined) =>
    heard?.map(({ action, payload }) => `${action} ${JSON.stringify(payload)}`.replace(/"transactionId":\d+/, ''));
  expect(text(second?.heard)).toEqual(text(first?.heard));
  const { state } = (first?.answers.at(-1) ?? {}) as { state: { at: string; connectors: { status: string }[] } };
  // clear_fault takes 0.1 s.
  expect(state).toMatchObject({ at: '2026-05-04T08:10:35.100Z', connectors: [{ status: 'Available' }] });
});

test('time that runs by itself cannot be advanced; time that stands still leaves the station answering', async () => {
  const running = await bench({});
  expect(await running.request({ cmd: 'advance', ms: 10 })).toEqual({
    ok: false,
    error: 'time runs by itself here: it cannot be advanced',
  });
  const still = await bench({ step: true });
  central.send('TriggerMessage', { requestedMessage: 'Heartbeat' });
  await central.hears('Heartbeat');
  expect(await still.request({ cmd: 'state' })).toMatchObject({ ok: true });
});

test('at 1,000 times with a central system in real time a charge has neither fault nor repetition', async () => {
  const station = await bench({ speed: 1000, seed: 5, config: { ConnectionTimeOut: 3_600 } });
  await all(station, [
    { cmd: 'plug_in', connector: 1, ev: { batteryWh: 1_000_000 } },
    { cmd: 'swipe', idTag: 'aB12' },
  ]);
  await central.hears('StatusNotification', { connectorId: 1, status: 'Charging' });
  while (central.heard.filter(({ action }) => action === 'MeterValues').length < 20)
    await central.hears('MeterValues', {}, central.heard.length);
  await station.request({ cmd: 'plug_out', connector: 1 });
  await central.hears('StatusNotification', { connectorId: 1, status: 'Available' }, central.heard.length);
  const errors = central.heard.filter(({ payload }) => (payload.errorCode ?? 'NoError') !== 'NoError');
  expect(errors).toEqual([]);
  for (const action of ['BootNotification', 'StartTransaction', 'StopTransaction']) {
    expect([action, central.heard.filter((heard) => heard.action === action).length]).toEqual([action, 1]);
  }
});
