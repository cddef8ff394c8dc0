/** A reading for which a machine is said to need no step leaves it as a step would; a failure prints its seed. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { SocketConfig } from '../../../src/station/socket/types';
import { runs } from '../../support/soak';
import { OutletBench } from './bench';
import { domesticConfig, permit, tetheredConfig, type2Config } from './machine';
import { anyLife, heal } from './random-life';

/** Holds each reading that needs no step against the step that is made all the same; gives how many there were. */
function watched(b: OutletBench): () => number {
  const { machine } = b;
  const step = machine.step.bind(machine);
  let steppedAt = b.now;
  let quiet = 0;
  const later = (now: number) => machine.deadlines().filter((at) => at > now);
  machine.step = (event, now) => {
    const due = Math.min(...later(steppedAt), Number.POSITIVE_INFINITY);
    const read = event.kind === 'meter' && now < due ? machine.readAt(event, now) : undefined;
    const before = { deadlines: later(now), report: machine.report() };
    const effects = step(event, now);
    steppedAt = now;
    if (event.kind !== 'meter' || read === undefined) return effects;
    quiet += 1;
    // The quick comparison first: of what differs only `toEqual` tells.
    if (!isDeepStrictEqual(read, machine.state)) expect(read).toEqual(machine.state);
    expect(effects).toEqual([]);
    expect(machine.report()).toEqual({ ...before.report, meter: { reading: event.reading, at: event.at } });
    expect(later(now)).toEqual(before.deadlines);
    return effects;
  };
  return () => quiet;
}

/** On both sides of what is judged: drawing or not, over an offer of 6, 8 and 16 A, and far over it. */
const anyCurrent = fc.constantFrom(
  0,
  0.4,
  0.6,
  5.99,
  6.01,
  7,
  7.2,
  8.4,
  8.6,
  9.1,
  12.1,
  15.98,
  16.02,
  18,
  18.2,
  24.1,
  32,
);

describe.each<{ name: string; config: SocketConfig }>([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 3, meter behind the contactor', config: { ...type2Config, meterBehindContactor: true } },
  { name: 'Mode 3, attached cable', config: tetheredConfig },
  { name: 'Mode 2', config: domesticConfig },
])('$name', ({ config }) => {
  test('what is not stepped is as if it were, whatever came before', () => {
    let quiet = 0;
    fc.assert(
      fc.property(anyLife, fc.array(anyCurrent, { minLength: 300, maxLength: 300 }), (actions, currentsA) => {
        const b = new OutletBench(config, { settleMs: 0 });
        const quietOnes = watched(b);
        heal(b);
        let energyWh = 2e12;
        for (const [index, { run }] of actions.entries()) {
          run(b);
          for (const amps of currentsA.slice(index, index + 2)) {
            energyWh += 0.5;
            b.advance(1_000);
            b.meter({ currentA: [amps, 0, 0], energyWh });
          }
        }
        quiet += quietOnes();
      }),
      { numRuns: runs(30) },
    );
    expect(quiet).toBeGreaterThan(0);
  });

  test('a current that wavers as those of real meters do needs no step, and one that is too high does', () => {
    const b = new OutletBench(config);
    if (config.mode === 'mode2') b.send({ kind: 'plug', present: true });
    else b.proximity(220);
    b.drive('B');
    b.advance(1_000);
    b.wish(permit(16));
    b.advance(5_000);
    b.drive('C');
    b.advance(61_000);
    expect(b.contacts).toBe('closed');
    b.meter({ currentA: [16, 0, 0], energyWh: 1_000 });
    const quietOnes = watched(b);
    for (let second = 1; second <= 60; second += 1) {
      b.advance(1_000);
      b.meter({ currentA: [16 + (second % 3) / 100, 0, 0], energyWh: 1_000 + second });
    }
    // The others fall on a deadline.
    expect(quietOnes()).toBeGreaterThanOrEqual(55);
    b.meter({ currentA: [30, 0, 0], energyWh: 1_061 });
    b.advance(20_000);
    expect(b.machine.report().faults).toEqual(expect.arrayContaining([expect.stringMatching(/^overCurrent/)]));
  });
});
