/** What the pages see of a station and do to it: the guide's procedure, and why it is not connected. */
import { pageStation } from '../../../src/control/pages/page-station';
import type { PageView } from '../../../src/control/pages/page-view';
import { closeTheBooks, doubleBoard, Rig, singleBoard } from '../../support/rig';

afterEach(closeTheBooks);

const pagesOf = (rig: Rig) => pageStation(() => (rig.powered ? rig.running : undefined));

function viewOf(rig: Rig): PageView {
  const view = pagesOf(rig).view();
  if (!view) throw new Error('there is no station');
  return view;
}

const modesOf = (rig: Rig) => viewOf(rig).sides.map(({ side, mode }) => [side, mode]);

test('where the bench is, is told once it is there', async () => {
  const rig = await Rig.start();
  let address: string | undefined;
  const pages = pageStation(() => rig.running, { bench: () => address });
  expect(pages.view()?.bench).toBeNull();
  address = 'http://127.0.0.1:9759';
  expect(pages.view()?.bench).toBe(address);
});

test('"previously select the right side": OCPP begins there, and is imposed on both', async () => {
  const rig = await Rig.start({ board: doubleBoard() });
  const pages = pagesOf(rig);
  pages.chooseMode('right', 'free');
  expect(pages.chooseMode('left', 'ocpp')).toBe('rightSideFirst');
  expect(modesOf(rig)).toEqual([
    ['right', 'free'],
    ['left', 'free'],
  ]);
  expect(pages.chooseMode('right', 'ocpp')).toBeUndefined();
  expect(modesOf(rig)).toEqual([
    ['right', 'ocpp'],
    ['left', 'ocpp'],
  ]);
  expect(pages.chooseMode('left', 'ocpp')).toBeUndefined();
  expect(pages.chooseMode('left', 'cards')).toBeUndefined();
});

test('a single station has one side', async () => {
  const rig = await Rig.start({ board: singleBoard() });
  expect(pagesOf(rig).chooseMode('left', 'free')).toBe('noSuchSide');
  expect(pagesOf(rig).chooseMode('right', 'free')).toBeUndefined();
});

test.each([
  ['http://h', 'X', 'urlInvalid'],
  ['', 'X', 'urlInvalid'],
  ['ws://u:p@h', 'X', 'urlInvalid'],
  ['ws://h', '', 'uidInvalid'],
  ['ws://h', 'x'.repeat(101), 'uidInvalid'],
])('of URL %j and UID %j nothing is saved', async (url, uid, refused) => {
  const rig = await Rig.start();
  const before = viewOf(rig).connection;
  expect(await pagesOf(rig).saveAddress(url, uid)).toBe(refused);
  expect(viewOf(rig).connection).toMatchObject({ url: before.url, uid: before.uid });
});

test('what is saved is called, whole, and outlives a power cut', async () => {
  const rig = await Rig.start();
  const saved = pagesOf(rig).saveAddress('wss://other.test/ocpp', 'A B');
  await rig.advance(100);
  expect(await saved).toBeUndefined();
  await rig.advance(2_000);
  expect(rig.central.urls.at(-1)).toBe('wss://other.test/ocpp/A%20B');
  await rig.cutPower('none');
  await rig.powerOn();
  await rig.advance(2_000);
  expect(viewOf(rig).connection).toMatchObject({ address: 'wss://other.test/ocpp/A%20B', cause: 'accepted' });
});

test('the status is that of the guide: Activation, Server connection, Heartbeatinterval', async () => {
  const rig = await Rig.start();
  expect(viewOf(rig).connection).toMatchObject({ activation: 1, status: 'Connected', heartbeatS: 300, detail: null });
  const switched = pagesOf(rig).switchConnection(false);
  await rig.advance(1_000);
  await switched;
  expect(viewOf(rig).connection).toMatchObject({ activation: 0, status: 'Disconnected', cause: 'switchedOff' });
});

test('why it is not connected: what somebody has chosen comes before what went wrong', async () => {
  const rig = await Rig.start();
  rig.central.deaf = () => true;
  rig.central.drop('gone');
  await rig.advance(5_000);
  expect(viewOf(rig).connection.cause).toBe('other');
  expect(viewOf(rig).connection.detail).not.toBeNull();
  const switched = pagesOf(rig).switchConnection(false);
  await rig.advance(100);
  await switched;
  expect(viewOf(rig).connection.cause).toBe('switchedOff');
  pagesOf(rig).chooseMode('right', 'free');
  expect(viewOf(rig).connection.cause).toBe('otherMode');
  rig.central.deaf = () => false;
  pagesOf(rig).chooseMode('right', 'ocpp');
  const on = pagesOf(rig).switchConnection(true);
  await rig.advance(30_000);
  await on;
  expect(viewOf(rig).connection.cause).toBe('accepted');
});

test('when it tried last and tries next is told from now on, and nobody must wait for it', async () => {
  const rig = await Rig.start();
  const pages = pagesOf(rig);
  expect(pages.tryNow()).toBe('noTryWaits');
  expect(viewOf(rig).connection).toMatchObject({ tries: 1, waits: false });
  expect(pages.tryTimes()).toEqual({ lastMsAgo: expect.any(Number), nextInMs: null });
  rig.central.deaf = () => true;
  rig.central.drop('gone');
  await rig.until('an attempt in vain', () => viewOf(rig).connection.tries > 1 && viewOf(rig).connection.waits);
  const { tries } = viewOf(rig).connection;
  const before = pages.tryTimes();
  await rig.advance(1_000);
  expect(pages.tryTimes()).toEqual({
    lastMsAgo: (before?.lastMsAgo ?? 0) + 1_000,
    nextInMs: (before?.nextInMs ?? 0) - 1_000,
  });
  rig.central.deaf = () => false;
  expect(pages.tryNow()).toBeUndefined();
  await rig.advance(1_000);
  expect(viewOf(rig).connection).toMatchObject({ status: 'Connected', tries: tries + 1, waits: false });
  const switched = pages.switchConnection(false);
  await rig.advance(100);
  await switched;
  expect(viewOf(rig).connection.waits).toBe(false);
  expect(pages.tryNow()).toBe('noTryWaits');
});

test.each([
  [{ URL: '' }, 'noUrl'],
  [{ UID: '' }, 'noUid'],
])('a station with %j says what is missing', async (config, cause) => {
  const rig = await Rig.start({ config });
  expect(viewOf(rig).connection).toMatchObject({ cause, address: '' });
});

test('a station that the central system does not accept is connected, and not in charge', async () => {
  const rig = Rig.prepare();
  rig.central.answer('BootNotification', () => ({
    status: 'Rejected',
    currentTime: rig.central.time(),
    interval: 300,
  }));
  await rig.powerOn();
  await rig.advance(2_000);
  expect(viewOf(rig).connection).toMatchObject({ status: 'Connected', cause: 'notAccepted' });
  rig.central.answerAsUsual();
  await rig.advance(310_000);
});

test('the view changes with what is shown, and not with each reading', async () => {
  const rig = await Rig.start();
  const { frames } = viewOf(rig).revisions;
  const shown = () => JSON.stringify(viewOf(rig), (name, value) => (name === 'frames' ? undefined : value));
  const atRest = shown();
  await rig.advance(3_600_000);
  expect(shown()).toBe(atRest);
  // A Heartbeat each 300 s, with its answer.
  expect(viewOf(rig).revisions.frames - frames).toBe(2 * 12);
  await rig.charge(1);
  await rig.advance(60_000);
  const [right] = viewOf(rig).sides;
  expect(right?.connectors[0]).toMatchObject({ kind: 'T2S', status: 'Charging', drawnA: 32, limit: { amps: 32 } });
  expect(right?.connectors[0]?.energyWh).toBeGreaterThan(100);
  expect(right?.connectors[1]).toMatchObject({ kind: '2P+E', status: 'Unavailable', outOfUse: 'twinInUse' });
});

test('a socket at which nobody begins because of an update says so', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.running.station.updateHold.hold(true);
  const [right, left] = viewOf(rig).sides;
  expect([right, left].flatMap((side) => side?.connectors.map(({ outOfUse }) => outOfUse))).toEqual(
    Array(4).fill('updating'),
  );
  expect(right?.connectors[0]).toMatchObject({ status: 'Charging' });
});

test('while the station restarts there is nothing to see and nothing to do', async () => {
  const rig = await Rig.start();
  const pages = pageStation(() => undefined);
  expect(pages.view()).toBeUndefined();
  expect(pages.password()).toBeUndefined();
  expect(pages.chooseMode('right', 'free')).toBe('starting');
  expect(pages.tryTimes()).toBeUndefined();
  expect(pages.tryNow()).toBe('starting');
  expect(await pages.saveAddress('ws://h', 'X')).toBe('starting');
  expect(await pages.switchConnection(true)).toBe('starting');
  expect(modesOf(rig)[0]).toEqual(['right', 'ocpp']);
});
