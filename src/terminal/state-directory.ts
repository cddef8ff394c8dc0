/** Where a station keeps what outlives its process, and what a person is told who names a directory that will not do. */
import { mkdirSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { GreenupError, messageOf, systemCode } from '../hal/errors';
import { closeToOthers } from './hardening';

/** Unless it is told otherwise. */
export const defaultStateDirectory = '.greenup/state';

const ownDirectory = { mode: 0o700 };

const another = 'choose another directory';
const reasons: Readonly<Record<string, string>> = {
  ENOTDIR: `is not a directory; ${another}`,
  EACCES: `may not be written by this user; give it to this user (chown), or ${another}`,
  EPERM: `takes no files or directories; ${another}`,
  // What /proc says of everything.
  ENOENT: `takes no files or directories; ${another}`,
  EROFS: `is on a file system that is read-only; make it writable (mount), or ${another}`,
  EEXIST: `is a link that leads nowhere; remove it, or ${another}`,
  ELOOP: `is a link that leads round in a circle; remove it, or ${another}`,
  ENAMETOOLONG: `has too long a name; ${another}`,
};

/** A full disk is no mistake of whoever named the directory: a station comes up on it and waits for room. */
const full = ['ENOSPC', 'EDQUOT'];

/** Those that are of the directory's own name; the others are of the one that shall hold it. */
const ofTheName = ['EEXIST', 'ELOOP', 'ENAMETOOLONG'];

/**
 * Makes the directory with those above it, sees that it can be written, and that nobody but its owner can look into it: it
 * holds passwords and cards. Returns what is to be told of the latter. Throws GreenupError `config.invalid`: one line that
 * names what was given, the place that will not do, why, and what to do. `name` is that of the option or field.
 */
export function prepareStateDirectory(directory: string, name = '--state'): string | undefined {
  if (directory.trim() === '') throw new GreenupError('config.invalid', `${name}: is empty; give a directory`);
  const path = resolve(directory);
  const refuse = (code: string, place: string, cause?: unknown): GreenupError => {
    const reason = reasons[code] ?? `cannot be used (${messageOf(cause)}); ${another}`;
    return new GreenupError('config.invalid', `${name} ${directory}: ${place === path ? '' : `${place} `}${reason}`, {
      cause,
    });
  };
  const { missing, above } = missingIn(path);
  if (above !== undefined) throw refuse('ENOTDIR', above);
  let at = path;
  try {
    // One at a time: told to make all at once, Node.js tries for ever in /proc.
    for (at of missing) mkdirSync(at, at === path ? ownDirectory : undefined);
    at = join(path, `.writable-${process.pid}`);
    writeFileSync(at, '');
    // Not rmSync, which loads what removes whole directories.
    unlinkSync(at);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (!full.includes(code)) throw refuse(code, ofTheName.includes(code) ? at : dirname(at), error);
  }
  return closeToOthers(path);
}

/** Why nothing of a station can be found in a directory that was named; undefined where it can be looked into. */
export function whyUnreadable(directory: string): string | undefined {
  try {
    readdirSync(directory);
    return undefined;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT') return 'does not exist';
    if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
    return code === 'ENOTDIR' ? 'is not a directory' : `cannot be read (${messageOf(error)})`;
  }
}

/** The directories that are not there, the uppermost first; `above`: what is in their way, if it is no directory. */
function missingIn(path: string): { missing: string[]; above?: string } {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const found = natureOf(at);
    if (found === 'other') return { missing, above: at };
    if (found === 'directory') return { missing };
    missing.unshift(at);
  }
}

function natureOf(path: string): 'directory' | 'other' | 'missing' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'other';
  } catch {
    // What hides it is found above it, or when it is made.
    return 'missing';
  }
}
