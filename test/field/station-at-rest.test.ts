/** A station at rest sleeps: its meters are read seldom, nothing steps for nothing, and whoever asks gets what is true now. */
import { stationControl } from '../../src/control/station-commands';
import type { StationView } from '../../src/station/view';
import { boardWith, closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const minuteMs = 60_000;

/** Counts the readings of all meters, and the inputs that the station works on. */
function counted(rig: Rig) {
  const counts = { readings: 0, steps: 0 };
  for (const { sockets } of rig.world.parts.points) {
    for (const { meter } of sockets) {
      const read = meter.read.bind(meter);
      meter.read = () => {
        counts.readings += 1;
        return read();
      };
    }
  }
  const { station } = rig.running;
  const post = station.post.bind(station);
  station.post = (input) => {
    counts.steps += 1;
    post(input);
  };
  return counts;
}

/** As on a rig, where nothing but the meters tells. */
async function statusOf(rig: Rig): Promise<StationView> {
  let view: StationView | undefined;
  void stationControl(() => rig.running)
    .view()
    .then((seen) => {
      view = seen as StationView;
    });
  await rig.advance(1_000);
  if (!view) throw new Error('the status was not told within a second');
  return view;
}

test('two hours at rest: each of four meters is read each five minutes, and the station steps for nothing else', async () => {
  const rig = await Rig.start();
  await rig.advance(5 * minuteMs);
  const counts = counted(rig);
  await rig.advance(120 * minuteMs);
  expect(counts.readings).toBe(4 * 24);
  expect(counts.steps).toBeLessThanOrEqual(4 * 24);
});

test('two hours of a vehicle that charges: its meter each second, the others at rest', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { plug: { ev: { batteryWh: 1_000_000 } } });
  await rig.advance(5 * minuteMs);
  const counts = counted(rig);
  await rig.advance(120 * minuteMs);
  // A reading takes 20 ms, and the next comes a second after it.
  expect(counts.readings).toBeGreaterThan(7_000);
  expect(counts.readings).toBeLessThanOrEqual(7_200 + 3 * 24);
});

test('the status of a station at rest shows its meters as they are now', async () => {
  const rig = await Rig.start();
  await rig.advance(20 * minuteMs);
  const { connectors } = await statusOf(rig);
  expect(connectors[0]?.energyWh).toBe(0);
  const meter = rig.running.station.state.connectors[0]?.report?.meter;
  expect(rig.clock.now() - (meter?.at ?? 0)).toBeLessThanOrEqual(2_000);
});

test('a status does not wait for ever for a meter that is silent', async () => {
  const rig = await Rig.start();
  await rig.advance(20 * minuteMs);
  rig.world.fault(1, 'meterSilent', true);
  let told = false;
  void rig.running.station.freshReadings().then(() => {
    told = true;
  });
  await rig.advance(2_100);
  expect(told).toBe(true);
});

test('MeterValues on trigger, at rest, are of the last second', async () => {
  const rig = await Rig.start({ config: { MeterValuesSampledData: 'Voltage' } });
  await rig.advance(20 * minuteMs);
  rig.world.set(0, { voltageV: 224 });
  const asked = startOfTime + rig.clock.now();
  await rig.call('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 });
  const { payload } = await rig.expectCall('MeterValues', { connectorId: 1 });
  const [value] = payload.meterValue as { timestamp: string; sampledValue: { value: string }[] }[];
  expect(value?.sampledValue[0]?.value).toBe('224.0');
  expect(Date.parse(value?.timestamp ?? '')).toBeGreaterThanOrEqual(asked - 1_000);
});

test('clock-aligned values, at rest, are of the last second before their instant', async () => {
  const config = { ClockAlignedDataInterval: '900', MeterValuesAlignedData: 'Voltage' };
  const rig = await Rig.start({ config });
  await rig.advance(15 * minuteMs);
  rig.forget();
  rig.world.set(0, { voltageV: 224 });
  const { payload } = await rig.expectCall('MeterValues', { connectorId: 1 }, 16 * minuteMs);
  const [value] = payload.meterValue as { timestamp: string; sampledValue: { value: string }[] }[];
  expect([value?.timestamp, value?.sampledValue[0]?.value]).toEqual(['2026-05-04T08:30:00.000Z', '224.0']);
});

test('contacts welded closed: the register is followed each second', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(10 * minuteMs);
  rig.fault(1, 'welded');
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Faulted');
  const counts = counted(rig);
  await rig.advance(minuteMs);
  expect(counts.readings).toBeGreaterThan(50);
});

test('a stop of a transaction whose contacts are open already has a reading of that instant, and at once', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(minuteMs);
  rig.ev(1, { paused: true });
  await rig.expectStatus(1, 'SuspendedEV');
  await rig.advance(10 * minuteMs);
  rig.present('04A1B2C3');
  const asked = rig.clock.now();
  const stop = await rig.expectCall('StopTransaction');
  expect(stop.at - asked).toBeLessThanOrEqual(200);
  expect(stop.payload.meterStop).toBe(Math.floor(rig.truth(1).energyWh));
});

test('a meter that was lost at rest starts nothing that it could not measure, at an outlet that sees no plug', async () => {
  const board = boardWith({ mode: 'mode2', lock: false, phases: 1, ratedCurrentA: 16, plugDetector: false });
  const rig = await Rig.start({ board });
  await rig.advance(33 * minuteMs);
  rig.world.fault(1, 'meterSilent', true);
  await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Faulted', 5_000);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
});
