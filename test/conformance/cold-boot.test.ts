/** Compliance group 01, cold boot: registration that is refused or put off before it is given (OCPP 1.6, 4.2). */
import type { Received } from '../../src/testing/central';
import { closeTheBooks } from '../support/rig';
import { keyValue, secondsBetween, startUnaccepted } from './support';

afterEach(closeTheBooks);

test('TC_001_CS Cold Boot Charge Point', async () => {
  const { rig, boot } = await startUnaccepted('Rejected', 60);
  expect(boot.payload).toMatchObject({ chargePointVendor: 'Legrand', chargePointModel: '059004' });
  // 'SHALL NOT send any OCPP message to the Central System until the aforementioned retry interval has expired'
  await rig.advance(58_000);
  expect(rig.central.received).toHaveLength(1);
  rig.central.answer('BootNotification', () => ({
    status: 'Accepted',
    currentTime: rig.central.time(),
    interval: 120,
  }));
  const again = await rig.expectCall('BootNotification');
  expect(secondsBetween(boot, again)).toBeGreaterThanOrEqual(60);
  expect(secondsBetween(boot, again)).toBeLessThan(65);
  const statuses: Received[] = [];
  for (let connectorId = 0; connectorId <= 4; connectorId++) {
    statuses.push(
      await rig.expectCall('StatusNotification', { connectorId, status: 'Available', errorCode: 'NoError' }),
    );
  }
  const heartbeats = [await rig.expectCall('Heartbeat', {}, 130_000), await rig.expectCall('Heartbeat', {}, 130_000)];
  expect(
    heartbeats.map((beat, i) => Math.round(secondsBetween(heartbeats[i - 1] ?? statuses[4] ?? beat, beat))),
  ).toEqual([120, 120]);
});

test('TC_002_CS Cold Boot - Pending', async () => {
  const { rig, boot } = await startUnaccepted('Pending', 60);
  // 'The Charge Point SHOULD respond to these messages.'
  expect(await keyValue(rig, 'NumberOfConnectors')).toBe('4');
  expect(await rig.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '77' })).toEqual({
    status: 'Accepted',
  });
  expect(await keyValue(rig, 'MeterValueSampleInterval')).toBe('77');
  // 'SHALL NOT send request messages to the Central System unless it has been instructed'
  await rig.advance(50_000);
  expect(rig.central.received).toHaveLength(1);
  const again = await rig.expectCall('BootNotification');
  expect(secondsBetween(boot, again)).toBeGreaterThanOrEqual(60);
  for (let connectorId = 0; connectorId <= 4; connectorId++) {
    await rig.expectCall('StatusNotification', { connectorId, status: 'Available' });
  }
  expect(rig.central.connections).toBe(1);
});
