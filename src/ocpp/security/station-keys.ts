/** The private keys of the station: their files, their texts while somebody uses them, and no file that nobody refers to. */
import { GreenupError, messageOf } from '../../hal/errors';
import type { Log } from '../../hal/log';
import type { KeyFiles } from '../../hal/ports';

export interface StationKeysOptions {
  log: Log;
  /** Undefined: this station can keep none. */
  keyFiles: KeyFiles | undefined;
  /** From 0 to 1. */
  random: () => number;
}

/** No name that `keep` makes. */
const providedName = 'provided';
/** Digits of a name beside `key`, in two halves. */
const halfOfName = 36 ** 6;

export class StationKeys {
  private readonly texts = new Map<string, string>();
  /** Names that something refers to. */
  private readonly used = new Set<string>();

  constructor(private readonly options: StationKeysOptions) {}

  get canKeep(): boolean {
    return this.options.keyFiles !== undefined;
  }

  /** Undefined: it was not read, or could not be. */
  textOf(name: string): string | undefined {
    return this.texts.get(name);
  }

  /** Resolves with its name when it is durable. Rejects with `store.failed`. */
  async keep(text: string): Promise<string> {
    const { keyFiles } = this.options;
    if (!keyFiles) throw new GreenupError('store.failed', 'this station has no place for a private key');
    const name = this.newName();
    this.used.add(name);
    try {
      await keyFiles.keep(name, text);
    } catch (error) {
      await this.drop(name);
      throw error;
    }
    this.texts.set(name, text);
    return name;
  }

  /** One that lies in no file of the station: it is there until the station ends. Returns its name. */
  provide(text: string): string {
    this.used.add(providedName);
    this.texts.set(providedName, text);
    return providedName;
  }

  /** Somebody refers to it from now on. Resolves with why it cannot be read; undefined: it was. */
  async read(name: string): Promise<string | undefined> {
    this.used.add(name);
    try {
      const text = this.texts.get(name) ?? (await this.options.keyFiles?.read(name));
      if (text === undefined) return `there is no private key ${name}`;
      this.texts.set(name, text);
      return undefined;
    } catch (error) {
      // It may be read another day.
      return messageOf(error);
    }
  }

  /** Nobody refers to it any more. */
  async drop(name: string): Promise<void> {
    this.texts.delete(name);
    this.used.delete(name);
    await this.options.keyFiles?.remove(name);
  }

  /** Removes the files that nobody refers to: a power cut, or a factory reset, has left them. */
  async sweep(): Promise<void> {
    const { keyFiles, log } = this.options;
    try {
      for (const name of (await keyFiles?.names()) ?? []) if (!this.used.has(name)) await keyFiles?.remove(name);
    } catch (error) {
      log.warn({}, `keys that nobody uses may lie there: ${messageOf(error)}`);
    }
  }

  private newName(): string {
    const { random } = this.options;
    const half = (): string => Math.floor(random() * halfOfName).toString(36);
    let name: string;
    do name = `key${half()}${half()}`;
    while (this.used.has(name));
    return name;
  }
}
