/** Changes of a rig's network, by whatever has it in hand there, and where it is kept that one is open. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeMark } from '../control/network/change-mark';
import { NetworkChanges } from '../control/network/network-changes';
import { NetworkManager } from '../drivers/machine/network-manager';
import type { Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import type { JsonValue } from '../hal/store';
import { realFiles } from '../release/files';

interface RigNetworkOptions {
  /** Directory of what outlives the process. */
  state: string;
  clock: Clock;
  log: Log;
}

export function rigNetworkChanges({ state, clock, log }: RigNetworkOptions): NetworkChanges {
  return new NetworkChanges({ clock, network: new NetworkManager(), mark: new FileMark(state), log });
}

/** Whether the program may have ended while a change was open; looks at nothing but whether there is a file. */
export function networkWasOpen(state: string): boolean {
  return existsSync(pathOf(state));
}

/**
 * A file of its own, beside the store: it is read before the store is, whether or not that can be opened, and neither a
 * factory reset nor another release takes it away while the change is open.
 */
export class FileMark implements ChangeMark {
  private readonly path: string;

  constructor(state: string) {
    this.path = pathOf(state);
  }

  async read(): Promise<JsonValue | undefined> {
    const text = await realFiles.read(this.path);
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  }

  async write(change: object): Promise<void> {
    const fresh = `${this.path}.new`;
    await realFiles.write(fresh, JSON.stringify(change));
    await realFiles.rename(fresh, this.path);
  }

  async clear(): Promise<void> {
    await realFiles.remove(this.path);
  }
}

function pathOf(state: string): string {
  return join(state, 'network-change.json');
}
