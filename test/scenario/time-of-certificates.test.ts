/** A central system whose certificate nobody could date is looked at again as soon as the time is known (security whitepaper, A00.FR.309, 310). */
import { closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const dayMs = 86_400_000;
const config = { AuthorizationKey: 'open-sesame-open', SecurityProfile: '2', URL: 'wss://central.test/ocpp' };
const events = (rig: Rig): string[] => rig.running.chargePoint.securityEvents().map(({ type }) => type);
/** Days from the beginning of the story. */
const valid = (from: number, to: number) => ({ fromMs: startOfTime + from * dayMs, toMs: startOfTime + to * dayMs });

async function start(validity: ReturnType<typeof valid>, systemTimeMs: number | null): Promise<Rig> {
  const rig = Rig.prepare({ config, systemTimeMs });
  rig.central.certificate = validity;
  rig.central.root = 'a root';
  await rig.powerOn();
  await rig.advance(5_000);
  return rig;
}

test.each([
  ['has expired', valid(-9, -2), 'certificateExpired', /has expired by the time of the central system, 2026-05-04T/],
  ['is not valid yet', valid(2, 9), 'certificateEarly', /not valid yet by the time of the central system, 2026-05-04T/],
] as const)('a certificate that %s by the time that its central system tells', async (_what, validity, how, words) => {
  const rig = await start(validity, null);
  const { connection } = rig.running.chargePoint;
  expect([connection.status, connection.lastEnd, connection.lastError]).toEqual([
    'Disconnected',
    how,
    expect.stringMatching(words),
  ]);
  expect(events(rig)).toContain('InvalidCentralSystemCertificate');
  // What told the time is all that it has heard of this station.
  expect(rig.central.received.map(({ action }) => action)).toEqual(['BootNotification']);
  // By then it is refused before anything is sent.
  await rig.advance(600_000);
  expect([rig.central.received.length, rig.central.connections]).toEqual([1, 1]);
  rig.central.certificate = valid(-1, 9);
  await rig.until('a certificate that was renewed', () => connection.status === 'Connected', 600_000);
  await rig.advance(10_000);
  const [told] = rig.central
    .calls('SecurityEventNotification')
    .filter(({ payload }) => /Invalid/.test(`${payload.type}`));
  expect(told?.payload.type).toBe('InvalidCentralSystemCertificate');
});

test('a good certificate stays, whoever knows the time', async () => {
  for (const systemTimeMs of [null, startOfTime]) {
    const rig = await start(valid(-1, 9), systemTimeMs);
    await rig.advance(600_000);
    expect(rig.running.chargePoint.connection.status).toBe('Connected');
    expect(rig.central.connections).toBe(1);
    expect(events(rig)).not.toContain('InvalidCentralSystemCertificate');
  }
});

test('a clock that the central system corrects is the one that counts from then on', async () => {
  const rig = await start(valid(-1, 9), startOfTime);
  rig.audited = false;
  rig.central.clockErrorMs = 30 * dayMs;
  await rig.advance(400_000);
  expect(rig.running.chargePoint.connection.lastEnd).toBe('certificateExpired');
  expect(rig.central.connections).toBeGreaterThan(0);
  rig.central.failsWith = 'certificateExpired';
});

test('a start of the station knows that it is later than the last one', async () => {
  const rig = await start(valid(-1, 9), startOfTime);
  expect(rig.central.connections).toBe(1);
  await rig.cutPower();
  rig.central.certificate = valid(-9, -2);
  rig.clock.setSystemTime(undefined);
  await rig.powerOn();
  await rig.advance(60_000);
  expect([rig.central.connections, rig.running.chargePoint.connection.lastEnd]).toEqual([1, 'certificateExpired']);
});
