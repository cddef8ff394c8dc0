/** Samples the inputs of one ADS1115 converter in the beat of a loop, without ever waiting for a conversion. */
import type { Cancel, Clock } from '../../../hal/clock';
import { GreenupError, messageOf } from '../../../hal/errors';
import { type ReportTrouble, troubleOf } from '../../../hal/trouble';
import type { BusRest } from '../bus-rest';
import type { SafetyLoop } from '../loop';
import type { I2cBus } from './bus';

/** Failures in a row after which the readings of a chip are invalid. At one turn each, some 15 ms. */
export const adsFailuresMax = 3;
/** Rest between two tries while a chip is lost, in ms. */
export const adsLostRetryMs = 50;
/** Time from one conversion of a slow input to the next, in ms. */
export const adsSlowPeriodMs = 100;
/** Fast conversions between two slow ones, at the least. */
const fastBetweenSlow = 4;
/**
 * Time a conversion is given, in ms: 1/860 s + 10 % (tolerance of its oscillator) + 0.03 ms to wake up make 1.31 ms
 * (TI SBAS444), and 2 ms leave room for clones.
 */
export const adsConversionMs = 2;
/** The configuration is read back at one in so many conversions, and whenever a result is suspect. */
const verifyEvery = 11;

const pointer = { conversion: Uint8Array.of(0), config: 1 } as const;
const addresses = { lowest: 0x48, highest: 0x4b } as const;
/** Bit OS of the configuration: written 1 starts a conversion; read 1, none is running. */
const idleBit = 0x8000;
/** ±4.096 V (PGA 1), single shot, 860 samples/s (DR 7), comparator off. */
const baseConfig = 0x0200 | 0x0100 | 0x00e0 | 0x0003;
/** Volts of one step at ±4.096 V. */
export const adsStepV = 4.096 / 0x8000;

export type AdsInput = 0 | 1 | 2 | 3;

/** `atMs`: the clock's time at which the conversion was started, or at which the chip was found to fail. */
export type AdsSample =
  | { kind: 'volts'; volts: number; atMs: number }
  | { kind: 'invalid'; reason: string; atMs: number };

export interface AdsOptions {
  loop: Pick<SafetyLoop, 'add'>;
  clock: Clock;
  /** When the bus is left alone; shared with all that use it. */
  rest: BusRest;
  /** Called once when the chip is lost, and once when it answers again. */
  report: ReportTrouble;
}

interface Subscription {
  every: 'fast' | 'slow';
  listener: (sample: AdsSample) => void;
}

interface AdsChannel {
  readonly input: AdsInput;
  readonly subscriptions: Set<Subscription>;
  /** Conversion number of the last start; −1: it is this input's turn. */
  order: number;
  startedMs: number;
  /** The next result is believed only with the configuration read back. */
  suspect: boolean;
}

interface Conversion {
  channel: AdsChannel;
  config: number;
  startedMs: number;
  verify: boolean;
}

interface MeasuredInput {
  channel: AdsChannel;
  sample: AdsSample;
}

/**
 * One for each chip, shared by all its inputs. An ordinary conversion costs three transfers: start, point, read.
 *
 * Why not the configuration each time: each start writes all of it, and after a reset the result register is 0 until
 * a conversion ends, so a chip that lost its supply under way shows 0, or ones where it died while being read. Just
 * these two results are dropped and measured again with the configuration read back, which tells 0 V from a reset.
 */
export class AdsSampler {
  /** Failed tries since the start; a failed try is repeated at the next turn. */
  errors = 0;
  private readonly channels = new Map<AdsInput, AdsChannel>();
  private readonly leaveLoop: Cancel;
  private pending: Conversion | undefined;
  private conversions = 0;
  private sinceSlow = fastBetweenSlow;
  private failuresInRow = 0;
  private lost = false;
  private restUntilMs = Number.NEGATIVE_INFINITY;

  /** Throws `board.invalid` when `address` is none of a chip (0x48 to 0x4B). */
  constructor(
    private readonly bus: I2cBus,
    private readonly address: number,
    private readonly options: AdsOptions,
  ) {
    if (!(address >= addresses.lowest && address <= addresses.highest)) {
      throw new GreenupError(
        'board.invalid',
        `ADS1115: address ${hex(address)} cannot be; choose 0x48, 0x49, 0x4a or 0x4b`,
      );
    }
    this.leaveLoop = options.loop.add(() => this.turn());
  }

  /** Samples `input` against ground from the next turn on: `fast` in turn with its like, `slow` each 100 ms or so. */
  add(input: AdsInput, every: 'fast' | 'slow', listener: (sample: AdsSample) => void): Cancel {
    let channel = this.channels.get(input);
    if (channel === undefined) {
      channel = { input, subscriptions: new Set(), order: -1, startedMs: Number.NEGATIVE_INFINITY, suspect: true };
      this.channels.set(input, channel);
    }
    const { subscriptions } = channel;
    const subscription: Subscription = { every, listener };
    subscriptions.add(subscription);
    return () => {
      if (subscriptions.delete(subscription) && subscriptions.size === 0) this.channels.delete(input);
    };
  }

  /** Samples no more. */
  release(): void {
    this.leaveLoop();
    this.channels.clear();
    this.pending = undefined;
  }

  private turn(): void {
    const now = this.options.clock.now();
    const { rest } = this.options;
    if (rest.resting) {
      // Whoever found the bus stuck, nothing is known of the inputs meanwhile.
      if (!this.lost) this.lose(new GreenupError('part.failed', 'the I2C bus is stuck'), rest.reason);
      return;
    }
    if (now < this.restUntilMs) return;
    // Turns that were held up come close after one another, and a result read before its conversion has ended would be
    // that of another input.
    if (this.pending !== undefined && now - this.pending.startedMs < adsConversionMs) return;
    let measured: MeasuredInput | undefined;
    try {
      rest.use(() => {
        measured = this.finish();
        this.start(now);
      });
    } catch (error) {
      this.fail(error);
    }
    if (measured !== undefined) tell(measured.channel, measured.sample);
  }

  private finish(): MeasuredInput | undefined {
    const { pending } = this;
    if (pending === undefined) return undefined;
    const code = this.result(pending);
    this.pending = undefined;
    const { channel } = pending;
    const blank = code === 0 || code === -1;
    channel.suspect = blank;
    if (blank && !pending.verify) {
      again(channel);
      return undefined;
    }
    if (this.lost) {
      const text = `analogue inputs: the ADS1115 at ${hex(this.address)} answers again`;
      this.options.report({ part: 'analogInputs', code: 'recovered', text });
    }
    this.lost = false;
    this.failuresInRow = 0;
    return { channel, sample: sampleOf(code, pending.startedMs) };
  }

  /** Result of a conversion as a signed 16-bit number. */
  private result(conversion: Conversion): number {
    if (conversion.verify) {
      // The start has left the chip's pointer at the configuration.
      const config = word(this.bus.read(this.address, 2));
      if (config !== (conversion.config | idleBit)) throw this.strayed(config, conversion.config);
    }
    this.bus.write(this.address, pointer.conversion);
    const code = word(this.bus.read(this.address, 2));
    return code >= 0x8000 ? code - 0x10000 : code;
  }

  private strayed(found: number, asked: number): GreenupError {
    return new GreenupError(
      'part.failed',
      `ADS1115 at ${hex(this.address)}: its configuration is ${hex(found)} and not ${hex(asked)}: it lost its supply for a moment, or another program uses it`,
    );
  }

  private start(now: number): void {
    const next = this.next(now);
    if (next === undefined) return;
    const slow = !isFast(next);
    const config = idleBit | ((4 + next.input) << 12) | baseConfig;
    this.bus.write(this.address, Uint8Array.of(pointer.config, config >> 8, config & 0xff));
    this.conversions += 1;
    this.sinceSlow = slow ? 0 : this.sinceSlow + 1;
    next.order = this.conversions;
    next.startedMs = this.options.clock.now();
    const verify = next.suspect || this.conversions % verifyEvery === 0;
    this.pending = { channel: next, config, startedMs: next.startedMs, verify };
  }

  /** Fast inputs in turn; a slow one that is due slips in after enough of them. */
  private next(now: number): AdsChannel | undefined {
    const oldestFirst = [...this.channels.values()].sort((a, b) => a.order - b.order);
    const fast = oldestFirst.find(isFast);
    if (fast !== undefined && this.sinceSlow < fastBetweenSlow) return fast;
    const slow = oldestFirst.find((channel) => !isFast(channel) && now - channel.startedMs >= adsSlowPeriodMs);
    return slow ?? fast;
  }

  private fail(error: unknown): void {
    this.errors += 1;
    this.failuresInRow += 1;
    this.startAnew();
    const { resting } = this.options.rest;
    if (!resting && this.failuresInRow < adsFailuresMax) return;
    this.restUntilMs = this.options.clock.now() + adsLostRetryMs;
    this.lose(error, resting ? this.options.rest.reason : `failed ${adsFailuresMax} times`);
  }

  private startAnew(): void {
    if (this.pending !== undefined) again(this.pending.channel);
    this.pending = undefined;
    for (const channel of this.channels.values()) channel.suspect = true;
  }

  private lose(error: unknown, how: string): void {
    this.startAnew();
    const reason = messageOf(error);
    if (!this.lost) {
      const text = `analogue inputs: ${reason}; ${how}, invalid until it answers again`;
      this.options.report({ ...troubleOf('analogInputs', error, 'failed'), text });
    }
    this.lost = true;
    const atMs = this.options.clock.now();
    // At each try, since an input may have joined meanwhile.
    for (const channel of [...this.channels.values()]) tell(channel, { kind: 'invalid', reason, atMs });
  }
}

/** Makes it this input's turn. */
function again(channel: AdsChannel): void {
  channel.order = -1;
  channel.startedMs = Number.NEGATIVE_INFINITY;
}

function tell(channel: AdsChannel, sample: AdsSample): void {
  for (const subscription of [...channel.subscriptions]) {
    if (channel.subscriptions.has(subscription)) subscription.listener(sample);
  }
}

function sampleOf(code: number, atMs: number): AdsSample {
  if (code === 0x7fff) return { kind: 'invalid', reason: 'above the range of the input (4.096 V)', atMs };
  if (code === -0x8000) return { kind: 'invalid', reason: 'below the range of the input (−4.096 V)', atMs };
  return { kind: 'volts', volts: code * adsStepV, atMs };
}

function isFast(channel: AdsChannel): boolean {
  for (const { every } of channel.subscriptions) if (every === 'fast') return true;
  return false;
}

function word(bytes: Uint8Array): number {
  const [high = 0, low = 0] = bytes;
  return (high << 8) | low;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
