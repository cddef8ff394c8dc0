/** An hour of storms: with lost, doubled, late and swapped frames, outages and power cuts nothing is lost or doubled in the books. */
import { mergedReports, type ReportData } from '../../../src/simulator/fleet/report/report-data';
import { loadTraffic } from '../../../src/simulator/fleet/traffic/traffic-file';
import { expectBalance } from './books';
import { TestFleet, type TestFleetOptions } from './test-fleet';

const storm = loadTraffic('storm');
/** As in the file, but with frames that are met more often: there are fewer stations here. */
const traffic = { ...storm, network: storm.network.map((event) => ({ ...event, frameShare: 8 * event.frameShare })) };

async function hourOf(options: Partial<TestFleetOptions>) {
  const fleet = await TestFleet.start({ traffic, ...options });
  await fleet.advance(3_600_000);
  await fleet.bringHome();
  const report = fleet.measures.report();
  const [rows, { complaints }] = [fleet.central.rows(), fleet.central];
  await fleet.stop();
  return { report, rows, complaints };
}

let whole: Awaited<ReturnType<typeof hourOf>>;

beforeAll(async () => {
  whole = await hourOf({ stations: 20 });
});

test('the books balance', () => {
  const { report, rows, complaints } = whole;
  expect(rows.length).toBeGreaterThan(50);
  expectBalance(report.ledger, rows);
  expect(complaints.filter((line) => !/answer to a request that is not waiting/.test(line))).toEqual([]);
});

test('each kind of storm has left its traces', () => {
  const { errors, acts, links } = whole.report;
  expect(acts['network: done']).toBeGreaterThan(20 * 12);
  expect(Object.keys(acts).filter((name) => /failed|notPossible/.test(name))).toEqual([]);
  expect(errors).toMatchObject({
    'linkEnded: closed': expect.any(Number),
    'notConnected: refused': expect.any(Number),
  });
  expect(errors['linkEnded: closed']).toBeGreaterThanOrEqual(40);
  expect(Object.keys(errors).some((name) => name.startsWith('timeout: '))).toBe(true);
  expect(links.opened).toBeGreaterThan(60);
  expect(links.connectedAtEnd).toBe(20);
});

test('the same seed gives the same report, byte for byte; another one does not', async () => {
  const text = ({ report }: { report: ReportData }) => JSON.stringify(report);
  const again = await hourOf({ stations: 20 });
  expect(text(again)).toBe(text(whole));
  const other = await hourOf({ stations: 20, seed: 2 });
  expect(text(other)).not.toBe(text(whole));
});

test('two machines with ten stations each report together what one with twenty does', async () => {
  const [first, second] = [await hourOf({ stations: 10 }), await hourOf({ first: 11, stations: 10 })];
  const merged = mergedReports(second.report, first.report);
  expect(merged.stations).toEqual([[1, 20]]);
  const { untilMs: _end, timeline: _times, frames: _frames, ...lives } = whole.report;
  expect(merged).toMatchObject(lives);
});
