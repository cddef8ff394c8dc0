/** A machine's deadlines are complete: a tick before the next one changes nothing; a failure prints its seed. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { SocketConfig } from '../../../src/station/socket/types';
import { runs } from '../../support/soak';
import { OutletBench } from './bench';
import { domesticConfig, type MachineUnderTest, tetheredConfig, type2Config } from './machine';
import { anyLife, heal } from './random-life';

/** Long after all that a machine waits for. */
const dayMs = 86_400_000;

/** Ticks now, and just before the next deadline. */
function expectRest(machine: MachineUnderTest, now: number): void {
  const next = Math.min(...machine.deadlines().filter((at) => at > now), now + dayMs);
  for (const at of [now, next - 0.01]) {
    const { state, effects } = machine.tickAt(at);
    if (effects.length === 0 && isDeepStrictEqual(state, machine.state)) continue;
    // Only now, since it is slow: what differs.
    expect({ tickAfterMs: at - now, state, effects }).toEqual({
      tickAfterMs: at - now,
      state: machine.state,
      effects: [],
    });
    throw new Error('the state differs in what toEqual does not see');
  }
}

describe.each<{ name: string; config: SocketConfig }>([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 3, ventilated', config: { ...type2Config, ventilation: true } },
  { name: 'Mode 3, attached cable', config: tetheredConfig },
  { name: 'Mode 3, vehicles are woken', config: { ...type2Config, wakesVehicle: true } },
  { name: 'Mode 2', config: domesticConfig },
  { name: 'Mode 2, without plug detector', config: { ...domesticConfig, plugDetector: false } },
])('$name', ({ config }) => {
  test('a tick before the next deadline changes nothing, whatever came before', () => {
    fc.assert(
      fc.property(anyLife, (actions) => {
        const b = new OutletBench(config, { settleMs: 0 });
        b.observer = { before: () => {}, after: (_event, _effects, now) => expectRest(b.machine, now) };
        heal(b);
        for (const { run } of actions) run(b);
      }),
      { numRuns: runs(40) },
    );
  });
});
