/** `wait` in steps, over a restart, and among JSON lines. */
import { SimulatedClock } from '../../src/drivers/clock/simulated-clock';
import { simulationControl } from '../../src/simulator/control';
import { JsonLines } from '../../src/simulator/json-lines';
import { ScriptedCentral } from '../../src/testing/central';
import { type SimulatedStation, startSimulation } from './support';

const noProcess = { cutPower: () => {}, quit: () => {} };

async function stepped() {
  const clock = new SimulatedClock({ stepped: true, systemTimeMs: Date.UTC(2026, 4, 4, 8) });
  const central = new ScriptedCentral(clock, Date.UTC(2026, 4, 4, 8));
  central.delayMs = 0;
  const { simulation } = await startSimulation({ clock, transport: central, seed: 3, followCentralTime: () => false });
  await clock.advance(2_000);
  const control = simulationControl(simulation, noProcess);
  return { clock, central, simulation, run: (name: string, request: object) => control.run(name, { ...request }) };
}

test('time that stands still goes on until it is so, and no further', async () => {
  const { run, clock } = await stepped();
  await run('plug', { connector: 1 });
  const plugged = await run('wait', { for: 'status', connector: 1, status: 'Preparing' });
  expect(plugged.message).toMatch(/^after \d+ ms: status connector 1 Preparing$/);
  const before = clock.now();
  await run('tap', { card: '04A1B2C3' });
  const sent = await run('wait', { for: 'sent', message: 'StartTransaction' });
  expect(sent.facts).toMatchObject({ frame: { message: 'StartTransaction' }, waitedMs: clock.now() - before });
  await run('wait', { for: 'energy', connector: 1, energyWh: 1_000, timeoutMs: 3_600_000 });
  const later = clock.now();
  expect(later - before).toBeGreaterThan(60_000);
  // It stands still again.
  await new Promise((resolve) => setImmediate(resolve));
  expect(clock.now()).toBe(later);
});

test('for somebody who has gone time is not moved on', async () => {
  const { simulation, clock } = await stepped();
  const gone = new AbortController();
  const begun = clock.now();
  clock.at(begun + 60_000, () => gone.abort());
  const request = { for: 'started', timeoutMs: 3_600_000 };
  const waiting = simulationControl(simulation, noProcess).run('wait', request, gone.signal);
  await expect(waiting).rejects.toThrow('nobody waits any more');
  expect(clock.now()).toBe(begun + 60_000);
  await expect(simulationControl(simulation, noProcess).run('wait', request, gone.signal)).rejects.toThrow('nobody');
  expect(clock.now()).toBe(begun + 60_000);
});

test('in vain all of the time has passed', async () => {
  const { run, clock } = await stepped();
  const before = clock.now();
  await expect(run('wait', { for: 'started', timeoutMs: 600_000 })).rejects.toThrow('not within 600000 ms: started');
  expect(clock.now() - before).toBe(600_000);
});

test('what the central system sends by itself takes no time', async () => {
  const { run, clock, central } = await stepped();
  const before = clock.now();
  const waited = run('wait', { for: 'received', message: 'ClearCache' });
  void central.callRaw('ClearCache', {});
  expect((await waited).facts).toMatchObject({ waitedMs: 0, frame: { direction: 'received', kind: 'call' } });
  expect(clock.now()).toBe(before);
});

test('a restart of the station is outlived', async () => {
  const { simulation, during, central, advance } = await startSimulation();
  const control = simulationControl(simulation, noProcess);
  const first = simulation.running;
  void central.callRaw('Reset', { type: 'Hard' });
  const gone = await during(control.run('wait', { for: 'disconnected' }));
  expect(gone.message).toMatch('disconnected');
  while (simulation.isRunning && simulation.running === first) await advance(50);
  const back = await during(
    control.run('wait', { for: 'registered' }).catch(() => control.run('wait', { for: 'registered' })),
  );
  expect(back.message).toMatch('registered');
  expect(simulation.running).not.toBe(first);
  const before = simulation.frames.recent({ message: 'Reset' });
  expect(before.map(({ kind }) => kind)).toEqual(['call', 'result']);
});

function lines(station: SimulatedStation) {
  const answers: string[] = [];
  const { simulation } = station;
  const jsonLines = new JsonLines({
    simulation,
    control: simulationControl(simulation, noProcess),
    answer: (line) => answers.push(line),
    log: { info: () => {}, warn: () => {} },
  });
  const say = (...requests: (object | string)[]): void => {
    for (const request of requests) {
      jsonLines.receive(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
    }
  };
  return { jsonLines, say, answered: () => answers.map((line): Record<string, unknown> => JSON.parse(line)) };
}

test('frames are waited for from the last deed on, and each counts once', async () => {
  const station = await startSimulation();
  const { say, answered } = lines(station);
  say(
    { cmd: 'wait', for: 'sent', message: 'BootNotification' },
    { cmd: 'plug_in', connector: 1 },
    { cmd: 'wait', for: 'sent', message: 'StatusNotification', connector: 1 },
    { cmd: 'state' },
    { cmd: 'swipe', idTag: 'A' },
    { cmd: 'wait', for: 'status', connector: 1, status: 'Charging' },
    { cmd: 'wait', for: 'received', message: 'Authorize' },
    { cmd: 'wait', for: 'received', message: 'StartTransaction' },
    { cmd: 'wait', for: 'received', message: 'Authorize', timeoutMs: 100 },
  );
  await station.advance(60_000);
  const all = answered();
  expect(all.map(({ ok }) => ok)).toEqual([true, true, true, true, true, true, true, true, false]);
  expect(all[2]).toMatchObject({ frame: { payload: { connectorId: 1, status: 'Preparing' } } });
  expect(all[6]).toMatchObject({ frame: { message: 'Authorize', kind: 'result' } });
  expect(all[8]?.error).toBe('wait: not within 100 ms: received Authorize');
});

test('a card that is refused says why: at once where the station knows, else what waits for it hears', async () => {
  const station = await startSimulation();
  const { say, answered } = lines(station);
  station.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
  say({ cmd: 'swipe', idTag: 'A' });
  await station.advance(1_000);
  say({ cmd: 'wait', for: 'refused' }, { cmd: 'wait', for: 'refused', timeoutMs: 100 });
  await station.advance(1_000);
  say({ cmd: 'disconnect_websocket' });
  await station.advance(1_000);
  await station.simulation.running.configuration.change('AllowOfflineTxForUnknownId', 'false', 'person');
  say({ cmd: 'swipe', idTag: 'B', connectors: [2] }, { cmd: 'wait', for: 'refused' });
  station.simulation.world.fault(1, 'readerAbsent', true);
  say({ cmd: 'swipe', idTag: 'C' });
  await station.advance(1_000);
  const reason = 'the central system cannot be asked, and AllowOfflineTxForUnknownId is false';
  expect(answered()).toEqual([
    { ok: true },
    {
      ok: true,
      waitedMs: 0,
      refused: expect.objectContaining({ idTag: 'A', reason: 'the central system says Blocked' }),
    },
    { ok: false, error: 'wait: not within 100 ms: refused' },
    { ok: true },
    { ok: true, refused: reason },
    { ok: true, waitedMs: 0, refused: expect.objectContaining({ idTag: 'B', side: 'left', reason }) },
    { ok: true, refused: 'the reader does not answer: it has not seen the card' },
  ]);
});

test('each line has one answer, with its id if it has one, whatever the line is', async () => {
  const station = await startSimulation();
  const { say, answered } = lines(station);
  say(
    { cmd: 'plug_in', connector: 1, id: 7 },
    { id: 'x', cmd: 'plug_in', connector: 5 },
    { id: null, cmd: 'dance' },
    { id: { a: 1 } },
    '',
    '   ',
    '{"id":3,',
    '[]',
    '"text"',
    { cmd: 'frames', message: 'BootNotification', id: 9 },
    { cmd: 'wait', for: 'connected', colour: 'red' },
  );
  await station.advance(1_000);
  const all = answered();
  expect(all.map(({ ok, id }) => [ok, id])).toEqual([
    [true, 7],
    [false, 'x'],
    [false, null],
    [false, { a: 1 }],
    [false, undefined],
    [false, undefined],
    [false, undefined],
    [false, undefined],
    [false, undefined],
    [true, 9],
    [true, undefined],
  ]);
  expect(all[1]?.error).toBe('there is no connector 5; valid: 1, 2');
  expect(all[9]).toMatchObject({ frames: [{ direction: 'sent' }, { direction: 'received' }] });
});

test('at the end of the station nothing stays without an answer', async () => {
  const station = await startSimulation();
  const { say, answered, jsonLines } = lines(station);
  say({ cmd: 'wait', for: 'started', id: 1 }, { cmd: 'plug_in', connector: 1, id: 2 }, '{');
  await station.advance(50);
  expect(answered()).toEqual([]);
  await jsonLines.stationEnded('the station has ended');
  expect(answered()).toEqual([
    { ok: false, id: 1, error: 'the station has ended' },
    { ok: false, id: 2, error: 'the station has ended' },
    { ok: false, error: expect.stringContaining('not JSON') },
  ]);
  expect(station.simulation.world.snapshot().connectors[0]?.plugged).toBe(false);
});
