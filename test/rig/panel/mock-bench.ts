/** The parts of a rig for two outlets under a person's hands: they tell what a test says. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import {
  MockIndicator,
  MockLog,
  MockSource,
  MockSupply,
  mockMode2Parts,
  mockMode3Parts,
} from '../../../src/drivers/mock/parts';
import { pressKey } from '../../../src/rig/panel/keys';
import { RigBench, type RigBenchOptions } from '../../../src/rig/panel/work';

export const stateC = { kind: 'volts', high: 6, low: -12 } as const;

/** A Type 2 outlet whose car is charging in the mind of its pilot, and a domestic one; both contactors open. */
export async function bench({
  armed = true,
  pilotChanged,
}: Pick<Partial<RigBenchOptions>, 'armed' | 'pilotChanged'> = {}) {
  const clock = new VirtualClock({ startMs: 1_000 });
  const log = new MockLog(clock);
  const type2 = mockMode3Parts(log);
  const domestic = mockMode2Parts(log);
  const indicator = new MockIndicator(log);
  const supply = new MockSupply(log);
  const button = new MockSource<'held'>(log);
  const made = new RigBench({
    board: 'rig',
    connectors: [
      { connectorId: 1, name: 'right T2S', side: 'right', parts: type2, meter: type2.meter, indicator },
      { connectorId: 2, name: 'right 2P+E', side: 'right', parts: domestic, meter: domestic.meter, indicator },
    ],
    supply,
    resetButton: button,
    clock,
    armed,
    ...(pilotChanged ? { pilotChanged } : {}),
  });
  const press = (...keys: string[]): void => {
    for (const key of keys) pressKey(made, key);
  };
  type2.contactor.emit('open');
  domestic.contactor.emit('open');
  type2.pilot.emit(stateC);
  type2.residual.emit({ tripped: false, test: 'none' });
  domestic.residual.emit({ tripped: false, test: 'none' });
  await clock.advance(1);
  log.clear();
  return { clock, log, type2, domestic, supply, button, made, press, message: () => made.model().message };
}

/** As `bench`, with the contactor of connector 1 closed by hand. */
export async function closed() {
  const rig = await bench();
  rig.press('c', 'c');
  await rig.clock.advance(50);
  rig.type2.contactor.emit('closed');
  return rig;
}
