/** The engine of updates over real slots, real files and the script that chooses at each start; the power is cut after any operation. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MockFileTransfer } from '../../../src/drivers/mock/file-transfer';
import type { UpdateProgress } from '../../../src/hal/firmware-updates';
import type { Batch, JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { type ReleaseFiles, realFiles } from '../../../src/release/files';
import { HighestVersion } from '../../../src/release/package/trust';
import { ReleaseSlots } from '../../../src/release/release-slots';
import { SignedPackages } from '../../../src/release/updates/package-gate';
import { StagingFolder } from '../../../src/release/updates/staging';
import { type IncomingRelease, UpdateDirectory, type UpdateFiles } from '../../../src/release/updates/update-files';
import { Updates } from '../../../src/release/updates/updates';
import { type MadePackage, type MakerKey, makeKey, makePackage } from '../package/support';
import { freshDirectory, PowerCut, rootWith, select } from '../support';

export const formerRelease = 'r1';
const url = 'http://files.test/greenup.zip';
/** So small that a package has several. */
const markBytes = 512;

/** Counts operations; when they are used up every further one fails, and changes nothing. */
class Power {
  made = 0;
  private readonly running = new Set<Promise<unknown>>();
  private operationsMax = Number.POSITIVE_INFINITY;

  /** From now on so many are carried out. */
  lasts(operations: number): void {
    this.made = 0;
    this.operationsMax = operations;
  }

  get isOff(): boolean {
    return this.made >= this.operationsMax;
  }

  async spend<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOff) throw new PowerCut('the power is cut');
    this.made += 1;
    const done = work();
    this.running.add(done);
    const over = (): boolean => this.running.delete(done);
    done.then(over, over);
    return done;
  }

  /** Resolves when what was begun is done. */
  async rest(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }
}

/** What one start of the program has of the power: a program that is dead does nothing more when the power is back. */
class Life {
  private isOver = false;

  constructor(private readonly power: Power) {}

  end(): void {
    this.isOver = true;
  }

  async spend<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOver) throw new PowerCut('this program has ended');
    return this.power.spend(work);
  }
}

let key: MakerKey | undefined;
let made: MadePackage | undefined;

export class PowerBench {
  readonly power = new Power();
  private life = new Life(this.power);
  readonly told: string[] = [];
  updates!: Updates;
  slots!: ReleaseSlots;
  private readonly values = new Map<string, JsonValue>();
  private readonly clock = new VirtualClock();
  private readonly transfer = new MockFileTransfer();
  private boot = 0;
  private wantsRestart = false;

  private constructor(
    readonly root: string,
    private readonly state: string,
    readonly release: string,
    private readonly packageVersion: string,
  ) {}

  static async make(): Promise<PowerBench> {
    key ??= makeKey();
    made ??= await makePackage(key, { fits: { architectures: ['arm64', 'amd64'], models: 'any' } });
    const state = freshDirectory();
    mkdirSync(join(state, 'keys'));
    writeFileSync(join(state, 'keys', 'key.pem'), key.pem);
    const bench = new PowerBench(await rootWith(formerRelease), state, made.manifest.release, made.manifest.version);
    writeFileSync(join(bench.root, 'good'), `${formerRelease}\n`);
    bench.transfer.files.set(url, made.bytes());
    bench.transfer.portionBytes = 200;
    return bench;
  }

  /** As the machine starts the program: the script chooses, then the engine goes on. */
  start(): void {
    const { code, stderr } = select(this.root);
    if (code !== 0) throw new Error(`greenup-select: ${code} ${stderr}`);
    this.boot += 1;
    this.life = new Life(this.power);
    this.wantsRestart = false;
    this.slots = new ReleaseSlots(this.root, this.countedFiles());
    const directory = join(this.state, 'update');
    const { life } = this;
    this.updates = new Updates(
      {
        clock: this.clock,
        unixNow: () => Date.UTC(2027, 0, 1),
        commits: { commit: (batch) => this.commit(batch, life) },
        stored: new StoredValues(new Map(this.values)),
        boot: this.boot,
        log: { info: () => {}, warn: () => {} },
        hold: { hold: () => {}, isFree: () => true, onChange: () => () => {} },
        transfer: this.transfer,
        restart: () => {
          this.wantsRestart = true;
        },
      },
      {
        slots: this.slots,
        gate: new SignedPackages({
          ...{ keysFolder: join(this.state, 'keys'), model: 'any', runs: '1.1.0', base: () => 1 },
          highest: new HighestVersion(join(this.state, 'highest'), this.countedFiles()),
          files: this.countedFiles(),
        }),
        files: new CountedDirectory(directory, this.life),
        staging: new StagingFolder(this.root, this.countedFiles()),
        markBytes,
      },
    );
    this.updates.onStep(({ step }) => this.told.push(step));
    this.updates.start();
  }

  /** Until it is durable, or the power goes before. */
  async order(): Promise<void> {
    const source = { from: 'url', url } as const;
    let answered = false;
    const answer = (): void => {
      answered = true;
    };
    this.updates.order({ source, by: 'centralSystem', retries: 1, retryIntervalMs: 1_000 }).then(answer, answer);
    await this.until(() => answered || this.power.isOff);
  }

  /** Goes through starts until the update has ended; `proves`: whether the new release does. */
  async toTheEnd(proves: boolean): Promise<UpdateProgress['step'] | undefined> {
    for (let starts = 0; starts < 12; starts += 1) {
      const cut = await this.live(proves);
      if (!cut && !this.wantsRestart) return this.updates.progress()?.step;
      await this.end(cut);
      this.start();
    }
    throw new Error('it never ends');
  }

  /** Until the program asks for a restart, the power is cut (true), or nothing is left to be done. */
  private async live(proves: boolean): Promise<boolean> {
    const isEnd = (): boolean => /installed|Failed/.test(this.updates.progress()?.step ?? 'Failed');
    await this.until(() => this.power.isOff || this.wantsRestart || isEnd() || this.isOnTrial);
    if (!this.power.isOff && !this.wantsRestart && this.isOnTrial) await this.endTrial(proves);
    await this.until(() => this.power.isOff || this.wantsRestart || isEnd());
    // What follows the end, as letting go of the file.
    if (!this.wantsRestart) await this.turns(60);
    return this.power.isOff;
  }

  private async endTrial(proves: boolean): Promise<void> {
    try {
      if (!proves) return await this.updates.giveUp('did not prove itself');
      await this.slots.confirm();
      await this.updates.proven(this.packageVersion);
    } catch (error) {
      if (!this.power.isOff) throw error;
    }
  }

  private get isOnTrial(): boolean {
    return this.updates.progress()?.step === 'trial' && this.slots.running()?.version === this.release;
  }

  private async end(cut: boolean): Promise<void> {
    this.updates.stop();
    await this.turns(20);
    await this.power.rest();
    this.life.end();
    if (!cut) return;
    await CountedDirectory.lose(join(this.state, 'update', 'incoming.part'));
    this.power.lasts(Number.POSITIVE_INFINITY);
  }

  private async until(what: () => boolean): Promise<void> {
    for (let turns = 0; !what(); turns += 1) {
      if (turns > 1_000_000) throw new Error(`it does not come about: ${JSON.stringify(this.updates.progress())}`);
      await this.turns(1);
    }
  }

  private async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.clock.advance(1);
    }
  }

  /** Of a program that has ended nothing is heard any more. */
  private async commit({ put, del }: Batch, life: Life): Promise<void> {
    if (this.power.isOff) return new Promise(() => {});
    await life.spend(async () => {
      for (const name of del) this.values.delete(name);
      for (const [name, value] of put) this.values.set(name, structuredClone(value));
    });
  }

  private countedFiles(): ReleaseFiles {
    const { life } = this;
    const counted = <A extends unknown[], R>(work: (...given: A) => Promise<R>) => {
      return (...given: A): Promise<R> => life.spend(() => work(...given));
    };
    return {
      ...realFiles,
      makeDirectory: counted(realFiles.makeDirectory),
      write: counted(realFiles.write),
      create: counted(realFiles.create),
      makeLink: counted(realFiles.makeLink),
      hardLink: counted(realFiles.hardLink),
      copy: counted(realFiles.copy),
      rename: counted(realFiles.rename),
      remove: counted(realFiles.remove),
      flush: counted(realFiles.flush),
    };
  }
}

/** Bytes that were not flushed are others after a power cut. */
class CountedDirectory extends UpdateDirectory implements UpdateFiles {
  private static readonly flushed = new Map<string, number>();

  constructor(
    directory: string,
    private readonly life: Life,
  ) {
    super(directory, join(directory, 'handed'));
  }

  static async lose(path: string): Promise<void> {
    const kept = CountedDirectory.flushed.get(path) ?? 0;
    const found = await readFile(path).catch(() => undefined);
    if (found === undefined) return;
    await truncate(path, 0);
    await writeFile(path, Buffer.concat([found.subarray(0, kept), Buffer.alloc(Math.max(0, found.length - kept))]));
  }

  override async open(keptBytes: number): Promise<IncomingRelease> {
    const { life, path } = this;
    const file = await life.spend(() => super.open(keptBytes));
    CountedDirectory.flushed.set(path, keptBytes);
    let at = keptBytes;
    return {
      append: (portion) =>
        life.spend(async () => {
          await file.append(portion);
          at += portion.length;
        }),
      flush: () =>
        life.spend(async () => {
          await file.flush();
          CountedDirectory.flushed.set(path, at);
        }),
      close: () => file.close(),
    };
  }

  override remove(): Promise<void> {
    return this.life.spend(() => super.remove());
  }
}
