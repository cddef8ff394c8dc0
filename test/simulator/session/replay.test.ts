/** A session that is played again has the same effects, and where it has not, that is said. */
import type { JsonValue } from '../../../src/hal/store';
import { replay } from '../../../src/simulator/session/replay';
import type { SessionEvent } from '../../../src/simulator/session/session';
import { AtOnce, type RecordedStation, recordedStation } from './recorded-station';

async function charge(station: RecordedStation): Promise<void> {
  await station.act('plug', { connector: 1, cable: 20, ev: 'model-3-like' }, 4_000);
  await station.act('tap', { card: '04A1B2C3' }, 600_000);
  await station.act('tap', { card: '04A1B2C3' }, 10_000);
  await station.act('unplug', { connector: 1 }, 5_000);
}

const framesOf = (events: readonly SessionEvent[]) => events.filter(({ kind }) => kind === 'sent').length;

test('a charge: the same frames, the same statuses, the same world', async () => {
  const station = await recordedStation();
  await charge(station);
  const session = station.recorded();
  expect(station.central.calls('StopTransaction')).toHaveLength(1);
  const { difference, frames, told } = await replay(session);
  expect(difference).toBeUndefined();
  expect(frames).toBe(framesOf(session.events));
  expect(frames).toBeGreaterThan(20);
  expect(told).toBeGreaterThan(4);
});

test('faults, the central system, the network, and a reset in between', async () => {
  const station = await recordedStation(9);
  await station.act('plug', { connector: 3, ev: { phases: 1 } }, 3_000);
  void station.central.callRaw('RemoteStartTransaction', { connectorId: 3, idTag: 'REMOTE' });
  await station.clock.advance(60_000);
  await station.act('fault', { connector: 3, kind: 'overTemperature' }, 20_000);
  await station.act('fault', { connector: 3, kind: 'overTemperature', present: false }, 60_000);
  await station.act('world', { connector: 3, change: { temperatureC: 50 } }, 1_000);
  await station.act('network', { state: 'down' }, 30_000);
  await station.act('set', { key: 'MeterValueSampleInterval', value: '30' }, 1_000);
  await station.act('network', { state: 'up' }, 120_000);
  void station.central.callRaw('Reset', { type: 'Soft' });
  await station.clock.advance(60_000);
  expect(station.central.calls('BootNotification')).toHaveLength(2);
  const { difference, frames } = await replay(station.recorded());
  expect([difference, frames > 30]).toEqual([undefined, true]);
});

test('a station that goes on with what an earlier one has stored', async () => {
  const stored = new Map<string, JsonValue>([
    ['config/MeterValueSampleInterval', '20'],
    ['boot/count', 7],
  ]);
  const station = await recordedStation(1, stored);
  await charge(station);
  const session = station.recorded();
  expect((await replay(session)).difference).toBeUndefined();
  const without = session.events.map((event) => (event.kind === 'loaded' ? { ...event, values: [] } : event));
  expect((await replay({ ...session, events: without })).difference).toBeDefined();
});

test('much at one instant, answered from outside of simulated time: in the same order', async () => {
  const station = await recordedStation(2, new Map(), { atOnce: new AtOnce() });
  await charge(station);
  await station.act('plug', { connector: 3 }, 0);
  await station.act('plug', { connector: 1 }, 0);
  await station.act('tap', { card: '04A1B2C3' }, 0);
  await station.act('tap', { card: '04A1B2C4', side: 'left' }, 60_000);
  const session = station.recorded();
  expect(session.events.filter(({ kind, ran }) => kind === 'received' && ran > 0).length).toBeGreaterThan(5);
  const { difference, frames } = await replay(session);
  expect([difference, frames > 20]).toEqual([undefined, true]);
});

test('the random numbers are those that were drawn, whatever the seed would give now', async () => {
  const station = await recordedStation(3);
  await charge(station);
  await station.act('network', { state: 'down' }, 30_000);
  await station.act('network', { state: 'up' }, 120_000);
  const { start, events } = station.recorded();
  const draws = events.filter(({ kind }) => kind === 'drawn');
  expect(draws.length).toBeGreaterThan(3);
  const ofOther = { ...start, seed: 4 };
  expect((await replay({ start: ofOther, events })).difference).toBeUndefined();
  const withoutDraws = events.filter(({ kind }) => kind !== 'drawn');
  expect((await replay({ start: ofOther, events: withoutDraws })).difference).toBeDefined();
  expect((await replay({ start, events: withoutDraws })).difference).toBeUndefined();
  const withoutLast = events.filter((event) => event !== draws.at(-1));
  expect((await replay({ start, events: withoutLast })).difference).toMatch(/^random number \d+ at .* it is new$/);
});

test('from when on time was changed the central system did not set the clock', async () => {
  const station = await recordedStation();
  station.central.clockErrorMs = 30_000;
  await station.clock.advance(320_000);
  await charge(station);
  const { start, events } = station.recorded();
  const wasReal = { ...start, isReal: true };
  expect((await replay({ start: wasReal, events })).difference).toMatch(/timestamp was/);
  const time = { atMs: 0, ran: 0, kind: 'command', name: 'time', request: { speed: 2 } } as const;
  expect((await replay({ start: wasReal, events: [time, ...events] })).difference).toBeUndefined();
});

test('a session that ends anywhere can be played as far as it goes', async () => {
  const station = await recordedStation();
  await charge(station);
  const { start, events } = station.recorded();
  for (let length = 1; length < events.length; length += 7) {
    expect([length, (await replay({ start, events: events.slice(0, length) })).difference]).toEqual([
      length,
      undefined,
    ]);
  }
});

describe('what differs is named', () => {
  let station: RecordedStation;

  beforeEach(async () => {
    station = await recordedStation();
    await charge(station);
  });

  test('a frame with another content', async () => {
    const session = station.recorded();
    const events = session.events.map((event) =>
      event.kind === 'sent' && event.text.includes('"StartTransaction"')
        ? { ...event, text: event.text.replace('04A1B2C3', '04FFFFFF') }
        : event,
    );
    const { difference } = await replay({ ...session, events });
    expect(difference).toMatch(
      /^frame \d+ \(StartTransaction \S+\) at \d+\.\d+ s: 3\.idTag was "04FFFFFF" and is now "04A1B2C3"$/,
    );
  });

  test('a frame that does not come, because something was left out', async () => {
    const session = station.recorded();
    const events = session.events.filter((event) => event.kind !== 'command' || event.name !== 'unplug');
    const { difference } = await replay({ ...session, events });
    expect(difference).toMatch(/^(frame|event) \d+ .*it does not come$/);
  });

  test('a frame that is new', async () => {
    const session = station.recorded();
    const first = session.events.findIndex(({ kind }) => kind === 'sent');
    const events = session.events.filter((_, index) => index !== first);
    expect((await replay({ ...session, events })).difference).toMatch(/^frame 1 /);
  });

  test('a frame that comes later', async () => {
    const session = station.recorded();
    const events = session.events.map((event) =>
      event.kind === 'sent' && event.text.includes('StopTransaction') ? { ...event, atMs: event.atMs - 5_000 } : event,
    );
    const { difference } = await replay({ ...session, events });
    expect(difference).toMatch(/StopTransaction.*it comes 5\d\d\d ms later$/);
  });

  test('the world', async () => {
    const session = station.recorded();
    const events = session.events.map((event) => {
      if (event.kind !== 'world') return event;
      const snapshot = structuredClone(event.snapshot) as { connectors: { energyWh: number }[] };
      if (snapshot.connectors[0]) snapshot.connectors[0].energyWh += 1;
      return { ...event, snapshot: snapshot as never };
    });
    expect((await replay({ ...session, events })).difference).toMatch(/^the world at .*connectors\.0\.energyWh was/);
  });
});
