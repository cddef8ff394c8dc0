/** Words to systemd: handed to its own program, and the watchdog fed only while the station lives. */
import type { EventEmitter } from 'node:events';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { feedServiceWatchdog, systemdNotify } from '../../src/rig/service-manager';

const mockStarted: { program: string; words: string[]; child: EventEmitter }[] = [];

jest.mock('node:child_process', () => ({
  spawn: (program: string, words: string[]) => {
    const { EventEmitter: Emitter } = jest.requireActual<typeof import('node:events')>('node:events');
    const child = new Emitter();
    mockStarted.push({ program, words, child });
    return child;
  },
}));

beforeEach(() => {
  mockStarted.length = 0;
});

test('outside of a service nothing is started', () => {
  systemdNotify({})('READY=1');
  systemdNotify({ NOTIFY_SOCKET: '' })('READY=1');
  expect(mockStarted).toEqual([]);
});

test('in a service the words go to systemd-notify; a machine without that program is no error', () => {
  systemdNotify({ NOTIFY_SOCKET: '/run/systemd/notify' })('READY=1', 'STATUS=charging');
  expect(mockStarted).toMatchObject([{ program: 'systemd-notify', words: ['READY=1', 'STATUS=charging'] }]);
  expect(() => mockStarted[0]?.child.emit('error', new Error('spawn systemd-notify ENOENT'))).not.toThrow();
});

function feeding(environment: NodeJS.ProcessEnv) {
  const clock = new VirtualClock();
  const station = { alive: true };
  const told: [number, string][] = [];
  const cancel = feedServiceWatchdog({
    clock,
    notify: (...words) => told.push([clock.now(), words.join(' ')]),
    alive: () => station.alive,
    environment,
  });
  return { clock, station, told, cancel };
}

const twelveSeconds = { WATCHDOG_USEC: '12000000' };

test('it is fed at once and then at each quarter of its time', async () => {
  const { clock, told } = feeding(twelveSeconds);
  await clock.advance(9_000);
  expect(told).toEqual([0, 3_000, 6_000, 9_000].map((at) => [at, 'WATCHDOG=1']));
});

test('while the safety loop does not run it is not fed; it is fed again when the loop runs', async () => {
  const { clock, station, told } = feeding(twelveSeconds);
  station.alive = false;
  await clock.advance(20_000);
  expect(told).toHaveLength(1);
  station.alive = true;
  await clock.advance(1_000);
  // Looked for again at once: after a block of the main thread the word of the loop waits in the queue.
  expect(told.slice(1)).toEqual([[20_100, 'WATCHDOG=1']]);
});

test('cancelled it feeds no more, and leaves no timer', async () => {
  const { clock, told, cancel } = feeding(twelveSeconds);
  await clock.advance(3_000);
  cancel();
  await clock.advance(30_000);
  expect(told).toHaveLength(2);
  expect(clock.pendingTimers).toBe(0);
});

test.each([
  [{}],
  [{ WATCHDOG_USEC: '0' }],
  [{ WATCHDOG_USEC: 'soon' }],
  [{ WATCHDOG_USEC: '' }],
])('without a time (%j) nothing is fed', async (environment) => {
  const { clock, told, cancel } = feeding(environment);
  await clock.advance(60_000);
  expect(told).toEqual([]);
  cancel();
});
