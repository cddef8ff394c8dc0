/** `simulate` with a central system on the network: step by step, in real time, cut off its power, and with a password. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { CentralSystem } from '../../src/csms/central-system';
import { simulate } from '../../src/simulator/simulate';
import type { SimulatedStation } from '../../src/simulator/simulated-station';

const card = '04A1B2C3';
let central: CentralSystem;
let csms: string;
let station: SimulatedStation | undefined;

beforeEach(async () => {
  central = new CentralSystem();
  csms = (await central.start()).url;
});
afterEach(async () => {
  await station?.stop();
  station = undefined;
  await central.stop();
});

async function charge(one: SimulatedStation, withinMs: number): Promise<void> {
  await one.untilRegistered(withinMs);
  one.plug(1);
  await one.untilStatus(1, 'Preparing', withinMs);
  one.tap(card);
  await one.untilStatus(1, 'Charging', withinMs);
}

test('step by step an hour passes while the central system answers, and not one of its answers is late', async () => {
  station = await simulate({ csms, time: 'stepped', configuration: { MeterValueSampleInterval: '600' } });
  expect(station.central).toBeUndefined();
  await charge(station, 30_000);
  await station.advance(3_600_000);
  station.tap(card);
  await station.untilSent('StopTransaction');
  await station.untilStatus(1, 'Finishing');
  const [row] = central.transactions();
  expect(row).toMatchObject({ connectorId: 1, stop: { reason: 'Local' } });
  const delays = station.frames().flatMap(({ delayMs }) => delayMs ?? []);
  expect(Math.max(...delays)).toBe(0);
  // The clock of the server does not go with it, and so is not followed.
  station.unplug(1);
  const { payload } = await station.untilSent('StatusNotification', { connectorId: 1, status: 'Available' });
  const behindMs = (station.clock.systemTime() ?? 0) - Date.parse((payload as { timestamp: string }).timestamp);
  expect(Math.abs(behindMs)).toBeLessThan(60_000);
});

test('in real time it charges, and after a power cut it is another link with the same transaction', async () => {
  const patienceMs = 10_000_000;
  station = await simulate({ csms, speed: 100, id: 'CP 7' });
  await charge(station, patienceMs);
  await station.cutPower();
  await station.powerOn();
  await station.untilSent('StopTransaction', { reason: 'PowerLoss' }, patienceMs);
  await station.untilRegistered(patienceMs);
  expect(central.transactions()).toHaveLength(1);
});

test('it comes with its password; without power it has left the network', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  const seen: (string | undefined)[] = [];
  const closed = new Promise<void>((resolve) => {
    server.on('connection', (socket, { headers }) => {
      seen.push(headers.authorization);
      socket.on('close', () => resolve());
    });
  });
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const password = 'correct-horse-16';
    station = await simulate({ csms: `ws://127.0.0.1:${port}/ocpp`, id: 'CP-7', password });
    await station.until('it is connected', () => seen.length > 0, 600_000);
    expect(seen).toEqual([`Basic ${Buffer.from(`CP-7:${password}`).toString('base64')}`]);
    await station.cutPower();
    await closed;
    await station.advance(50);
    expect(server.clients.size).toBe(0);
  } finally {
    server.close();
  }
});
