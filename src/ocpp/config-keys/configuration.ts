/** Reads and changes the station's configuration keys: durable first, then told to those who watch. */

import { CommandRefusal } from '../../hal/command-refusal';
import { GreenupError } from '../../hal/errors';
import type { Batch } from '../../hal/store';
import { nearest } from '../../hal/suggest';
import type { ChangeOrigin } from '../../station/notices';
import { secretMask, withoutPasswords } from '../frames/masking';
import type { ConfigurationOptions, ConfigurationReport, KeyRefusal, ReportedKey } from './configuration-options';
import {
  type BooleanKeyName,
  type ConfigurationStatus,
  configurationKeys,
  findKey,
  type IntegerKeyName,
  type KeyName,
  type KeyRow,
  type ListKeyName,
  type ListWord,
  type TextKeyName,
  writeMeanings,
} from './index';
import { type KeyNote, type Provenance, Provenances } from './key-notes';
import type { ValueType } from './types';
import { type CheckedValue, checkValue, type ListLimits, listItems, typeInWords, valueLengthMax } from './values';

type ChangeListener = (key: KeyName, origin: ChangeOrigin) => void;

export class Configuration {
  /** What was wrong with persisted and initial values, each ignored in favour of the next best. */
  readonly warnings: readonly string[];
  private readonly values = new Map<KeyName, string>();
  private readonly live: Partial<Record<KeyName, () => string>>;
  private readonly persist: ConfigurationOptions['persist'];
  private readonly batchOf: NonNullable<ConfigurationOptions['batchOf']>;
  private readonly unsaved: Set<string>;
  private readonly provenances: Provenances;
  private readonly unixNow: () => number | undefined;
  private readonly lackFor: NonNullable<ConfigurationOptions['lackFor']>;
  private readonly listeners = new Set<ChangeListener>();
  /** Ends when the change before has ended: changes take effect in the order they came. */
  private changes: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigurationOptions) {
    this.live = { NumberOfConnectors: () => String(options.numberOfConnectors), ...options.live };
    this.persist = options.persist;
    this.batchOf = options.batchOf ?? (() => ({ put: [], del: [] }));
    this.unsaved = new Set(options.unsaved);
    this.provenances = new Provenances(options.notes);
    this.unixNow = options.unixNow ?? (() => undefined);
    this.lackFor = options.lackFor ?? (() => undefined);
    const warnings: string[] = [];
    // Initial values first, as persisted ones override them.
    this.load('initial', Object.entries(options.initial ?? {}), () => true, warnings);
    this.load('persisted', [...options.persisted], (row) => !writeMeanings[row.write].readonly, warnings);
    this.warnings = warnings;
  }

  /**
   * Answers GetConfiguration (OCPP 1.6, 5.8); no names, or an empty list, asks for all keys.
   * A name in any case, or an alias, is answered once under the canonical spelling. The protocol has no word for "too
   * many": of the different names asked for, the first GetConfigurationMaxKeys are answered and the rest left out.
   */
  get(keys: readonly string[] = []): ConfigurationReport {
    if (keys.length === 0)
      return { configurationKey: configurationKeys.map((row) => this.report(row)), unknownKey: [] };
    const known = new Set<KeyRow>();
    const unknown = new Map<string, string>();
    const namesMax = this.integer('GetConfigurationMaxKeys');
    for (const name of keys) {
      if (known.size + unknown.size >= namesMax) break;
      const row = findKey(name);
      if (row) known.add(row);
      else if (!unknown.has(name.toLowerCase())) unknown.set(name.toLowerCase(), name);
    }
    return { configurationKey: [...known].map((row) => this.report(row)), unknownKey: [...unknown.values()] };
  }

  /**
   * Answers ChangeConfiguration (OCPP 1.6, 5.3). The new value is durable, in effect, and told to the listeners before
   * the promise resolves. If it cannot be made durable the old one stays and the answer is Rejected.
   */
  change(key: string, value: string, origin: ChangeOrigin): Promise<ConfigurationStatus> {
    const done = this.changes.then(() => this.changeNow(key, value, origin));
    this.changes = done.catch(() => undefined);
    return done;
  }

  /**
   * Changes several keys, all or none: `store` makes durable what is given to it, with what else belongs to it, in one commit.
   * Rejects with `command.invalid` for a value that is not valid, and with what `store` throws; then nothing has changed.
   */
  changeTogether(
    values: readonly (readonly [name: string, value: string])[],
    origin: ChangeOrigin,
    store: (batch: Batch) => Promise<void>,
  ): Promise<void> {
    const done = this.changes.then(() => this.changeTogetherNow(values, origin, store));
    this.changes = done.catch(() => undefined);
    return done;
  }

  /** Why a change is refused, naming what is valid; undefined for one that is taken, if the disk takes it. */
  refusalOf(name: string, value: string): string | undefined {
    const row = findKey(name);
    const wrong = row !== undefined && this.mayChange(row) && !this.check(row, value).ok;
    const why = this.whyNot(name, value);
    return wrong && !row.secret ? `"${withoutPasswords(value)}" ${why}` : why;
  }

  /** The same without the value. */
  whyNot(name: string, value: string): string | undefined {
    return this.judge(name, value)?.why;
  }

  /** The same with a code. */
  judge(name: string, value: string): KeyRefusal | undefined {
    const row = findKey(name);
    if (!row) return { code: 'unknown', why: `there is no such key${didYouMean(name)}` };
    if (writeMeanings[row.write].readonly) return { code: 'readOnly', why: 'the key is read-only' };
    if (this.live[row.key]) return { code: 'given', why: 'the value is given by the station itself' };
    const checked = this.check(row, value);
    if (checked.ok) return this.lacks(row, checked.value);
    // The reason may name a part of the value.
    return { code: 'invalid', why: row.secret ? `must be ${typeInWords(row.type)}` : checked.reason };
  }

  /** What another key must hold, or the station have, before this one can have a value. */
  private lacks({ key, needs }: KeyRow, value: string): KeyRefusal | undefined {
    if (needs?.for.includes(value) && this.valueOf(needs.key) === '') {
      return { code: 'needsOther', why: `${needs.key} must be set first` };
    }
    return this.lackFor(key, value);
  }

  /** Who changed the present value last, and when, or where it is from. */
  provenance(name: KeyName): Provenance {
    if (this.live[name]) return { from: 'station', at: null };
    return this.provenances.of(name);
  }

  /** Value of a whole number, in the unit of its row. Throws `config.invalid` if a live value is no such number. */
  integer(name: IntegerKeyName): number {
    return Number(this.checked(name));
  }

  /** Throws `config.invalid` if a live value is neither true nor false. */
  boolean(name: BooleanKeyName): boolean {
    return this.checked(name) === 'true';
  }

  /** The empty text while the key is not set. */
  text(name: TextKeyName): string {
    return this.valueOf(name);
  }

  /** The value for onlookers: that of a secret key is masked. */
  shown(name: KeyName): string {
    const value = this.valueOf(name);
    return rowOf(name).secret && value !== '' ? '***' : value;
  }

  /** The items in the order given, each once. Throws `config.invalid` if a live value is no such list. */
  list<Name extends ListKeyName>(name: Name): ListWord<Name>[] {
    return listItems(this.checked(name)) as ListWord<Name>[];
  }

  /**
   * Calls `listener` after each change, with the canonical name and who wanted it, before the central system gets its answer: what would
   * disturb that answer (a new connection) must be put off. It must not throw. Returns the end of the subscription.
   */
  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  private async changeNow(name: string, value: string, origin: ChangeOrigin): Promise<ConfigurationStatus> {
    const row = findKey(name);
    if (!row) return 'NotSupported';
    const { answer } = writeMeanings[row.write];
    if (answer !== 'Accepted' && answer !== 'RebootRequired') return answer;
    if (this.live[row.key]) return 'Rejected';
    const checked = this.check(row, value);
    if (!checked.ok || this.lacks(row, checked.value)) return 'Rejected';
    // The flash wears: a central system that writes all its keys at each connection costs nothing.
    const isSame = checked.value === this.raw(row);
    if (isSame && !this.unsaved.has(row.key)) return answer;
    const note = { by: origin, at: this.unixNow() ?? null };
    try {
      await this.persist(row.key, checked.value, note);
    } catch {
      return 'Rejected';
    }
    this.hold(row, checked.value, note, isSame);
    return answer;
  }

  private async changeTogetherNow(
    values: readonly (readonly [string, string])[],
    origin: ChangeOrigin,
    store: (batch: Batch) => Promise<void>,
  ): Promise<void> {
    const note = { by: origin, at: this.unixNow() ?? null };
    const changes = values.flatMap(([name, text]) => {
      const refusal = this.judge(name, text);
      if (refusal) throw new CommandRefusal('keyInvalid', `${name}: ${refusal.why}`);
      const row = rowOf(name);
      const checked = this.check(row, text);
      const value = checked.ok ? checked.value : text;
      const isSame = value === this.raw(row);
      return isSame && !this.unsaved.has(row.key) ? [] : [{ row, value, isSame }];
    });
    const batches = changes.map(({ row, value }) => this.batchOf(row.key, value, note));
    await store({ put: batches.flatMap(({ put }) => put), del: batches.flatMap(({ del }) => del) });
    for (const { row, value, isSame } of changes) this.hold(row, value, note, isSame);
  }

  /** What is durable holds, and is told unless it held before. */
  private hold(row: KeyRow, value: string, note: KeyNote, isSame: boolean): void {
    this.unsaved.delete(row.key);
    this.provenances.changed(row.key, note);
    if (isSame) return;
    this.values.set(row.key, value);
    for (const listener of [...this.listeners]) listener(row.key, note.by);
  }

  private mayChange(row: KeyRow): boolean {
    return !writeMeanings[row.write].readonly && this.live[row.key] === undefined;
  }

  /** Takes the values that other keys bound after those others. */
  private load(
    source: 'initial' | 'persisted',
    entries: readonly (readonly [string, string])[],
    allowed: (row: KeyRow) => boolean,
    warnings: string[],
  ): void {
    const bounded: [KeyRow, string][] = [];
    const others: [KeyRow, string][] = [];
    for (const [name, value] of entries) {
      const row = findKey(name);
      if (!row) warnings.push(`${source} value of ${name} ignored: there is no such configuration key`);
      else if (this.live[row.key]) warnings.push(`${source} value of ${row.key} ignored: the station itself gives it`);
      else if (!allowed(row)) warnings.push(`${source} value of ${row.key} ignored: the key is read-only`);
      else (isBounded(row.type) ? bounded : others).push([row, value]);
    }
    for (const [row, value] of [...others, ...bounded]) {
      const checked = this.check(row, value);
      if (checked.ok) this.found(source, row.key, checked.value);
      else {
        const shown = row.secret ? secretMask : `"${withoutPasswords(value)}"`;
        warnings.push(`${source} value of ${row.key} ignored: ${shown} ${checked.reason}`);
      }
    }
  }

  private found(source: 'initial' | 'persisted', key: KeyName, value: string): void {
    this.values.set(key, value);
    // What is given for this run stands in the place of the stored value.
    if (source === 'initial' || this.unsaved.has(key)) this.provenances.started(key);
    else this.provenances.stored(key);
  }

  private check(row: KeyRow, value: string): CheckedValue {
    return checkValue(row.type, value, this.limits(row.type));
  }

  /** A list is bounded by its MaxLength key (5.3), and by what this station's hardware can give (3.16.4). */
  limits(type: ValueType): ListLimits {
    if (type.kind !== 'list') return {};
    const limits: ListLimits = {};
    if (type.maxItemsKey !== undefined) limits.itemsMax = Number(this.valueOf(type.maxItemsKey));
    if (type.wordsKey !== undefined) {
      const given = listItems(this.valueOf(type.wordsKey));
      limits.words = type.words.filter((word) => given.includes(word));
    }
    return limits;
  }

  private valueOf(name: string): string {
    return this.raw(rowOf(name)) ?? '';
  }

  private raw(row: KeyRow): string | undefined {
    const live = this.live[row.key];
    return live ? live() : (this.values.get(row.key) ?? row.default);
  }

  /** Kept values were checked as they came in; a live one is checked here. */
  private checked(name: KeyName): string {
    const row = rowOf(name);
    const raw = this.raw(row) ?? '';
    if (!this.live[name]) return raw;
    const checked = this.check(row, raw);
    if (checked.ok) return checked.value;
    throw new GreenupError('config.invalid', `live value of ${name}: "${raw}" ${checked.reason}`);
  }

  private report(row: KeyRow): ReportedKey {
    const key = row.key;
    const readonly = writeMeanings[row.write].readonly || this.live[key] !== undefined;
    const value = this.raw(row)?.slice(0, valueLengthMax); // live text has no bound of its own
    // An empty list is a value; anything else that is empty is not set (7.29).
    // A secret is for writing only (whitepaper, 7.2).
    if (value === undefined || row.secret || (value === '' && row.type.kind !== 'list')) return { key, readonly };
    return { key, readonly, value };
  }
}

function didYouMean(name: string): string {
  const meant = nearest(
    name,
    configurationKeys.map(({ key }) => key),
  );
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function isBounded(type: ValueType): boolean {
  return type.kind === 'list' && (type.maxItemsKey !== undefined || type.wordsKey !== undefined);
}

function rowOf(name: string): KeyRow {
  const row = findKey(name);
  if (row) return row;
  throw new GreenupError('config.invalid', `configuration key ${name} is not in the table of src/ocpp/config-keys`);
}
