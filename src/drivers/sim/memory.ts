/** What the simulated street keeps through a power cut: the meters' registers, plugged vehicles, bolts and faults. */
import { closeSync, constants, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, systemCode } from '../../hal/errors';
import type { JsonValue } from '../../hal/store';

/** Holds one value; both calls are synchronous, as nothing may happen between a change and its keeping. */
export interface WorldMemory {
  load(): JsonValue | undefined;
  save(value: JsonValue): void;
  /** A place for the little that changes with each reading of a meter; absent: the whole is saved at each. */
  readonly flow?: FlowMemory;
}

export type FlowMemory = Pick<WorldMemory, 'load' | 'save'>;

export interface FileWorldMemory extends WorldMemory {
  /** What went wrong last: a broken file that was not used, or a write that failed; else undefined. */
  readonly warning: string | undefined;
}

/**
 * World memory in a JSON file, replaced as a whole by renaming. It is not flushed to the medium: it must outlive the
 * station's process, not the machine. A missing file means a new world; a broken one as well, with a warning.
 */
export function fileWorldMemory(path: string): FileWorldMemory {
  let warning: string | undefined;
  const warn = (error: unknown): void => {
    warning = `memory of the simulated world cannot be kept in ${path} (${messageOf(error)})`;
  };
  return {
    flow: flowMemory(`${path}.flow`, warn),
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
      } catch (error) {
        warn(error);
      }
    },
  };
}

/** Fits into one page of memory: a write within it is whole or not at all, even if the process is killed. */
const flowCharactersMax = 1024;

/**
 * A small value that is written over itself, which takes some microseconds where a file that is renamed takes up to some
 * milliseconds. One that cannot be read counts as none.
 */
function flowMemory(path: string, warn: (error: unknown) => void): FlowMemory {
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
      } catch (error) {
        warn(error);
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
