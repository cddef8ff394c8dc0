/** Updates that a test brings forward step by step; the same object stands for the engine over restarts of the station. */
import type { Cancel } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import type { FirmwareUpdates, UpdateOrder, UpdateProgress, UpdateStep } from '../../hal/firmware-updates';

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

  async order(order: UpdateOrder): Promise<void> {
    this.refuseWhileInstalled();
    await this.durable();
    this.orders.push(order);
    this.last = {
      id: String(this.orders.length),
      by: order.by,
      step: 'waiting',
      waitsFor: 'date',
      version: undefined,
      doneBytes: 0,
      totalBytes: undefined,
      retriesLeft: order.retries,
      reason: undefined,
    };
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
    if (!this.last) throw new GreenupError('command.invalid', 'there is no update');
    this.cancelled += 1;
    this.last = undefined;
  }

  async previous(): Promise<void> {
    this.previouses += 1;
  }

  /** The update comes to these steps, one after the other. */
  is(...steps: UpdateStep[]): void {
    for (const step of steps) {
      if (!this.last) throw new Error('nothing was ordered');
      this.last = { ...this.last, step, waitsFor: undefined };
      this.tell();
    }
  }

  private tell(): void {
    const { last } = this;
    if (last) for (const listener of [...this.listeners]) listener(last);
  }

  private refuseWhileInstalled(): void {
    const step = this.last?.step;
    if (step === 'installing' || step === 'trial') throw new GreenupError('command.invalid', `an update is ${step}`);
  }
}
