/** Updates that a test moves on by hand: what was ordered is noted, and each step comes when the test says so. */
import type { Cancel } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import {
  type FirmwareUpdates,
  isBeyondCancel,
  isEndOfUpdate,
  type UpdateOrder,
  type UpdateProgress,
  type UpdateStep,
} from '../../hal/firmware-updates';

export class ScriptedUpdates implements FirmwareUpdates {
  /** What was ordered, in order. */
  readonly orders: UpdateOrder[] = [];
  /** How often the former release was asked for. */
  previousAsked = 0;
  /** How often an update was abandoned. */
  cancelled = 0;
  /** What it takes to make an order durable; a test may let it wait, or fail. */
  durable: () => Promise<void> = async () => {};
  private present: UpdateProgress | undefined;
  private readonly listeners = new Set<(progress: UpdateProgress) => void>();
  private ids = 0;

  async order(order: UpdateOrder): Promise<void> {
    this.refuseWhileHeld();
    await this.durable();
    this.orders.push(order);
    this.begin(order);
    this.tell();
  }

  progress(): UpdateProgress | undefined {
    return this.present;
  }

  onStep(listener: (progress: UpdateProgress) => void): Cancel {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async cancel(): Promise<void> {
    const { present } = this;
    if (!present || isEndOfUpdate(present.step)) throw new GreenupError('command.invalid', 'there is no update');
    this.refuseWhileHeld();
    this.cancelled += 1;
    this.present = undefined;
  }

  async previous(): Promise<void> {
    this.refuseWhileHeld();
    this.previousAsked += 1;
    this.begin({ by: 'person', retries: 0 });
    this.becomes({ step: 'installing' });
  }

  /** What is so from now on; listeners hear of another step. */
  becomes(change: Partial<UpdateProgress>): void {
    const { present } = this;
    if (!present) throw new Error('nothing was ordered');
    this.present = { ...present, waitsFor: undefined, ...change };
    const { step, waitsFor, signed } = this.present;
    if (step !== present.step || (signed && waitsFor !== present.waitsFor)) this.tell();
  }

  /** It comes to these steps, one after the other. */
  is(...steps: UpdateStep[]): void {
    for (const step of steps) this.becomes({ step });
  }

  private tell(): void {
    const { present } = this;
    if (present) for (const listener of [...this.listeners]) listener(present);
  }

  private begin({ by, retries, signed }: Pick<UpdateOrder, 'by' | 'retries' | 'signed'>): void {
    this.ids += 1;
    this.present = {
      ...{ id: String(this.ids), by, step: 'waiting', waitsFor: undefined, version: undefined },
      ...{ doneBytes: 0, totalBytes: undefined, retriesLeft: retries, reason: undefined },
      signed: signed && { request: signed.request, kind: undefined },
    };
  }

  private refuseWhileHeld(): void {
    if (!this.present || !isBeyondCancel(this.present.step)) return;
    throw new GreenupError('command.invalid', 'an update is being installed, or on trial');
  }
}
