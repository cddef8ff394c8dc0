/** A day of twenty stations: their books balance with those of the central system. */
import { loadTraffic } from '../../../src/simulator/fleet/traffic/traffic-file';
import { doubleBoard } from '../../../src/testing/boards';
import { expectBalance } from './books';
import { TestFleet } from './test-fleet';

test('of a day at the motorway nothing is lost or doubled', async () => {
  const fleet = await TestFleet.start({ traffic: loadTraffic('motorway'), stations: 20, board: doubleBoard() });
  await fleet.advance(24 * 3_600_000);
  await fleet.bringHome();
  const { ledger, acts, errors, central } = fleet.measures.report();
  const rows = fleet.central.rows();
  expect(rows.length).toBeGreaterThan(300);
  expectBalance(ledger, rows);
  expect(fleet.central.complaints).toEqual([]);
  expect(Object.keys(errors).filter((name) => /Schema|Refused|noFrame/.test(name))).toEqual([]);
  expect(acts['arrive: done']).toBeGreaterThan(rows.length);
  expect(central.StartTransaction?.asked).toBeGreaterThanOrEqual(rows.length);
  await fleet.stop();
});
