/** What a fleet shows while it runs: a table, lines, JSON and metrics of the same view. */
import {
  type LiveView,
  LiveViews,
  liveJson,
  liveLine,
  liveMetrics,
  liveTable,
  TableScreen,
} from '../../../../src/simulator/fleet/report/live';
import { parseTraffic } from '../../../../src/simulator/fleet/traffic/traffic-file';
import { TestFleet } from '../test-fleet';
import { answersOf } from './sample-report';

const view: LiveView = {
  ...{
    runsMs: 65_000,
    stations: 1_000,
    started: 998,
    starts: { new: 998, takenUp: 0, inTransaction: 0 },
    connected: 990,
    charging: 120,
    waiting: 17,
    oldestWaitsMs: 125_000,
    unansweredMs: 812,
  },
  ...{ framesPerSecond: 412.5, frames: { sent: 5_000, received: 4_990, sentCharacters: 1, receivedCharacters: 1 } },
  central: { Heartbeat: answersOf([10, 20]), Authorize: answersOf([500], { asked: 9, unanswered: 3 }) },
  errors: { 'timeout: Authorize': 3, 'notConnected: refused': 40 },
};

test('the table begins with the fleet as a whole, then the messages by their number, then errors', () => {
  expect(liveTable(view, 200)).toEqual([
    '1 min 5 s   990 of 1\u202f000 connected, 120 charging, 412.5 frames/s, 17 messages wait for 2 min 5 s, oldest unanswered 812 ms',
    '',
    'message    asked  answered  refused  unanswered     p50     p95     p99  longest',
    'Authorize      9         1        0           3  500 ms  500 ms  500 ms   500 ms',
    'Heartbeat      2         2        0           0   10 ms   20 ms   20 ms    20 ms',
    '',
    'no connection came about: refused  40',
    'no answer in time: Authorize        3',
  ]);
  expect(liveTable({ ...view, waiting: 0, errors: {} }, 200).join('\n')).toMatch(/0 messages wait, .*\nno errors$/s);
  const starts = { new: 98, takenUp: 900, inTransaction: 20 };
  expect(liveTable({ ...view, starts }, 200)[0]).toMatch(
    /connected, 98 new, 900 taken up from their state \(20 in a transaction\), 120 charging/,
  );
});

test('no line is wider than the terminal, and many kinds are cut off', () => {
  const central = Object.fromEntries(Array.from({ length: 30 }, (_, number) => [`Message${number}`, answersOf([1])]));
  const errors = Object.fromEntries(Array.from({ length: 30 }, (_, number) => [`timeout: Message${number}`, 1]));
  const lines = liveTable({ ...view, central, errors }, 40);
  expect(Math.max(...lines.map((line) => [...line].length))).toBe(40);
  expect(lines.length).toBeLessThan(24);
  expect(lines[lines.length - 1]).toBe('and 22 more kinds of errors');
});

test('a line for whoever reads no table', () => {
  expect(liveLine(view)).toBe(
    '1 min 5 s: 990 of 1\u202f000 connected, 120 charging, 412.5 frames/s, 17 messages wait for 2 min 5 s, oldest unanswered 812 ms, answers p50 20 ms p95 500 ms p99 500 ms, 43 errors',
  );
});

test('an object for programs', () => {
  expect(JSON.parse(liveJson(view))).toMatchObject({
    ...{ event: 'fleet', connected: 990, framesPerSecond: 412.5, errors: view.errors },
    central: {
      Authorize: { asked: 9, unanswered: 3, p50Ms: 500, p95Ms: 500, p99Ms: 500 },
      Heartbeat: { p50Ms: 10.1, p95Ms: 20 },
    },
  });
});

test('metrics', () => {
  const text = liveMetrics(view);
  for (const line of [
    '# TYPE greenup_fleet_connected gauge',
    'greenup_fleet_stations 1000',
    'greenup_fleet_connected 990',
    'greenup_fleet_charging 120',
    'greenup_fleet_waiting_messages 17',
    'greenup_fleet_oldest_waiting_seconds 125',
    'greenup_fleet_oldest_unanswered_seconds 0.812',
    'greenup_fleet_frames_total{direction="sent"} 5000',
    'greenup_fleet_requests_total{message="Authorize"} 9',
    'greenup_fleet_unanswered_total{message="Authorize"} 3',
    'greenup_fleet_answer_seconds{message="Authorize",quantile="0.95"} 0.5',
    'greenup_fleet_errors_total{kind="notConnected",what="refused"} 40',
  ])
    expect(text.split('\n')).toContain(line);
});

test('a table is drawn over the one before, and fits into the terminal', () => {
  const written: string[] = [];
  const out = { write: (text: string) => written.push(text), columns: 60, rows: 6 };
  const screen = new TableScreen(out);
  screen.draw(view);
  screen.draw({ ...view, connected: 991 });
  expect(written[0]?.split('\n')).toHaveLength(6);
  expect(written[0]).not.toContain('\u001b[5A');
  expect(written[1]?.startsWith('\u001b[5A\r1 min 5 s   991 of')).toBe(true);
  expect(written[1]?.endsWith('\u001b[K\n\u001b[J')).toBe(true);
});

test('views of a fleet that lives: who is connected and charges, and frames since the view before', async () => {
  const traffic = parseTraffic(
    'name: x\nvisits: { perDay: 900, stay: [{ share: 1, from: 10m, to: 10m }] }\ncards: [{ share: 1, card: A }]\n',
    'x',
  );
  const fleet = await TestFleet.start({ traffic, stations: 3 });
  const views = new LiveViews(fleet.measures, fleet.clock);
  await fleet.clock.advance(5 * 60_000);
  const first = views.next();
  expect(first).toMatchObject({
    runsMs: 300_000,
    stations: 3,
    started: 3,
    starts: { new: 3, takenUp: 0, inTransaction: 0 },
    connected: 3,
    charging: 3,
    waiting: 0,
    oldestWaitsMs: 0,
    unansweredMs: 0,
  });
  expect(first.framesPerSecond).toBeGreaterThan(0);
  expect(views.next().framesPerSecond).toBe(0);
  fleet.members[0]?.wire.change({ silent: true });
  await fleet.clock.advance(10_000);
  fleet.members[0]?.running()?.station.readMeters();
  await fleet.clock.advance(60_000);
  const later = views.next();
  expect(later.waiting).toBeGreaterThan(0);
  expect(later.oldestWaitsMs).toBeGreaterThan(0);
  expect(later.unansweredMs).toBeGreaterThan(0);
  await fleet.stop();
});
