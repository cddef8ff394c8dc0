/** A store that keeps the simulated meters' registers beside what the station stores, so that none falls behind what it knows. */
import { fieldsOf, type JsonValue, type Store } from '../hal/store';

/** Of the simulator, not of the station, which does not see it. */
const registersKey = 'simulator/registers';

export interface Registers {
  /** What they have come to, in Wh, by connector. */
  registersWh(): Record<string, number>;
  /** What was kept of them; none may be left below. */
  raiseRegisters(registersWh: { [connectorId: string]: JsonValue }): void;
}

/**
 * The same store. The world has a memory of its own; where that could not be written, its meters would after a power cut
 * show less than the station has stored of them.
 */
export function keepingRegisters(store: Store, registers: Registers): Store {
  let kept = '';
  return {
    load: async () => {
      const values = await store.load();
      registers.raiseRegisters(fieldsOf(values.get(registersKey)));
      values.delete(registersKey);
      return values;
    },
    commit: (batch, durability) => {
      if (batch.put.length === 0 && batch.del.length === 0) return store.commit(batch, durability);
      const now = registers.registersWh();
      const text = JSON.stringify(now);
      if (text === kept) return store.commit(batch, durability);
      kept = text;
      return store.commit({ put: [...batch.put, [registersKey, now]], del: batch.del }, durability);
    },
    close: () => store.close(),
  };
}
