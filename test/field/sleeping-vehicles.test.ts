/** Vehicles that fall asleep in a pause at 0 A, and whether the station wakes them (IEC 61851-1, state F). */
import type { EvOptions } from '../../src/drivers/sim/ev-options';
import { install, profile } from '../support/profiles';
import { boardWith, closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const sleepy = { sleepsAfterMs: 600_000 };
const minute = 60_000;
const hour = 3_600_000;

/** Charges, is paused for an hour, and has 16 A again. */
async function resumed(wakesVehicle: boolean, ev: Partial<EvOptions>, pauseMs = hour): Promise<Rig> {
  const rig = await Rig.start({ board: boardWith(wakesVehicle ? { wakesVehicle } : {}) });
  await rig.charge(1, { plug: { ev } });
  await rig.advance(10_000);
  await install(rig, 1, profile([[0, 0]]));
  await rig.until('paused', () => rig.status(1) === 'SuspendedEVSE');
  await rig.advance(pauseMs);
  await install(rig, 1, profile([[0, 16]]));
  await rig.until('an offer', () => rig.truth(1).offerA > 0);
  return rig;
}

/** The moments at which state F began and ended from now on, in s. */
async function statesF(rig: Rig, forMs: number, everyMs = 100): Promise<number[]> {
  const start = rig.clock.now();
  const turns: number[] = [];
  const isF = () => rig.truth(1).pilotOutput.kind === 'unavailable';
  let before = isF();
  for (let passed = 0; passed < forMs; passed += everyMs) {
    await rig.advance(everyMs);
    if (isF() !== before) turns.push(Math.round((rig.clock.now() - start) / 1_000));
    before = isF();
    expect(rig.truth(1).contactorClosed && before).toBe(false);
  }
  return turns;
}

test('without the setting it sleeps on, and the status says so', async () => {
  const rig = await resumed(false, sleepy);
  expect(await statesF(rig, 5 * minute)).toEqual([]);
  expect(rig.truth(1).powerW).toBe(0);
  expect(rig.status(1)).toBe('SuspendedEV');
});

test('with it it is woken half a minute after the offer, by 4 s of state F, and charges in the same transaction', async () => {
  const rig = await resumed(true, sleepy);
  expect(await statesF(rig, 2 * minute)).toEqual([30, 34]);
  expect(rig.status(1)).toBe('Charging');
  expect(rig.truth(1).currentA[0]).toBeCloseTo(16, 1);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  expect(rig.central.calls('StopTransaction')).toHaveLength(0);
});

test('one that takes the offer by itself is left alone', async () => {
  const rig = await resumed(true, sleepy, 5 * minute);
  expect(await statesF(rig, 5 * minute)).toEqual([]);
  expect(rig.status(1)).toBe('Charging');
});

test('one that does not want to charge is disturbed three times, an hour apart, and then no more', async () => {
  const rig = await resumed(true, { batteryWh: 1_000_000 });
  await rig.until('charging', () => rig.truth(1).powerW > 0);
  await install(rig, 1, profile([[0, 0]]));
  await rig.advance(minute);
  rig.ev(1, { paused: true });
  await install(rig, 1, profile([[0, 16]]));
  await rig.until('an offer', () => rig.truth(1).offerA > 0);
  const turns = await statesF(rig, 4 * hour, 2_000);
  expect(turns.map((s) => Math.round(s / 60))).toEqual([1, 1, 61, 61, 121, 121]);
  expect(rig.status(1)).toBe('SuspendedEV');
});

test('one that has stopped by itself, without a pause of ours, is never disturbed', async () => {
  const rig = await Rig.start({ board: boardWith({ wakesVehicle: true }) });
  await rig.charge(1);
  await rig.advance(10_000);
  rig.ev(1, { paused: true });
  expect(await statesF(rig, 2 * hour, 2_000)).toEqual([]);
});

test('the pause that comes back ends the attempt, and counts anew', async () => {
  const rig = await resumed(true, sleepy);
  await rig.until('state F', () => rig.truth(1).pilotOutput.kind === 'unavailable', 40_000);
  await install(rig, 1, profile([[0, 0]]));
  await rig.until('no more of it', () => rig.truth(1).pilotOutput.kind === 'steady', 1_000);
  expect(await statesF(rig, minute)).toEqual([]);
  await install(rig, 1, profile([[0, 16]]));
  await rig.until('charging', () => rig.status(1) === 'Charging', minute);
});

test('a pilot wire that is shorted during state F is known as that, and the charge goes on when it is mended', async () => {
  const rig = await resumed(true, sleepy);
  await rig.until('state F', () => rig.truth(1).pilotOutput.kind === 'unavailable', 40_000);
  rig.fault(1, 'pilotShort');
  await rig.advance(20_000);
  expect(rig.report(1)).toMatchObject({ errorCode: 'EVCommunicationError', info: 'Control pilot shorted' });
  rig.fault(1, 'pilotShort', false);
  await rig.until('charging', () => rig.status(1) === 'Charging', 2 * minute);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
});

test('one that was shorted for a moment of state F is as it was', async () => {
  const rig = await resumed(true, sleepy);
  await rig.until('state F', () => rig.truth(1).pilotOutput.kind === 'unavailable', 40_000);
  rig.fault(1, 'pilotShort');
  await rig.advance(1_000);
  rig.fault(1, 'pilotShort', false);
  await rig.until('charging', () => rig.status(1) === 'Charging', minute);
  expect(rig.central.calls('StatusNotification').filter(({ payload }) => payload.errorCode !== 'NoError')).toEqual([]);
});

test('drawn during state F, the plug ends the charge as ever', async () => {
  const rig = await resumed(true, sleepy);
  await rig.until('state F', () => rig.truth(1).pilotOutput.kind === 'unavailable', 40_000);
  rig.world.unplug(1, { force: true });
  await rig.until('ended', () => rig.central.calls('StopTransaction').length === 1, 20_000);
  await rig.until('at rest', () => rig.truth(1).pilotOutput.kind === 'steady', 1_000);
});
