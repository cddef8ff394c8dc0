/** What the page of the cards shows, and does to those that the station knows by itself. */
import { type CardsForPages, pageCards } from '../../../src/control/pages/cards';
import { pageStation } from '../../../src/control/pages/page-station';
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

const pagesOf = (rig: Rig) => pageCards(() => (rig.powered ? rig.running : undefined));

async function done<Answer>(rig: Rig, work: Promise<Answer>): Promise<Answer> {
  await rig.advance(100);
  return work;
}

const shown = (cards: CardsForPages, whole = true) => cards.list(whole)?.cards.map(({ card, label }) => [card, label]);

test('numbers are masked until they are asked for', async () => {
  const rig = await Rig.start();
  const cards = pagesOf(rig);
  expect(await done(rig, cards.add({ token: '04A1B2C3', label: 'Anna', lastDay: '2026-12-31' }))).toBeUndefined();
  expect(cards.list(false)).toMatchObject({
    cards: [{ card: '…B2C3', label: 'Anna', lastDay: '2026-12-31', isOver: false }],
    most: 500,
    teaching: null,
    taught: null,
  });
  expect(JSON.stringify(cards.list(false))).not.toMatch(/04A1/i);
  expect(cards.list(true)?.cards[0]?.card).toBe('04A1B2C3');
});

test('a card that is masked can be removed, once', async () => {
  const rig = await Rig.start();
  const cards = pagesOf(rig);
  for (const token of ['04A1B2C3', '99A1B2C3']) await done(rig, cards.add({ token, label: '' }));
  const id = cards.list(false)?.cards[0]?.id ?? '';
  expect(await done(rig, cards.remove(id))).toBeUndefined();
  expect(shown(cards)).toEqual([['99A1B2C3', '']]);
  expect(await done(rig, cards.remove(id))).toBe('cardUnknown');
});

test.each([
  [{ token: 'A B', label: '' }, 'cardInvalid'],
  [{ token: '', label: '' }, 'cardInvalid'],
  [{ token: 'A', label: 'x'.repeat(51) }, 'labelLong'],
  [{ token: 'A', label: '', lastDay: '2026-02-30' }, 'dayInvalid'],
])('%j is not added', async (card, refused) => {
  const rig = await Rig.start();
  expect(await pagesOf(rig).add(card)).toBe(refused);
});

test('a card is taught at the reader, starts nothing by that, and what came of it is told', async () => {
  const rig = await Rig.start();
  const cards = pagesOf(rig);
  expect(await cards.teach('Anna', '2026-12-31', 60_000)).toBeUndefined();
  expect(cards.list(true)?.teaching).toEqual({ label: 'Anna', endsInMs: 60_000 });
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.advance(1_000);
  expect(cards.list(true)).toMatchObject({
    cards: [{ card: '04A1B2C3', label: 'Anna', lastDay: '2026-12-31' }],
    teaching: null,
    taught: { kind: 'added', card: '04A1B2C3', label: 'Anna' },
  });
  expect(cards.list(false)?.taught).toMatchObject({ card: '…B2C3' });
  expect(rig.running.view().connectors[0]?.status).toBe('Available');
  await cards.teach('', undefined, 60_000);
  expect(cards.list(true)?.taught).toBeNull();
  await rig.advance(60_000);
  expect(cards.list(true)?.taught).toEqual({ kind: 'none' });
  await cards.teach('', undefined, 60_000);
  await cards.stopTeaching();
  expect(cards.list(true)?.teaching).toBeNull();
  expect(await cards.teach('x'.repeat(51), undefined, 60_000)).toBe('labelLong');
});

test('a card whose last day is over is refused as one that is not known, and says so', async () => {
  const rig = await Rig.start();
  // The central system hears nothing of these charges.
  rig.audited = false;
  const cards = pagesOf(rig);
  await done(rig, cards.add({ token: '04A1B2C3', label: '', lastDay: '2026-05-03' }));
  expect(cards.list(false)?.cards[0]?.isOver).toBe(true);
  for (const side of ['right', 'left'] as const) rig.running.station.post({ kind: 'mode', side, mode: 'cards' });
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.advance(5_000);
  expect(rig.running.lastCardRefusal?.reason).toBe('the last day of this card is over');
  expect(rig.running.view().connectors[0]?.status).toBe('Preparing');
  await done(rig, cards.add({ token: '04A1B2C3', label: '', lastDay: '2026-05-04' }));
  rig.present('04A1B2C3');
  await rig.advance(10_000);
  expect(rig.running.view().connectors[0]?.status).toBe('Charging');
});

test('a table is looked at, then taken: all of it or nothing, and nothing that was not looked at', async () => {
  const rig = await Rig.start();
  const cards = pagesOf(rig);
  await done(rig, cards.add({ token: 'AA', label: 'Anna' }));
  const table = 'card,label\nBB,Ben\n';
  const plan = cards.plan(table, true, true);
  expect(plan).toMatchObject({ added: [{ card: 'BB' }], removed: [{ card: 'AA' }], same: 0, wrong: [] });
  expect(shown(cards)).toEqual([['AA', 'Anna']]);
  const digest = plan?.digest ?? '';
  expect(await done(rig, cards.take(`${table}CC,Carl\n`, true, digest))).toBe('cardsChanged');
  expect(await done(rig, cards.take(table, false, digest))).toBe('cardsChanged');
  const wrong = cards.plan('card\nB B\nCC', true, true);
  expect(wrong?.wrong).toEqual([{ line: 2, fault: 'cardInvalid', found: 'B B' }]);
  expect(await done(rig, cards.take('card\nB B\nCC', true, wrong?.digest ?? ''))).toBe('tableWrong');
  expect(shown(cards)).toEqual([['AA', 'Anna']]);
  expect(await done(rig, cards.take(table, true, digest))).toBeUndefined();
  expect(shown(cards)).toEqual([['BB', 'Ben']]);
  expect(await done(rig, cards.take(table, true, digest))).toBe('cardsChanged');
  await rig.cutPower('none');
  await rig.powerOn();
  expect(shown(cards)).toEqual([['BB', 'Ben']]);
  expect(cards.csv()).toBe('card,label,last day\r\nBB,Ben,\r\n');
});

test('what the central system told of cards is counted', async () => {
  const rig = await Rig.start();
  const cards = pagesOf(rig);
  expect(cards.list(false)?.central).toEqual({
    list: { inUse: false, version: 0, entries: 0, accepted: 0 },
    cache: { inUse: false, entries: 0, accepted: 0 },
  });
  const revision = () => pageStation(() => rig.running).view()?.revisions.cards;
  const before = revision();
  await rig.configure('LocalAuthListEnabled', 'true');
  await rig.configure('AuthorizationCacheEnabled', 'true');
  const localAuthorizationList = [
    { idTag: 'A', idTagInfo: { status: 'Accepted' } },
    { idTag: 'B', idTagInfo: { status: 'Blocked' } },
  ];
  await rig.call('SendLocalList', { listVersion: 7, updateType: 'Full', localAuthorizationList });
  await rig.running.chargePoint.cache.learn('C', { status: 'Accepted' });
  expect(cards.list(false)?.central).toEqual({
    list: { inUse: true, version: 7, entries: 2, accepted: 1 },
    cache: { inUse: true, entries: 1, accepted: 1 },
  });
  expect(revision()).not.toBe(before);
});

test('while the station restarts there is nothing to see and nothing to do', async () => {
  const cards = pageCards(() => undefined);
  expect([cards.list(true), cards.csv(), cards.plan('', false, true)]).toEqual([undefined, undefined, undefined]);
  expect(await cards.add({ token: 'A', label: '' })).toBe('starting');
  expect(await cards.teach('', undefined, 1)).toBe('starting');
});
