/** The station's own word: what makes it healthy, what is only a warning, and the file it is kept in. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningStation } from '../../src/main';
import {
  beatAgeMaxMs,
  type Health,
  type HealthInput,
  healthOf,
  loopTroubleOf,
  readHealth,
  removeHealth,
  writeHealth,
} from '../../src/rig/health';
import { type SimulatedStation, startSimulation } from '../simulator/support';

let bench: SimulatedStation;
let directory: string;

beforeAll(async () => {
  bench = await startSimulation();
});

afterAll(() => bench.simulation.stop());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-health-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const beating = {
  ...{ ready: true, beatAt: 59_000, turns: 200, longestGapMs: 6.4, busyShare: 0.1, busErrors: 0 },
  ...{ lateSeconds: 0, worstGapMs: 0, isLate: false },
};

function word(changes: Partial<HealthInput> = {}): Health {
  const { running } = bench.simulation;
  return healthOf({
    running,
    safety: beating,
    now: 60_000,
    startedAt: 1_400,
    release: '1.2.3',
    board: 'bench',
    broken: [],
    troubles: [],
    ...changes,
  });
}

test('a loop that beats, machines that report and a central system that accepted: healthy, without a warning', () => {
  expect(word()).toEqual({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    pid: process.pid,
    release: '1.2.3',
    board: 'bench',
    uptimeS: 59,
    healthy: true,
    alive: true,
    reasons: [],
    warnings: [],
    safety: { ...beating, beatAgeMs: 1_000 },
    connection: { url: 'ws://central.test/ocpp', status: 'Connected', registration: 'Accepted' },
    connectors: [
      { connectorId: 1, status: 'Available', errorCode: 'NoError' },
      { connectorId: 2, status: 'Available', errorCode: 'NoError' },
    ],
  });
});

test.each([
  ['has not started', { ...beating, ready: false, beatAt: undefined }, 'the safety thread has not started'],
  ['was never heard', { ...beating, beatAt: undefined }, 'the safety loop has not been heard of yet'],
  ['stands still', { ...beating, beatAt: 60_000 - beatAgeMaxMs - 1 }, 'the safety loop has been silent for 3001 ms'],
])('a loop that %s is not healthy', (_what, safety, reason) => {
  expect(word({ safety })).toMatchObject({ healthy: false, alive: false, reasons: [reason] });
});

test('a loop that is late is not healthy, and lives: a restart would open every contactor and mend nothing', () => {
  const late = { ...beating, lateSeconds: 7, worstGapMs: 48.2 };
  expect(word({ safety: late })).toMatchObject({ healthy: true, alive: true });
  expect(word({ safety: { ...late, isLate: true } })).toMatchObject({
    healthy: false,
    alive: true,
    reasons: ['the safety loop came late in 7 of the last 60 s, at worst by 48 ms (33 ms can be borne)'],
  });
});

test('a release with a package that cannot be loaded is not healthy, and so never confirmed', () => {
  const broken = ['package onoff (GPIO lines) cannot be loaded: wrong ELF class'];
  expect(word({ broken })).toMatchObject({ healthy: false, reasons: broken });
});

test('a beat of just the longest age still counts', () => {
  expect(word({ safety: { ...beating, beatAt: 60_000 - beatAgeMaxMs } }).healthy).toBe(true);
});

test('a socket machine that has not reported yet is named', () => {
  const { station, chargePoint, configuration } = bench.simulation.running;
  const [first, ...others] = station.state.connectors;
  if (!first) throw new Error('there is no connector');
  const state = { ...station.state, connectors: [{ ...first, report: undefined }, ...others] };
  const running = { station: { state, config: station.config }, chargePoint, configuration };
  expect(word({ running: running as unknown as RunningStation })).toMatchObject({
    healthy: false,
    reasons: ['connector 1 has not reported yet'],
  });
});

test('a connector with a fault, a missing central system and lines of trouble are warnings: the safety works', async () => {
  bench.simulation.world.fault(2, 'residualCurrent', true);
  bench.central.down();
  await bench.advance(1_000);
  expect(word({ troubles: ['connector 2: the meter is silent'] })).toMatchObject({
    healthy: true,
    reasons: [],
    warnings: [
      expect.stringMatching(/^connector 2: Faulted, /),
      'not connected to ws://central.test/ocpp',
      'connector 2: the meter is silent',
    ],
  });
});

test('it is written in one step, with the directory, and read back; removing it twice is harmless', () => {
  const path = join(directory, 'run/greenup/health.json');
  writeHealth(path, word());
  writeHealth(path, word({ release: '1.2.4' }));
  expect(readHealth(path)).toEqual(expect.objectContaining({ release: '1.2.4', healthy: true }));
  expect(readdirSync(join(directory, 'run/greenup'))).toEqual(['health.json']);
  expect(readFileSync(path, 'utf8')).toMatch(/^\{.*\}\n$/);
  removeHealth(path);
  removeHealth(path);
  expect(existsSync(path)).toBe(false);
});

test('no file means that no station is running', () => {
  const path = join(directory, 'health.json');
  expect(() => readHealth(path)).toThrow(`there is no ${path}: no station of a rig is running`);
});

test.each(['', '{"at"', 'null', '{}', '[1]', '"healthy"'])('%j is not what a station writes', (text) => {
  const path = join(directory, 'health.json');
  writeFileSync(path, text);
  expect(() => readHealth(path)).toThrow(`${path} is not what a station writes`);
});

test('a central system that has not accepted the station is a warning', () => {
  const { station, configuration } = bench.simulation.running;
  const chargePoint = { registration: 'Pending', connection: { status: 'Connected' } };
  const running = { station, configuration, chargePoint } as unknown as RunningStation;
  const { healthy, warnings } = word({ running });
  expect(healthy).toBe(true);
  expect(warnings).toContain('not registered at ws://central.test/ocpp');
});

test('of the safety loop alone it says whether it is heard', () => {
  const trouble = 'the safety loop is not heard';
  expect(loopTroubleOf(beating, 60_000)).toBeUndefined();
  expect(loopTroubleOf(beating, beating.beatAt + beatAgeMaxMs)).toBeUndefined();
  expect(loopTroubleOf(beating, beating.beatAt + beatAgeMaxMs + 1)).toBe(trouble);
  expect(loopTroubleOf({ ...beating, beatAt: undefined }, 60_000)).toBe(trouble);
  expect(loopTroubleOf({ ...beating, ready: false }, 60_000)).toBe(trouble);
});
