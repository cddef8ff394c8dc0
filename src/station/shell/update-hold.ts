/** The station as an update sees it: held, so that no session begins, and free once the last transaction is over. */
import type { Cancel } from '../../hal/clock';
import type { StationHold } from '../../hal/firmware-updates';
import type { StationInput, StationState } from '../types';
import { isFreeForUpdate } from '../updating';

export class UpdateHold implements StationHold {
  private readonly listeners = new Set<() => void>();
  private wasFree: boolean;

  /** `attempt` reports what a listener throws, and goes on. */
  constructor(
    private readonly station: { readonly state: StationState; post(input: StationInput): void },
    private readonly attempt: (act: () => void) => void,
  ) {
    this.wasFree = this.isFree();
  }

  hold(on: boolean): void {
    this.station.post({ kind: 'updating', on });
  }

  isFree(): boolean {
    return isFreeForUpdate(this.station.state);
  }

  onChange(listener: () => void): Cancel {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** After a step of the station. */
  changed(): void {
    const isFree = this.isFree();
    if (isFree === this.wasFree) return;
    this.wasFree = isFree;
    for (const listener of [...this.listeners]) this.attempt(listener);
  }
}
