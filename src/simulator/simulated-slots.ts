/** Slots for releases without releases: a simulated station takes, tries and gives up versions as a rig does. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileWorldMemory, type MemoryListener, strings, type WorldMemory } from '../drivers/sim/memory';
import { GreenupError } from '../hal/errors';
import type { FirmwareSlots, SlotVersions } from '../hal/ports';
import { programVersion } from '../hal/program-version';
import { fieldsOf, type JsonValue } from '../hal/store';

/** As on a rig. */
const trialStartsMax = 3;
const versionPattern = /^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,63}$/;

/** The slots in a state directory, where they outlive the program. */
export function slotsIn(stateDirectory: string, listener: MemoryListener): SimulatedSlots {
  return new SimulatedSlots(fileWorldMemory(join(stateDirectory, 'slots.json'), listener));
}

/**
 * Versions only: nothing of a release is kept, and the program that runs stays the same. At first that program is the one
 * release, and a good one; a program of another version finds its slots as if they were new.
 */
export class SimulatedSlots implements FirmwareSlots {
  private own: string | undefined;

  /** `program`: the version of the program itself. */
  constructor(
    private readonly memory: WorldMemory,
    private readonly program: string = programVersion,
  ) {}

  /**
   * A start of the station, as `greenup-select` does it on a rig: counts a trial down, or gives it up when its starts are
   * used up. To be called before the others.
   */
  start(): void {
    const { trial, good, ...rest } = this.load();
    if (trial !== undefined && (trial.startsLeft > 0 || good === undefined)) {
      const startsLeft = Math.max(0, trial.startsLeft - 1);
      this.save({ ...rest, good, next: trial.version, trial: { ...trial, startsLeft } });
    } else if (trial !== undefined) {
      this.save({ ...rest, good, ...givenUp(rest.failed, trial.version, 'not confirmed in time'), next: good });
    }
    this.own = this.load().next;
  }

  running(): { version: string } | undefined {
    return this.own === undefined ? undefined : { version: this.own };
  }

  /** Whether the release that was started is on trial. */
  get isOnTrial(): boolean {
    return this.own !== undefined && this.load().trial?.version === this.own;
  }

  async versions(): Promise<SlotVersions> {
    return this.load();
  }

  async install(folder: string, version: string): Promise<void> {
    if (!versionPattern.test(version)) {
      throw new GreenupError('command.invalid', `release ${JSON.stringify(version)}: this cannot be a name`);
    }
    const state = this.load();
    if ([this.own, state.next, state.good, state.trial?.version].includes(version)) {
      throw new GreenupError('command.invalid', `release ${version}: cannot be replaced, for it is in use`);
    }
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new GreenupError('command.invalid', `${folder}: is no release, for it is no directory`);
    }
    this.save({ ...state, installed: [version, ...state.installed.filter((other) => other !== version)] });
  }

  async beginTrial(version: string): Promise<void> {
    const state = this.load();
    if (!state.installed.includes(version)) {
      throw new GreenupError('command.invalid', `release ${version}: cannot be tried, for it is not installed`);
    }
    const trial = version === state.good ? undefined : { version, startsLeft: trialStartsMax };
    const failed = state.failed.filter((one) => one.version !== version);
    this.save({ ...state, failed, trial, next: version });
  }

  async confirm(): Promise<void> {
    const state = this.load();
    if (state.trial === undefined || state.trial.version !== this.own) return;
    this.save({ ...state, good: this.own, trial: undefined });
  }

  async back(reason: string): Promise<void> {
    const { trial, good, ...rest } = this.load();
    if (trial === undefined) throw new GreenupError('command.invalid', 'no release is on trial');
    if (good === undefined) {
      throw new GreenupError('command.invalid', `release ${trial.version}: there is no good release to return to`);
    }
    this.save({ ...rest, good, ...givenUp(rest.failed, trial.version, reason), next: good });
  }

  private load(): SlotVersions {
    const kept = fieldsOf(this.memory.load());
    const { program } = this;
    if (kept.program !== program) {
      return { good: program, next: program, trial: undefined, failed: [], installed: [program] };
    }
    const trial = fieldsOf(kept.trial);
    const version = textOf(trial.version);
    return {
      good: textOf(kept.good),
      next: textOf(kept.next),
      trial: version === undefined ? undefined : { version, startsLeft: Number(trial.startsLeft) },
      failed: Array.isArray(kept.failed) ? kept.failed.map(fieldsOf).flatMap(failedOf) : [],
      installed: strings(kept.installed),
    };
  }

  private save({ good, next, trial, failed, installed }: SlotVersions): void {
    this.memory.save({
      format: 1,
      program: this.program,
      good: good ?? null,
      next: next ?? null,
      trial: trial === undefined ? null : { ...trial },
      failed: failed.map((one) => ({ ...one })),
      installed: [...installed],
    });
  }
}

function givenUp(failed: SlotVersions['failed'], version: string, reason: string) {
  return { trial: undefined, failed: [...failed.filter((one) => one.version !== version), { version, reason }] };
}

function failedOf({ version, reason }: { [name: string]: JsonValue }): { version: string; reason: string }[] {
  return typeof version === 'string' && typeof reason === 'string' ? [{ version, reason }] : [];
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
