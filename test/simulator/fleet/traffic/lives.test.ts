/** The lives of stations: the same wherever a station is, different from one another, in order, and as the traffic file says. */

import type { LifeMoment } from '../../../../src/simulator/fleet/traffic/acts';
import { livesOf } from '../../../../src/simulator/fleet/traffic/lives';
import type { Traffic } from '../../../../src/simulator/fleet/traffic/traffic';
import { loadTraffic, parseTraffic } from '../../../../src/simulator/fleet/traffic/traffic-file';
import { doubleBoard, singleBoard } from '../../../../src/testing/boards';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The part of a life before a time. */
function until(life: Iterable<LifeMoment>, endMs: number): LifeMoment[] {
  const moments: LifeMoment[] = [];
  for (const moment of life) {
    if (moment.atMs >= endMs) break;
    moments.push(moment);
  }
  return moments;
}

/** The moments of many, read in turns as they fall due, as a fleet does it. */
function together(traffic: Traffic, indexes: readonly number[], endMs: number): Map<number, LifeMoment[]> {
  const lives = livesOf(traffic, 7, doubleBoard());
  const found = new Map(indexes.map((index): [number, LifeMoment[]] => [index, []]));
  const open = new Map(indexes.map((index) => [index, lives.lifeOf(index)]));
  while (open.size > 0) {
    for (const [index, life] of open) {
      const { value } = life.next();
      if (value && value.atMs < endMs) found.get(index)?.push(value);
      else open.delete(index);
    }
  }
  return found;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

test('the life of station 7,311 is the same alone, among 10,000, and in shard 3 of 4', () => {
  const traffic = loadTraffic('storm');
  const alone = until(livesOf(traffic, 7, doubleBoard()).lifeOf(7_311), 20 * 60_000);
  expect(alone.length).toBeGreaterThan(5);
  expect(together(traffic, numbers(1, 10_000), 20 * 60_000).get(7_311)).toEqual(alone);
  expect(together(traffic, numbers(5_001, 7_500), 20 * 60_000).get(7_311)).toEqual(alone);
});

test('other seeds and other stations live other lives; what is read twice is the same', () => {
  const traffic = loadTraffic('motorway');
  const life = (seed: number, index: number) => until(livesOf(traffic, seed, singleBoard()).lifeOf(index), dayMs);
  expect(life(1, 1)).toEqual(life(1, 1));
  expect(life(1, 1)).not.toEqual(life(2, 1));
  expect(life(1, 1)).not.toEqual(life(1, 2));
});

test('the points of a station are not visited alike, nor do its faults come together', () => {
  const traffic = few(
    'faults: [{ fault: welded, perYear: 500, lasts: { from: 1s, to: 1s } }, { fault: stuckOpen, perYear: 500, lasts: { from: 1s, to: 1s } }]',
  );
  const life = until(livesOf(traffic, 1, doubleBoard()).lifeOf(1), 10 * dayMs);
  const times = (isMeant: (act: LifeMoment['act']) => boolean) =>
    life.filter(({ act }) => isMeant(act)).map(({ atMs }) => atMs);
  const arrivals = (point: number) => times((act) => act.kind === 'arrive' && pointOf(act.connectorId) === point);
  const faults = (fault: string, connectorId: number) =>
    times((act) => act.kind === 'fault' && act.fault === fault && act.connectorId === connectorId);
  const streams = [arrivals(1), arrivals(2), faults('welded', 1), faults('welded', 2), faults('stuckOpen', 1)];
  expect(Math.min(...streams.map(({ length }) => length))).toBeGreaterThan(5);
  expect(new Set(streams.map(([first]) => first)).size).toBe(streams.length);
});

test('a network event more, or a fault, changes nothing of who comes when', () => {
  const traffic = loadTraffic('motorway');
  const visits = (other: Partial<Traffic>) =>
    until(livesOf({ ...traffic, ...other }, 1, singleBoard()).lifeOf(5), 3 * dayMs).filter(
      ({ act }) => act.kind === 'arrive',
    );
  expect(visits({ network: [], faults: [] })).toEqual(visits({ network: loadTraffic('storm').network }));
});

test('moments come in their order, and at one outlet nobody arrives before the last one has left', () => {
  const traffic = { ...loadTraffic('storm'), drivers: { ...loadTraffic('workplace').drivers, reserved: 0.5 } };
  const wrong: string[] = [];
  for (const index of numbers(1, 200)) {
    const taken = new Set<number>();
    let before = 0;
    for (const { atMs, act } of until(livesOf(traffic, 3, doubleBoard()).lifeOf(index), 2 * hourMs)) {
      const note = (isWrong: boolean) => isWrong && wrong.push(`station ${index} at ${atMs}: ${JSON.stringify(act)}`);
      note(atMs < before || !Number.isInteger(atMs));
      before = atMs;
      if (act.kind === 'arrive' || act.kind === 'reserve') note(taken.has(pointOf(act.connectorId)));
      if (act.kind === 'arrive') taken.add(pointOf(act.connectorId));
      if (act.kind === 'leave') note(!taken.delete(pointOf(act.connectorId)));
    }
  }
  expect(wrong).toEqual([]);
});

const pointOf = (connectorId: number) => Math.ceil(connectorId / 2);

const few = (text: string) =>
  parseTraffic(
    `name: few\nvisits: { perDay: 4, stay: [{ share: 1, from: 1m, to: 2m }], domesticOutlet: 0.25 }
cards: [{ share: 3, card: "A{00}", of: 100 }, { share: 1, card: B }]\n${text}`,
    'x.yaml',
  );

/** Everything that a hundred stations do in so many days. */
const acts = (traffic: Traffic, days: number) =>
  numbers(1, 100).flatMap((index) => until(livesOf(traffic, 11, singleBoard()).lifeOf(index), days * dayMs));

test('drivers come as often as the file says, to the outlets and with the cards and habits that it says', () => {
  const moments = acts(few('drivers: { byApp: 0.2, forgetCard: 0.1, cardAtEnd: 0.3, reserved: 0.1 }'), 10);
  const of = (kind: string) => moments.filter(({ act }) => act.kind === kind);
  const visits = of('arrive').length;
  const share = (count: number) => count / visits;
  // 4,000 less the few who find the place taken.
  expect(visits).toBeGreaterThan(3_800);
  expect(visits).toBeLessThan(4_150);
  expect(share(of('arrive').filter(({ act }) => 'connectorId' in act && act.connectorId === 2).length)).toBeCloseTo(
    0.25,
    1,
  );
  expect(share(of('askStart').length)).toBeCloseTo(0.2, 1);
  expect(share(of('showCard').length)).toBeCloseTo(0.7, 1);
  expect(share(of('endByCard').length)).toBeCloseTo(0.7 * 0.3, 1);
  expect(share(of('reserve').length)).toBeCloseTo(0.1, 1);
  const cards = of('showCard').map(({ act }) => (act.kind === 'showCard' ? act.card : ''));
  expect(cards.filter((card) => card === 'B').length / cards.length).toBeCloseTo(0.25, 1);
  expect(new Set(cards).size).toBe(101);
  expect(cards.every((card) => /^(A\d\d|B)$/.test(card))).toBe(true);
});

test('hours and days have their shares, from the time of the week at which it begins', () => {
  const workplace = loadTraffic('workplace');
  const hours = new Array<number>(24).fill(0);
  const days = new Array<number>(7).fill(0);
  for (const { atMs, act } of acts({ ...workplace, faults: [] }, 7)) {
    if (act.kind !== 'arrive') continue;
    const timeMs = (atMs + workplace.beginsMs) % (7 * dayMs);
    hours[Math.floor((timeMs % dayMs) / hourMs)] = (hours[Math.floor((timeMs % dayMs) / hourMs)] ?? 0) + 1;
    days[Math.floor(timeMs / dayMs)] = (days[Math.floor(timeMs / dayMs)] ?? 0) + 1;
  }
  expect(hours.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(hours.indexOf(Math.max(...hours))).toBeGreaterThanOrEqual(7);
  expect(hours.indexOf(Math.max(...hours))).toBeLessThanOrEqual(8);
  expect((days[6] ?? 0) * 8).toBeLessThan(days[1] ?? 0);
});

test('pace brings the same day in less time', () => {
  const visits = (pace: number, ms: number) =>
    numbers(1, 100).flatMap((index) =>
      until(livesOf({ ...few(''), pace }, 1, singleBoard()).lifeOf(index), ms).filter(
        ({ act }) => act.kind === 'arrive',
      ),
    ).length;
  expect(visits(24, hourMs) / visits(1, dayMs)).toBeCloseTo(1, 1);
});

test('nobody comes where nobody is to come, and the life ends', () => {
  const traffic = few('');
  const silent = { ...traffic, visits: { ...traffic.visits, perDay: 0 } };
  expect([...livesOf(silent, 1, doubleBoard()).lifeOf(1)]).toEqual([]);
});

test('a station without card reader is started by app', () => {
  const [point] = singleBoard().points;
  const board = { ...singleBoard(), points: point ? [{ ...point, cardReader: false }] : [] };
  const kinds = new Set(until(livesOf(few(''), 1, board).lifeOf(1), 20 * dayMs).map(({ act }) => act.kind));
  expect(kinds).toEqual(new Set(['arrive', 'askStart', 'leave']));
});

test('faults come where they can be, last as long as they should, and a person looks at them', () => {
  const traffic = {
    ...few(
      'faults: [{ fault: pilotShort, perYear: 365, lasts: { from: 1m, to: 1m } }, { fault: overVoltage, perYear: 36.5, lasts: { from: 1s, to: 1s } }]',
    ),
  };
  const moments = acts(traffic, 10);
  const short = moments.filter(({ act }) => act.kind === 'fault' && act.fault === 'pilotShort');
  // Once a day at the one Type 2 outlet of each of the hundred; the mains belong to the station.
  expect(short.filter(({ act }) => act.kind === 'fault' && act.present).length).toBeGreaterThan(850);
  expect(short.filter(({ act }) => act.kind === 'fault' && act.present).length).toBeLessThan(1_150);
  expect(short.every(({ act }) => act.kind === 'fault' && act.connectorId === 1)).toBe(true);
  const mains = moments.filter(({ act }) => act.kind === 'fault' && act.fault === 'overVoltage');
  expect(mains.length).toBeGreaterThan(100);
  expect(mains.every(({ act }) => act.kind === 'fault' && act.connectorId === 0)).toBe(true);
  const [begin, end] = until(livesOf(traffic, 11, singleBoard()).lifeOf(1), 10 * dayMs).filter(
    ({ act }) => act.kind === 'fault' && act.fault === 'pilotShort',
  );
  expect((end?.atMs ?? 0) - (begin?.atMs ?? 0)).toBe(60_000);
});

test('groups follow one another, spread stays within its bounds, shares are kept, and what comes again comes again', () => {
  const traffic = few(`network:
  - { event: cableOut, groups: 10, at: 1m, apart: 10s, lasts: 30s }
  - { event: outage, share: 0.25, at: 1h, lasts: 1m, spread: 10m, every: 2h }
  - { event: reconnect, at: 5m }`);
  const ofEvent = (index: number, event: string) =>
    until(livesOf(traffic, 1, singleBoard()).lifeOf(index), 8 * hourMs).filter(
      ({ act }) => act.kind === 'network' && act.event === event,
    );
  expect(ofEvent(1, 'cableOut').map(({ atMs }) => atMs)).toEqual([60_000, 90_000]);
  expect(ofEvent(10, 'cableOut').map(({ atMs }) => atMs)).toEqual([150_000, 180_000]);
  expect(ofEvent(11, 'cableOut')).toEqual(ofEvent(1, 'cableOut'));
  expect(ofEvent(3, 'reconnect').map(({ atMs }) => atMs)).toEqual([300_000]);
  const outages = numbers(1, 400).map((index) => ofEvent(index, 'outage'));
  const met = outages.filter(({ length }) => length > 0);
  expect(met.length / 400).toBeCloseTo(0.25, 1);
  for (const moments of met) {
    expect(moments).toHaveLength(8);
    for (const [round, { atMs, act }] of moments.entries()) {
      const from = hourMs + Math.floor(round / 2) * 2 * hourMs + (round % 2) * 60_000;
      expect(atMs).toBeGreaterThanOrEqual(from);
      expect(atMs).toBeLessThanOrEqual(from + 600_000);
      expect(act).toMatchObject({ begins: round % 2 === 0 });
    }
  }
});
