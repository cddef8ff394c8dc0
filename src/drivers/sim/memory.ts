/** What the simulated street keeps through a power cut: the meters' registers, plugged vehicles, bolts and faults. */
import { closeSync, constants, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../hal/clock';
import { messageOf, systemCode } from '../../hal/errors';
import { LastingTrouble } from '../../hal/lasting-trouble';
import type { JsonValue } from '../../hal/store';

/** Holds one value; both calls are synchronous, as nothing may happen between a change and its keeping. */
export interface WorldMemory {
  /** What was saved last; undefined: nothing yet. */
  load(): JsonValue | undefined;
  /** Keeps this in the place of what was kept before. */
  save(value: JsonValue): void;
  /** Whether the last value could not be kept, so that the one before it is found. */
  readonly failing?: boolean;
  /** A place for the little that changes with each reading of a meter; absent: the whole is saved at each. */
  readonly flow?: FlowMemory;
}

/** The part of a `WorldMemory` that holds one value. */
export type FlowMemory = Pick<WorldMemory, 'load' | 'save'>;

export interface FileWorldMemory extends WorldMemory {
  readonly failing: boolean;
  /** A broken file that was not used; else undefined. */
  readonly warning: string | undefined;
}

/** Who hears of a memory that cannot be written, and on whose clock that is said again. */
export interface MemoryListener {
  clock: Pick<Clock, 'now'>;
  warn(message: string): void;
}

/**
 * World memory in a JSON file, replaced as a whole by renaming. It is not flushed to the medium: it must outlive the
 * station's process, not the machine. A missing file means a new world; a broken one as well, with a warning.
 */
export function fileWorldMemory(path: string, listener: MemoryListener): FileWorldMemory {
  let warning: string | undefined;
  const trouble = new LastingTrouble(listener.clock, (message) => listener.warn(message));
  return {
    flow: flowMemory(`${path}.flow`, new LastingTrouble(listener.clock, (message) => listener.warn(message))),
    get failing() {
      return trouble.present;
    },
    get warning() {
      return warning;
    },
    load() {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as JsonValue;
      } catch (error) {
        if (isMissing(error)) return undefined;
        warning = `memory of the simulated world in ${path} cannot be read (${messageOf(error)}): it starts anew`;
        return undefined;
      }
    },
    save(value) {
      const temporary = `${path}.new`;
      try {
        writeFileMakingDirectory(temporary, JSON.stringify(value));
        renameSync(temporary, path);
        trouble.isOver(keptAgain(path));
      } catch (error) {
        trouble.goesOn(notKept(path, error));
      }
    },
  };
}

function notKept(path: string, error: unknown): string {
  return `memory of the simulated world cannot be kept in ${path} (${messageOf(error)}): after a power cut it is as it was before`;
}

function keptAgain(path: string): string {
  return `memory of the simulated world is kept in ${path} again`;
}

/** Fits into one page of memory: a write within it is whole or not at all, even if the process is killed. */
const flowCharactersMax = 1024;

/**
 * A small value that is written over itself, which takes some microseconds where a file that is renamed takes up to some
 * milliseconds. One that cannot be read counts as none.
 */
function flowMemory(path: string, trouble: LastingTrouble): FlowMemory {
  return {
    load() {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as JsonValue;
      } catch {
        return undefined;
      }
    },
    save(value) {
      try {
        overwrite(path, JSON.stringify(value).padEnd(flowCharactersMax));
        trouble.isOver(keptAgain(path));
      } catch (error) {
        trouble.goesOn(notKept(path, error));
      }
    },
  };
}

function overwrite(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT);
  try {
    writeSync(file, text, 0);
  } finally {
    closeSync(file);
  }
}

function writeFileMakingDirectory(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}

/** The texts in a JSON list; anything else reads as an empty list. */
export function strings(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
