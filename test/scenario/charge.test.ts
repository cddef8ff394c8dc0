/** Ordinary charges, from plug to StopTransaction. */
import { Rig } from '../support/rig';

test('a driver plugs in, shows a card, charges for an hour and stops with the same card', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize', { idTag: '04A1B2C3' });
  const start = await rig.expectCall('StartTransaction', { connectorId: 1, idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Charging');
  expect(rig.truth(1).contactorClosed).toBe(true);
  await rig.advance(3_600_000);
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction', { reason: 'Local', idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Finishing');
  const wh = Number(stop.payload.meterStop) - Number(start.payload.meterStart);
  expect(Math.abs(wh - rig.truth(1).energyWh)).toBeLessThanOrEqual(1);
  expect(wh).toBeGreaterThan(15_000);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
});
