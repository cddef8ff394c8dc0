/** Opens a store whose medium may be full: what lies there is known at once, and commits fail until there is room. */
import { access, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GreenupError, messageOf } from '../../hal/errors';
import type { Batch, Durability, JsonValue, Store } from '../../hal/store';
import { isFull } from './full-disk';
import { LevelStore } from './level-store';

export interface PatientStoreMedium {
  /** Opens the store in a directory. */
  open(directory: string): Promise<Store & { readonly warning?: string | undefined }>;
  isFull(directory: string): Promise<boolean>;
}

const realMedium: PatientStoreMedium = { open: (directory) => LevelStore.open(directory), isFull };

/**
 * Opens the store in `directory`. On a full medium the result is one whose values are those that lie there, read from a
 * copy in memory, and whose commits reject with `store.failed` until the medium has room; each of them tries. Rejects as
 * `LevelStore.open` does where anything else is wrong.
 */
export async function openPatiently(
  directory: string,
  medium: PatientStoreMedium = realMedium,
): Promise<Store & { readonly warning?: string | undefined }> {
  try {
    return await medium.open(directory);
  } catch (error) {
    if (!(await medium.isFull(directory))) throw error;
    const values = await valuesOfCopy(directory, medium, error);
    return new PatientStore(directory, medium, values);
  }
}

/** Opening a store asks the disk twice for little, then LevelDB works for long; once more is for threads that take turns. */
const turnsOfOpening = 3;

/**
 * Resolves when a store in the directory whose opening has begun keeps the disk busy, as far as that can be told. What a start
 * loads then is loaded meanwhile; before it the opening would wait.
 */
export async function untilDiskWorks(directory: string): Promise<void> {
  for (let turn = 0; turn < turnsOfOpening; turn += 1) await access(directory).catch(() => undefined);
}

class PatientStore implements Store {
  private store: Store | undefined;
  /** The commit called last: the next one has its turn when this is over, whatever became of it. */
  private turn: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly directory: string,
    private readonly medium: PatientStoreMedium,
    private readonly values: ReadonlyMap<string, JsonValue>,
  ) {}

  get warning(): string {
    return `store ${this.directory}: the disk is full; nobody can charge until there is room on it`;
  }

  async load(): Promise<Map<string, JsonValue>> {
    return this.store ? this.store.load() : new Map(structuredClone([...this.values]));
  }

  async commit(batch: Batch, durability?: Durability): Promise<void> {
    // Values are copied now: the caller may go on changing its objects.
    const copy = structuredClone({ put: batch.put, del: batch.del });
    const write = async (): Promise<void> => (await this.opened()).commit(copy, durability);
    this.turn = this.turn.then(write, write);
    return this.turn;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.turn.catch(() => undefined);
    await this.store?.close();
  }

  private async opened(): Promise<Store> {
    if (this.store) return this.store;
    if (this.closed) throw this.failure('it is closed');
    if (await this.medium.isFull(this.directory)) throw this.failure('the disk is full');
    this.store = await this.medium.open(this.directory);
    return this.store;
  }

  private failure(why: string): GreenupError {
    return new GreenupError('store.failed', `writing store ${this.directory} failed: ${why}`);
  }
}

/** LevelDB writes when it opens, so what lies on a full disk is read from a copy elsewhere: there are some hundred kB. */
async function valuesOfCopy(
  directory: string,
  medium: PatientStoreMedium,
  reason: unknown,
): Promise<Map<string, JsonValue>> {
  const files: string[] = await readdir(directory).catch(() => []);
  if (!files.includes('CURRENT')) return new Map();
  let copy: string | undefined;
  try {
    copy = await copyInMemory(directory, files);
    const store = await medium.open(copy);
    const values = await store.load();
    await store.close();
    return values;
  } catch (error) {
    throw new GreenupError('store.failed', `${messageOf(reason)}; nor can it be read elsewhere (${messageOf(error)})`, {
      cause: error,
    });
  } finally {
    if (copy !== undefined) await rm(copy, { recursive: true, force: true });
  }
}

async function copyInMemory(directory: string, files: readonly string[]): Promise<string> {
  const place = await mkdtemp('/dev/shm/greenup-').catch(() => mkdtemp(join(tmpdir(), 'greenup-')));
  try {
    for (const file of files)
      if (file !== 'LOCK' && file !== 'lost') await copyFile(join(directory, file), join(place, file));
    return place;
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
}
