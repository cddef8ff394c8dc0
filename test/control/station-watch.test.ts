/** What a monitoring system sees: numbers of a charge, of an outage and of faults; never a card, a URL or an identity. */
import { type StationWatch, stationWatch } from '../../src/control/station-watch';
import { ScriptedUpdates } from '../../src/drivers/mock/firmware-updates';
import type { FirmwareSlots } from '../../src/hal/ports';
import { programVersion } from '../../src/hal/program-version';
import { prometheusText } from '../../src/web/prometheus';
import { closeTheBooks, doubleBoard, Rig } from '../support/rig';

afterEach(closeTheBooks);

const watchOf = (rig: Rig, loopTrouble?: () => string | undefined): StationWatch =>
  stationWatch(() => (rig.powered ? rig.running : undefined), loopTrouble);

const linesOf = (rig: Rig): string[] => prometheusText(watchOf(rig).metrics()).split('\n');

/** The samples of a name, as `labels value`. */
const samplesOf = (rig: Rig, name: string): string[] =>
  linesOf(rig)
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => line.slice(name.length).trim());

const numberOf = (rig: Rig, name: string, labels = ''): number =>
  Number(
    samplesOf(rig, name)
      .find((sample) => sample.startsWith(labels))
      ?.slice(labels.length),
  );

test('a charge is told by its connector: status, power, register, what is offered and drawn', async () => {
  const rig = await Rig.start({ board: doubleBoard() });
  const before = numberOf(rig, 'greenup_connector_energy_wh_total', '{connector="1"}');
  await rig.charge(1, { card: '04A1B2C3' });
  await rig.advance(600_000);
  const status = samplesOf(rig, 'greenup_connector_status');
  expect(status.filter((sample) => sample.endsWith(' 1'))).toEqual(
    ['Available', 'Charging', 'Unavailable', 'Available', 'Available'].map(
      (word, id) => `{connector="${id}",status="${word}"} 1`,
    ),
  );
  expect(status).toHaveLength(5 * 9);
  const view = rig.running.view().connectors[0];
  expect(numberOf(rig, 'greenup_connector_energy_wh_total', '{connector="1"}')).toBeGreaterThan(before + 100);
  expect(numberOf(rig, 'greenup_connector_power_watts', '{connector="1"}')).toBe(view?.powerW);
  expect(numberOf(rig, 'greenup_connector_offered_amperes', '{connector="1"}')).toBe(view?.offeredA);
  expect(numberOf(rig, 'greenup_connector_limit_amperes', '{connector="1"}')).toBe(view?.limit.amps);
  expect(samplesOf(rig, 'greenup_connector_drawn_amperes').filter((s) => s.startsWith('{connector="1"'))).toEqual(
    view?.drawnA.map((amps, index) => `{connector="1",phase="${index + 1}"} ${amps}`),
  );
  for (const name of ['plugged', 'session', 'transaction']) {
    expect(samplesOf(rig, `greenup_connector_${name}`)).toEqual([
      '{connector="1"} 1',
      ...[2, 3, 4].map((id) => `{connector="${id}"} 0`),
    ]);
  }
  const text = linesOf(rig).join('\n');
  for (const secret of ['04A1B2C3', 'central.test', 'GREENUP 1', 'ws:']) expect(text).not.toContain(secret);
});

test('the release that runs is told, and the step of an update, but nothing of where it comes from', async () => {
  const updates = new ScriptedUpdates();
  const slots = {
    running: () => ({ version: '1.1.0' }),
    versions: async () => ({ trial: undefined }),
  } as unknown as FirmwareSlots;
  const rig = await Rig.start({ updates: () => updates, slots });
  const present = () => samplesOf(rig, 'greenup_update_step').filter((sample) => sample.endsWith(' 1'));
  expect(samplesOf(rig, 'greenup_release_info')).toEqual(['{release="1.1.0"} 1']);
  expect(present()).toEqual(['{step="none"} 1']);
  const source = { from: 'url', url: 'https://files.example/a.zip' } as const;
  await updates.order({ source, by: 'person', retries: 0, retryIntervalMs: 0 });
  updates.is('downloading', 'downloadFailed');
  expect(present()).toEqual(['{step="downloadFailed"} 1']);
  expect(samplesOf(rig, 'greenup_update_step')).toHaveLength(13);
  expect(linesOf(rig).join('\n')).not.toContain('files.example');
});

test('a station whose program is not replaced tells its version alone', async () => {
  const rig = await Rig.start();
  expect(samplesOf(rig, 'greenup_release_info')).toEqual([`{release="${programVersion}"} 1`]);
  expect(linesOf(rig).join('\n')).not.toContain('greenup_update');
});

test('an outage is told: the connection, how many messages wait, and how long the oldest does', async () => {
  const rig = await Rig.start();
  expect(samplesOf(rig, 'greenup_connection_state')).toContain('{state="Connected"} 1');
  expect(samplesOf(rig, 'greenup_registration_status')).toContain('{status="Accepted"} 1');
  expect(numberOf(rig, 'greenup_queue_oldest_seconds')).toBe(0);
  await rig.charge();
  rig.central.down();
  await rig.advance(1_000);
  const from = rig.clock.now();
  rig.unplug(1);
  await rig.until('a stop that waits', () => numberOf(rig, 'greenup_queue_messages') > 0);
  await rig.advance(from + 300_000 - rig.clock.now());
  expect(samplesOf(rig, 'greenup_connection_state').filter((sample) => sample.endsWith(' 1'))).not.toContain(
    '{state="Connected"} 1',
  );
  const waitsS = numberOf(rig, 'greenup_queue_oldest_seconds');
  expect(waitsS).toBeGreaterThan(295);
  expect(waitsS).toBeLessThanOrEqual(300);
  await rig.cutPower('all');
  await rig.advance(600_000);
  expect(watchOf(rig).metrics()).toEqual([]);
  await rig.powerOn();
  // By the clock of the wall: the boot that made it has gone.
  const laterS = numberOf(rig, 'greenup_queue_oldest_seconds');
  expect(laterS).toBeGreaterThan(waitsS + 599);
  expect(laterS).toBeLessThan(waitsS + 605);
});

test('what waits since a boot that never knew the time waits at least as long as this one lasts', async () => {
  const rig = await Rig.start({ systemTimeMs: null, config: { AllowOfflineTxForUnknownId: 'true' } });
  await rig.cutPower();
  rig.central.down();
  await rig.powerOn();
  rig.plug(1);
  await rig.advance(5_000);
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging');
  await rig.advance(60_000);
  const waitsS = numberOf(rig, 'greenup_queue_oldest_seconds');
  expect(waitsS).toBeGreaterThanOrEqual(60);
  expect(waitsS).toBeLessThan(65);
  await rig.kill();
  await rig.powerOn();
  await rig.advance(10_000);
  expect(numberOf(rig, 'greenup_queue_oldest_seconds')).toBeGreaterThanOrEqual(10);
});

test('faults are told by their ids, for the station and for each connector', async () => {
  const rig = await Rig.start();
  expect(samplesOf(rig, 'greenup_connector_fault')).toEqual([]);
  rig.fault(1, 'residualCurrent');
  await rig.until('a fault', () => samplesOf(rig, 'greenup_connector_fault').length > 0);
  const faults = rig.running.view().connectors[0]?.faults ?? [];
  expect(samplesOf(rig, 'greenup_connector_fault')).toEqual(
    faults.map((fault) => `{connector="1",fault="${fault}"} 1`),
  );
});

test('it is well while it runs and its loop is heard, and says no more than that', async () => {
  const rig = await Rig.start();
  let trouble: string | undefined;
  const watch = watchOf(rig, () => trouble);
  expect(watch.whyUnwell()).toBeUndefined();
  trouble = 'the safety loop is not heard';
  expect(watch.whyUnwell()).toBe(trouble);
  await rig.cutPower();
  expect(watch.whyUnwell()).toBe('the station is starting or ending');
  await rig.powerOn();
  await rig.running.stop();
  expect(watch.whyUnwell()).toBe('the station is starting or ending');
  await rig.cutPower();
});
