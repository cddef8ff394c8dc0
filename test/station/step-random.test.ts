/** What no event may ever do to the station, in whatever order events come. */
import fc from 'fast-check';
import { nextDeadline, stepStation } from '../../src/station/step';
import type { StationState } from '../../src/station/types';
import { runs } from '../support/soak';
import { Bench, config } from './bench';
import { anyInput, anyLife } from './random-life';

test('a step neither throws nor touches its input, and says the same twice', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyInput, fc.nat(20_000)), { maxLength: 60 }), (events) => {
      const bench = new Bench();
      for (const [e, ms] of events) {
        bench.now += ms;
        const before = JSON.stringify(bench.state);
        const first = stepStation(bench.state, e, bench.now, config);
        expect(JSON.stringify(bench.state)).toBe(before);
        expect(stepStation(bench.state, e, bench.now, config)).toEqual(first);
        bench.state = first.state;
      }
    }),
    { numRuns: runs(60) },
  );
});

test('permission only in a running transaction, one socket a point, and each start has at most one stop', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyInput, fc.nat(20_000)), { maxLength: 80 }), (events) => {
      const bench = new Bench();
      for (const [e, ms] of events) {
        bench.now += ms;
        bench.post(e);
        for (const { connectorId } of config.connectors) {
          const permit = bench.permits(connectorId);
          if (permit) expect(bench.session(connectorId).kind).toBe('running');
        }
        expect(bench.permits(1) && bench.permits(2)).toBe(false);
        expect(bench.permits(3) && bench.permits(4)).toBe(false);
      }
      const keys = (kind: string) => bench.records.flatMap((r) => (r.kind === kind ? [r.tx.key] : []));
      expect(new Set(keys('start')).size).toBe(keys('start').length);
      expect(new Set(keys('stop')).size).toBe(keys('stop').length);
      expect(keys('stop').every((k) => keys('start').includes(k))).toBe(true);
    }),
    { numRuns: runs(150) },
  );
});

test('while the program is updated no session begins, and what runs is left alone', () => {
  const anyLifeHeld = anyLife.map((actions) => actions.filter((one) => !`${one}`.includes('"updating"')));
  fc.assert(
    fc.property(anyLife, anyLifeHeld, (before, during) => {
      const bench = new Bench();
      for (const { run } of before) run(bench);
      const open = () => bench.state.connectors.map(({ session }) => ('tx' in session ? session : undefined));
      const [opened, records] = [open(), bench.records.length];
      bench.post({ kind: 'updating', on: true });
      expect(open()).toEqual(opened);
      for (const { run } of during) run(bench);
      expect(bench.records.slice(records).filter(({ kind }) => kind === 'start')).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
});

test('left alone, the station comes to rest: no deadline lies in the past, and none comes for ever', () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 40 }), (events) => {
      const bench = new Bench();
      for (const e of events) bench.post(e);
      let ticks = 0;
      for (
        let due = nextDeadline(bench.state, bench.now);
        due !== undefined;
        due = nextDeadline(bench.state, bench.now)
      ) {
        expect(due).toBeGreaterThan(bench.now);
        bench.now = due;
        bench.post({ kind: 'tick' });
        ticks += 1;
        expect(ticks).toBeLessThan(50);
      }
    }),
    { numRuns: runs(150) },
  );
});

test('states are plain data: what was written down and read again goes on in the same way', () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 30 }), anyInput, (events, last) => {
      const bench = new Bench();
      for (const e of events) bench.post(e);
      const copy = structuredClone(bench.state) as StationState;
      expect(stepStation(copy, last, bench.now, config)).toEqual(stepStation(bench.state, last, bench.now, config));
    }),
    { numRuns: runs(50) },
  );
});
