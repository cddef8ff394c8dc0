/** One message that the central system cannot take: it closes the link or never answers, and everything else goes on (3.7.1). */
import type { Received } from '../../src/testing/central';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const config = {
  serverReconnectionTime: '5',
  confBasicTime: '10',
  TransactionMessageRetryInterval: '60',
  MeterValueSampleInterval: '0',
};

type Choke = (rig: Rig) => 'silence';
const closes: Choke = (rig) => {
  rig.clock.at(rig.clock.now() + 20, () => rig.central.drop('closed by the central system'));
  return 'silence';
};
const hangs: Choke = () => 'silence';
const hangsThenCloses: Choke = (rig) => {
  rig.clock.at(rig.clock.now() + 15_000, () => rig.central.drop('closed by the central system'));
  return 'silence';
};
const ways: [string, Choke][] = [
  ['closes the link', closes],
  ['never answers', hangs],
  ['hangs, and closes the link', hangsThenCloses],
];

/** Waits in s between the sendings of one message. */
function waits(requests: readonly Received[]): number[] {
  return requests.slice(1).map(({ at }, index) => Math.round((at - (requests[index]?.at ?? 0)) / 1_000));
}

/** Cards are asked about, connectors told and the clock kept while `rig`'s first message is stuck. */
async function expectInService(rig: Rig): Promise<void> {
  rig.forget();
  rig.plug(3);
  await rig.expectStatus(3, 'Preparing', 40_000);
  rig.present('05AAAAAA', 'left');
  await rig.until('the other side charges', () => rig.status(3) === 'Charging', 60_000);
  expect(rig.since('Authorize')).not.toEqual([]);
}

test.each(ways)('a StartTransaction on which it %s', async (_how, choke) => {
  const rig = await Rig.start({ config });
  rig.central.answer('StartTransaction', (request) =>
    request.payload.connectorId === 1 ? choke(rig) : { transactionId: 7, idTagInfo: { status: 'Accepted' } },
  );
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  // Other messages bring out that it is this one.
  rig.ev(1, { paused: true });
  await rig.advance(400_000);
  await expectInService(rig);
  const before = rig.central.received.length;
  await rig.advance(3_600_000);
  const since = rig.central.received.slice(before);
  expect(since.filter((r) => r.action === 'Heartbeat').length).toBeGreaterThan(7);
  const sendings = rig.central.calls('StartTransaction');
  expect(new Set(sendings.map(({ id }) => id)).size).toBe(1);
  const tail = waits(sendings).slice(2);
  expect(tail.length).toBeGreaterThan(4);
  for (const [index, wait] of tail.entries()) if (index > 0) expect(wait).toBeGreaterThan((tail[index - 1] ?? 0) + 30);
  expect(rig.warnings.filter((line) => /StartTransaction gets no answer/.test(line)).length).toBeGreaterThan(3);
  rig.central.answerAsUsual();
  await rig.until('delivered', () => rig.running.chargePoint.outbox.size === 0, 3_700_000);
});

test.each(ways)('a StatusNotification of one connector on which it %s', async (_how, choke) => {
  const rig = await Rig.start({ config });
  rig.central.answer('StatusNotification', ({ payload }) => (payload.connectorId === 1 ? choke(rig) : {}));
  rig.plug(1);
  await rig.advance(400_000);
  await expectInService(rig);
  const before = rig.central.calls('StatusNotification').length;
  await rig.advance(3_600_000);
  const later = rig.central.calls('StatusNotification').slice(before);
  expect(later.filter(({ payload }) => payload.connectorId === 1).length).toBeLessThan(25);
  rig.central.answerAsUsual();
  rig.forget();
  await rig.expectCall('StatusNotification', { connectorId: 1, status: rig.status(1) }, 3_700_000);
});

test('a Heartbeat on which it closes the link costs one link an interval', async () => {
  const rig = await Rig.start({ config });
  rig.central.answer('Heartbeat', () => closes(rig));
  const before = rig.central.connections;
  await rig.advance(3_600_000);
  expect(rig.central.connections - before).toBeLessThan(14);
  await rig.charge(1);
});

test('one lost link says nothing of the message that was under way: it leaves at once over the next', async () => {
  const rig = await Rig.start({ config });
  rig.central.once('StartTransaction', () => closes(rig));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  const again = await rig.expectCall('StartTransaction', {}, 10_000);
  expect(again.repeated).toBe(true);
});

test('a central system that was dead altogether gets what waits as soon as a new link is there', async () => {
  const rig = await Rig.start({ config: { ...config, WebSocketPingInterval: '0' } });
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging');
  rig.central.goSilent();
  rig.present('04A1B2C3');
  await rig.advance(1_800_000);
  rig.central.up();
  rig.central.drop('half-open no more');
  await rig.expectCall('StopTransaction', {}, 15_000);
});

test('what ends it: a day in which everything else was answered; the messages behind it follow', async () => {
  const rig = await Rig.start({ config });
  rig.central.answer('StartTransaction', () => 'silence');
  await rig.charge(1).catch(() => undefined);
  rig.present('04A1B2C3');
  await rig.advance(80_000_000);
  expect(rig.central.calls('StopTransaction')).toEqual([]);
  await rig.expectCall('StopTransaction', { transactionId: -1 }, 12_000_000);
  expect(rig.warnings).toContainEqual(expect.stringMatching(/given up: others were answered/));
});

test.each<[string, (rig: Rig) => void]>([
  ['there was no network', (rig) => rig.central.down()],
  [
    'nothing at all was answered',
    ({ central }) => {
      for (const action of ['StartTransaction', 'StatusNotification', 'Heartbeat', 'MeterValues', 'Authorize'])
        central.answer(action, () => 'silence');
    },
  ],
])('a day in which %s does not end a message that had been lost twice before', async (_what, begin) => {
  const rig = await Rig.start({ config });
  rig.central.answer('StartTransaction', () => closes(rig));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.until('sent twice', () => rig.central.calls('StartTransaction').length === 2);
  await rig.advance(20_000);
  rig.plug(3);
  await rig.expectStatus(3, 'Preparing');
  begin(rig);
  await rig.advance(100_000_000);
  rig.central.up();
  const before = rig.central.calls('StartTransaction').length;
  const sentAgain = () => rig.central.calls('StartTransaction').length > before;
  await rig.until('sent again, in vain', sentAgain, 3_700_000);
  await rig.advance(11_000);
  rig.central.answerAsUsual();
  await rig.until('answered', () => rig.running.chargePoint.outbox.keyOf(1001) !== undefined, 3_700_000);
  expect(rig.warnings).not.toContainEqual(expect.stringMatching(/given up/));
});
