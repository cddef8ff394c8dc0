/** Heartbeats: after silence, at least once a day, and never while there is nobody to hear them (4.6, 9.1.10, J 5.3). */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { Configuration } from '../../../src/ocpp/config-keys/configuration';
import { Heartbeat } from '../../../src/ocpp/features/heartbeat';
import type { Services } from '../../../src/ocpp/services';

const hour = 3_600_000;

function bench(startMs = 0) {
  const clock = new VirtualClock({ startMs });
  const configuration = new Configuration({
    persisted: new Map(),
    initial: { HeartbeatInterval: '60' },
    persist: async () => {},
    numberOfConnectors: 1,
  });
  const beats: number[] = [];
  const synced: number[] = [];
  const state = { online: true, timeKnown: true, currentTime: '2026-05-04T12:00:00Z' };
  const sender = {
    lastSentAt: 0,
    send: async (
      action: string,
      ...[, , , { take }]: [unknown, unknown, unknown, { take: (outcome: object) => void }]
    ) => {
      if (action !== 'Heartbeat') throw new Error(action);
      beats.push(clock.now());
      sender.lastSentAt = clock.now();
      take({ kind: 'result', payload: { currentTime: state.currentTime } });
    },
  };
  const wall = { sync: (unix: number) => synced.push(unix), at: (ms: number) => (state.timeKnown ? ms : undefined) };
  // Only what a heartbeat uses.
  const services = { clock, configuration, calls: sender, wall, online: () => state.online } as unknown as Services;
  const heartbeat = new Heartbeat(services);
  configuration.onChange((key) => heartbeat.keyChanged(key));
  return { clock, configuration, heartbeat, sender, beats, synced, state };
}

test('one each interval of silence', async () => {
  const { clock, heartbeat, beats } = bench();
  heartbeat.registered('Accepted', 100);
  await clock.advance(350_000);
  expect(beats).toEqual([100_000, 200_000, 300_000]);
});

test('at once where BootNotification.conf brought no time, and once only', async () => {
  const { clock, heartbeat, beats, synced, state } = bench();
  state.timeKnown = false;
  heartbeat.registered('Accepted', 100);
  await clock.advance(99_000);
  expect(beats).toEqual([0]);
  expect(synced).toHaveLength(1);
});

test('any message of ours begins the silence anew', async () => {
  const { clock, heartbeat, sender, beats } = bench();
  heartbeat.registered('Accepted', 100);
  await clock.advance(90_000);
  sender.lastSentAt = clock.now();
  await clock.advance(99_000);
  expect(beats).toEqual([]);
  await clock.advance(1_000);
  expect(beats).toEqual([190_000]);
});

test('a station that always talks beats once a day, for its clock', async () => {
  const { clock, heartbeat, sender, beats } = bench();
  heartbeat.registered('Accepted', 300);
  for (let ms = 0; ms < 49 * hour; ms += 200_000) {
    sender.lastSentAt = clock.now();
    await clock.advance(200_000);
  }
  expect(beats).toHaveLength(2);
  expect(Math.abs((beats[0] ?? 0) - 24 * hour)).toBeLessThan(300_000);
});

test('an interval out of the range of its key counts, but is not readable there', async () => {
  const { clock, configuration, heartbeat, beats } = bench();
  heartbeat.registered('Accepted', 5);
  await clock.advance(11_000);
  expect(beats).toEqual([5_000, 10_000]);
  expect(configuration.integer('HeartbeatInterval')).toBe(60);
});

test('the interval of BootNotification.conf becomes that of the key, and a change of the key acts at once', async () => {
  const { clock, configuration, heartbeat, beats } = bench();
  heartbeat.registered('Accepted', 100);
  await clock.advance(0);
  expect(configuration.integer('HeartbeatInterval')).toBe(100);
  await configuration.change('HeartbeatInterval', '20', 'central system');
  await clock.advance(41_000);
  expect(beats).toEqual([20_000, 40_000]);
});

test('0 keeps the interval there is', async () => {
  const { clock, heartbeat, beats } = bench();
  heartbeat.registered('Accepted', 0);
  await clock.advance(61_000);
  expect(beats).toEqual([60_000]);
});

test('offline there is none; after a pause and a new beginning they come again', async () => {
  const { clock, heartbeat, beats, state } = bench();
  heartbeat.registered('Accepted', 50);
  state.online = false;
  heartbeat.linkDown();
  await clock.advance(10 * hour);
  expect(beats).toEqual([]);
  state.online = true;
  heartbeat.registered('Accepted', 0);
  await clock.advance(51_000);
  expect(beats).toHaveLength(1);
});

test('each answer brings the time, unless it is no time', async () => {
  const { clock, heartbeat, synced, state } = bench();
  heartbeat.registered('Accepted', 50);
  await clock.advance(50_000);
  expect(synced).toEqual([Date.UTC(2026, 4, 4, 12, 0, 0)]);
  state.currentTime = 'noon';
  await clock.advance(50_000);
  expect(synced).toHaveLength(1);
});

/** An instant from which `ms` later seems, by subtraction, to be less than `ms` later. */
function instantThatRounds(ms: number): number {
  for (let at = 1_000_000.1; at < 2_000_000; at += 1_000.1) if (at + ms - at < ms) return at;
  throw new Error('there is none');
}

test('at fractional times each interval has its beat, once', async () => {
  const startMs = instantThatRounds(100_000);
  const { clock, heartbeat, sender, beats } = bench(startMs);
  sender.lastSentAt = startMs;
  heartbeat.registered('Accepted', 100);
  await clock.advance(350_000);
  expect(beats).toHaveLength(3);
  expect(beats[0]).toBe(startMs + 100_000);
});
