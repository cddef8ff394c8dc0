/** An emitter whose listeners harm neither one another nor who emits: an error of one is reported, and the rest hear on. */
import { EventEmitter } from 'node:events';
import type TypedEmitter from 'typed-emitter';
import type { EventMap } from 'typed-emitter';
import type { Listeners } from './listeners';

export class GuardedEmitter<Events extends EventMap> {
  /** For those who listen. What is emitted here by others than the owner is not guarded. */
  readonly listeners: Listeners<Events>;
  private readonly emitter = new EventEmitter();

  /** `onError`: a listener threw, or the promise that it returned was rejected. */
  constructor(private readonly onError: (event: keyof Events & string, error: unknown) => void) {
    // Any number of pages may look on.
    this.emitter.setMaxListeners(0);
    this.listeners = this.emitter as unknown as TypedEmitter<Events>;
  }

  hasListeners(event: keyof Events & string): boolean {
    return this.emitter.listenerCount(event) > 0;
  }

  emit<Event extends keyof Events & string>(event: Event, ...values: Parameters<Events[Event]>): void {
    // A copy: who leaves or comes meanwhile changes nothing for the others. A listener for once leaves by itself.
    for (const listener of this.emitter.rawListeners(event)) {
      try {
        const result: unknown = listener(...values);
        // An async function is taken for a listener, too; nobody else would hear of its rejection.
        if (result !== undefined) void Promise.resolve(result).catch((error) => this.onError(event, error));
      } catch (error) {
        this.onError(event, error);
      }
    }
  }
}
