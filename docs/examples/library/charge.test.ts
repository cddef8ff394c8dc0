import { simulate } from 'greenup-station-core/simulator';
import { expect, test } from 'vitest';

test('a car is charged for ten minutes', async () => {
  const station = await simulate();
  await station.untilRegistered();
  station.plug(1);
  await station.untilStatus(1, 'Preparing');
  station.tap('04A1B2C3');
  await station.untilStatus(1, 'Charging');
  await station.advance(600_000);
  expect(station.view().connectors[0]?.transaction?.energyWh).toBeGreaterThan(3_000);
  await station.stop();
});
