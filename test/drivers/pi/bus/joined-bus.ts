/** The two sides of a bus under one virtual clock: the real worker and the real link, with the thread between them played. */
import type { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { BusLink, type BusThread } from '../../../../src/drivers/pi/bus/bus-link';
import type { BusAnswer, FromBus, ToBus } from '../../../../src/drivers/pi/bus/bus-messages';
import { BusWorker } from '../../../../src/drivers/pi/bus/bus-worker';
import type { GpioLines } from '../../../../src/drivers/pi/gpio/lines';
import type { I2cBus } from '../../../../src/drivers/pi/i2c/bus';
import { SafetyLoop } from '../../../../src/drivers/pi/loop';
import type { Trouble } from '../../../../src/hal/trouble';

export interface JoinedBusOptions {
  clock: VirtualClock;
  /** Of the safety thread. */
  loop: SafetyLoop;
  i2c: I2cBus;
  gpio: GpioLines;
  report(trouble: Trouble): void;
}

/**
 * `stick` lets the bus's thread stand still in a transfer: neither its turns nor what it is told get through, and all the rest
 * goes on. What it was told is done when it is let go.
 */
export class JoinedBus {
  readonly link: BusLink;
  private stuck = false;
  private waiting: ToBus[] = [];
  private unheard: FromBus[] | undefined;
  private readonly answers: BusAnswer[] = [];
  private readonly ownLoop: SafetyLoop;
  private readonly worker: BusWorker;
  private onMessage: (message: FromBus) => void = () => {};
  private onEnd: (reason: string) => void = () => {};
  stopped = false;
  terminated = false;

  constructor(options: JoinedBusOptions) {
    const { clock, loop, i2c, gpio, report } = options;
    this.ownLoop = new SafetyLoop(clock);
    this.worker = new BusWorker({
      loop: this.ownLoop,
      clock,
      i2c,
      gpio: () => gpio,
      send: (message) => clock.at(clock.now(), () => this.deliver(message)),
      answer: (answer) => this.answers.push(answer),
      onStopped: () => {
        this.stopped = true;
        this.ownLoop.stop();
      },
    });
    this.ownLoop.start();
    const thread: BusThread = {
      postMessage: (message) => {
        if (this.stuck) this.waiting.push(message);
        // A message that is answered is waited for, so that it is taken at once.
        else if (message.kind === 'line' || message.kind === 'stop') this.worker.receive(message);
        else clock.at(clock.now(), () => this.worker.receive(message));
      },
      onMessage: (listener) => {
        this.onMessage = listener;
      },
      onEnd: (listener) => {
        this.onEnd = listener;
      },
      answer: () => this.answers.shift(),
      terminate: () => {
        this.terminated = true;
      },
    };
    this.link = new BusLink({ thread, bus: 'i2c-1', loop, clock, report });
  }

  /** The safety thread stands still and hears nothing, until `hear`. */
  deafen(): void {
    this.unheard = [];
  }

  hear(): void {
    const { unheard = [] } = this;
    this.unheard = undefined;
    for (const message of unheard) this.onMessage(message);
  }

  private deliver(message: FromBus): void {
    if (this.unheard) this.unheard.push(message);
    else this.onMessage(message);
  }

  stick(): void {
    this.stuck = true;
    this.ownLoop.stop();
  }

  letGo(): void {
    this.stuck = false;
    for (const message of this.waiting.splice(0)) this.worker.receive(message);
    this.ownLoop.start();
  }

  die(reason: string): void {
    this.stick();
    this.onEnd(reason);
  }
}
