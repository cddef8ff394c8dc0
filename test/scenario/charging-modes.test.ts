/** A station with and without its central system: what each charging mode tells, keeps and forgets (guide, steps 3 to 6). */
import { stationControl } from '../../src/control/station-commands';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const say = async (rig: Rig, name: string, request: object): Promise<string> =>
  (await stationControl(() => rig.running).run(name, { ...request })).message;

/** A whole charge at a socket, from plug to plug. */
async function chargeLocally(rig: Rig, connectorId: number, card?: string): Promise<void> {
  rig.plug(connectorId);
  if (card !== undefined) {
    await rig.until('Preparing', () => rig.status(connectorId) === 'Preparing');
    rig.present(card, connectorId <= 2 ? 'right' : 'left');
  }
  await rig.until('Charging', () => rig.status(connectorId) === 'Charging');
  await rig.advance(600_000);
  rig.unplug(connectorId);
  await rig.until('Available', () => rig.status(connectorId) === 'Available');
  rig.leakWh += rig.running.local.history.list[0]?.energyWh ?? 0;
}

test('free: the central system is left, everybody charges, and it never hears of it', async () => {
  const rig = await Rig.start();
  expect(await say(rig, 'mode', { mode: 'free' })).toBe('charging mode: right free, left free');
  await rig.until('disconnected', () => !rig.central.connected);
  await chargeLocally(rig, 1);
  await chargeLocally(rig, 3);
  expect(rig.running.local.history.list).toMatchObject([
    { connectorId: 3, mode: 'free', token: '' },
    { connectorId: 1, mode: 'free', token: '' },
  ]);
  expect(rig.running.local.history.list.every(({ energyWh }) => energyWh > 1_000)).toBe(true);
  const [header, newest, ...older] = (await say(rig, 'history', {})).split('\n');
  expect(header).toBe('start (UTC),end (UTC),connector,mode,card,energy (kWh),duration (s),reason,transactionId');
  expect(newest).toMatch(/^2026-05-04T08:\d\d:\d\d\.\d{3}Z,2026-05-04T08:.*Z,3,free,,\d\.\d{3},\d+,EVDisconnected,$/);
  expect(older).toHaveLength(1);
  expect(await say(rig, 'mode', { mode: 'ocpp' })).toBe('charging mode: right ocpp, left ocpp');
  await rig.until('registered again', () => rig.running.chargePoint.registration === 'Accepted', 60_000);
  await rig.expectNone('StartTransaction', 60_000);
  await rig.expectNone('StopTransaction', 1);
});

test('cards: those that the station knows charge, others do not; a card is taught at the reader', async () => {
  const rig = await Rig.start();
  await say(rig, 'mode', { mode: 'cards' });
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present('04A1B2C3');
  await rig.advance(5_000);
  expect(rig.status(1)).toBe('Preparing');
  rig.unplug(1);
  await rig.until('Available', () => rig.status(1) === 'Available');
  const teaching = say(rig, 'cards', { action: 'teach', label: 'Anna' });
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.advance(1_000);
  expect(await teaching).toBe('card 04A1B2C3 may charge');
  // The card was taught: it is not a driver's.
  expect(rig.status(1)).toBe('Available');
  await chargeLocally(rig, 1, '04A1B2C3');
  expect(await say(rig, 'cards', { action: 'list' })).toBe('1 of at most 500 cards\n04A1B2C3  Anna');
  expect(await say(rig, 'cards', { action: 'remove', card: '04A1B2C3' })).toContain('may not charge any more');
});

test('a card is given a last day, and one that is no day is refused with what is valid', async () => {
  const rig = await Rig.start();
  await say(rig, 'cards', { action: 'add', card: '04A1B2C3', label: 'Anna', lastDay: '2026-12-31' });
  expect(await say(rig, 'cards', { action: 'list' })).toBe('1 of at most 500 cards\n04A1B2C3  Anna  until 2026-12-31');
  await expect(say(rig, 'cards', { action: 'add', card: '04A1B2C3', lastDay: '2026-02-30' })).rejects.toThrow(
    'its last day is a date, such as 2026-12-31',
  );
});

test('modes and cards survive a power cut, and a charge that it cut off ends in the history', async () => {
  const rig = await Rig.start();
  await say(rig, 'mode', { mode: 'cards' });
  await say(rig, 'cards', { action: 'add', card: '04A1B2C3' });
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging');
  await rig.advance(600_000);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(20_000);
  expect(rig.running.view().modes).toEqual({ right: 'cards', left: 'cards' });
  expect(rig.running.local.history.list).toMatchObject([{ mode: 'cards', reason: 'PowerLoss' }]);
  rig.leakWh += rig.running.local.history.list[0]?.energyWh ?? 0;
  expect(rig.central.connected).toBe(false);
});

test('what began under the central system is told, whatever the mode is when it ends', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  await say(rig, 'mode', { mode: 'free' });
  await rig.advance(60_000);
  rig.unplug(1);
  await rig.until('Available', () => rig.status(1) === 'Available');
  await say(rig, 'mode', { mode: 'ocpp' });
  await rig.expectCall('StopTransaction', { reason: 'EVDisconnected' }, 120_000);
});

test('switched off, an OCPP station is offline: its queue is kept, and told when it is switched on', async () => {
  const rig = await Rig.start({ config: { AllowOfflineTxForUnknownId: 'true' } });
  expect(await say(rig, 'connection', { switch: 'off' })).toBe('OCPP server connection: off');
  await rig.until('disconnected', () => !rig.central.connected);
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging');
  await rig.advance(3_600_000);
  expect(rig.central.connected).toBe(false);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(60_000);
  expect(rig.central.connected).toBe(false);
  expect(rig.running.view().connection.switchedOn).toBe(false);
  rig.forget();
  await say(rig, 'connection', { switch: 'on' });
  await rig.expectCall('StartTransaction');
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
});

test('a station without address for which nothing was chosen charges nobody, until it gets an address', async () => {
  const rig = await Rig.start({ config: { URL: '' }, modeWithoutUrl: 'none' });
  expect(rig.running.view().modes).toEqual({ right: 'none', left: 'none' });
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.advance(10_000);
  expect(rig.truth(1).contactorClosed).toBe(false);
  rig.unplug(1);
  await rig.advance(5_000);
  await say(rig, 'set', { key: 'URL', value: 'ws://central.test/ocpp' });
  expect(rig.running.view().modes).toEqual({ right: 'ocpp', left: 'ocpp' });
  await rig.until('registered', () => rig.running.chargePoint.registration === 'Accepted', 60_000);
});

test('one side alone changes its mode, but for OCPP; a side that there is not is told', async () => {
  const rig = await Rig.start();
  await say(rig, 'mode', { mode: 'free' });
  expect(await say(rig, 'mode', { mode: 'cards', side: 'left' })).toBe('charging mode: right free, left cards');
  await expect(say(rig, 'mode', { mode: 'none' })).rejects.toThrow('ocpp, free, cards');
  await expect(say(rig, 'cards', { action: 'add' })).rejects.toThrow('card is missing');
});
