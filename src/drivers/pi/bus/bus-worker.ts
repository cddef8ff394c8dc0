/** The thread of a bus: works all that hangs on it, in its own beat, and may be held up by it without holding up anybody else. */
import type { Clock } from '../../../hal/clock';
import { GreenupError, messageOf, unreachable } from '../../../hal/errors';
import { BusRest } from '../bus-rest';
import type { GpioLines } from '../gpio/lines';
import { PartInput, PartOutput, slowContactTurns } from '../gpio/part-lines';
import { AdsSampler } from '../i2c/ads1115';
import type { I2cBus } from '../i2c/bus';
import type { Poll, SafetyLoop } from '../loop';
import type { BusAnswer, BusSample, FromBus, LineLevel, LineState, ToBus } from './bus-messages';

export interface BusWorkerOptions {
  loop: Pick<SafetyLoop, 'add'>;
  clock: Clock;
  i2c: I2cBus;
  /** Opened when the first line is asked for. */
  gpio(): GpioLines;
  send(message: FromBus): void;
  answer(answer: BusAnswer): void;
  /** Everything was let go. */
  onStopped(): void;
}

/** Keeps the reason for which a line does not work, as long as it does not. */
class BusFailure {
  reason: string | undefined;

  failed(reason: string): void {
    this.reason = reason;
  }

  fine(): void {
    this.reason = undefined;
  }
}

interface WorkedInput {
  input: PartInput;
  failure: BusFailure;
  told: LineLevel | undefined;
}

interface WorkedOutput {
  output: PartOutput;
  failure: BusFailure;
  order: number;
  told: LineState | undefined;
}

export class BusWorker {
  private readonly rest: BusRest;
  private readonly samplers = new Map<number, AdsSampler>();
  private readonly polls = new Set<Poll>();
  private readonly inputs = new Map<number, WorkedInput>();
  private readonly outputs = new Map<number, WorkedOutput>();
  private samples: BusSample[] = [];
  private lines: GpioLines | undefined;
  private turns = 0;
  private readonly leaveLoop: () => void;

  constructor(private readonly options: BusWorkerOptions) {
    this.rest = new BusRest(options.clock);
    this.leaveLoop = options.loop.add((now) => this.turn(now));
    options.answer({ kind: 'started' });
  }

  receive(message: ToBus): void {
    switch (message.kind) {
      case 'sample': {
        const { address, input, pace } = message;
        this.sampler(address).add(input, pace, (sample) => this.samples.push({ address, input, sample }));
        return;
      }
      case 'line':
        this.options.answer(this.setUp(message));
        return;
      case 'write': {
        const worked = this.outputs.get(message.id);
        if (!worked) return;
        worked.order = message.order;
        worked.output.set(message.active);
        return;
      }
      case 'releaseLine':
        this.releaseLine(message.id);
        return;
      case 'stop':
        this.stop();
        return;
      default:
        unreachable(message);
    }
  }

  private turn(now: number): void {
    for (const poll of [...this.polls]) poll(now);
    for (const { output } of this.outputs.values()) output.retry();
    const states = this.newStates();
    const levels = this.newLevels();
    this.turns += 1;
    const errors = [...this.samplers.values()].reduce((sum, sampler) => sum + sampler.errors, 0);
    const { samples } = this;
    this.samples = [];
    this.options.send({ kind: 'turn', atMs: now, samples, levels, states, errors });
  }

  private newStates(): LineState[] {
    const states: LineState[] = [];
    for (const [id, worked] of this.outputs) {
      const { output, order, failure, told } = worked;
      const state = { id, order, done: output.isDone, failure: failure.reason };
      if (told && told.order === order && told.done === state.done && told.failure === state.failure) continue;
      worked.told = state;
      states.push(state);
    }
    return states;
  }

  /** People and motors move what hangs on a bus: each input is read at each fourth turn, and not all in the same one. */
  private newLevels(): LineLevel[] {
    const levels: LineLevel[] = [];
    for (const [id, worked] of this.inputs) {
      if ((this.turns + id) % slowContactTurns !== 0) continue;
      const { told } = worked;
      const level = this.levelOf(id, worked);
      if (told && told.active === level.active && told.failure === level.failure) continue;
      worked.told = level;
      levels.push(level);
    }
    return levels;
  }

  private sampler(address: number): AdsSampler {
    const known = this.samplers.get(address);
    if (known) return known;
    const { clock, i2c, send } = this.options;
    const loop = {
      add: (poll: Poll) => {
        this.polls.add(poll);
        return () => this.polls.delete(poll);
      },
    };
    const report = (trouble: Extract<FromBus, { kind: 'trouble' }>['trouble']) => send({ kind: 'trouble', trouble });
    const made = new AdsSampler(i2c, address, { loop, clock, rest: this.rest, report });
    this.samplers.set(address, made);
    return made;
  }

  private setUp({ id, use, line }: Extract<ToBus, { kind: 'line' }>): BusAnswer {
    try {
      this.lines ??= this.options.gpio();
      const failure = new BusFailure();
      if (use === 'output') {
        const output = new PartOutput(this.lines.output(line), failure, this.rest);
        this.outputs.set(id, { output, failure, order: 0, told: undefined });
        return { kind: 'line', id, level: undefined };
      }
      const worked = { input: new PartInput(this.lines.input(line), failure, this.rest), failure, told: undefined };
      this.inputs.set(id, worked);
      return { kind: 'line', id, level: this.levelOf(id, worked) };
    } catch (error) {
      const code = error instanceof GreenupError ? error.code : undefined;
      const known = code === 'part.missing' || code === 'package.missing' ? code : 'part.failed';
      return { kind: 'refused', id, code: known, text: messageOf(error) };
    }
  }

  private levelOf(id: number, { input, failure }: WorkedInput): LineLevel {
    const active = input.read();
    const { resting, reason } = this.rest;
    return { id, active, failure: resting ? `its bus ${reason} and is left alone for a while` : failure.reason };
  }

  private releaseLine(id: number): void {
    this.outputs.get(id)?.output.release();
    this.outputs.delete(id);
    this.inputs.get(id)?.input.release();
    this.inputs.delete(id);
  }

  private stop(): void {
    this.leaveLoop();
    for (const id of [...this.outputs.keys(), ...this.inputs.keys()]) this.releaseLine(id);
    for (const sampler of this.samplers.values()) sampler.release();
    this.options.i2c.close();
    this.options.answer({ kind: 'stopped' });
    this.options.onStopped();
  }
}
