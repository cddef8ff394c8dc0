/** What the simulated street keeps through a power cut: the meters' registers, plugged vehicles, bolts and faults. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, systemCode } from '../../hal/errors';
import type { JsonValue } from '../../hal/store';

/** Holds one value; both calls are synchronous, as nothing may happen between a change and its keeping. */
export interface WorldMemory {
  load(): JsonValue | undefined;
  save(value: JsonValue): void;
}

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
  return {
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
        warning = `memory of the simulated world cannot be kept in ${path} (${messageOf(error)})`;
      }
    },
  };
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

/** Takes a JSON value apart field by field: what is missing or of another type reads as undefined. */
export function fieldsOf(value: JsonValue | undefined): { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** The texts in a JSON list; anything else reads as an empty list. */
export function strings(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
