/** Dates of what transactions tell: by the best clock that is known, and within one transaction by one clock. */
import type { Batch } from '../../hal/store';
import type { StoredValues } from '../../hal/stored';
import type { Stamp, WallTime } from '../wall-time';
import { type Entry, type StampedValues, type Told, toldDates } from './stored-messages';

/**
 * A clock that was corrected dates anew what has not left. What has left cannot be dated anew, nor may its repetition be;
 * so what follows it in the same transaction is dated by the clock that dated it: the durations are true, although all of
 * the transaction lies as far beside the true time as its first message.
 */
export class ToldDates {
  /** The first message of each transaction that has left, with the date that it bore; also of a message of none. */
  private readonly first: Map<string, Told>;

  constructor(
    private readonly wall: WallTime,
    /** Monotonic time of the last record of a boot. */
    private readonly lastOfBoot: (boot: number) => number,
    stored: StoredValues,
  ) {
    this.first = toldDates.read(stored);
  }

  /** Unix time in ms that a message tells of itself; undefined while the time is not known. */
  of(entry: Entry): number | undefined {
    const { body } = entry;
    const own = this.ofStamp(entry, body.kind === 'meter' ? body.sample.stamp : body.stamp);
    if (body.kind !== 'stop' || own === undefined) return own;
    // A stop after a power cut is dated by another boot, whose clock may lie behind that of the values.
    return body.data.reduce((latest, values) => Math.max(latest, this.ofValues(entry, values) ?? latest), own);
  }

  /** Of values that lie in a message. */
  ofValues(entry: Entry, { stamp }: StampedValues): number | undefined {
    return this.ofStamp(entry, stamp);
  }

  /** The message leaves now. */
  leaves(entry: Entry): void {
    const name = nameOf(entry);
    if (this.first.has(name)) return;
    const { body } = entry;
    const stamp = body.kind === 'meter' ? body.sample.stamp : body.stamp;
    const wall = this.of(entry);
    if (wall !== undefined) this.first.set(name, { boot: stamp.boot, at: stamp.at, wall });
  }

  /** The message is done with. What a start told must be known after a power cut, what an end told need not. */
  settled(entry: Entry): Batch {
    const name = nameOf(entry);
    const first = this.first.get(name);
    if (!first) return { put: [], del: [] };
    if (entry.body.kind === 'start') return { put: [toldDates.entry(name, first)], del: [] };
    if (entry.body.kind === 'meter' && entry.tx !== '') return { put: [], del: [] };
    this.first.delete(name);
    return { put: [], del: [toldDates.key(name)] };
  }

  /** To be stored with a correction of the clock: what has left is not answered yet, and may leave again after a power cut. */
  corrected(): Batch {
    return { put: [...this.first].map(([name, told]) => toldDates.entry(name, told)), del: [] };
  }

  private ofStamp(entry: Entry, stamp: Stamp): number | undefined {
    const known = this.wall.resolve(stamp, this.lastOfBoot);
    const first = this.first.get(nameOf(entry));
    if (first === undefined || known === undefined) return known;
    if (stamp.boot === first.boot) return first.wall + (stamp.at - first.at);
    // How far beside the true time the first one lay, as far as it is known by now.
    const asideMs = first.wall - (this.wall.resolve(first, this.lastOfBoot) ?? first.wall);
    // Where that is not known, what comes after it is at least not told to have been before it.
    return stamp.boot > first.boot ? Math.max(first.wall, known + asideMs) : known + asideMs;
  }
}

/** Values outside of any transaction are dated each for itself. */
function nameOf({ tx, messageId }: Entry): string {
  return tx === '' ? messageId : tx;
}
