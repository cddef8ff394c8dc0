/** Keeps a world in its memory: as a whole after each change, and what flows alone after each reading of a meter. */
import type { Cancel } from '../../hal/clock';
import { fieldsOf, type JsonValue } from '../../hal/store';
import type { WorldMemory } from './memory';
import type { WorldClock } from './world-clock';

/** While current flows and nobody reads the meter, the register is kept this often. */
const memoryIntervalMs = 2000;

type KeptFields = { [name: string]: JsonValue };

/** What flowing current changes at an outlet. */
export type KeptFlow = {
  energyWh: number;
  /** Of the vehicle at the cable, in percent; null: there is none. */
  stateOfCharge: number | null;
};

/** An outlet, as far as it is kept. */
export interface KeptConnector {
  readonly setup: { readonly id: number };
  readonly energised: boolean;
  /** Whether the register has moved since it was kept. */
  readonly energyToKeep: boolean;
  kept(): JsonValue;
  keptFlow(): KeptFlow;
}

export class WorldKeeper {
  private readonly memory: WorldMemory | undefined;
  private readonly clock: WorldClock;
  private readonly connectors: readonly KeptConnector[];
  /** Counts the wholes: what flowed belongs to one of them, and means nothing for the next. */
  private wholes: number;
  private cancelInterval: Cancel | undefined;
  /** The world as it was kept last. */
  readonly found: KeptFields;

  constructor(memory: WorldMemory | undefined, clock: WorldClock, connectors: readonly KeptConnector[]) {
    this.memory = memory;
    this.clock = clock;
    this.connectors = connectors;
    const whole = fieldsOf(memory?.load());
    const flow = fieldsOf(memory?.flow?.load());
    this.wholes = Math.max(countOf(whole), countOf(flow));
    this.found = countOf(flow) === countOf(whole) ? withFlow(whole, fieldsOf(flow.connectors)) : whole;
  }

  /** Keeps everything; `rest`: what is not of a single outlet. */
  keep(rest: KeptFields): void {
    if (this.memory === undefined) return;
    this.wholes += 1;
    this.memory.save({ version: 1, wholes: this.wholes, ...rest, connectors: this.ofEach((one) => one.kept()) });
    // The whole before it is the one that will be found, and what flows goes on belonging to that.
    if (this.memory.failing) this.wholes -= 1;
  }

  /** Keeps what has flowed since; `keepAll` does it where the memory has no place for that alone. */
  keepFlow(keepAll: () => void): void {
    const flow = this.memory?.flow;
    if (flow === undefined || this.wholes === 0) keepAll();
    else flow.save({ wholes: this.wholes, connectors: this.ofEach((one) => one.keptFlow()) });
  }

  /** Each meter reading is kept as it is made; this is for the energy of which nobody takes a reading. */
  keepWhileFlowing(keepAll: () => void): void {
    if (this.memory === undefined || this.cancelInterval !== undefined) return;
    if (!this.connectors.some((connector) => connector.energised)) return;
    this.cancelInterval = this.clock.after(memoryIntervalMs, () => {
      this.cancelInterval = undefined;
      if (this.connectors.some((connector) => connector.energyToKeep)) this.keepFlow(keepAll);
      this.keepWhileFlowing(keepAll);
    });
  }

  private ofEach(kept: (connector: KeptConnector) => JsonValue): KeptFields {
    const all: KeptFields = {};
    for (const connector of this.connectors) all[connector.setup.id] = kept(connector);
    return all;
  }
}

function countOf({ wholes }: KeptFields): number {
  return typeof wholes === 'number' && wholes > 0 ? wholes : 0;
}

function withFlow(whole: KeptFields, flows: KeptFields): KeptFields {
  const connectors = Object.entries(fieldsOf(whole.connectors)).map(([id, kept]): [string, JsonValue] => {
    const { energyWh, stateOfCharge } = fieldsOf(flows[id]);
    const connector = fieldsOf(kept);
    const hasVehicle = typeof connector.ev === 'object' && connector.ev !== null;
    return [
      id,
      {
        ...connector,
        ...(typeof energyWh === 'number' ? { energyWh } : {}),
        ...(hasVehicle && typeof stateOfCharge === 'number'
          ? { ev: { ...fieldsOf(connector.ev), stateOfCharge } }
          : {}),
      },
    ];
  });
  return { ...whole, connectors: Object.fromEntries(connectors) };
}
