/** A whole simulated station against a central system that others have written, over real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Side } from '../../src/hal/board';
import { until } from '../support/until';
import { LiveStation } from './live-station';
import { type Request, StrictCentral } from './strict-central';

let central: StrictCentral;
let url: string;

beforeEach(async () => {
  central = new StrictCentral();
  url = await central.listen();
});

afterEach(async () => {
  await central.close();
});

function energyOf({ payload }: Request): number {
  const [{ sampledValue = [] } = {}] = payload.meterValue as {
    sampledValue?: { value: string; measurand: string }[];
  }[];
  return Number(sampledValue.find(({ measurand }) => measurand === 'Energy.Active.Import.Register')?.value);
}

function timeOf({ payload }: Request): number {
  const [{ timestamp = '' } = {}] = (payload.meterValue ?? [payload]) as { timestamp?: string }[];
  return Date.parse(timestamp);
}

describe('a station', () => {
  let directory: string;
  let station: LiveStation;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'greenup-e2e-'));
    station = await LiveStation.start(directory, url);
    for (let connectorId = 0; connectorId <= 4; connectorId++) {
      await central.request('StatusNotification', { connectorId, status: 'Available' });
    }
  });

  afterEach(async () => {
    await station.stop();
    rmSync(directory, { recursive: true, force: true });
    // Whatever the story was: no message of either side broke a schema or the protocol.
    expect(central.violations).toEqual([]);
    expect(central.oddities).toEqual([]);
    expect(station.warnings.filter((line) => /schema|violat|failed|given up/.test(line))).toEqual([]);
  });

  /** Plug, card, energy: resolves with the start when two meter values have come. */
  async function beginCharge(connectorId: number, side: Side, card: string): Promise<Request> {
    station.world.plug(connectorId);
    await central.request('StatusNotification', { connectorId, status: 'Preparing' });
    station.world.present(card, side);
    await central.request('Authorize', { idTag: card });
    const start = await central.request('StartTransaction', { connectorId, idTag: card });
    await central.request('StatusNotification', { connectorId, status: 'Charging' });
    await samples(connectorId, 2);
    return start;
  }

  async function samples(connectorId: number, count: number): Promise<Request[]> {
    const own = () => central.booked('MeterValues').filter(({ payload }) => payload.connectorId === connectorId);
    await until(
      () => own().length >= count,
      () => `${own().length} of ${count} meter values`,
    );
    return own();
  }

  /** Start, samples on a grid of 10 s, and stop tell one story; answers the energy in Wh. */
  function expectWhole(start: Request, stop: Request): number {
    const { transactionId } = stop.payload;
    const own = central.booked('MeterValues').filter(({ payload }) => payload.transactionId === transactionId);
    const order = [start, ...own, stop];
    expect(order.map((request) => central.requests.indexOf(request))).toEqual(
      order.map((request) => central.requests.indexOf(request)).sort((a, b) => a - b),
    );
    const grid = own.map((request) => timeOf(request) - timeOf(start));
    expect(grid).toEqual(own.map((_request, index) => (index + 1) * 10_000));
    const register = [Number(start.payload.meterStart), ...own.map(energyOf), Number(stop.payload.meterStop)];
    expect(register.map(Math.floor)).toEqual(register.map(Math.floor).sort((a, b) => a - b));
    expect(timeOf(stop)).toBeGreaterThan(timeOf(own[own.length - 1] ?? start));
    return Number(stop.payload.meterStop) - Number(start.payload.meterStart);
  }

  async function idOf(connectorId: number): Promise<number> {
    const [sample] = await samples(connectorId, 1);
    return Number(sample?.payload.transactionId);
  }

  test('introduces itself and charges on all four connectors', async () => {
    expect(central.identities).toEqual(['GREENUP 1']);
    expect(central.all('BootNotification')).toHaveLength(1);

    const [right, left] = await Promise.all([beginCharge(1, 'right', '04A1B2C3'), beginCharge(3, 'left', '04D4E5F6')]);
    station.world.present('04A1B2C3', 'right');
    station.world.unplug(3);
    const rightStop = await central.request('StopTransaction', { idTag: '04A1B2C3', reason: 'Local' });
    const leftStop = await central.request('StopTransaction', { reason: 'EVDisconnected' });
    await central.request('StatusNotification', { connectorId: 1, status: 'Finishing' });
    station.world.unplug(1);
    expect(expectWhole(right, rightStop)).toBeGreaterThan(20);
    expect(expectWhole(left, leftStop)).toBeGreaterThan(20);

    // One vehicle at a time on a side: the domestic outlets are free when the others are.
    for (const connectorId of [2, 4]) {
      await until(() => station.world.snapshot().connectors[connectorId - 2]?.plugged === false);
      await central.request('StatusNotification', { connectorId, status: 'Unavailable' });
      const before = central
        .all('StatusNotification')
        .findLastIndex(({ payload }) => payload.connectorId === connectorId);
      await central.request('StatusNotification', { connectorId, status: 'Available' }, before);
    }
    const [second, fourth] = await Promise.all([
      beginCharge(2, 'right', '04A1B2C3'),
      beginCharge(4, 'left', '04D4E5F6'),
    ]);
    station.world.unplug(2);
    station.world.present('04D4E5F6', 'left');
    const fourthStop = await central.request('StopTransaction', { idTag: '04D4E5F6', reason: 'Local' });
    const secondStop = await central.request('StopTransaction', { transactionId: await idOf(2) });
    expect(secondStop.payload.reason).toBe('EVDisconnected');
    expect(expectWhole(second, secondStop)).toBeGreaterThan(3);
    expect(expectWhole(fourth, fourthStop)).toBeGreaterThan(3);
    await station.delivered();

    const starts = central.all('StartTransaction').map(({ payload }) => payload.connectorId);
    expect(starts.sort()).toEqual([1, 2, 3, 4]);
    const stops = central.all('StopTransaction').map(({ payload }) => payload.transactionId);
    expect(stops.sort()).toEqual([501, 502, 503, 504]);
    expect(central.connections).toBe(1);
  });

  test('starts and stops at a distance', async () => {
    station.world.plug(1);
    await central.request('StatusNotification', { connectorId: 1, status: 'Preparing' });
    const remote = { connectorId: 1, idTag: 'REMOTE1' };
    await expect(central.call('RemoteStartTransaction', remote)).resolves.toEqual({ status: 'Accepted' });
    await central.request('Authorize', { idTag: 'REMOTE1' });
    const start = await central.request('StartTransaction', { connectorId: 1, idTag: 'REMOTE1' });
    const transactionId = await idOf(1);
    await expect(central.call('RemoteStartTransaction', remote)).resolves.toEqual({ status: 'Rejected' });
    await expect(central.call('RemoteStopTransaction', { transactionId: 7 })).resolves.toEqual({ status: 'Rejected' });
    await expect(central.call('RemoteStopTransaction', { transactionId })).resolves.toEqual({ status: 'Accepted' });
    const stop = await central.request('StopTransaction', { transactionId, reason: 'Remote' });
    expectWhole(start, stop);
    await expect(central.call('RemoteStopTransaction', { transactionId })).resolves.toEqual({ status: 'Rejected' });
  });

  test('tells and changes its configuration', async () => {
    const { configurationKey, unknownKey } = (await central.call('GetConfiguration', {})) as {
      configurationKey: { key: string; readonly: boolean; value?: string }[];
      unknownKey: string[];
    };
    expect(configurationKey.length).toBeGreaterThan(50);
    expect(configurationKey).toContainEqual({ key: 'NumberOfConnectors', readonly: true, value: '4' });
    expect(unknownKey).toEqual([]);
    await expect(central.call('GetConfiguration', { key: ['UID', 'Nonsense'] })).resolves.toEqual({
      configurationKey: [{ key: 'UID', readonly: false, value: 'GREENUP 1' }],
      unknownKey: ['Nonsense'],
    });
    const change = (key: string, value: string) => central.call('ChangeConfiguration', { key, value });
    await expect(change('MeterValueSampleInterval', '20')).resolves.toEqual({ status: 'Accepted' });
    await expect(change('MeterValueSampleInterval', 'often')).resolves.toEqual({ status: 'Rejected' });
    await expect(change('NumberOfConnectors', '5')).resolves.toEqual({ status: 'Rejected' });
    await expect(change('Nonsense', '1')).resolves.toEqual({ status: 'NotSupported' });
    const { configurationKey: changed } = await central.call('GetConfiguration', { key: ['MeterValueSampleInterval'] });
    expect(changed).toEqual([{ key: 'MeterValueSampleInterval', readonly: false, value: '20' }]);
  });

  test('changes its availability, at once or after the transaction', async () => {
    const change = (connectorId: number, type: string) => central.call('ChangeAvailability', { connectorId, type });
    await expect(change(4, 'Inoperative')).resolves.toEqual({ status: 'Accepted' });
    await central.request('StatusNotification', { connectorId: 4, status: 'Unavailable' });
    const before = central.all('StatusNotification').length;
    await expect(change(4, 'Operative')).resolves.toEqual({ status: 'Accepted' });
    await central.request('StatusNotification', { connectorId: 4, status: 'Available' }, before);
    await expect(change(5, 'Inoperative')).resolves.toEqual({ status: 'Rejected' });

    await beginCharge(1, 'right', '04A1B2C3');
    await expect(change(1, 'Inoperative')).resolves.toEqual({ status: 'Scheduled' });
    station.world.present('04A1B2C3', 'right');
    await central.request('StopTransaction');
    await central.request('StatusNotification', { connectorId: 1, status: 'Unavailable' });
  });

  test('unlocks a connector, ending its transaction', async () => {
    await expect(central.call('UnlockConnector', { connectorId: 3 })).resolves.toEqual({ status: 'Unlocked' });
    await expect(central.call('UnlockConnector', { connectorId: 2 })).resolves.toEqual({ status: 'NotSupported' });
    const start = await beginCharge(3, 'left', '04D4E5F6');
    expect(station.world.snapshot().connectors[2]?.locked).toBe(true);
    await expect(central.call('UnlockConnector', { connectorId: 3 })).resolves.toEqual({ status: 'Unlocked' });
    await until(() => station.world.snapshot().connectors[2]?.locked === false);
    expectWhole(start, await central.request('StopTransaction', { reason: 'UnlockCommand' }));
  });

  test('answers every other request with a result or an error that fits', async () => {
    const expiryDate = new Date(Date.now() + 86_400_000).toISOString();
    const requests: [action: string, payload: object][] = [
      ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
      ['TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 }],
      ['ClearCache', {}],
      ['DataTransfer', { vendorId: 'com.example', messageId: 'm', data: 'd' }],
      ['GetLocalListVersion', {}],
      ['SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList: [] }],
      ['ReserveNow', { connectorId: 2, expiryDate, idTag: '04A1B2C3', reservationId: 1 }],
      ['CancelReservation', { reservationId: 1 }],
      ['GetCompositeSchedule', { connectorId: 1, duration: 600 }],
      ['ClearChargingProfile', { id: 1 }],
    ];
    for (const [action, payload] of requests) {
      const outcome = await central.call(action, payload).catch((error: { rpcErrorCode?: string }) => error);
      // A result was checked by the strict server; an error must be the one that says so.
      if (outcome instanceof Error) expect(outcome).toMatchObject({ rpcErrorCode: 'NotSupported' });
      else expect(outcome).toBeInstanceOf(Object);
    }
    const wrong = await central.call('Fly', {}).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ message: expect.stringContaining("Schema 'urn:Fly.req' is missing") });
    central.violations.length = 0; // that one was ours, and meant
  });

  test('a soft reset ends the transaction, restarts, and boots again with everything told', async () => {
    const start = await beginCharge(1, 'right', '04A1B2C3');
    await expect(central.call('Reset', { type: 'Soft' })).resolves.toEqual({ status: 'Accepted' });
    const stop = await central.request('StopTransaction', { reason: 'SoftReset' });
    expect(await station.running.restarted).toBe('soft');
    expectWhole(start, stop);
    station.world.close();
    const before = central.all('StatusNotification').length;
    await station.powerOn();
    await until(() => central.all('BootNotification').length === 2);
    await central.request('StatusNotification', { connectorId: 4, status: 'Available' }, before);
    await station.delivered();
    expect(central.all('StopTransaction')).toHaveLength(1);
    const ids = central.requests.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    ['without a word', undefined],
    ['with a Close frame', 1012],
  ])('a connection lost %s in mid-transaction loses and doubles nothing', async (_how, code) => {
    const start = await beginCharge(1, 'right', '04A1B2C3');
    central.closed = true;
    central.drop(code);
    const { outbox } = station.running.chargePoint;
    await until(
      () => outbox.size >= 2 && central.turnedAway >= 2,
      () => `${outbox.size} messages wait`,
    );
    expect(central.connected).toBe(false);
    central.closed = false;
    const [first] = await samples(1, 5);
    station.world.present('04A1B2C3', 'right');
    const stop = await central.request('StopTransaction', { transactionId: first?.payload.transactionId });
    expectWhole(start, stop);
    await station.delivered();
    expect(central.connections).toBe(2);
    expect(central.booked('StartTransaction')).toHaveLength(1);
    expect(central.booked('StopTransaction')).toHaveLength(1);
    // J 5.4: a mere reconnection is no boot.
    expect(central.all('BootNotification')).toHaveLength(1);
  });

  test('answers lost on their way are asked for again with the same message ids', async () => {
    for (const action of ['StartTransaction', 'MeterValues', 'StopTransaction']) central.loseAnswerTo(action);
    const start = await beginCharge(1, 'right', '04A1B2C3');
    station.world.present('04A1B2C3', 'right');
    await central.request('StopTransaction');
    await station.delivered();
    for (const action of ['StartTransaction', 'StopTransaction']) {
      expect(central.all(action)).toHaveLength(2);
      expect(central.booked(action)).toHaveLength(1);
      const [first, second] = central.all(action);
      expect(second?.payload).toEqual(first?.payload);
      expect(second?.connection).toBe((first?.connection ?? 0) + 1);
    }
    expect(central.all('MeterValues')).toHaveLength(central.booked('MeterValues').length + 1);
    const [stop] = central.booked('StopTransaction');
    expect(stop?.payload.transactionId).toBe(501);
    expect(start.payload.connectorId).toBe(1);
    expect(central.connections).toBe(4);
  });

  test('a transaction of which the central system hears nothing until it is over is told whole', async () => {
    station.world.plug(1);
    await central.request('StatusNotification', { connectorId: 1, status: 'Preparing' });
    central.loseAnswerTo('StartTransaction');
    station.world.present('04A1B2C3', 'right');
    await central.request('StartTransaction');
    central.closed = true;
    const { outbox } = station.running.chargePoint;
    await until(() => outbox.size >= 3);
    station.world.present('04A1B2C3', 'right');
    await until(() => station.world.snapshot().connectors[0]?.contactorClosed === false);
    central.closed = false;
    const stop = await central.request('StopTransaction', { reason: 'Local' });
    await station.delivered();
    const [start] = central.booked('StartTransaction');
    if (!start) throw new Error('no start');
    expectWhole(start, stop);
    expect(stop.payload.transactionId).toBe(501);
  });
});

describe('the check itself', () => {
  async function raw(): Promise<WebSocket> {
    const socket = new WebSocket(`${url}/RAW`, ['ocpp1.6']);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    await until(() => central.connected);
    return socket;
  }

  test('notices a request that violates its schema', async () => {
    const socket = await raw();
    socket.send('[2,"1","BootNotification",{"chargePointVendor":"Legrand"}]');
    await until(() => central.violations.length > 0);
    expect(central.violations).toEqual([expect.stringContaining('the station: BootNotification request')]);
    socket.terminate();
  });

  test('notices an answer that violates its schema', async () => {
    const socket = await raw();
    socket.on('message', (data) => {
      const [, id] = JSON.parse(String(data)) as [number, string];
      socket.send(JSON.stringify([3, id, { status: 'Perhaps' }]));
    });
    await expect(central.call('Reset', { type: 'Soft' })).rejects.toThrow();
    expect(central.violations).toEqual([expect.stringContaining('the station: Reset response')]);
    socket.terminate();
  });

  test('notices a message that is no OCPP-J', async () => {
    const socket = await raw();
    socket.send('{"no":"array"}');
    await until(() => central.oddities.length > 0);
    socket.terminate();
  });
});
