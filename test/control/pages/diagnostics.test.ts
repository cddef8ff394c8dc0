/** What the pages see of how the station is: each check well and unwell, the parts with what they told, and no secret. */
import type { PageDiagnostics } from '../../../src/control/pages/diagnostics';
import { pageStation } from '../../../src/control/pages/page-station';
import type { PagePart } from '../../../src/control/pages/part-readings';
import { EventLog } from '../../../src/diagnostics/event-log';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { closeTheBooks, doubleBoard, Rig, singleBoard, startOfTime } from '../../support/rig';

afterEach(closeTheBooks);

async function look(rig: Rig): Promise<PageDiagnostics> {
  const asked = pageStation(() => (rig.powered ? rig.running : undefined)).diagnostics.look();
  await rig.advance(2_000);
  const told = await asked;
  if (!told) throw new Error('there is no station');
  return told;
}

const unwell = ({ checks }: PageDiagnostics) => checks.filter(({ result }) => result !== 'ok').map(({ id }) => id);
const partOf = ({ parts }: PageDiagnostics, part: string, id = 1): PagePart | undefined =>
  parts.find((one) => one.part === part && one.connectorId === id);

test('a station that is well', async () => {
  const rig = await Rig.start({ board: singleBoard() });
  const told = await look(rig);
  expect(unwell(told)).toEqual([]);
  expect([told.faults, told.lately, told.warnings]).toEqual([[], [], []]);
  expect(told.parts.map(({ part, connectorId }) => `${connectorId} ${part}`)).toEqual([
    ...['1 contactor', '1 pilot', '1 proximity', '1 plug', '1 lock', '1 residual', '1 thermometer', '1 meter'],
    ...['2 contactor', '2 plug', '2 residual', '2 thermometer', '2 meter'],
    '0 station',
  ]);
  expect(told.program).toMatchObject({ boot: 1, release: null, node: process.version });
  expect(told.store).toMatchObject({ bytes: null, trouble: null, quarantined: [] });
  expect(told.store.lastFlushAt).toBeGreaterThanOrEqual(startOfTime);
});

test('parts tell what they told last, and since when it is so', async () => {
  const rig = await Rig.start({ board: doubleBoard() });
  expect(partOf(await look(rig), 'plug')?.reading).toEqual({ kind: 'word', word: 'unplugged' });
  const before = rig.central.now();
  await rig.charge(1);
  await rig.advance(600_000);
  const told = await look(rig);
  const word = (part: string) => partOf(told, part)?.reading;
  expect(word('contactor')).toEqual({ kind: 'word', word: 'closed' });
  expect(word('pilot')).toEqual({ kind: 'word', word: 'asks' });
  expect(word('proximity')).toEqual({ kind: 'cable', amps: 32 });
  expect(word('plug')).toEqual({ kind: 'word', word: 'plugged' });
  expect(word('lock')).toEqual({ kind: 'word', word: 'locked' });
  expect(word('residual')).toEqual({ kind: 'word', word: 'nothing' });
  expect(word('thermometer')).toMatchObject({ kind: 'temperature' });
  expect(word('meter')).toMatchObject({ kind: 'meter', powerW: expect.any(Number), voltageV: [230, 230, 230] });
  // The plug came first, the contactor closed after it; a meter was read just now.
  const at = (part: string) => partOf(told, part)?.at ?? 0;
  expect(at('plug')).toBeGreaterThanOrEqual(before);
  expect(at('contactor')).toBeGreaterThan(at('plug'));
  expect(at('contactor')).toBeLessThan(before + 60_000);
  expect(rig.central.now() - at('meter')).toBeLessThan(5_000);
  // Its domestic outlet has no pilot.
  expect(told.parts.filter(({ connectorId }) => connectorId === 2).map(({ part }) => part)).not.toContain('pilot');
});

test.each([
  ['residualCurrent', 'residual', 1],
  ['overTemperature', 'thermometer', 1],
  ['meterSilent', 'meter', 1],
  ['readerAbsent', 'cardReader', 1],
  ['supplyLost', 'supply', 0],
] as const)('%s stands at the part, now and when it is over', async (fault, part, connectorId) => {
  const rig = await Rig.start({ board: singleBoard() });
  rig.fault(connectorId, fault, true);
  await rig.advance(60_000);
  const told = await look(rig);
  expect(partOf(told, part, connectorId)?.faults).toContain(fault);
  expect(told.faults).toContainEqual({ connectorId, fault });
  expect(unwell(told)).toContain('faults');
  rig.fault(connectorId, fault, false);
  await rig.advance(60_000);
  rig.running.clearFaults();
  await rig.advance(60_000);
  const after = await look(rig);
  expect(after.faults).toEqual([]);
  expect(after.lately).toContainEqual(
    expect.objectContaining({ connectorId, fault, cameAt: expect.any(Number), wentAt: expect.any(Number) }),
  );
});

test('no fault is without a place', async () => {
  const rig = await Rig.start({ board: singleBoard() });
  rig.running.station.post({ kind: 'fault', connectorId: 1, fault: 'otherError', present: true });
  rig.running.station.post({ kind: 'fault', connectorId: 0, fault: 'weakSignal', present: true });
  const told = await look(rig);
  expect(partOf(told, 'station', 1)?.faults).toEqual(['otherError']);
  expect(partOf(told, 'station', 0)?.faults).toEqual(['weakSignal']);
  rig.running.station.post({ kind: 'fault', connectorId: 1, fault: 'otherError', present: false });
  rig.running.station.post({ kind: 'fault', connectorId: 0, fault: 'weakSignal', present: false });
});

test('a central system that cannot be reached is noted, and in another mode it is not missed', async () => {
  const rig = await Rig.start();
  rig.central.down();
  await rig.advance(5_000);
  const told = await look(rig);
  expect(unwell(told)).toEqual(['centralSystem']);
  expect(told.link).toMatchObject({ status: 'Disconnected', lastError: expect.any(String) });
  pageStation(() => rig.running).chooseMode('right', 'free');
  await rig.advance(1_000);
  expect(unwell(await look(rig))).toEqual([]);
  rig.central.up();
});

test('a station that does not know the time says so, and dates nothing', async () => {
  const rig = Rig.prepare({ systemTimeMs: null, config: { URL: '' } });
  await rig.powerOn();
  await rig.advance(1_000);
  const told = await look(rig);
  expect(unwell(told)).toContain('clock');
  expect([told.at, told.store.lastFlushAt, partOf(told, 'meter')?.at]).toEqual([null, null, null]);
});

test('what is set aside is named with its reason, and cards in the names of values are masked', async () => {
  const rig = Rig.prepare();
  await rig.store.commit({ put: [['local/card/04a1b2c3', { token: 7 }]], del: [] });
  await rig.powerOn();
  await rig.advance(2_000);
  const told = await look(rig);
  expect(unwell(told)).toEqual(['storedValues']);
  expect(told.store.quarantined).toEqual([{ key: 'local/card/…b2c3', reason: 'label: Expected required property' }]);
  expect(told.warnings[0]?.text).toContain('cannot be read');
  expect(JSON.stringify(told)).not.toContain('04a1b2c3');
});

test('the report is that of the station', async () => {
  const rig = await Rig.start();
  expect(pageStation(() => rig.running).diagnostics.report()?.fileName).toMatch(/^greenup-.*\.zip$/);
  const { diagnostics } = pageStation(() => undefined);
  expect([diagnostics.report(), await diagnostics.look()]).toEqual([undefined, undefined]);
});

test('what was wrong before a restart in the same process is over, unless it is found again', async () => {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const events = new EventLog(clock);
  const rig = Rig.prepare({ events });
  events.note({ kind: 'faultChanged', connectorId: 1, fault: 'pilotShort', present: true });
  await rig.powerOn();
  await rig.advance(2_000);
  const told = await look(rig);
  expect(told.faults).toEqual([]);
  expect(told.lately).toMatchObject([{ connectorId: 1, fault: 'pilotShort' }]);
});
