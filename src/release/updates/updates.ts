/** The engine of updates: does what `stepUpdate` asks for, over the slots, the file that comes in, and the station's store. */
import type { Cancel } from '../../hal/clock';
import { GreenupError, messageOf } from '../../hal/errors';
import {
  type FirmwareUpdates,
  formerRelease,
  isBeyondCancel,
  isEndOfUpdate,
  type UpdateOrder,
  type UpdateProgress,
} from '../../hal/firmware-updates';
import type { UpdateHost } from '../../hal/update-host';
import { progressOf } from './progress';
import { type StoredUpdate, storedUpdate } from './stored-update';
import type { UpdatePorts } from './update-ports';
import { noUpdate, stepUpdate, type UpdateEffect, type UpdateEvent, type UpdateState } from './update-step';
import { UpdateWork } from './update-work';

/** A release that is given up waits for the end of transactions at most so long, in ms. */
export const giveUpMaxMs = 6 * 3_600_000;

export class Updates implements FirmwareUpdates {
  private state: UpdateState = noUpdate;
  private doneBytes = 0;
  private isHeld = false;
  private isOver = false;
  private effects: Promise<void> = Promise.resolve();
  /** When the present state outlives a power cut. */
  private durable: Promise<void> = Promise.resolve();
  private orders: Promise<unknown> = Promise.resolve();
  private count = 0;
  private cancelWake: Cancel = () => {};
  private cancelGivingUp: Cancel = () => {};
  private readonly cancelHold: Cancel;
  private readonly listeners = new Set<(progress: UpdateProgress) => void>();
  private readonly work: UpdateWork;

  constructor(
    private readonly host: UpdateHost,
    private readonly ports: UpdatePorts,
  ) {
    const update = storedUpdate.readOne(host.stored) as StoredUpdate | undefined;
    this.state = { ...noUpdate, update };
    this.doneBytes = update?.doneBytes ?? 0;
    this.work = new UpdateWork(host, ports, {
      post: (id, event) => {
        if (this.state.update?.id === id) this.post(event);
      },
      progress: (id, bytes) => {
        if (this.state.update?.id === id) this.doneBytes = bytes;
      },
    });
    this.cancelHold = host.hold.onChange(() => this.lookWhetherFree());
  }

  /** To be called when the station runs: what a former program has begun goes on, or is told its end. */
  start(): void {
    if (this.state.update === undefined) this.perform({ do: 'discard' }, undefined);
    else void this.inTurn(() => this.readSlots());
  }

  /** The program ends; whatever goes on is found again by the next one. */
  stop(): void {
    this.isOver = true;
    this.cancelWake();
    this.cancelGivingUp();
    this.cancelHold();
    this.work.abort();
  }

  progress(): UpdateProgress | undefined {
    const { update } = this.state;
    return update && progressOf(update, this.doneBytes, this.state.busy);
  }

  onStep(listener: (progress: UpdateProgress) => void): Cancel {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  order(order: UpdateOrder): Promise<void> {
    return this.inTurn(async () => {
      await this.mayOrder();
      const { source } = order;
      await this.abandon();
      if (source.from === 'handed' && !(await this.ports.files.takeHanded())) {
        throw new GreenupError('command.invalid', 'an update was ordered of a file that nobody has handed in');
      }
      const { by, retries, retryIntervalMs, notBeforeUnixMs, installNotBeforeUnixMs, signed, allowsDowngrade } = order;
      await this.take({
        ...{ source, by, retriesLeft: retries, retryIntervalMs },
        ...(notBeforeUnixMs === undefined ? {} : { notBeforeUnixMs }),
        ...(installNotBeforeUnixMs === undefined ? {} : { installNotBeforeUnixMs }),
        ...(signed && { signed }),
        ...(allowsDowngrade ? { allowsDowngrade } : {}),
      });
    });
  }

  previous(): Promise<void> {
    return this.inTurn(async () => {
      await this.mayOrder();
      const running = this.ports.slots.running()?.version;
      const release = formerRelease(await this.ports.slots.versions(), running);
      if (release === undefined) throw new GreenupError('command.invalid', 'no release is kept that could come back');
      await this.abandon();
      const source = { from: 'slot' } as const;
      await this.take({ source, by: 'person', retriesLeft: 0, retryIntervalMs: 0, release });
    });
  }

  cancel(): Promise<void> {
    return this.inTurn(async () => {
      const { update } = this.state;
      if (update === undefined || isEndOfUpdate(progressOf(update).step)) {
        throw new GreenupError('command.invalid', 'there is no update that could be cancelled');
      }
      this.refuseWhileInstalled();
      await this.abandon();
    });
  }

  /** The release that runs has proved itself, and is confirmed. */
  async proven(version: string): Promise<void> {
    this.post({ kind: 'proven' });
    await this.ports.gate.proven(version);
  }

  /** The release on trial does not prove itself: the good one comes back, when no vehicle charges or has charged for long. */
  async giveUp(reason: string): Promise<void> {
    const { clock, hold, log } = this.host;
    await this.ports.slots.back(reason);
    log.warn({}, `this release is given up, and the one before comes back: it ${reason}`);
    this.setHold(true);
    const restart = (): void => {
      this.cancelGivingUp();
      this.host.restart();
    };
    const cancels = [clock.at(clock.now() + giveUpMaxMs, restart), hold.onChange(() => hold.isFree() && restart())];
    this.cancelGivingUp = () => {
      for (const cancel of cancels) cancel();
    };
    if (hold.isFree()) restart();
  }

  /** Orders are taken one after the other. */
  private inTurn<Done>(act: () => Promise<Done>): Promise<Done> {
    const result = this.orders.then(act);
    this.orders = result.catch(() => undefined);
    return result;
  }

  private async mayOrder(): Promise<void> {
    this.refuseWhileInstalled();
    const { trial } = await this.ports.slots.versions();
    if (trial) throw new GreenupError('command.invalid', `release ${trial.version} is on trial: wait for its end`);
  }

  private refuseWhileInstalled(): void {
    const { update } = this.state;
    const step = update && progressOf(update).step;
    if (step === undefined || !isBeyondCancel(step)) return;
    const what = step === 'trial' ? 'on trial' : 'being installed';
    throw new GreenupError('command.invalid', `an update is ${what}: wait for its end`);
  }

  /** What went on is not heard of any more from here on; resolves when it has let go of the file. */
  private async abandon(): Promise<void> {
    this.refuseWhileInstalled();
    this.post({ kind: 'cancelled' });
    await this.effects;
    await this.work.ended();
  }

  private async take(wanted: Omit<StoredUpdate, 'form' | 'id' | 'phase' | 'doneBytes'>): Promise<void> {
    this.count += 1;
    this.doneBytes = 0;
    const id = `${this.host.boot}-${this.count}`;
    this.post({ kind: 'ordered', update: { ...wanted, form: 1, id, phase: 'waiting', doneBytes: 0 } });
    await this.durable;
  }

  private async readSlots(): Promise<void> {
    const { slots } = this.ports;
    const versions = await slots.versions().catch((error) => {
      this.host.log.warn({}, `the releases cannot be read: ${messageOf(error)}`);
      return undefined;
    });
    this.post({ kind: 'started', running: slots.running()?.version, versions });
  }

  private post(event: UpdateEvent): void {
    if (this.isOver) return;
    const { clock } = this.host;
    const { state, effects } = stepUpdate(this.state, event, { now: clock.now(), unixMs: this.host.unixNow() });
    this.state = state;
    if (event.kind === 'marked' || event.kind === 'fetched') this.doneBytes = event.bytes;
    this.cancelWake();
    this.cancelWake = () => {};
    if (state.wakeAt !== undefined) this.cancelWake = clock.at(state.wakeAt, () => this.post({ kind: 'tick' }));
    for (const effect of effects) this.perform(effect, state.update);
  }

  /** Each effect when the one before it is done; what takes long ends by an event. */
  private perform(effect: UpdateEffect, update: StoredUpdate | undefined): void {
    const done = this.effects.then(async () => {
      if (this.isOver) return;
      try {
        await this.act(effect, update);
      } catch (error) {
        this.host.log.warn({}, `an update does not go on: ${messageOf(error)}`);
      }
    });
    this.effects = done;
    if (effect.do === 'keep') this.durable = done;
  }

  private async act(effect: UpdateEffect, update: StoredUpdate | undefined): Promise<void> {
    switch (effect.do) {
      case 'keep':
        return this.keep(update);
      case 'tell':
        return update && this.tell(update);
      case 'hold':
        this.setHold(effect.on);
        return this.lookWhetherFree();
      case 'abort':
        return this.work.abort();
      case 'readSlots':
        return this.readSlots();
      case 'discard':
        await this.work.ended();
        return this.work.discard();
      default:
        if (update) this.work.start(effect.do, update);
    }
  }

  private keep(update: StoredUpdate | undefined): Promise<void> {
    const { commits } = this.host;
    if (update === undefined) return commits.commit({ put: [], del: [storedUpdate.key('')] });
    return commits.commit({ put: [storedUpdate.entry('', update)], del: [] });
  }

  private tell(update: StoredUpdate): void {
    const progress = progressOf(update);
    for (const listener of [...this.listeners]) {
      try {
        listener(progress);
      } catch (error) {
        this.host.log.warn({}, `who follows an update has failed: ${messageOf(error)}`);
      }
    }
  }

  private setHold(on: boolean): void {
    if (this.isHeld === on) return;
    this.isHeld = on;
    this.host.hold.hold(on);
  }

  private lookWhetherFree(): void {
    if (this.isHeld && this.host.hold.isFree()) this.post({ kind: 'free' });
  }
}
