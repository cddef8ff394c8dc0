/** Playing a life: acts come at their times, people see what the station does, and what cannot be is counted. */
import type { Act, LifeMoment } from '../../../../src/simulator/fleet/traffic/acts';
import { type Playing, play } from '../../../../src/simulator/fleet/traffic/play';
import type { StationSurroundings, TrafficOutcome } from '../../../../src/simulator/fleet/traffic/surroundings';
import type { NetworkEventKind } from '../../../../src/simulator/fleet/traffic/traffic';
import { parseTraffic } from '../../../../src/simulator/fleet/traffic/traffic-file';
import { statusOf } from '../../../../src/station/status';
import { boardWith, singleBoard } from '../../../../src/testing/boards';
import { expectBalance } from '../books';
import { TestFleet, type TestMember } from '../test-fleet';

const nobody = parseTraffic(
  'name: nobody\nvisits: { perDay: 0, stay: [{ share: 1, from: 1m, to: 1m }] }\ncards: [{ share: 1, card: A }]\n',
  'x',
);
const minute = 60_000;

let fleet: TestFleet;
let member: TestMember;
let outcomes: string[];
let playing: Playing;

async function begin(
  moments: readonly LifeMoment[],
  around: Partial<StationSurroundings> = {},
  board = singleBoard(),
): Promise<void> {
  fleet = await TestFleet.start({ traffic: nobody, stations: 1, board });
  member = fleet.members[0] as TestMember;
  outcomes = [];
  const onAct = (kind: string, outcome: TrafficOutcome) => outcomes.push(`${kind}: ${outcome}`);
  const { wire, power } = member;
  playing = play(member, moments.values(), fleet.clock, { wire, power, onAct, ...around });
}

afterEach(async () => {
  playing.stop();
  await fleet.bringHome();
  expectBalance(fleet.measures.report().ledger, fleet.central.rows());
  await fleet.stop();
});

const status = (connectorId = 1) => {
  const running = member.running();
  return running && statusOf(running.station.state, running.station.config, connectorId).status;
};
const at = (atMs: number, act: Act): LifeMoment => ({ atMs, act });
const arrive = (atMs: number, connectorId = 1) => at(atMs, { kind: 'arrive', connectorId, ev: { stateOfCharge: 30 } });
const card = (atMs: number, name = 'CARD1', kind: 'showCard' | 'endByCard' = 'showCard') =>
  at(atMs, { kind, connectorId: 1, side: 'right', card: name });
const leave = (atMs: number, connectorId = 1) => at(atMs, { kind: 'leave', connectorId });
const span = { fromMs: 0, toMs: 0 };
const network = (atMs: number, event: NetworkEventKind, begins = true, row = 0, frameShare = 0) =>
  at(atMs, { kind: 'network', event, row, begins, frameShare, by: span });

test('a whole visit, at its times', async () => {
  await begin([arrive(minute), card(2 * minute), card(10 * minute, 'CARD1', 'endByCard'), leave(11 * minute)]);
  await fleet.advance(minute - 1);
  expect(status()).toBe('Available');
  await fleet.advance(10_001);
  expect(status()).toBe('Preparing');
  await fleet.advance(minute);
  expect(status()).toBe('Charging');
  await fleet.advance(8 * minute);
  expect(status()).toBe('Finishing');
  await fleet.advance(2 * minute);
  expect(status()).toBe('Available');
  expect(outcomes).toEqual(['arrive: done', 'showCard: done', 'endByCard: done', 'leave: done']);
  await playing.ended;
  expect(fleet.central.rows()).toMatchObject([{ idTag: 'CARD1', stop: { reason: 'Local' } }]);
});

test('who has no charge of his own shows no card at the end, lest another one begins', async () => {
  await begin([arrive(1_000), card(10_000, 'INVALID1'), card(5 * minute, 'INVALID1', 'endByCard'), leave(6 * minute)]);
  await fleet.advance(10 * minute);
  expect(outcomes).toEqual(['arrive: done', 'showCard: done', 'endByCard: nothingToDo', 'leave: done']);
});

test('a driver who cannot plug in shows no card and has nothing to take away; the next one is served', async () => {
  await begin([
    arrive(1_000),
    arrive(2_000),
    card(3_000),
    leave(4_000),
    leave(minute),
    arrive(2 * minute),
    card(3 * minute),
    leave(5 * minute),
  ]);
  await fleet.advance(10 * minute);
  expect(outcomes).toEqual([
    ...['arrive: done', 'arrive: vehiclePlugged', 'showCard: nothingToDo', 'leave: nothingToDo', 'leave: done'],
    ...['arrive: done', 'showCard: done', 'leave: done'],
  ]);
  expect(fleet.central.rows()).toHaveLength(1);
});

test('an app asks the central system; where there is none to be asked, the card does it', async () => {
  const askStart = at(minute, { kind: 'askStart', connectorId: 1, side: 'right', card: 'APP1' });
  const asked: unknown[] = [];
  await begin([arrive(1_000), askStart, leave(5 * minute)], {
    calls: {
      ask: (identity, action, payload) => {
        asked.push([identity, action, payload]);
        return fleet.central.ask(identity, action, payload);
      },
    },
  });
  await fleet.advance(10 * minute);
  expect(asked).toEqual([['CP000001', 'RemoteStartTransaction', { connectorId: 1, idTag: 'APP1' }]]);
  expect(outcomes).toEqual(['arrive: done', 'askStart: done', 'leave: done']);
  expect(fleet.central.rows()).toMatchObject([{ idTag: 'APP1' }]);
});

test('without an app the driver has a card, and without a reader nothing', async () => {
  const askStart = at(minute, { kind: 'askStart', connectorId: 1, side: 'right', card: 'APP1' });
  await begin([arrive(1_000), askStart, leave(5 * minute)]);
  await fleet.advance(10 * minute);
  expect(outcomes[1]).toBe('askStart: byCard');
  expect(fleet.central.rows()).toMatchObject([{ idTag: 'APP1' }]);
});

test('at a station without reader nothing can be done', async () => {
  const askStart = at(minute, { kind: 'askStart', connectorId: 1, side: 'right', card: 'APP1' });
  const board = boardWith({});
  await begin([askStart], {}, { ...board, points: board.points.map((point) => ({ ...point, cardReader: false })) });
  await fleet.advance(2 * minute);
  expect(outcomes).toEqual(['askStart: notPossible']);
});

test('an outlet is reserved for who comes', async () => {
  const reserve = at(minute, { kind: 'reserve', connectorId: 1, card: 'CARD9', forMs: 10 * minute });
  await begin([reserve, arrive(5 * minute), card(6 * minute, 'OTHER'), card(7 * minute, 'CARD9'), leave(9 * minute)], {
    calls: { ask: (identity, action, payload) => fleet.central.ask(identity, action, payload) },
  });
  await fleet.advance(2 * minute);
  expect(status()).toBe('Reserved');
  await fleet.advance(10 * minute);
  expect(outcomes).toEqual(['reserve: done', 'arrive: done', 'showCard: done', 'showCard: done', 'leave: done']);
  expect(fleet.central.rows()).toMatchObject([{ idTag: 'CARD9' }]);
});

test('a request that the station refuses, or that is not answered, has failed', async () => {
  const reserve = at(minute, { kind: 'reserve', connectorId: 9, card: 'CARD9', forMs: minute });
  await begin([reserve, at(2 * minute, { kind: 'reserve', connectorId: 1, card: 'CARD9', forMs: minute })], {
    calls: {
      ask: (identity, action, payload) =>
        'connectorId' in payload && payload.connectorId === 9
          ? Promise.reject(new Error('away'))
          : fleet.central.ask(`${identity}0`, action, payload),
    },
  });
  await fleet.advance(5 * minute);
  expect(outcomes).toEqual(['reserve: failed', 'reserve: failed']);
});

test('a fault comes, goes, and a person confirms that it is gone', async () => {
  const fault = (atMs: number, present: boolean) =>
    at(atMs, { kind: 'fault', connectorId: 1, fault: 'residualCurrent', present });
  await begin([
    fault(minute, true),
    fault(5 * minute, false),
    at(5 * minute + 1_000, { kind: 'mended', connectorId: 1 }),
  ]);
  await fleet.advance(2 * minute);
  expect(status()).toBe('Faulted');
  await fleet.advance(3 * minute + 500);
  expect(status()).toBe('Faulted');
  await fleet.advance(minute);
  expect(status()).toBe('Available');
  expect(outcomes).toEqual(['fault: done', 'fault: done', 'mended: done']);
});

test('a fault that cannot be there is counted by the reason', async () => {
  await begin([at(1_000, { kind: 'fault', connectorId: 2, fault: 'pilotShort', present: true })]);
  await fleet.advance(minute);
  expect(outcomes).toEqual(['fault: faultNotHere']);
});

test('in a blackout meters and plugs stay; who comes drives on, and who wants to leave does when it is over', async () => {
  await begin([
    ...[arrive(1_000), card(minute), network(5 * minute, 'blackout')],
    ...[arrive(6 * minute, 2), leave(7 * minute + 5_000), leave(7 * minute + 5_001, 2)],
    network(10 * minute, 'blackout', false),
  ]);
  await fleet.advance(5 * minute - 1);
  const registerWh = member.world.registersWh()['1'] ?? 0;
  expect(registerWh).toBeGreaterThan(100);
  await fleet.advance(minute);
  expect(member.running()).toBeUndefined();
  await fleet.advance(4 * minute + 100);
  expect(member.world.snapshot().connectors[0]).toMatchObject({
    plugged: true,
    energyWh: expect.closeTo(registerWh, 0),
  });
  await fleet.advance(5 * minute);
  expect(status()).toBe('Available');
  expect(outcomes).toEqual([
    ...[
      'arrive: done',
      'showCard: done',
      'network: done',
      'arrive: noStation',
      'leave: noStation',
      'leave: nothingToDo',
    ],
    ...['network: done', 'leave: done'],
  ]);
  expect(fleet.central.rows()).toMatchObject([{ stop: { reason: 'PowerLoss' } }]);
});

test('two blackouts at a time are one, which ends with the later', async () => {
  await begin([
    network(1_000, 'blackout', true, 0),
    network(2_000, 'blackout', true, 1),
    network(minute, 'blackout', false, 0),
    network(2 * minute, 'blackout', false, 1),
  ]);
  await fleet.advance(90_000);
  expect(member.running()).toBeUndefined();
  await fleet.advance(minute);
  expect(member.running()).toBeDefined();
});

test('the cable is out and in', async () => {
  await begin([network(minute, 'cableOut'), network(2 * minute, 'cableOut', false)]);
  await fleet.advance(minute + 100);
  expect(member.cable.isIn).toBe(false);
  expect(fleet.measures.look().connected).toBe(0);
  await fleet.advance(2 * minute);
  expect(fleet.measures.look().connected).toBe(1);
});

test('events of the wire add up, and each takes away only its own', async () => {
  await begin([
    ...[
      network(1_000, 'drop', true, 0, 0.1),
      network(2_000, 'drop', true, 1, 0.3),
      network(3_000, 'duplicate', true, 2, 0.2),
    ],
    ...[network(4_000, 'drop', false, 1), network(5_000, 'outage', true, 3), network(6_000, 'drop', false, 0)],
    ...[
      network(7_000, 'slowLink', true, 4),
      network(8_000, 'reorder', true, 5, 0.4),
      network(9_000, 'delay', true, 6, 0.5),
    ],
    network(10_000, 'centralRestart', true, 7),
  ]);
  const seen: unknown[] = [];
  for (let second = 0; second < 10; second++) {
    await fleet.clock.advance(1_000);
    const { drop, duplicate, silent, slow, reorder, delay, refusing } = member.wire.conditions;
    seen.push([drop, duplicate, silent, slow, reorder, delay, refusing]);
  }
  expect(seen).toEqual([
    [0.1, 0, false, undefined, 0, 0, false],
    [0.3, 0, false, undefined, 0, 0, false],
    [0.3, 0.2, false, undefined, 0, 0, false],
    [0.1, 0.2, false, undefined, 0, 0, false],
    [0.1, 0.2, true, undefined, 0, 0, false],
    [0, 0.2, true, undefined, 0, 0, false],
    [0, 0.2, true, span, 0, 0, false],
    [0, 0.2, true, span, 0.4, 0, false],
    [0, 0.2, true, span, 0.4, 0.5, false],
    [0, 0.2, true, span, 0.4, 0.5, true],
  ]);
});

test('everybody reconnects', async () => {
  await begin([network(minute, 'reconnect')]);
  await fleet.advance(5 * minute);
  expect(fleet.measures.report()).toMatchObject({
    links: { opened: 2, connectedAtEnd: 1 },
    errors: { 'linkEnded: closed': 1 },
  });
});

test('what is not there cannot happen, and is counted', async () => {
  fleet = await TestFleet.start({ traffic: nobody, stations: 1 });
  member = fleet.members[0] as TestMember;
  outcomes = [];
  const events: NetworkEventKind[] = ['outage', 'reconnect', 'blackout'];
  const life = events.map((event, row) => network(1_000 * row, event, true, row));
  playing = play(member, life.values(), fleet.clock, {
    onAct: (kind, outcome) => outcomes.push(`${kind}: ${outcome}`),
  });
  await fleet.advance(minute);
  expect(outcomes).toEqual(['network: notPossible', 'network: notPossible', 'network: notPossible']);
});

test('a life that began before its station: what was is passed over, but for the network', async () => {
  await begin([]);
  const began = fleet.clock.now();
  await fleet.advance(5 * minute);
  const early = [
    ...[network(1_000, 'drop', true, 0, 0.1), arrive(2_000), card(3_000), leave(minute), network(minute, 'reconnect')],
    ...[arrive(2 * minute), card(2 * minute + 5_000), card(9 * minute, 'CARD1', 'endByCard'), leave(10 * minute)],
    ...[arrive(11 * minute), card(12 * minute), leave(15 * minute)],
  ];
  const onAct = (kind: string, outcome: TrafficOutcome) => outcomes.push(`${kind}: ${outcome}`);
  playing = play(member, early.values(), fleet.clock, { wire: member.wire, onAct }, began);
  expect(member.wire.conditions.drop).toBe(0.1);
  member.wire.change({ drop: 0 });
  await fleet.advance(5 * minute + 1_000);
  expect(outcomes).toEqual(['network: done', 'endByCard: nothingToDo', 'leave: nothingToDo']);
  await fleet.advance(10 * minute);
  expect(outcomes.slice(3)).toEqual(['arrive: done', 'showCard: done', 'leave: done']);
  expect(fleet.measures.report().links.opened).toBe(1);
});

test('after the stop nothing more happens', async () => {
  await begin([arrive(minute)]);
  playing.stop();
  playing.stop();
  await playing.ended;
  await fleet.advance(2 * minute);
  expect(outcomes).toEqual([]);
});
