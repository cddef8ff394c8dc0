/** A current transformer that was put in the wrong way round: its current reads negative, and counts in every rule. */
import type { SocketReport } from '../../src/station/socket/types';
import { Bench, meterAt } from '../station/bench';
import { charging } from '../station/socket/bench';
import { domesticConfig, type2Config } from '../station/socket/machine';

const measured = (at: number, currentA: number[]): Partial<SocketReport> => ({
  meter: { reading: { energyWh: 1_000, powerW: 0, currentA, voltageV: currentA.map(() => 230) }, at },
});

/** A reading of these currents each second. */
function read(bench: Bench, connectorId: number, currentA: number[], seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    bench.advance(1_000);
    bench.report(connectorId, measured(bench.now, currentA));
  }
}

test.each([
  ['Mode 3', type2Config],
  ['Mode 2', domesticConfig],
])('a current above the offer is one, %s', (_mode, config) => {
  const b = charging(16, config);
  for (let second = 0; second <= 3; second += 1) {
    b.meter({ currentA: [-40, 0, 0] });
    b.advance(1_000);
  }
  expect(b.faults).toContain('overCurrentFast');
});

test('a vehicle that is asked to stop and still draws is waited for', () => {
  const b = charging(16);
  b.wish({ kind: 'deny', plug: 'held', opening: 'askFirst' });
  b.advance(1_000);
  b.meter({ currentA: [0, -16, 0] });
  b.advance(1_000);
  expect(b.closeCommanded).toBe(true);
});

test('a domestic cord that draws more than the limit is switched off', () => {
  const b = charging(16, domesticConfig);
  b.wish({ kind: 'permit', offerA: 9 });
  for (let second = 0; second <= 8; second += 1) {
    b.meter({ currentA: [-13] });
    b.advance(1_000);
  }
  expect(b.closeCommanded).toBe(false);
});

test('a vehicle that does not follow its lowered share keeps the second one waiting', () => {
  const bench = new Bench({ stationMaxA: 20 });
  bench.charge(1);
  read(bench, 1, [-20, -20, -20], 10);
  bench.report(3, meterAt(bench.now, 1_000));
  bench.charge(3, 'OTHER');
  read(bench, 1, [-20, -20, -20], 20);
  expect(bench.state.connectors.map(({ share }) => share.grantedA)).toEqual([10, 0, 0, 0]);
  read(bench, 1, [-10, -10, -10], 2);
  expect(bench.state.connectors.map(({ share }) => share.grantedA)).toEqual([10, 0, 10, 0]);
});

test('a share that is used is not given away', () => {
  const bench = new Bench({ stationMaxA: 20 });
  bench.charge(1);
  read(bench, 1, [-20, 0, 0], 10);
  bench.report(3, meterAt(bench.now, 1_000));
  bench.charge(3, 'OTHER');
  read(bench, 1, [-14, 0, 0], 60);
  expect(bench.state.connectors[0]?.share).toMatchObject({ unusedSince: undefined, trimmedA: undefined });
});

test('a domestic vehicle that draws is not taken for one that pauses', () => {
  const bench = new Bench();
  bench.charge(2);
  read(bench, 2, [-10], 120);
  expect(bench.status(2).status).toBe('Charging');
  read(bench, 2, [-0.1], 70);
  expect(bench.status(2).status).toBe('SuspendedEV');
});
