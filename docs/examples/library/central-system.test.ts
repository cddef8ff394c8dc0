import { simulate } from 'greenup-station-core/simulator';
import { expect, test } from 'vitest';

/** Your own server, without the identity of the station: it is put behind it. */
const csms = process.env.CSMS ?? 'ws://127.0.0.1:9000/ocpp';

/** For a busy machine; with ten seconds of the station in one of the machine the test takes about one. */
const timeoutMs = 60_000;

test('my server bills a charge that a network outage interrupts', { timeout: timeoutMs }, async () => {
  const station = await simulate({ csms, id: 'CP-1', speed: 10, configuration: { MeterValueSampleInterval: '10' } });
  try {
    await station.untilRegistered();
    station.plug(1);
    await station.untilStatus(1, 'Preparing');
    station.tap('04A1B2C3');
    await station.untilSent('StartTransaction', { connectorId: 1 });
    await station.untilStatus(1, 'Charging');
    station.network('down');
    await station.advance(20_000);
    station.network('up');
    await station.untilRegistered();
    station.tap('04A1B2C3');
    const { payload } = await station.untilSent('StopTransaction', { reason: 'Local' });
    expect(payload).toMatchObject({ meterStop: expect.any(Number) });
    // Here you ask your server what it has billed.
  } finally {
    await station.stop();
  }
});
