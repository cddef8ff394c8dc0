/** `simulate`: a whole station in the process of a test, in virtual time and with the central system that comes with it. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { type SimulateOptions, simulate } from '../../src/simulator/simulate';
import type { SimulatedStation } from '../../src/simulator/simulated-station';
import { singleBoard } from '../../src/testing/boards';
import { accounts } from '../../src/testing/ledger';
import { startOfTime } from '../../src/testing/story-options';

const card = '04A1B2C3';
let stations: SimulatedStation[] = [];
afterEach(async () => {
  for (const station of stations) await station.stop();
  stations = [];
});

async function registered(options: SimulateOptions = {}): Promise<SimulatedStation> {
  const station = await simulate(options);
  stations.push(station);
  await station.untilRegistered();
  return station;
}

async function charging(options: SimulateOptions = {}): Promise<SimulatedStation> {
  const station = await registered(options);
  station.plug(1);
  await station.untilStatus(1, 'Preparing');
  station.tap(card);
  await station.untilStatus(1, 'Charging');
  return station;
}

const centralOf = ({ central }: SimulatedStation) => {
  if (!central) throw new Error('its central system is elsewhere');
  return central;
};

test('a vehicle is charged, and the central system is told the energy that has flowed', async () => {
  const station = await charging();
  await station.advance(600_000);
  expect(station.view().connectors[0]?.transaction?.energyWh).toBeGreaterThan(3_000);
  station.tap(card);
  const stop = await station.untilSent('StopTransaction', { reason: 'Local' });
  await station.untilStatus(1, 'Finishing');
  station.unplug(1);
  await station.untilStatus(1, 'Available');
  const [account] = accounts(centralOf(station));
  const toldWh = Number(account?.stops[0]?.payload.meterStop) - Number(account?.start.payload.meterStart);
  expect(Math.abs(toldWh - station.truth(1).energyWh)).toBeLessThanOrEqual(1);
  expect(stop).toMatchObject({ direction: 'sent', kind: 'call', payload: { transactionId: 1001 } });
  expect(station.warnings).toEqual([]);
});

test('virtual time begins on a fixed day, so that the same station says the same each time', async () => {
  const textOf = async (seed: number) => {
    const station = await charging({ seed });
    await station.advance(60_000);
    return station.frames().map(({ number: _, ...frame }) => frame);
  };
  const [first, again, other] = [await textOf(5), await textOf(5), await textOf(6)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(Date.parse(String(first[0]?.at))).toBeGreaterThanOrEqual(startOfTime);
});

test('a power cut in the middle of a charge: vehicle and meter stay, the station finds its transaction and ends it', async () => {
  const station = await charging();
  await station.advance(60_000);
  const { energyWh } = station.truth(1);
  const framesBefore = station.frames().length;
  await station.cutPower();
  expect(station.isPowered).toBe(false);
  await station.advance(3_600_000);
  // Nobody is there who could say anything.
  expect(station.frames()).toHaveLength(framesBefore);
  expect(centralOf(station).connected).toBe(false);
  await station.powerOn();
  await station.untilSent('StopTransaction', { reason: 'PowerLoss' });
  expect(station.truth(1)).toMatchObject({ plugged: true, contactorClosed: false });
  expect(station.truth(1).energyWh).toBeGreaterThanOrEqual(energyWh);
  const numbers = station.frames().map(({ number }) => number);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test.each([
  ['all', 1],
  ['none', 0],
] as const)('what was written and not flushed is there after a power cut if %s of it was on the medium', async (kept, left) => {
  const station = await charging({ configuration: { MeterValueSampleInterval: '10' } });
  centralOf(station).answer('MeterValues', () => 'silence');
  await station.untilSent('MeterValues');
  await station.cutPower(kept);
  centralOf(station).answerAsUsual();
  await station.powerOn();
  await station.untilSent('StopTransaction');
  const repeated = centralOf(station)
    .calls('MeterValues')
    .filter((one) => one.repeated);
  expect(repeated).toHaveLength(left);
});

test('without power everything is refused but to switch it on, and to stop', async () => {
  const station = await registered();
  await station.cutPower();
  const refused = { code: 'command.invalid', message: expect.stringContaining('no power') };
  for (const act of [() => station.plug(1), () => station.tap(card), () => station.view(), () => station.status(1)]) {
    expect(act).toThrow(expect.objectContaining(refused));
  }
  await expect(station.cutPower()).rejects.toMatchObject(refused);
  await expect(station.untilStatus(1, 'Available')).rejects.toMatchObject(refused);
  await station.stop();
  await station.powerOn();
  await expect(station.powerOn()).rejects.toMatchObject({ code: 'command.invalid' });
});

test('a reset of the central system restarts it where it stands', async () => {
  const station = await charging();
  void centralOf(station).callRaw('Reset', { type: 'Soft' });
  await station.untilReceived('Reset');
  await station.untilSent('StopTransaction', { reason: 'SoftReset' });
  await station.untilSent('BootNotification');
  await station.untilRegistered();
  expect(station.truth(1).plugged).toBe(true);
});

test('an orderly end keeps settings, and whoever switches it on again finds them', async () => {
  const station = await registered();
  await station.setKey('HeartbeatInterval', '77');
  await station.stop();
  expect(station.isPowered).toBe(false);
  await station.powerOn();
  expect(station.key('heartbeatinterval')).toBe('77');
});

test('keys that there are not, and values that are not valid, are refused', async () => {
  const station = await registered();
  expect(() => station.key('Colour')).toThrow('there is no configuration key Colour');
  await expect(station.setKey('HeartbeatInterval', 'often')).rejects.toMatchObject({ code: 'command.invalid' });
  await expect(station.setKey('Colour', 'red')).rejects.toMatchObject({ code: 'command.invalid' });
});

test('with the network down it goes on charging, and tells when the network is there again', async () => {
  const station = await charging();
  station.network('down');
  station.tap(card);
  await station.untilStatus(1, 'Finishing');
  expect(centralOf(station).calls('StopTransaction')).toEqual([]);
  station.network('up');
  await station.untilSent('StopTransaction');
  expect(centralOf(station).calls('StopTransaction')).toHaveLength(1);
});

test('a fault is there, and goes', async () => {
  const station = await registered();
  station.fault(1, 'overTemperature');
  await station.untilStatus(1, 'Faulted');
  station.fault(1, 'overTemperature', false);
  await station.untilStatus(1, 'Available', 600_000);
  expect(() => station.fault(2, 'lockJammed')).toThrow(expect.objectContaining({ code: 'command.invalid' }));
});

test('what does not come within its time is refused, with the last frames', async () => {
  const station = await registered();
  const beganMs = station.clock.now();
  const waited = station.untilStatus(1, 'Charging', 1_020);
  await expect(waited).rejects.toMatchObject({
    code: 'command.invalid',
    message: expect.stringMatching(
      /^not within 1020 ms: status Charging of connector 1; frames:\n< call BootNotification/,
    ),
  });
  expect(station.clock.now() - beganMs).toBe(1_020);
});

test('at rest, too, where meters are read each five minutes, a fault is seen at once', async () => {
  const station = await registered();
  await station.advance(60_000);
  station.fault(0, 'underVoltage');
  await station.untilStatus(1, 'Faulted', 20_000);
});

test('a request is waited for once: the next wait wants another one', async () => {
  const station = await registered();
  await station.untilSent('StatusNotification', { connectorId: 2 });
  await expect(station.untilSent('StatusNotification', { connectorId: 2 }, 5_000)).rejects.toThrow('not within');
  await expect(station.untilSent('BootNotification', {}, 5_000)).rejects.toThrow('not within');
});

test('a request is one of the direction that was asked for, and no answer', async () => {
  const station = await registered();
  void centralOf(station).callRaw('DataTransfer', { vendorId: 'somebody' });
  await expect(station.untilSent('DataTransfer', {}, 1_000)).rejects.toThrow('not within');
  await station.untilReceived('DataTransfer', { vendorId: 'somebody' });
  await expect(station.untilReceived('BootNotification', {}, 1_000)).rejects.toThrow('not within');
});

test('registered is who is accepted over a link that is there', async () => {
  const station = await registered();
  station.network('down');
  await station.advance(100);
  await expect(station.untilRegistered(1_000)).rejects.toThrow('not within');
  await station.cutPower();
  centralOf(station).answer('BootNotification', () => ({
    status: 'Pending',
    currentTime: centralOf(station).time(),
    interval: 300,
  }));
  await station.powerOn();
  await expect(station.untilRegistered(5_000)).rejects.toThrow('not within');
  expect(centralOf(station).connected).toBe(true);
});

test('in virtual time it goes by the clock of its central system', async () => {
  const station = await registered();
  const hourMs = 3_600_000;
  centralOf(station).clockErrorMs = hourMs;
  await station.cutPower();
  await station.powerOn();
  await station.untilSent('BootNotification');
  await station.untilRegistered();
  station.plug(1);
  const { payload } = await station.untilSent('StatusNotification', { status: 'Preparing' });
  const aheadMs = Date.parse((payload as { timestamp: string }).timestamp) - centralOf(station).now();
  expect(Math.abs(aheadMs - hourMs)).toBeLessThan(1_000);
});

test('the last thousand frames are kept', async () => {
  const station = await simulate();
  stations.push(station);
  const { central } = station;
  central?.answer('BootNotification', () => ({ status: 'Accepted', currentTime: central.time(), interval: 10 }));
  await station.advance(7_200_000);
  const frames = station.frames();
  expect(frames).toHaveLength(1_000);
  expect(frames.at(-1)?.number).toBeGreaterThan(1_000);
});

test('of a station that was stopped, or lost its power, nothing is left on the clock, and nothing is told', async () => {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  for (const end of ['stop', 'cutPower'] as const) {
    const station = await charging({ clock });
    const told: string[] = [];
    station.onNotice(({ kind }) => told.push(kind));
    await station[end]();
    if (end === 'cutPower') expect(told).toEqual([]);
    told.length = 0;
    await clock.advance(5_000);
    expect([told, clock.pendingTimers]).toEqual([[], 0]);
  }
});

test('who listens hears frames and notices over all boots, until he has heard enough', async () => {
  const station = await registered();
  const heard: string[] = [];
  const ends = [
    station.onFrame(({ message, kind }) => kind === 'call' && heard.push(String(message))),
    station.onNotice(({ kind }) => heard.push(kind)),
  ];
  await station.cutPower();
  await station.powerOn();
  await station.untilRegistered();
  expect(heard).toEqual(expect.arrayContaining(['BootNotification', 'connectionChanged']));
  for (const end of ends) end();
  heard.length = 0;
  station.plug(1);
  await station.untilStatus(1, 'Preparing');
  expect(heard).toEqual([]);
});

test('several stations share one time', async () => {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  await clock.advance(5_000);
  const both = [await registered({ clock, id: 'A' }), await registered({ clock, id: 'B', board: singleBoard() })];
  for (const station of both) station.plug(1);
  await clock.advance(5_000);
  expect(both.map((station) => station.status(1))).toEqual(['Preparing', 'Preparing']);
  const told = both.map((station) => centralOf(station).urls[0]);
  expect(told).toEqual(['ws://central.test/ocpp/A', 'ws://central.test/ocpp/B']);
  // Both central systems know the time of the clock.
  expect(both.map((station) => centralOf(station).now())).toEqual([
    startOfTime + clock.now(),
    startOfTime + clock.now(),
  ]);
});

test.each<[SimulateOptions, string]>([
  [{ csms: 'ws://127.0.0.1:1', time: 'virtual' }, 'choose "stepped"'],
  [{ clock: new VirtualClock(), time: 'stepped' }, 'for time "virtual" only'],
  [{ clock: new VirtualClock(), systemTimeMs: 1 }, 'leave out systemTimeMs'],
  [{ speed: 2 }, 'for time "real" only'],
  [{ time: 'real', systemTimeMs: startOfTime }, 'leave out systemTimeMs'],
  [{ time: 'real', speed: 0 }, 'choose 1 to 1000'],
  [{ password: 'has blanks, long enough' }, 'AuthorizationKey'],
  [{ configuration: { HeartbeatInterval: 'often' } }, 'HeartbeatInterval'],
  [{ configuration: { Colour: 'red' } }, 'Colour'],
])('options that are not valid, or do not go together, are refused: %j', async (options, why) => {
  const refused = { code: 'config.invalid', message: expect.stringContaining(why) };
  await expect(simulate(options)).rejects.toMatchObject(refused);
});

test('a board is an object, a file that comes along, or a file of the caller', async () => {
  expect((await registered()).board.name).toBe('simulated-double');
  expect((await registered({ board: singleBoard() })).board.name).toBe('simulated-single');
  expect((await registered({ board: 'board/simulated-single-t2s.yaml' })).board.name).toBe('simulated-single-t2s');
  await expect(simulate({ board: 'board/none.yaml' })).rejects.toMatchObject({ code: 'board.invalid' });
});
