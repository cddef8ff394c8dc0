/** What a simulated world keeps through a power cut, in memory. */
import type { FlowMemory, WorldMemory } from '../drivers/sim/memory';
import type { JsonValue } from '../hal/store';

/** The memory of a world for as long as the process lives: each start of the station reads it. */
export class KeptWorld {
  private readonly whole = new KeptValueOfWorld();
  private readonly flow = new KeptValueOfWorld();

  memory(): WorldMemory {
    return { ...this.whole.memory(), flow: this.flow.memory() };
  }
}

/** The values that are kept are made anew for each keeping, so a copy is made only for a start. */
class KeptValueOfWorld {
  private value: JsonValue | undefined;

  memory(): FlowMemory {
    return {
      load: () => structuredClone(this.value),
      save: (value) => {
        this.value = value;
      },
    };
  }
}
