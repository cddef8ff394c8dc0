/** An MFRC522 card reader chip: reads the UID of ISO/IEC 14443-3 type A cards by the `mfrc522-rpi` package. */
import { GreenupError, messageOf } from '../../../hal/errors';
import {
  answerErrors,
  chipCommand,
  collisionBit,
  collisionNowhereBit,
  crcReadyBit,
  powerDownBit,
  register,
  settings,
  versionNames,
} from './mfrc522-registers';
import type { SpiBus } from './spi';

/** The part of `mfrc522-rpi` that is used here; it does registers, one exchange with a card, and the chip's CRC. */
export interface Mfrc522Library {
  writeRegister(address: number, value: number): void;
  readRegister(address: number): number;
  toCard(command: number, bytes: readonly number[]): { status: boolean; data: number[]; bitSize: number };
  calculateCRC(bytes: readonly number[]): number[];
}

export type Mfrc522LibraryClass = new (spi: {
  open(): void;
  write(bytes: Uint8Array): void;
  transfer(bytes: Uint8Array): Uint8Array;
}) => Mfrc522Library;

/** Drives the chip's reset input (NRSTPD): active holds it in reset. */
export interface ResetLine {
  write(active: boolean): void;
}

export type ReaderVersion =
  | { kind: 'known' | 'unknown'; value: number; name: string }
  | { kind: 'absent'; value: number; reason: string };

/** `unreadable`: something is in the field, but no UID came of it; `failed`: the reader itself does not work. */
export type PollResult =
  | { kind: 'none' }
  | { kind: 'card'; uid: Uint8Array } // 4, 7 or 10 bytes, in the order they came
  | { kind: 'several' }
  | { kind: 'unreadable'; reason: string }
  | { kind: 'failed'; reason: string };

const cardCommand = { wakeAll: 0x52, halt: 0x50 } as const;

/** SEL of the three cascade levels, in turn (ISO/IEC 14443-3, 6.5.4). */
const selectCommands = [0x93, 0x95, 0x97] as const;
const cascadeTag = 0x88;
/** Bit of the SAK: the UID goes on at the next level. */
const sakIncomplete = 0x04;

const wakeReadsMax = 1000;

/** A disturbed exchange is done again at once, at most this often in one poll. */
const attemptsMax = 3;
/** One collision can be noise of a card at the edge of the field; two in one poll are two cards. */
const collisionsMeanSeveral = 2;

type ChipAnswer =
  | { kind: 'bits'; bytes: number[]; count: number }
  | { kind: 'silence' }
  | { kind: 'collision' }
  | { kind: 'garbled'; reason: string };

type NoUid = { kind: 'several' } | { kind: 'unreadable'; reason: string };
/** One cascade level: 4 bytes, of which the first is a tag where the UID is not complete. */
type Level = { kind: 'part'; bytes: number[]; complete: boolean } | NoUid;

/**
 * After its reset the chip is deaf until its oscillator runs (datasheet 8.8.2: start-up of the crystal and 37.7 µs): it is
 * set up again after a pause, so many times, before it counts as broken.
 */
const startTriesMax = 6;
const startPauseMs = 10;

/** Every method blocks, for some 10 to 50 ms: use it in a worker thread only. */
export class Mfrc522 {
  private readonly library: Mfrc522Library;
  /** A card may have been left half-way through selection: it answers the second wake-up only. */
  private unsettled = true;

  constructor(
    spi: SpiBus,
    Library: Mfrc522LibraryClass,
    private readonly reset?: ResetLine,
    /** Blocks for so many ms. */
    private readonly pause: (ms: number) => void = block,
  ) {
    this.library = new Library({
      open: () => {},
      write: (bytes) => {
        spi.transfer(bytes);
      },
      transfer: (bytes) => spi.transfer(bytes),
    });
  }

  /** Throws what the bus throws. */
  version(): ReaderVersion {
    const value = this.library.readRegister(register.version);
    if (value === 0x00 || value === 0xff) {
      const reason = `the chip does not answer (its version reads ${hex(value)}): check 3.3 V, ground, SCK, MOSI, MISO, SDA (chip select) and RST`;
      return { kind: 'absent', value, reason };
    }
    const name = versionNames.get(value);
    return name === undefined
      ? { kind: 'unknown', value, name: `unknown chip ${hex(value)}` }
      : { kind: 'known', value, name };
  }

  /** Resets the chip, writes its registers and switches the antenna on. Throws `part.failed` if it does not obey. */
  begin(): void {
    this.reset?.write(true);
    this.reset?.write(false);
    for (let triesLeft = this.reset ? startTriesMax : 1; ; triesLeft -= 1) {
      const trouble = this.setUp();
      if (trouble === undefined) return;
      if (triesLeft <= 1) throw new GreenupError('part.failed', trouble);
      this.pause(startPauseMs);
    }
  }

  /** Why the chip did not take its settings; undefined: it did. */
  private setUp(): string | undefined {
    this.library.writeRegister(register.command, chipCommand.softReset);
    this.awaitWake();
    for (const { address, value } of settings) this.library.writeRegister(address, value);
    this.unsettled = true;
    const version = this.version();
    if (version.kind === 'absent') return version.reason;
    const lost = this.lostRegister();
    if (lost === undefined) return undefined;
    return `the chip does not keep register ${hex(lost)}: check its 3.3 V supply and shorten the wires`;
  }

  /** Looks for cards once; each card found is halted. Never throws. */
  poll(): PollResult {
    try {
      const version = this.version();
      if (version.kind === 'absent') return { kind: 'failed', reason: version.reason };
      // After a loss of power, or with the antenna switched off by heat, the chip is there but deaf.
      if (this.lostRegister() !== undefined) this.begin();
      const result = this.readCard();
      // A reader that vanished meanwhile looks like an empty field or like noise, and its zeros agree with each other.
      const still = this.version();
      return still.kind === 'absent' ? { kind: 'failed', reason: still.reason } : result;
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
  }

  private readCard(): PollResult {
    let collisions = 0;
    let result: PollResult = { kind: 'none' };
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      result = this.attempt();
      if (result.kind === 'several') {
        collisions += 1;
        if (collisions === collisionsMeanSeveral) return result;
      } else if (result.kind !== 'unreadable') break;
    }
    // Where cards collided even once, a UID may be of either, so none is taken.
    return collisions > 0 ? unreadable('bits collided once') : result;
  }

  private attempt(): PollResult {
    const woken = this.wakeAll();
    if (woken.kind === 'silence') return { kind: 'none' };
    this.unsettled = true;
    const atqa = checked(woken, 16, 'wake-up');
    if (atqa.kind !== 'bytes') return atqa;
    const uid: number[] = [];
    for (const [index, select] of selectCommands.entries()) {
      const level = this.selectLevel(select, index + 1);
      if (level.kind !== 'part') return level;
      if (level.complete) {
        this.halt();
        return { kind: 'card', uid: Uint8Array.from([...uid, ...level.bytes]) };
      }
      uid.push(...level.bytes.slice(1));
    }
    return unreadable('its UID goes on past 10 bytes');
  }

  /** WUPA: new cards answer, and halted ones too, so a card that stays is seen at each poll. */
  private wakeAll(): ChipAnswer {
    const first = this.exchange([cardCommand.wakeAll], 7);
    if (first.kind !== 'silence' || !this.unsettled) return first;
    // A card in the midst of a selection falls back at the first call, without a word.
    const second = this.exchange([cardCommand.wakeAll], 7);
    if (second.kind === 'silence') this.unsettled = false;
    return second;
  }

  private selectLevel(select: number, level: number): Level {
    const name = `level ${level}`;
    const uid = checked(this.exchange([select, 0x20]), 40, name);
    if (uid.kind !== 'bytes') return uid;
    if (uid.bytes.reduce((sum, byte) => sum ^ byte, 0) !== 0) return unreadable(`${name}: wrong check byte (BCC)`);
    const sak = checked(this.exchange(this.withCrc([select, 0x70, ...uid.bytes])), 24, name);
    if (sak.kind !== 'bytes') return sak;
    const [value = 0, low, high] = sak.bytes;
    const [expectedLow, expectedHigh] = this.crc([value]);
    if (low !== expectedLow || high !== expectedHigh) return unreadable(`${name}: wrong CRC after selection`);
    const complete = (value & sakIncomplete) === 0;
    const tagged = uid.bytes[0] === cascadeTag;
    // The tag says "more follows" at levels 1 and 2; at level 3 nothing can follow, and 0x88 is a byte as any other.
    const contradiction = level === selectCommands.length ? !complete : complete === tagged;
    if (contradiction) return unreadable(`${name}: cascade tag and SAK ${hex(value)} contradict each other`);
    return { kind: 'part', bytes: uid.bytes.slice(0, 4), complete };
  }

  /** HLTA: silence is consent. */
  private halt(): void {
    this.unsettled = this.exchange(this.withCrc([cardCommand.halt, 0])).kind !== 'silence';
  }

  /** Sends a frame whose last byte has `lastBits` bits (0: all eight) and takes the answer. */
  private exchange(frame: readonly number[], lastBits = 0): ChipAnswer {
    this.library.writeRegister(register.bitFraming, lastBits);
    const reply = this.library.toCard(chipCommand.transceive, frame);
    // The package tells only that something went wrong; the chip keeps what until the next exchange.
    const errors = this.library.readRegister(register.error);
    if ((errors & collisionBit) !== 0 && (this.library.readRegister(register.coll) & collisionNowhereBit) === 0) {
      return { kind: 'collision' };
    }
    const error = answerErrors.find(([bit]) => (errors & bit) !== 0);
    if (error !== undefined) return { kind: 'garbled', reason: error[1] };
    // Without an answer the package gives one byte and no bits.
    if (reply.bitSize === 0) return { kind: 'silence' };
    return { kind: 'bits', bytes: reply.data.slice(0, Math.ceil(reply.bitSize / 8)), count: reply.bitSize };
  }

  private withCrc(bytes: readonly number[]): number[] {
    return [...bytes, ...this.crc(bytes)];
  }

  private crc(bytes: readonly number[]): number[] {
    this.library.writeRegister(register.command, chipCommand.idle);
    // The package means to withdraw the last notice but writes it the wrong way round, and would not wait.
    this.library.writeRegister(register.divIrq, crcReadyBit);
    return this.library.calculateCRC(bytes);
  }

  private awaitWake(): void {
    for (let reads = 0; reads < wakeReadsMax; reads++) {
      if ((this.library.readRegister(register.command) & powerDownBit) === 0) return;
    }
  }

  private lostRegister(): number | undefined {
    return settings.find(({ address, value, kept }) => {
      return (this.library.readRegister(address) & kept) !== (value & kept);
    })?.address;
  }
}

/** The bytes of an answer that has as many bits as it must. */
function checked(answer: ChipAnswer, bits: number, name: string): { kind: 'bytes'; bytes: number[] } | NoUid {
  switch (answer.kind) {
    case 'collision':
      return { kind: 'several' };
    case 'garbled':
      return unreadable(`${name}: ${answer.reason}`);
    case 'silence':
      return unreadable(`${name}: it fell silent`);
    case 'bits':
      if (answer.count === bits) return { kind: 'bytes', bytes: answer.bytes };
      return unreadable(`${name}: ${answer.count} bits instead of ${bits}`);
    default:
      return answer satisfies never;
  }
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function unreadable(reason: string): NoUid {
  return { kind: 'unreadable', reason };
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, '0')}`;
}
