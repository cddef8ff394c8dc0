/** A busy machine: the station has begun, and its parts have not reported yet. They are neither broken nor unplugged. */
import type { Cancel, Clock } from '../../src/hal/clock';
import type { Listener, SocketParts, StationParts } from '../../src/hal/parts';
import type { Socket } from '../../src/station/socket/types';
import { closeTheBooks, Rig, type RigOptions } from '../support/rig';

afterEach(closeTheBooks);

type Watchable = { watch(listener: Listener<never>): Cancel };
type PartName = 'contactor' | 'pilot' | 'proximity' | 'plug' | 'lock' | 'residual' | 'thermometer';

/** The same part, which begins to report so much later; infinite: never. */
function late<P extends Watchable>(part: P, clock: () => Clock, ms: number): P {
  const watch = (listener: Listener<never>): Cancel => {
    let cancel: Cancel = () => {};
    if (Number.isFinite(ms)) cancel = clock().at(clock().now() + ms, () => (cancel = part.watch(listener)));
    return () => cancel();
  };
  return new Proxy(part, {
    get: (target, name) => {
      const value: unknown = name === 'watch' ? watch : Reflect.get(target, name);
      return typeof value === 'function' && name !== 'watch' ? value.bind(target) : value;
    },
  });
}

/** How late each part of connector 1 reports, in ms; all parts of the others report in time. */
function lateParts(delays: Partial<Record<PartName, number>>): Pick<RigOptions, 'parts'> & { rig?: Rig } {
  const options: Pick<RigOptions, 'parts'> & { rig?: Rig } = {
    parts: (parts: StationParts) => {
      const clock = () => (options.rig as Rig).clock;
      const [first, ...others] = parts.points;
      const [own, ...twins] = first?.sockets ?? [];
      if (!first || !own) throw new Error('no first socket');
      const changed = { ...own } as Record<string, unknown>;
      for (const [name, ms] of Object.entries(delays)) changed[name] = late(changed[name] as Watchable, clock, ms);
      return { ...parts, points: [{ ...first, sockets: [changed as unknown as SocketParts, ...twins] }, ...others] };
    },
  };
  return options;
}

function prepared(delays: Partial<Record<PartName, number>>): Rig {
  const options = lateParts(delays);
  const rig = Rig.prepare(options);
  options.rig = rig;
  return rig;
}

/** What was told of a connector since the start, in order. */
const told = (rig: Rig, connectorId: number) =>
  rig.central
    .calls('StatusNotification')
    .filter(({ payload }) => payload.connectorId === connectorId)
    .map(({ payload }) => `${payload.status} ${payload.errorCode}`);

const allLate = (ms: number) => ({
  contactor: ms,
  pilot: ms,
  proximity: ms,
  lock: ms,
  residual: ms,
  thermometer: ms,
});

test.each([
  ['all parts', allLate(6_000)],
  ['the contactor', { contactor: 6_000 }],
  ['the pilot', { pilot: 6_000 }],
  ['the proximity contact', { proximity: 6_000 }],
])('%s six seconds late: nothing is told of the connector before, no fault, and no Available with a plug in', async (_what, delays) => {
  const rig = prepared(delays);
  await rig.powerOn();
  rig.plug(1);
  await rig.advance(5_900);
  expect(told(rig, 1)).toEqual([]);
  expect([told(rig, 0), told(rig, 3)]).toEqual([['Available NoError'], ['Available NoError']]);
  await rig.advance(10_000);
  expect(told(rig, 1)).toEqual(['Preparing NoError']);
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Charging');
});

test('with nothing plugged it is Available, once the parts have said so', async () => {
  const rig = prepared(allLate(6_000));
  await rig.powerOn();
  await rig.advance(20_000);
  expect(told(rig, 1)).toEqual(['Available NoError']);
});

test('after a restart with the plug in the first status is not Available', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  for (const restart of [
    async () => {
      await rig.cutPower();
      await rig.powerOn();
    },
    async () => {
      await rig.call('Reset', { type: 'Soft' });
      await rig.restart();
    },
  ]) {
    const before = told(rig, 1).length;
    await restart();
    await rig.advance(10_000);
    expect(told(rig, 1).slice(before)).toEqual(['Preparing NoError']);
    expect(told(rig, 2).at(-1)).toBe('Unavailable NoError');
    expect(told(rig, 2).filter((status) => status.startsWith('Available'))).toHaveLength(1);
  }
});

test.each([
  'contactor',
  'pilot',
  'proximity',
] as const)('a %s that never reports is told as an internal error, and nothing closes', async (part) => {
  const rig = prepared({ [part]: Number.POSITIVE_INFINITY });
  await rig.powerOn();
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.advance(9_500);
  expect(told(rig, 1)).toEqual([]);
  await rig.advance(1_500);
  expect(told(rig, 1)).toEqual(['Faulted InternalError']);
  await rig.advance(60_000);
  expect(rig.truth(1).contactorClosed).toBe(false);
  expect(told(rig, 3)).toEqual(['Available NoError']);
});

test('a part that reports at last ends the error', async () => {
  const rig = prepared({ contactor: 20_000 });
  await rig.powerOn();
  await rig.advance(30_000);
  expect(told(rig, 1)).toEqual(['Faulted InternalError', 'Available NoError']);
});

test('a socket that never reports at all is told as an internal error within 15 s', async () => {
  const mute: Socket = { command: () => {}, clearFaults: () => {}, readMeter: () => {}, watch: () => () => {} };
  const rig = Rig.prepare({ sockets: [mute, mute, mute, mute] });
  await rig.powerOn();
  await rig.advance(14_900);
  expect([1, 2, 3, 4].flatMap((id) => told(rig, id))).toEqual([]);
  await rig.advance(1_000);
  expect([1, 2, 3, 4].map((id) => told(rig, id))).toEqual(Array(4).fill(['Faulted InternalError']));
});

test('asked for a status before it is known, the station answers with the first one that is true', async () => {
  const rig = prepared(allLate(6_000));
  await rig.powerOn();
  rig.plug(1);
  await rig.expectStatus(0, 'Available');
  const asked = { requestedMessage: 'StatusNotification', connectorId: 1 };
  expect(await rig.call('TriggerMessage', asked)).toEqual({ status: 'Accepted' });
  await rig.advance(10_000);
  expect(told(rig, 1)).toEqual(['Preparing NoError']);
});

test('a domestic outlet is not known before its plug contact has reported', async () => {
  const rig = Rig.prepare();
  await rig.powerOn();
  rig.plug(2);
  await rig.advance(5_000);
  expect(told(rig, 2).at(-1)).toBe('Preparing NoError');
});

test('a point of which nothing is known is promised to nobody, and the other one only once', async () => {
  const rig = prepared(allLate(6_000));
  await rig.powerOn();
  rig.plug(1);
  await rig.advance(2_000);
  const expiryDate = new Date(rig.central.now() + 3_600_000).toISOString();
  const reserve = async (connectorId: number, reservationId: number) =>
    (await rig.call('ReserveNow', { connectorId, reservationId, idTag: 'A', expiryDate })).status;
  expect([await reserve(1, 1), await reserve(2, 2)]).toEqual(['Unavailable', 'Unavailable']);
  expect([await reserve(0, 3), await reserve(0, 4)]).toEqual(['Accepted', 'Occupied']);
  await rig.expectStatus(1, 'Preparing');
  expect([await reserve(1, 1), await reserve(0, 4)]).toEqual(['Occupied', 'Occupied']);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
  expect(await reserve(0, 4)).toBe('Accepted');
});
