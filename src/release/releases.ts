/** Releases side by side in slots, of which one runs: a new one is tried, and proven or rolled back, through power cuts. */
import { join, posix } from 'node:path';
import { GreenupError, messageOf, unreachable } from '../hal/errors';
import {
  confirmSteps,
  type FactFile,
  isReleaseName,
  parseFailed,
  parseGood,
  parseTrial,
  parseUnwell,
  type ReleaseFacts,
  type ReleaseStep,
  rollBackSteps,
  trialSteps,
} from './facts';
import { type ReleaseFiles, realFiles } from './files';
import { fillSlot } from './tree';

/** Where the package keeps its slots. */
export const releaseRoot = '/opt/greenup';

/** What makes a tree a release: the program that the service starts. */
const startedFile = 'bin/greenup';

/**
 * The slots below one root:
 *
 *     releases/<name>/   one whole release each
 *     current            link to the one in use, replaced by a rename
 *     good, trial, failed, unwell  one fact each in lines of text, replaced by a rename
 *
 * `greenup-select` (a shell script outside the slots) reads and writes the same files: at each start it counts down the
 * trial, and returns to the good release when its starts are used up; and it tries the others that were kept when the good
 * one has lost its program, or ends by failure again and again. Calls are carried out one after the other.
 */
export class Releases {
  private readonly root: string;
  private readonly files: ReleaseFiles;
  private last: Promise<unknown> = Promise.resolve();

  constructor(root: string = releaseRoot, files: ReleaseFiles = realFiles) {
    this.root = root;
    this.files = files;
  }

  /** What is installed, in use, on trial and failed. A root that does not exist has no releases. */
  status(): Promise<ReleaseFacts> {
    return this.inTurn(() => this.facts());
  }

  /**
   * Puts the release in directory `tree` into a new slot, whole or not at all, and starts nothing. Throws
   * `command.invalid` if the name is none, if the tree is no release or if the release of that name is in use, good or
   * on trial; `store.failed` if the medium is full or fails.
   */
  installRelease(tree: string, version: string): Promise<void> {
    return this.inTurn(async () => {
      if (!isReleaseName(version)) {
        const rule = 'letters, digits and . + ~ _ -, 64 at most, beginning with a letter or digit';
        throw new GreenupError('command.invalid', `release ${JSON.stringify(version)}: a name is made of ${rule}`);
      }
      const { current, good, trial } = await this.facts();
      if ([current, good, trial?.release].includes(version)) {
        const why = version === current ? 'in use' : version === good ? 'the one to return to' : 'on trial';
        throw new GreenupError('command.invalid', `release ${version}: cannot be replaced, for it is ${why}`);
      }
      await this.install(tree, version);
    });
  }

  /** Makes an installed release the one that the next start runs, for a few starts until `confirm`. */
  beginTrial(version: string): Promise<void> {
    return this.inTurn(async () => this.take(trialSteps(await this.facts(), version)));
  }

  /**
   * The release on trial is good: it stays, and three slots are kept, the good one before among them. Without a trial the
   * good one is well: what failures it had do not count any more.
   */
  confirm(): Promise<void> {
    return this.inTurn(async () => {
      await this.take(confirmSteps(await this.facts()));
      await this.sweep();
    });
  }

  /** Ends the trial: the next start runs the good release. `reason` is kept, as one line, with the failed release. */
  rollBack(reason: string): Promise<void> {
    return this.inTurn(async () => this.take(rollBackSteps(await this.facts(), reason)));
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof GreenupError) throw error;
        throw new GreenupError('store.failed', `releases in ${this.root}: ${messageOf(error)}`, { cause: error });
      }
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  private async facts(): Promise<ReleaseFacts> {
    const read = async (file: FactFile) => (await this.files.read(join(this.root, file))) ?? '';
    const target = (await this.files.linkTarget(join(this.root, 'current'))) ?? '';
    const current = posix.basename(target);
    const releases = await this.releases();
    const good = parseGood(await read('good'));
    return {
      good,
      unwell: parseUnwell(await read('unwell'), good),
      trial: parseTrial(await read('trial')),
      failed: parseFailed(await read('failed')),
      current: isReleaseName(current) && releases.includes(current) ? current : undefined,
      releases,
    };
  }

  /** The slots that can be started, newest first. */
  private async releases(): Promise<string[]> {
    const slots: { name: string; modified: number }[] = [];
    for (const { name, kind } of await this.files.entries(join(this.root, 'releases'))) {
      if (kind !== 'directory' || !isReleaseName(name)) continue;
      const program = await this.files.nature(this.slot(name, startedFile));
      const slot = await this.files.nature(this.slot(name));
      if (program?.executable && slot) slots.push({ name, modified: slot.modified });
    }
    slots.sort((a, b) => b.modified - a.modified || (a.name < b.name ? -1 : 1));
    return slots.map(({ name }) => name);
  }

  private async install(tree: string, version: string): Promise<void> {
    const program = await this.files.nature(join(tree, startedFile));
    if (!program?.executable) {
      const what = program === undefined ? 'is missing' : 'is no program';
      throw new GreenupError('command.invalid', `${tree}: is no release, for its ${startedFile} ${what}`);
    }
    const releases = join(this.root, 'releases');
    const half = join(releases, `.new-${version}`);
    await this.files.makeDirectory(releases);
    // What an earlier power cut left half done.
    await this.files.remove(half);
    try {
      await fillSlot(this.files, tree, half, releases);
    } catch (error) {
      // The next installation removes what cannot be removed now.
      await this.files.remove(half).catch(() => undefined);
      throw error;
    }
    await this.discard(version);
    await this.files.rename(half, this.slot(version));
  }

  private async take(steps: readonly ReleaseStep[]): Promise<void> {
    for (const step of steps) await this.step(step);
  }

  private async step(step: ReleaseStep): Promise<void> {
    switch (step.do) {
      case 'write': {
        const half = join(this.root, `.new-${step.file}`);
        await this.files.write(half, step.text);
        return this.files.rename(half, join(this.root, step.file));
      }
      case 'forget':
        return this.files.remove(join(this.root, step.file));
      case 'point': {
        const half = join(this.root, '.new-current');
        await this.files.remove(half);
        await this.files.makeLink(half, `releases/${step.to}`);
        return this.files.rename(half, join(this.root, 'current'));
      }
      case 'discard':
        return this.discard(step.release);
      default:
        return unreachable(step);
    }
  }

  /** What power cuts left half made or half removed. */
  private async sweep(): Promise<void> {
    const releases = join(this.root, 'releases');
    for (const { name } of await this.files.entries(releases)) {
      if (/^\.(new|old)-/.test(name)) await this.files.remove(join(releases, name));
    }
  }

  /** A slot loses its name before its files, so that no half slot can be started. */
  private async discard(release: string): Promise<void> {
    if ((await this.files.nature(this.slot(release))) === undefined) return;
    const old = join(this.root, 'releases', `.old-${release}`);
    await this.files.remove(old);
    await this.files.rename(this.slot(release), old);
    await this.files.remove(old);
  }

  private slot(release: string, path = ''): string {
    return join(this.root, 'releases', release, path);
  }
}
