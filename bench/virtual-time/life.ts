/** A random hour of a double station: vehicles, cards, commands of the central system, a network that fails. */
import { GreenupError } from '../../src/hal/errors';
import { type RandomSource, seeded } from '../../src/hal/random';
import { Rig } from '../../test/support/rig';

const hourMs = 3_600_000;
const events = 20;
const cards = ['04A1B2C3', '04D4E5F6'];
const connectors = [1, 2, 3, 4];
const sides = ['right', 'left'] as const;

type Event = (rig: Rig, random: RandomSource) => unknown;

/** By how often they come. */
const table: readonly Event[] = [
  (rig, random) => rig.plug(one(random, connectors)),
  (rig, random) => rig.plug(one(random, connectors)),
  (rig, random) => rig.plug(one(random, connectors)),
  (rig, random) => rig.present(one(random, cards), one(random, sides)),
  (rig, random) => rig.present(one(random, cards), one(random, sides)),
  (rig, random) => rig.present(one(random, cards), one(random, sides)),
  (rig, random) => rig.unplug(one(random, connectors)),
  (rig, random) => rig.ev(one(random, connectors), { paused: random() < 0.5 }),
  (rig, random) => rig.fault(one(random, connectors), 'overTemperature', random() < 0.5),
  (rig) => (rig.central.networkUp ? rig.central.down() : rig.central.up()),
  (rig, random) =>
    fromAfar(rig, 'RemoteStartTransaction', { connectorId: one(random, connectors), idTag: one(random, cards) }),
  (rig, random) => fromAfar(rig, 'RemoteStopTransaction', { transactionId: 1_001 + Math.floor(4 * random()) }),
];

export async function liveAnHour(seed: number): Promise<Rig> {
  const random = seeded(seed);
  const rig = await Rig.start();
  for (let count = 0; count < events; count += 1) {
    try {
      await one(random, table)(rig, random);
    } catch (error) {
      // What cannot be done just now, such as a second vehicle in an outlet, is left out.
      if (!(error instanceof GreenupError)) throw error;
    }
    await rig.advance(hourMs / events);
  }
  return rig;
}

function one<T>(random: RandomSource, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T;
}

async function fromAfar(rig: Rig, action: string, payload: Record<string, unknown>): Promise<void> {
  if (rig.central.connected) await rig.call(action, payload);
}
