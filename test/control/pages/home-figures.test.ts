/** What the first page shows beside states: energy of today and of all, other limits, and the last fault with its times. */
import { pageStation } from '../../../src/control/pages/page-station';
import type { PageConnector } from '../../../src/control/pages/page-view';
import { closeTheBooks, Rig, singleBoard, startOfTime } from '../../support/rig';

afterEach(closeTheBooks);

const viewOf = (rig: Rig) => pageStation(() => rig.running).view();

function socketOf(rig: Rig, connectorId = 1): PageConnector {
  const found = viewOf(rig)
    ?.sides.flatMap(({ connectors }) => connectors)
    .find((connector) => connector.connectorId === connectorId);
  if (!found) throw new Error(`there is no connector ${connectorId}`);
  return found;
}

test('energy of today is of the charge that runs and of those that ended; the register is of all times', async () => {
  const rig = await Rig.start();
  expect(socketOf(rig)).toMatchObject({ todayWh: 0, registerWh: 0 });
  await rig.charge(1);
  await rig.advance(600_000);
  const running = socketOf(rig);
  expect(running.todayWh).toBeGreaterThan(1_000);
  expect(Math.abs((running.todayWh ?? 0) - (running.energyWh ?? 0))).toBeLessThanOrEqual(100);
  rig.unplug(1);
  await rig.until('Available', () => rig.status(1) === 'Available');
  const ended = socketOf(rig);
  expect(ended.energyWh).toBeNull();
  expect(ended.todayWh).toBe(ended.registerWh);
  expect(ended.todayWh).toBeGreaterThanOrEqual(running.todayWh ?? 0);
  // A day later it is not of today.
  await rig.advance(86_400_000);
  expect(socketOf(rig)).toMatchObject({ todayWh: 0, registerWh: ended.registerWh });
});

test('of a charge over midnight today has what was drawn since', async () => {
  const rig = await Rig.start();
  const night = new Date(startOfTime).setHours(24, 0, 0, 0);
  await rig.advance(night - rig.central.now() - 1_800_000);
  await rig.charge(1, { plug: { ev: { maxCurrentA: 10 } } });
  await rig.advance(night - rig.central.now());
  const before = socketOf(rig).energyWh ?? 0;
  rig.ev(1, { maxCurrentA: 30 });
  await rig.advance(1_800_000);
  const { energyWh, todayWh } = socketOf(rig);
  const since = (energyWh ?? 0) - before;
  expect(since).toBeGreaterThan(2 * before);
  expect(Math.abs((todayWh ?? 0) - since)).toBeLessThan(since / 20);
});

test('while nobody knows the time there is no today', async () => {
  const rig = Rig.prepare({ systemTimeMs: null, config: { URL: '' } });
  await rig.powerOn();
  await rig.advance(1_000);
  expect(socketOf(rig)).toMatchObject({ todayWh: null, registerWh: 0 });
});

test('the limit that rules is named, and what the others would allow, each once, the least first', async () => {
  const rig = await Rig.start();
  rig.plug(1, { cableA: 20 });
  await rig.advance(1_000);
  const { by, amps, others } = socketOf(rig).limit;
  expect([by, amps]).toEqual(['cable', 20]);
  expect(others.slice(0, 2)).toEqual([
    { source: 'socket', amps: 32 },
    { source: 'installation', amps: 32 },
  ]);
  expect(others.map((other) => other.amps)).toEqual([...others.map((other) => other.amps)].sort((a, b) => a - b));
  expect(others.map(({ source }) => source)).not.toContain('cable');
  expect(new Set(others.map(({ source }) => source)).size).toBe(others.length);
  // What it is granted while it charges follows from the cable, too.
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging');
  expect(socketOf(rig).limit.others).toEqual(others);
});

test('the last fault of each socket stays with its times when it has healed, and is told again and again the same', async () => {
  const rig = await Rig.start({ board: singleBoard() });
  expect(socketOf(rig).lastFault).toBeNull();
  rig.fault(1, 'overTemperature', true);
  await rig.advance(60_000);
  expect(socketOf(rig)).toMatchObject({ faults: ['overTemperature'], lastFault: null });
  rig.fault(1, 'overTemperature', false);
  await rig.advance(60_000);
  const { lastFault } = socketOf(rig);
  expect(lastFault).toMatchObject({ connectorId: 1, fault: 'overTemperature' });
  expect((lastFault?.wentAt ?? 0) - (lastFault?.cameAt ?? 0)).toBeGreaterThanOrEqual(60_000);
  expect(socketOf(rig, 2).lastFault).toBeNull();
  for (const present of [true, false]) {
    rig.running.station.post({ kind: 'fault', connectorId: 0, fault: 'weakSignal', present });
  }
  expect(viewOf(rig)?.station.lastFault).toMatchObject({ connectorId: 0, fault: 'weakSignal' });
  expect(socketOf(rig).lastFault).toEqual(lastFault);
  for (const present of [true, false]) {
    rig.running.station.post({ kind: 'fault', connectorId: 1, fault: 'otherError', present });
  }
  expect(socketOf(rig).lastFault?.fault).toBe('otherError');
});
