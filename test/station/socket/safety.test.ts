/** Whatever happens, in whatever order and at whatever time, the safety rules hold; a failure prints its seed. */
import * as fc from 'fast-check';
import type { SocketConfig } from '../../../src/station/socket/types';
import { runs as tries } from '../../support/soak';
import { OutletBench } from './bench';
import { domesticConfig, tetheredConfig, type2Config } from './machine';
import { Oracle } from './oracle';
import { anyLife, anyStart, heal } from './random-life';

describe.each<{ name: string; config: SocketConfig }>([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 3, ventilated', config: { ...type2Config, ventilation: true } },
  { name: 'Mode 3, attached cable', config: tetheredConfig },
  { name: 'Mode 3, bare', config: { ...type2Config, lock: false, residual: false, thermometer: false } },
  { name: 'Mode 3, vehicles are woken', config: { ...type2Config, wakesVehicle: true } },
  { name: 'Mode 2', config: domesticConfig },
  { name: 'Mode 2, without plug detector', config: { ...domesticConfig, plugDetector: false } },
])('$name', ({ config }) => {
  test('hundreds of random events break no rule, change no state that was given, and throw nothing', () => {
    let closings = 0;
    const runs = 60;
    fc.assert(
      fc.property(anyStart, anyLife, (start, actions) => {
        const b = new OutletBench(config, { ...start, settleMs: 0 });
        const oracle = new Oracle(config, b.bootedAt, start.wished);
        b.observer = oracle;
        heal(b);
        for (const { run } of actions) run(b);
        closings += oracle.closings;
      }),
      { numRuns: tries(runs) },
    );
    // Without closings there would have been nothing to see.
    expect(closings).toBeGreaterThan(runs / 4);
  });
});
