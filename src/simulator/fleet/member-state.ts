/** What one station of a fleet keeps: its own store, and in the same commits the street and the meters of its world. */
import type { FlowMemory, WorldMemory } from '../../drivers/sim/memory';
import type { Batch, Durability, JsonValue, Store } from '../../hal/store';
import { hasOpenTransaction } from '../../station/saved';
import type { StationFound } from './member';

/** Of the simulator, not of the station, which does not see them. */
const worldKey = 'simulator/world';
const flowKey = 'simulator/flow';

const nothing: Batch = { put: [], del: [] };

/**
 * The memory of a world costs no write of its own while its station commits: what has changed goes along, so that a process
 * that is killed finds no meter behind what its station has stored. What no commit follows waits for `keep`.
 */
export class MemberState {
  readonly memory: WorldMemory & { readonly flow: FlowMemory };
  /** The power of the station is off, since its last start: nothing that its program still wants is done. */
  private opened = { isDead: false };
  private foundFirst: StationFound | undefined;
  private readonly world: KeptValue;
  private readonly flow: KeptValue;

  /** `onChange`: there is something to be kept, which was not so before. */
  constructor(
    private readonly own: Store,
    private readonly onChange: (state: MemberState) => void,
  ) {
    this.world = new KeptValue(worldKey);
    this.flow = new KeptValue(flowKey);
    const placeOf = (kept: KeptValue): FlowMemory => ({
      load: () => kept.load(),
      save: (value) => {
        const wasClean = !this.isChanged;
        kept.save(value);
        if (wasClean) this.onChange(this);
      },
    });
    this.memory = { ...placeOf(this.world), flow: placeOf(this.flow) };
  }

  /** What lay there when it was opened for the first time; undefined: it was not yet. */
  get found(): StationFound | undefined {
    return this.foundFirst;
  }

  private get isChanged(): boolean {
    return this.world.isChanged || this.flow.isChanged;
  }

  /** At each start of the station, before its world is made. Closing it leaves a place for what the world keeps at its end. */
  async openStore(): Promise<Store> {
    const { own } = this;
    // What was written for the world since the last start has to be on its way before it is read.
    await this.keep();
    const values = await own.load();
    this.foundFirst ??= foundIn(values);
    this.world.found(values);
    this.flow.found(values);
    const opened = { isDead: false };
    this.opened = opened;
    return {
      load: async () => values,
      commit: (batch, durability) => (opened.isDead ? new Promise(() => {}) : this.commit(batch, durability)),
      close: async () => {
        if (!opened.isDead) await own.commit(nothing);
      },
    };
  }

  /** As a power cut has it: what was committed lies there, and nothing more comes from the program that ran. */
  cut(): void {
    this.opened.isDead = true;
  }

  /** Writes what has changed in the world since the last commit; not flushed, for it has to outlive the process alone. */
  keep(): Promise<void> {
    return this.commit(nothing, 'written');
  }

  private async commit(batch: Batch, durability?: Durability): Promise<void> {
    if (!this.isChanged) return this.own.commit(batch, durability);
    const [world, flow] = [this.world.take(), this.flow.take()];
    try {
      await this.own.commit({ put: [...batch.put, ...world, ...flow], del: batch.del }, durability);
    } catch (error) {
      // Whoever tries again brings the same batch, and knows nothing of the world.
      for (const [, value] of world) if (!this.world.isChanged) this.memory.save(value);
      for (const [, value] of flow) if (!this.flow.isChanged) this.memory.flow.save(value);
      throw error;
    }
  }
}

function foundIn(values: ReadonlyMap<string, JsonValue>): StationFound {
  if (values.size === 0) return 'new';
  return hasOpenTransaction(values) ? 'inTransaction' : 'takenUp';
}

class KeptValue {
  isChanged = false;
  private value: JsonValue | undefined;

  constructor(private readonly key: string) {}

  /** At a start: what lies in the store, unless there is something newer. */
  found(values: Map<string, JsonValue>): void {
    const stored = values.get(this.key);
    values.delete(this.key);
    if (!this.isChanged) this.value = stored;
  }

  /** Given once, to the world that is made now. */
  load(): JsonValue | undefined {
    const { value } = this;
    if (!this.isChanged) this.value = undefined;
    return value;
  }

  save(value: JsonValue): void {
    this.value = value;
    this.isChanged = true;
  }

  take(): [key: string, value: JsonValue][] {
    const { value } = this;
    if (!this.isChanged || value === undefined) return [];
    this.isChanged = false;
    this.value = undefined;
    return [[this.key, value]];
  }
}
