/** `wait`: comes back as soon as something is so at the station, or when the time for it has passed. */
import type { Cancel, Clock } from '../hal/clock';
import { CommandRefusal } from '../hal/command-refusal';
import type { RunningStation } from '../main';
import type { FrameLog } from '../ocpp/frames/frame-log';
import { type Notice, type NoticeKind, noticeKinds } from '../station/notices';
import { Condition, type Met, timeoutUnlessToldMs, type WaitRequest, waitParameters } from './conditions';
import { type CommandAnswer, type CommandTable, command } from './control';

/** A station that is waited at; it may restart meanwhile. */
export interface WaitTarget {
  /** undefined while it restarts. */
  present(): RunningStation | undefined;
  readonly frames: FrameLog;
  readonly clock: Clock;
  /** Lets so much time pass, or less if it is over before. */
  passTime(ms: number, watch: Watch): Promise<void>;
}

/** Those that may wait at once. */
const waitsMax = 50;
/** What no notice tells, such as energy, is looked at so often, in ms. */
const lookAgainMs = 100;

export const waitCommands: CommandTable<WaitTarget> = {
  wait: command(
    'any',
    'Waits until something is so: for connected, disconnected, registered, status, started, stopped, energy, refused (a card), sent or received.',
    waitParameters,
    waitFor,
  ),
};

const waiting = new WeakMap<FrameLog, number>();

/** Throws `command.invalid` when the time is over, or when nobody waits for the answer any more. */
async function waitFor(target: WaitTarget, request: WaitRequest, gone?: AbortSignal): Promise<CommandAnswer> {
  const { frames, clock } = target;
  const running = target.present();
  if (!running) throw new CommandRefusal('starting', 'wait: the station is starting or ending: try again in a moment');
  const last = request.for === 'refused' ? (running.lastCardRefusal?.number ?? 0) : frames.lastNumber;
  const condition = new Condition(request, request.after ?? last, running);
  const before = waiting.get(frames) ?? 0;
  if (before >= waitsMax) throw new CommandRefusal('tooManyWait', `wait: ${waitsMax} are waiting already`);
  waiting.set(frames, before + 1);
  const timeoutMs = request.timeoutMs ?? timeoutUnlessToldMs;
  const beganMs = clock.now();
  const watch = new Watch(target, condition);
  const abandon = () => watch.abandon();
  gone?.addEventListener('abort', abandon);
  try {
    if (gone?.aborted) watch.abandon();
    if (!watch.isOver()) await target.passTime(timeoutMs, watch);
    const waitedMs = Math.round(clock.now() - beganMs);
    if (!watch.look() && watch.isOver()) throw new CommandRefusal('waitEnded', 'wait: nobody waits any more');
    if (!watch.look()) throw new CommandRefusal('waitEnded', `wait: not within ${timeoutMs} ms: ${condition.words}`);
    return { message: `after ${waitedMs} ms: ${condition.words}`, facts: { waitedMs, ...watch.met } };
  } finally {
    gone?.removeEventListener('abort', abandon);
    watch.end();
    waiting.set(frames, (waiting.get(frames) ?? 1) - 1);
  }
}

/** Looks at one condition until it has been met once. */
export class Watch {
  met: Met | undefined;
  /** Called once it is met, or abandoned. */
  onOver: () => void = () => {};
  private isAbandoned = false;
  private watched: RunningStation | undefined;
  private readonly onFrame = (frame: Parameters<Condition['metByFrame']>[0]): void => {
    this.meet(this.condition.metByFrame(frame));
  };
  private readonly onNotice = (notice: Notice): void => {
    if (this.condition.isMetByNotice(notice)) this.meet({});
    else this.look();
  };

  constructor(
    private readonly target: Pick<WaitTarget, 'present' | 'frames'>,
    private readonly condition: Condition,
  ) {
    this.meet(condition.metBefore(target.frames));
    target.frames.listeners.on('frame', this.onFrame);
  }

  get isFromOutside(): boolean {
    return this.condition.isFromOutside;
  }

  /** Whether it is met by now. */
  look(): boolean {
    if (this.met) return true;
    const running = this.target.present();
    if (running !== this.watched) this.follow(running);
    if (running) this.meet(this.condition.metBy(running));
    return this.met !== undefined;
  }

  /** Whether nothing is waited for any more. */
  isOver(): boolean {
    return this.look() || this.isAbandoned;
  }

  /** Who waited has gone. */
  abandon(): void {
    this.isAbandoned = true;
    this.onOver();
  }

  end(): void {
    this.follow(undefined);
    this.target.frames.listeners.off('frame', this.onFrame);
  }

  /** After a restart the station is another one. */
  private follow(running: RunningStation | undefined): void {
    for (const kind of noticeKinds) {
      this.watched?.notices.off<NoticeKind>(kind, this.onNotice);
      running?.notices.on<NoticeKind>(kind, this.onNotice);
    }
    this.watched = running;
  }

  private meet(met: Met | undefined): void {
    if (this.met || !met) return;
    this.met = met;
    this.onOver();
  }
}

/** Where time runs by itself. */
export function passTimeByItself(clock: Clock, ms: number, watch: Watch): Promise<void> {
  return new Promise((resolve) => {
    const endMs = clock.now() + ms;
    let cancel: Cancel = () => {};
    const done = (): void => {
      cancel();
      resolve();
    };
    const lookAgain = (): void => {
      if (watch.isOver() || clock.now() >= endMs) done();
      else cancel = clock.at(Math.min(clock.now() + lookAgainMs, endMs), lookAgain);
    };
    watch.onOver = done;
    lookAgain();
  });
}
