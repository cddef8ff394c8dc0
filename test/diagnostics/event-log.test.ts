/** What happened is kept within a bound, counted, dated by the clock as it is now, and told without secrets and cards. */
import { EventLog, eventsMax } from '../../src/diagnostics/event-log';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';

const silent = { info: () => {}, warn: () => {} };
const begins = { kind: 'transactionStarted', connectorId: 1, key: 'k', idTag: '04A1B2C3', meterStartWh: 0 } as const;

test('numbers go on from event to event, and after a number there is only what is new', () => {
  const log = new EventLog(new VirtualClock({ systemTimeMs: 1_000 }));
  log.note(begins);
  log.remembering(silent).warn({ tx: 'k' }, 'message given up');
  expect(log.lastNumber).toBe(2);
  expect(log.recent()).toEqual([
    { number: 1, unixMs: 1_000, kind: 'transactionStarted', notice: { ...begins, idTag: '…B2C3' }, text: '' },
    { number: 2, unixMs: 1_000, kind: 'warning', notice: undefined, text: 'message given up {"tx":"k"}' },
  ]);
  expect(log.recent(1).map(({ number }) => number)).toEqual([2]);
  expect(log.recent(2)).toEqual([]);
});

test('of many the last ones are told, with their numbers', () => {
  const log = new EventLog(new VirtualClock());
  for (let index = 0; index < 2 * eventsMax + 10; index += 1) log.warn(String(index));
  const told = log.recent();
  expect(told).toHaveLength(eventsMax);
  expect([told[0]?.number, told.at(-1)?.number]).toEqual([eventsMax + 11, 2 * eventsMax + 10]);
});

test('whoever has many stations keeps fewer of each', () => {
  const log = new EventLog(new VirtualClock(), 10);
  for (let index = 0; index < 27; index += 1) log.warn(String(index));
  expect(log.recent().map(({ text }) => text)).toEqual(Array.from({ length: 10 }, (_, index) => String(17 + index)));
  expect([...log.lines({})].length).toBeLessThan(20);
});

test('whoever wants none keeps none, and counts on', () => {
  const log = new EventLog(new VirtualClock(), 0);
  for (let index = 0; index < 5; index += 1) log.warn(String(index));
  expect([log.lastNumber, log.recent(), [...log.lines({})]]).toEqual([5, [], []]);
});

test('what happened before anybody knew the time is dated when it is known', async () => {
  const clock = new VirtualClock();
  const log = new EventLog(clock);
  log.warn('early');
  expect(log.recent()[0]?.unixMs).toBeUndefined();
  await clock.advance(5_000);
  clock.setSystemTime(1_000_000);
  expect(log.recent()[0]?.unixMs).toBe(995_000);
});

test('neither cards nor secrets are told, wherever they stand', () => {
  const log = new EventLog(new VirtualClock());
  const { warn } = log.remembering(silent);
  warn({ key: 'local/card/04a1b2c3' }, 'stored value local/card/04a1b2c3 cannot be read');
  warn({ outcome: { password: 'open sesame' } }, 'ftp://user:hunter22@host did not answer');
  const all = JSON.stringify(log.recent());
  expect(all).not.toMatch(/04a1b2c3|sesame|hunter22/);
});
