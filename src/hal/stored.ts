/** What the store held at start, read through checked collections: what cannot be read is set aside, told, and never lost. */
import type { Static, TSchema } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import { checkerOf } from './quick-check';
import { shape } from './shapes';
import type { Batch, JsonValue } from './store';

/** Where values lie that could not be read: under this and their former key, with the reason and what was found. */
export const quarantinePrefix = 'quarantine/';

/** A value that could not be read, as it lies under `quarantine/`. */
export interface SetAside {
  key: string;
  reason: string;
  /** Format of the store in which it was found, and the format of the release that could not read it. */
  format: number;
  reader: number;
  value: JsonValue;
}

const setAsideShape = shape.Object({
  key: shape.String(),
  reason: shape.String(),
  format: shape.Number(),
  reader: shape.Number(),
  value: shape.Unknown(),
});

/** The values of a store at start. Collections take their own out of it and set aside what they cannot read. */
export class StoredValues {
  private readonly aside = new Map<string, SetAside>();
  private readonly replaced = new Map<string, JsonValue>();

  constructor(
    private readonly values: ReadonlyMap<string, JsonValue>,
    /** The format in which the store was found, and that of this release; 1 is that of the first. */
    private readonly formats: { found: number; own: number } = { found: 1, own: 1 },
  ) {}

  /** Undefined for a value that was set aside, unless another took its place. */
  get(key: string): JsonValue | undefined {
    return this.aside.has(key) ? this.replaced.get(key) : this.values.get(key);
  }

  /** Whether there was a value, readable or not. */
  has(key: string): boolean {
    return this.values.has(key);
  }

  /** Key and value of all that begin so, in the order of keys. */
  under(prefix: string): [key: string, value: JsonValue][] {
    const found: [key: string, value: JsonValue][] = [];
    for (const [key, value] of this.values)
      if (key.startsWith(prefix) && !this.aside.has(key)) found.push([key, value]);
    return found;
  }

  /** `instead` takes the place of what cannot be read: the worst case, where something rests on it. */
  setAside(key: string, reason: string, instead?: JsonValue): void {
    const value = this.values.get(key);
    if (value === undefined) return;
    this.aside.set(key, { ...this.asideOf(key, value, reason), format: this.formats.found });
    if (instead !== undefined) this.replaced.set(key, instead);
  }

  /** How something of this release lies in quarantine: what belongs to a value that was set aside follows it there. */
  asideOf(key: string, value: JsonValue, reason: string): SetAside {
    const { own } = this.formats;
    return { key, reason, format: own, reader: own, value };
  }

  /** Values at the start. */
  get count(): number {
    return this.values.size;
  }

  /** What this start has set aside: to be logged, once. */
  get news(): readonly SetAside[] {
    return [...this.aside.values()];
  }

  /** What earlier starts and this one have set aside, whatever became of the rest. */
  get quarantined(): readonly SetAside[] {
    const earlier = this.under(quarantinePrefix).flatMap(([, value]) => setAsideOf(value) ?? []);
    return [...earlier, ...this.aside.values()];
  }

  /** Moves what was set aside to its place in quarantine; an empty batch where all could be read. */
  batch(): Batch {
    const put = this.news.map((entry) => quarantineEntry(entry));
    const del = this.news.map(({ key }) => key).filter((key) => !this.replaced.has(key));
    return { put: [...put, ...this.replaced], del };
  }
}

/** What lies under a key of the quarantine; undefined for what no release has put there. */
export function setAsideOf(value: JsonValue): SetAside | undefined {
  return Check(setAsideShape, value) ? (value as unknown as SetAside) : undefined;
}

/** Key and value under which something lies in quarantine. */
export function quarantineEntry(entry: SetAside): [key: string, value: JsonValue] {
  return [quarantinePrefix + entry.key, { ...entry }];
}

/** Stored values of one kind, by name; the only way in which they are read and written. */
export class Collection<T> {
  private fits: ((value: unknown) => boolean) | undefined;

  constructor(
    /** Keys of the store begin so. A single value has its whole key here, and the empty name. */
    readonly prefix: string,
    private readonly schema: TSchema,
  ) {}

  key(name: string): string {
    return this.prefix + name;
  }

  entry(name: string, value: T): [key: string, value: JsonValue] {
    return [this.key(name), value as JsonValue];
  }

  /** Name and value of all that fit the shape, in the order of keys; the others are set aside. */
  read(stored: StoredValues): Map<string, T> {
    const read = new Map<string, T>();
    for (const [key, value] of stored.under(this.prefix)) {
      const problem = this.problemOf(value);
      if (problem === undefined) read.set(key.slice(this.prefix.length), value as T);
      else stored.setAside(key, problem);
    }
    return read;
  }

  /** Whether this start had to set aside values of the collection. */
  lost(stored: StoredValues): boolean {
    return stored.news.some(({ key }) => key.startsWith(this.prefix));
  }

  /** The value of one name; undefined where there is none, or none that can be read, which is then set aside. */
  readOne(stored: StoredValues, name = ''): T | undefined {
    const value = stored.get(this.key(name));
    if (value === undefined) return undefined;
    const problem = this.problemOf(value);
    if (problem === undefined) return value as T;
    stored.setAside(this.key(name), problem);
    return undefined;
  }

  /** What is wrong with a value, with its place; undefined for one that fits. */
  private problemOf(value: JsonValue): string | undefined {
    this.fits ??= checkerOf(this.schema);
    if (this.fits(value)) return undefined;
    const first = Errors(this.schema, value).First();
    return first ? `${first.path === '' ? 'value' : first.path.slice(1)}: ${first.message}` : 'not of its kind';
  }
}

/** Values under a prefix, of a shape; their type follows from it. */
export function collection<S extends TSchema>(prefix: string, schema: S): Collection<Static<S>> {
  return new Collection<Static<S>>(prefix, schema);
}
