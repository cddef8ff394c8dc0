import { closeTheBooks, Story } from 'greenup-station-core/testing';
import { afterEach, expect, test } from 'vitest';

// After each story all cars leave, everything is delivered, and what was told is held against the meters.
afterEach(closeTheBooks);

test('after a power cut the transaction ends as PowerLoss, with the register of before', async () => {
  const story = await Story.start({ config: { MeterValueSampleInterval: '60' } });
  await story.charge(1, { card: '04A1B2C3' });
  await story.advance(3_600_000);
  const { energyWh } = story.truth(1);
  await story.cutPower();
  await story.advance(86_400_000);
  await story.powerOn();
  const { payload } = await story.expectCall('StopTransaction', { reason: 'PowerLoss' });
  expect(Math.abs(Number(payload.meterStop) - energyWh)).toBeLessThan(5);
});

test('a central system that is away for an hour gets everything, in order', async () => {
  const story = await Story.start({ config: { AllowOfflineTxForUnknownId: 'true' } });
  story.central.down();
  story.plug(1);
  await story.until('the station is ready for a card', () => story.status(1) === 'Preparing');
  story.present('04A1B2C3');
  await story.advance(3_600_000);
  expect(story.since('StartTransaction')).toEqual([]);
  story.central.up();
  await story.expectCall('StartTransaction', { connectorId: 1 }, 600_000);
});
