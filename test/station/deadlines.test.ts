/** The station's deadlines are complete: a tick before the next one changes nothing; a failure prints its seed. */

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { StoredValues } from '../../src/hal/stored';
import { nextDeadline, stepStation } from '../../src/station/step';
import type { StationInput } from '../../src/station/types';
import { runs } from '../support/soak';
import { Bench, config } from './bench';
import { anyLife } from './random-life';

/** Long after all that a station waits for by itself. */
const dayMs = 86_400_000;

/** After each input it is ticked at once, and just before the next deadline. */
class RestingBench extends Bench {
  override post(input: StationInput) {
    const effects = super.post(input);
    const { state, now } = this;
    const next = nextDeadline(state, now) ?? now + dayMs;
    for (const at of [now, next - 0.01]) {
      const ticked = stepStation(state, { kind: 'tick' }, at, config);
      if (ticked.effects.length === 0 && isDeepStrictEqual(ticked.state, state)) continue;
      // Only now, since it is slow: what differs.
      expect({ after: input, tickAfterMs: at - now, ...ticked }).toEqual({
        after: input,
        tickAfterMs: at - now,
        state,
        effects: [],
      });
      throw new Error('the state differs in what toEqual does not see');
    }
    return effects;
  }
}

/** As a power cut leaves it. */
const openTransaction = new Map([
  ['station/transaction/1', { key: '6-1', token: 'A', parent: null, meterStartWh: 500, lastWh: 900 }],
]);

test('a tick before the next deadline changes nothing, whatever came before', () => {
  fc.assert(
    fc.property(anyLife, fc.boolean(), (actions, powerWasLost) => {
      const bench = new RestingBench({}, new StoredValues(powerWasLost ? openTransaction : new Map()));
      for (const { run } of actions) run(bench);
    }),
    { numRuns: runs(80) },
  );
});
