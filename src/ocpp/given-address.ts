/** The address that whoever starts the station gives it, and what of it holds against URL and UID as they are stored. */
import { shape } from '../hal/shapes';
import type { Batch, JsonValue } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import { keyNotes } from './config-keys/key-notes';
import { storedKeys } from './config-keys/stored-keys';
import { formerAddress } from './configured-endpoint';

const addressKeyNames = ['URL', 'UID'] as const;
type AddressKey = (typeof addressKeyNames)[number];

export interface GivenValue {
  value: string;
  /**
   * `run`: holds until the station ends, and is not stored. `flashed`: holds once, when it differs from what was flashed
   * before; then it is stored, and yields to what is changed later. `default`: yields to whatever is stored.
   */
  rank: 'run' | 'flashed' | 'default';
}

export interface GivenAddress extends Partial<Record<AddressKey, GivenValue>> {
  /** The count of flashings that have set the rig's settings; absent where nothing is flashed. */
  flashing?: number;
  /** The station goes on after a reset or a power cut: what was changed since its start holds against rank `run`. */
  goesOn?: boolean;
}

/** How the store at a start must change for the given address to hold. */
export interface AddressAtStart {
  /** What the station finds instead of what is stored. */
  seen: Batch;
  /** What is stored. */
  lasting: Batch;
  /** Keys whose values hold for this run and are not stored: a change to the same value is one for the disk. */
  unsaved: ReadonlySet<string>;
  /** What holds where nothing is stored. */
  initial: Readonly<Record<string, string>>;
  /** For people: which stored values do not count in this run. */
  remarks: string[];
}

const orNull = shape.Union([shape.String(), shape.Null()]);
/** What was flashed last and before, the latest last; `stored`: what the key held when the next one took over. */
const flashings = collection(
  'flashed/',
  shape.Object({
    number: shape.Integer(),
    value: orNull,
    earlier: shape.Array(shape.Object({ number: shape.Integer(), value: orNull, stored: orNull })),
  }),
);
type Flashed = NonNullable<ReturnType<typeof flashings.readOne>>;
/** A flashing is taken back soon or never, so that few need to be remembered. */
const earlierMax = 4;

/** A stored value that does not count in this run, until the key is changed. */
const overruled = collection('overruled/', shape.Object({ value: shape.String(), stored: shape.String() }));

interface KeyAtStart {
  /** Absent: as stored. null: not set. */
  seen?: string | null;
  lasting?: KeyChange[];
  isUnsaved?: boolean;
  /** Changed during the run: the way back from there holds. */
  isChanged?: boolean;
  remark?: string;
}

type KeyChange = [key: string, value: JsonValue | null];

export function addressAtStart(stored: StoredValues, given: GivenAddress): AddressAtStart {
  const keys = addressKeyNames.map((key) => ({ key, ...keyAtStart(key, stored, given) }));
  const seen = keys.flatMap(({ key, seen: value }): KeyChange[] => (value === undefined ? [] : [changeOf(key, value)]));
  const lasting = keys.flatMap((key) => key.lasting ?? []);
  // What was flashed nobody has changed since.
  const unnoted = keys.flatMap((key): KeyChange[] =>
    key.seen === undefined || key.isUnsaved ? [] : [[keyNotes.key(key.key), null]],
  );
  seen.push(...unnoted);
  lasting.push(...unnoted);
  // From an address that a person gave there is no way back.
  if (seen.length > 0 && !keys.some(({ isChanged }) => isChanged)) {
    seen.push([formerAddress.key(''), null]);
    if (keys.some((key) => key.seen !== undefined && !key.isUnsaved)) lasting.push([formerAddress.key(''), null]);
  }
  return {
    seen: batchOf(seen),
    lasting: batchOf(lasting),
    unsaved: new Set(keys.flatMap(({ key, isUnsaved }) => (isUnsaved ? [key] : []))),
    initial: Object.fromEntries(addressKeyNames.flatMap((key) => (given[key] ? [[key, given[key].value]] : []))),
    remarks: keys.flatMap(({ remark }) => remark ?? []),
  };
}

function keyAtStart(key: AddressKey, stored: StoredValues, given: GivenAddress): KeyAtStart {
  const { [key]: own, flashing, goesOn = false } = given;
  const present = storedKeys.readOne(stored, key);
  if (own?.rank === 'run')
    return forThisRun(key, own.value, { present, goesOn, before: overruled.readOne(stored, key) });
  const forgotten: KeyChange[] = stored.has(overruled.key(key)) ? [[overruled.key(key), null]] : [];
  if (flashing === undefined) return { lasting: forgotten };
  const value = own?.rank === 'flashed' ? own.value : undefined;
  const result = asFlashed({ number: flashing, value, present, last: flashings.readOne(stored, key) });
  if (!result) return { lasting: forgotten };
  const lasting: KeyChange[] = [...forgotten, flashings.entry(key, result.last)];
  if (result.seen === undefined) return { lasting };
  lasting.push(changeOf(key, result.seen));
  return { seen: result.seen, lasting };
}

interface RunSituation {
  present: string | undefined;
  goesOn: boolean;
  before: { value: string; stored: string } | undefined;
}

function forThisRun(key: AddressKey, value: string, { present, goesOn, before }: RunSituation): KeyAtStart {
  const forgotten: KeyChange[] = before ? [[overruled.key(key), null]] : [];
  if (goesOn) {
    // A change during the run takes away what tells that the stored value does not count.
    if (before?.value === value) return { seen: value, isUnsaved: true };
    return present === undefined ? { isUnsaved: true } : { isChanged: present !== value, lasting: forgotten };
  }
  if (present === undefined) return { seen: value, isUnsaved: true, lasting: forgotten };
  if (present === value) return { lasting: forgotten };
  return {
    seen: value,
    isUnsaved: true,
    lasting: [overruled.entry(key, { value, stored: present })],
    remark: `${key} is ${value} for this run, as it was started; stored is ${present}, which holds again without that`,
  };
}

interface FlashSituation {
  number: number;
  value: string | undefined;
  present: string | undefined;
  last: Flashed | undefined;
}

/** undefined: nothing changes. */
function asFlashed({
  number,
  value,
  present,
  last: before,
}: FlashSituation): { last: Flashed; seen?: string | null } | undefined {
  let last: Flashed = before ?? { number: 0, value: null, earlier: [] };
  let seen: string | null | undefined;
  // A lower number: what was flashed did not prove itself and was taken back, with what it had set.
  for (let back = last.earlier.at(-1); number < last.number && back; back = last.earlier.at(-1)) {
    seen = back.stored;
    last = { number: back.number, value: back.value, earlier: last.earlier.slice(0, -1) };
  }
  if (value !== undefined && value !== last.value) {
    const held = seen === undefined ? (present ?? null) : seen;
    const earlier = [...last.earlier, { number: last.number, value: last.value, stored: held }].slice(-earlierMax);
    return { last: { number, value, earlier }, seen: value };
  }
  return seen === undefined ? undefined : { last, seen };
}

function changeOf(key: AddressKey, value: string | null): KeyChange {
  return [storedKeys.key(key), value];
}

function batchOf(changes: readonly KeyChange[]): Batch {
  const last = [...new Map(changes)];
  return {
    put: last.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
    del: last.flatMap(([key, value]) => (value === null ? [key] : [])),
  };
}

/** What goes from the store when a key of the address is changed: from then on its stored value counts. */
export function overruledKey(key: string): string {
  return overruled.key(key);
}

/** Changes the values that were loaded into those that the station shall find. */
export function applySeen(values: Map<string, JsonValue>, { put, del }: Batch): void {
  for (const key of del) values.delete(key);
  for (const [key, value] of put) values.set(key, value);
}
