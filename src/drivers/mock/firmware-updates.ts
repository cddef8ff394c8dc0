/** Updates that a test brings forward step by step; the same object stands for the engine over restarts of the station. */
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

export class MockFirmwareUpdates implements FirmwareUpdates {
  /** What was ordered, in order. */
  readonly orders: UpdateOrder[] = [];
  /** How often an update was abandoned. */
  cancelled = 0;
  /** How often the former release was asked for. */
  previouses = 0;
  /** What making an order durable takes; a test may let it wait, or fail. */
  durable: () => Promise<void> = async () => {};
  private readonly listeners = new Set<(progress: UpdateProgress) => void>();
  private last: UpdateProgress | undefined;
  private ids = 0;

  async order(order: UpdateOrder): Promise<void> {
    this.refuseWhileInstalled();
    await this.durable();
    this.orders.push(order);
    this.begin(order);
    this.tell();
  }

  progress(): UpdateProgress | undefined {
    return this.last;
  }

  onStep(listener: (progress: UpdateProgress) => void): Cancel {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async cancel(): Promise<void> {
    this.refuseWhileInstalled();
    if (!this.last || isEndOfUpdate(this.last.step)) throw new GreenupError('command.invalid', 'there is no update');
    this.cancelled += 1;
    this.last = undefined;
  }

  async previous(): Promise<void> {
    this.refuseWhileInstalled();
    this.previouses += 1;
    this.begin({ by: 'person', retries: 0 });
    this.is('installing');
  }

  /** The update comes to these steps, one after the other. */
  is(...steps: UpdateStep[]): void {
    for (const step of steps) this.becomes({ step });
  }

  /** What is so of the update from now on; it waits for nothing that is not named. */
  becomes(change: Partial<UpdateProgress>): void {
    const { last } = this;
    if (!last) throw new Error('nothing was ordered');
    this.last = { ...last, waitsFor: undefined, ...change };
    if (change.step !== undefined) this.tell();
  }

  private begin({ by, retries, notBeforeUnixMs }: Pick<UpdateOrder, 'by' | 'retries' | 'notBeforeUnixMs'>): void {
    this.ids += 1;
    this.last = {
      id: String(this.ids),
      by,
      step: 'waiting',
      waitsFor: notBeforeUnixMs === undefined ? undefined : 'date',
      version: undefined,
      doneBytes: 0,
      totalBytes: undefined,
      retriesLeft: retries,
      reason: undefined,
    };
  }

  private tell(): void {
    const { last } = this;
    if (last) for (const listener of [...this.listeners]) listener(last);
  }

  private refuseWhileInstalled(): void {
    const step = this.last?.step;
    if (step && isBeyondCancel(step)) throw new GreenupError('command.invalid', `an update is ${step}`);
  }
}
