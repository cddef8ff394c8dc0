/** A change of the network that is taken back unless somebody confirms it in time, also when the program ends meanwhile. */
import type { Cancel, Clock } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import { LastingTrouble } from '../../hal/lasting-trouble';
import type { Log } from '../../hal/log';
import type { WiredNetwork, WiredProfile, WiredRefusal } from '../../hal/ports';
import { inWords, lineOf } from './change-lines';
import { type ChangeMark, type MarkedChange, markedChange } from './change-mark';
import {
  type ChangePhase,
  type LastChange,
  type NetworkPlan,
  type OpenChange,
  type OpenNetworkChange,
  planOf,
  returned,
  type TakeBackReason,
} from './open-change';
import { settingsOf, type WiredWish, type WishRefusal } from './wish';

/** Time to find the station at its new address, to log in there and to confirm, in ms. */
export const confirmMaxMs = 60_000;
/** The interface changes when whoever asked has the answer, in ms. */
export const answerMs = 1_000;
/** After this an interface has done as it was told, as a rule: whoever looks on looks again, in ms. */
const settleMs = 4_000;
/** What could not be taken back is tried again after this, in ms. */
export const tryAgainMs = 10_000;

export type NetworkRefusal =
  | WishRefusal
  | 'networkNotHere'
  | 'networkChanging'
  | 'networkNothing'
  | 'networkEarly'
  | 'networkRefused'
  | 'notStored';

interface Surroundings {
  /** Of the machine. */
  clock: Clock;
  network: WiredNetwork;
  mark: ChangeMark;
  log: Log;
}

export class NetworkChanges {
  /** One at a time. */
  private change: OpenNetworkChange | undefined;
  private isBeginning = false;
  private lastChange: LastChange | undefined;
  private count = 0;
  private cancel: Cancel = () => {};
  private cancelLook: Cancel = () => {};
  private isClosed = false;
  private readonly trouble: LastingTrouble;

  constructor(private readonly surroundings: Surroundings) {
    const { clock, log } = surroundings;
    this.trouble = new LastingTrouble(clock, (message) => log.warn({}, message));
  }

  /** Another number whenever there is something new to be seen. */
  get revision(): number {
    return this.count;
  }

  get open(): OpenChange | undefined {
    const { change } = this;
    if (!change) return undefined;
    const counts = change.phase === 'begun' || change.phase === 'open';
    const leftMs = counts ? Math.max(0, change.dueAt - this.surroundings.clock.now()) : 0;
    return { ...planOf(change), phase: change.phase, leftMs };
  }

  get last(): LastChange | undefined {
    return this.lastChange;
  }

  /** What can be changed, or why nothing can; never rejects. */
  profiles(): Promise<readonly WiredProfile[] | WiredRefusal> {
    return this.surroundings.network.profiles();
  }

  /** What would change; nothing does. */
  async plan(wish: WiredWish): Promise<{ refused: NetworkRefusal } | NetworkPlan> {
    const planned = await this.planned(wish);
    return 'refused' in planned ? planned : planOf(planned);
  }

  /** `who` is for the log. undefined: it is marked, written and begins to act in a moment. */
  async begin(wish: WiredWish, who: string): Promise<NetworkRefusal | undefined> {
    return this.alone(async () => {
      const planned = await this.planned(wish);
      if ('refused' in planned) return planned.refused;
      const { clock, network, mark, log } = this.surroundings;
      try {
        await mark.write(planned);
      } catch {
        return 'notStored';
      }
      const { id, interfaceName, before, after } = planned;
      log.info({}, `${who} changes the network at ${interfaceName}: from ${inWords(before)} to ${inWords(after)}`);
      const change: OpenNetworkChange = {
        ...planned,
        phase: 'begun',
        dueAt: 0,
        isUsed: false,
        reason: 'notConfirmed',
        words: null,
      };
      this.change = change;
      try {
        await network.write(id, after, false);
      } catch (error) {
        this.takeBack(change, 'refused', 0, messageOf(error));
        return 'networkRefused';
      }
      change.dueAt = clock.now() + confirmMaxMs;
      this.count += 1;
      this.later(clock.now() + answerMs, () => this.use(change));
      return undefined;
    });
  }

  /** Makes it lasting. */
  async keep(who: string): Promise<NetworkRefusal | undefined> {
    const { change } = this;
    if (change?.phase === 'begun') return 'networkEarly';
    if (change?.phase !== 'open') return 'networkNothing';
    const { network, mark, log } = this.surroundings;
    this.enter(change, 'keeping');
    this.cancel();
    const { id, interfaceName, before, after } = change;
    let refused: NetworkRefusal = 'notStored';
    try {
      // Then the disk has it, and whoever takes it back after all must write there.
      if (!change.isLasting) await mark.write({ id, interfaceName, before, after, isLasting: true });
      change.isLasting = true;
      refused = 'networkRefused';
      await network.write(id, after, true);
      refused = 'notStored';
      // Until it is gone, the next start would take the change back.
      await mark.clear();
    } catch (error) {
      log.warn({}, `the network at ${interfaceName} could not be kept as it is: ${messageOf(error)}`);
      this.awaitWord(change);
      return refused;
    }
    log.info({}, `${who} keeps the network at ${interfaceName} as it is: ${inWords(after)}`);
    this.isOver(change, 'kept');
    return undefined;
  }

  /** Before the time is up, because somebody wants it. */
  back(who: string): NetworkRefusal | undefined {
    const { change } = this;
    if (change?.phase !== 'begun' && change?.phase !== 'open') return 'networkNothing';
    this.surroundings.log.info({}, `${who} takes the change of the network at ${change.interfaceName} back`);
    this.takeBack(change, 'asked', answerMs);
    return undefined;
  }

  /** When the program begins: takes back what was open when it ended. Never rejects. */
  async takeUp(): Promise<void> {
    const { mark, log } = this.surroundings;
    await this.alone(async () => {
      try {
        const value = await mark.read();
        if (value === undefined) return undefined;
        const marked = markedChange(value);
        if (marked) {
          const change: OpenNetworkChange = {
            ...marked,
            phase: 'open',
            dueAt: 0,
            isUsed: true,
            reason: 'ended',
            words: null,
          };
          this.change = change;
          this.takeBack(change, 'ended', 0);
          return undefined;
        }
        await mark.clear();
        throw new Error('what was marked has another form');
      } catch (error) {
        log.warn({}, `a change of the network may be open: look at it with nmcli (${messageOf(error)})`);
        return undefined;
      }
    });
  }

  /** What is open is taken back by the next start. */
  close(): void {
    this.isClosed = true;
    this.cancel();
    this.cancelLook();
  }

  /** Of two who ask at once, the second is refused. */
  private async alone(act: () => Promise<NetworkRefusal | undefined>): Promise<NetworkRefusal | undefined> {
    if (this.isBeginning || this.change) return 'networkChanging';
    this.isBeginning = true;
    try {
      return await act();
    } finally {
      this.isBeginning = false;
    }
  }

  private async planned(wish: WiredWish): Promise<{ refused: NetworkRefusal } | MarkedChange> {
    const profiles = await this.profiles();
    const profile =
      typeof profiles === 'string'
        ? undefined
        : profiles.find(({ interfaceName }) => interfaceName === wish.interfaceName);
    if (!profile) return { refused: 'networkNotHere' };
    const { id, interfaceName, isLasting, settings: before } = profile;
    const wished = settingsOf(wish, before);
    return 'refused' in wished ? wished : { id, interfaceName, isLasting, before, after: wished.settings };
  }

  private async use(change: OpenNetworkChange): Promise<void> {
    change.isUsed = true;
    this.awaitWord(change);
    this.lookAgain();
    try {
      await this.surroundings.network.use(change.id, change.interfaceName);
    } catch (error) {
      if (change.phase === 'open') this.takeBack(change, 'refused', 0, messageOf(error));
    }
  }

  private awaitWord(change: OpenNetworkChange): void {
    this.enter(change, 'open');
    this.later(change.dueAt, () => this.takeBack(change, 'notConfirmed', 0));
  }

  private takeBack(
    change: OpenNetworkChange,
    reason: TakeBackReason,
    afterMs: number,
    words: string | null = null,
  ): void {
    Object.assign(change, { reason, words });
    this.enter(change, 'takingBack');
    this.later(this.surroundings.clock.now() + afterMs, () => this.tryBack(change));
  }

  private async tryBack(change: OpenNetworkChange): Promise<void> {
    const { clock, network, mark, log } = this.surroundings;
    const { interfaceName, before } = change;
    try {
      const isBack = await returned(network, change);
      await mark.clear();
      this.trouble.isOver(`the change of the network at ${interfaceName} is taken back after all`);
      const outcome = isBack ? change.reason : 'changedElsewhere';
      log.warn({}, lineOf(outcome, interfaceName, before, change.words));
      this.isOver(change, outcome);
      this.lookAgain();
    } catch (error) {
      const why = `${messageOf(error)}; it is tried again every ${tryAgainMs / 1_000} s`;
      this.trouble.goesOn(`the change of the network at ${interfaceName} cannot be taken back: ${why}`);
      this.later(clock.now() + tryAgainMs, () => this.tryBack(change));
    }
  }

  private enter(change: OpenNetworkChange, phase: ChangePhase): void {
    change.phase = phase;
    this.count += 1;
  }

  private isOver(change: OpenNetworkChange, outcome: LastChange['outcome']): void {
    this.cancel();
    this.change = undefined;
    this.lastChange = { ...planOf(change), outcome, words: change.words };
    this.count += 1;
  }

  private lookAgain(): void {
    this.cancelLook();
    if (this.isClosed) return;
    const { clock } = this.surroundings;
    this.cancelLook = clock.at(clock.now() + settleMs, () => {
      this.count += 1;
    });
  }

  /** One timer is enough: each phase waits for one thing. */
  private later(dueAt: number, act: () => void | Promise<void>): void {
    this.cancel();
    if (this.isClosed) return;
    this.cancel = this.surroundings.clock.at(dueAt, () => void act());
  }
}
