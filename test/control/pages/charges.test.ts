/** What the pages see of charges, of every mode: what the central system was told and answered, the power, and a table. */
import { type PageCharge, shownChargesMax } from '../../../src/control/pages/charges';
import { pageStation } from '../../../src/control/pages/page-station';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { curvePointsMax } from '../../../src/local/bounds';
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

const pagesOf = (rig: Rig) => pageStation(() => (rig.powered ? rig.running : undefined)).charges;
const newest = (rig: Rig): PageCharge | undefined => pagesOf(rig).list()?.charges[0];

async function leave(rig: Rig, connectorId = 1): Promise<void> {
  rig.unplug(connectorId);
  await rig.until('Available', () => rig.status(connectorId) === 'Available');
}

test('a charge is there while it runs, with its power, and then with what was told and answered', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(3_600_000);
  const running = newest(rig);
  expect(running).toMatchObject({
    ...{ connectorId: 1, kind: 'T2S', mode: 'ocpp', card: '…B2C3', endedAt: null, reason: null, hasCurve: true },
    central: { start: { how: 'answered', card: 'Accepted' }, stop: null },
  });
  expect(running?.durationS).toBeGreaterThan(3_590);
  expect(pagesOf(rig).list()).toMatchObject({ count: 0, energyWh: 0 });
  const curve = pagesOf(rig).curve(running?.key ?? '');
  expect(curve?.watts.length).toBeGreaterThan(100);
  expect(Math.max(...(curve?.watts ?? []))).toBeGreaterThan(20_000);
  await leave(rig);
  await rig.advance(60_000);
  const ended = newest(rig);
  expect(ended).toMatchObject({
    ...{ key: running?.key, reason: 'EVDisconnected', waiting: 0, hasCurve: true },
    central: { transactionId: running?.central?.transactionId, stop: { how: 'answered' } },
  });
  expect(ended?.central?.transactionId).toBeGreaterThan(0);
  expect(pagesOf(rig).list()).toMatchObject({ count: 1, energyWh: ended?.energyWh });
  const kept = pagesOf(rig).curve(ended?.key ?? '');
  expect(kept?.watts.length).toBeLessThanOrEqual(curvePointsMax);
  // What the power sums up to is what the meter has counted.
  const sumWh = ((kept?.watts ?? []).reduce((sum, watts) => sum + watts, 0) * (kept?.stepS ?? 0)) / 3_600;
  expect(Math.abs(sumWh / (ended?.energyWh ?? 0) - 1)).toBeLessThan(0.02);
});

test('while the central system cannot be reached its messages wait, and are told later', async () => {
  const rig = await Rig.start({ config: { AllowOfflineTxForUnknownId: 'true' } });
  rig.central.down();
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging', 120_000);
  await rig.advance(60_000);
  await leave(rig);
  expect(newest(rig)).toMatchObject({ central: { transactionId: null, start: null, stop: null } });
  expect(newest(rig)?.waiting).toBeGreaterThan(1);
  const before = pageStation(() => rig.running).view()?.revisions.charges;
  rig.central.up();
  await rig.until('told', () => rig.running.chargePoint.outbox.size === 0, 300_000);
  expect(newest(rig)).toMatchObject({
    waiting: 0,
    central: { start: { card: 'Accepted' }, stop: { how: 'answered' } },
  });
  expect(pageStation(() => rig.running).view()?.revisions.charges).not.toBe(before);
  // By then it is all flushed, and nothing is sent again.
  await rig.advance(310_000);
  await rig.cutPower('none');
  await rig.powerOn();
  const central = { start: { card: 'Accepted' }, stop: { how: 'answered' } };
  expect(newest(rig)).toMatchObject({ central, hasCurve: true });
});

test('a message that is refused for good is told as given up', async () => {
  const rig = await Rig.start({ config: { TransactionMessageAttempts: '1' } });
  rig.audited = false;
  rig.central.answer('StopTransaction', () => ({ callError: 'InternalError' }));
  await rig.charge(1);
  await rig.advance(60_000);
  await leave(rig);
  await rig.advance(60_000);
  expect(newest(rig)?.central?.stop).toEqual({ how: 'givenUp', card: null });
  rig.central.answerAsUsual();
});

test('without a central system a charge is there as well, and nothing was to be told', async () => {
  const rig = await Rig.start();
  pageStation(() => rig.running).chooseMode('right', 'free');
  await rig.advance(1_000);
  rig.plug(1);
  await rig.until('Charging', () => rig.status(1) === 'Charging', 120_000);
  await rig.advance(600_000);
  await leave(rig);
  const charge = newest(rig);
  expect(charge).toMatchObject({ mode: 'free', card: '', central: null, waiting: 0, hasCurve: true });
  rig.leakWh += charge?.energyWh ?? 0;
});

test('the curve is stored in the commit of the stop: no write more', async () => {
  const rig = await Rig.start();
  const commits: string[][] = [];
  const commit = jest.spyOn(MemoryStore.prototype, 'commit');
  await rig.charge(1);
  await rig.advance(600_000);
  await leave(rig);
  await rig.advance(1_000);
  for (const [{ put }] of commit.mock.calls) commits.push(put.map(([key]) => key));
  commit.mockRestore();
  const withCurve = commits.filter((keys) => keys.some((key) => key.startsWith('local/power/')));
  expect(withCurve).toHaveLength(1);
  expect(withCurve[0]?.some((key) => key.startsWith('local/charge/'))).toBe(true);
  expect(withCurve[0]?.some((key) => key.startsWith('outbox/'))).toBe(true);
});

test('a station that has ended looks at no power any more', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  const { key = '' } = newest(rig) ?? {};
  const { running } = rig;
  expect(running.local.curveOf(key)).toBeDefined();
  await running.stop();
  expect(running.local.curveOf(key)).toBeUndefined();
  await rig.cutPower('none');
  await rig.powerOn();
});

test('a page has the newest, and the table has all, with cards masked', async () => {
  const rig = await Rig.start();
  const one = {
    connectorId: 1,
    mode: 'cards',
    token: '04A1B2C3',
    startedAt: 0,
    endedAt: 1,
    energyWh: 500,
    reason: 'Local',
  };
  const many = Array.from({ length: shownChargesMax + 5 }, (_, index) => ({ ...one, key: String(index) }));
  jest.spyOn(rig.running.local.history, 'list', 'get').mockReturnValue(many as never);
  const told = pagesOf(rig).list();
  expect([told?.count, told?.charges.length, told?.energyWh]).toEqual([
    shownChargesMax + 5,
    shownChargesMax,
    (shownChargesMax + 5) * 500,
  ]);
  const csv = pagesOf(rig).csv() ?? '';
  expect(csv.split('\r\n')).toHaveLength(1 + shownChargesMax + 5 + 1);
  expect(csv + JSON.stringify(told)).not.toContain('04A1');
  expect(csv).toContain('…B2C3');
});

test('while the station starts there is nothing', () => {
  const { charges } = pageStation(() => undefined);
  expect([charges.list(), charges.curve('1'), charges.csv()]).toEqual([undefined, undefined, undefined]);
});
