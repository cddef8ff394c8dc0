/** What is known of the releases on a rig, as text files that a shell can read, and the orders in which they may change. */
import { GreenupError } from '../hal/errors';

/** A release that is being tried. It is started at most `startsLeft` times more before the good one comes back. */
export interface Trial {
  release: string;
  startsLeft: number;
}

export interface FailedRelease {
  release: string;
  reason: string;
}

/** `good`: proven, and what every failure returns to. `current`: what the link points to. `releases`: newest first. */
export interface ReleaseFacts {
  good?: string | undefined;
  trial?: Trial | undefined;
  failed: readonly FailedRelease[];
  current?: string | undefined;
  releases: readonly string[];
}

export type FactFile = 'good' | 'trial' | 'failed';

/**
 * One change that a power cut leaves done or not done. Steps are taken in order, and after any number of them the next
 * start finds a whole release: `greenup-select` ends what was begun.
 */
export type ReleaseStep =
  | { do: 'write'; file: FactFile; text: string }
  | { do: 'forget'; file: FactFile }
  | { do: 'point'; to: string }
  | { do: 'discard'; release: string };

export const releaseLimits = {
  trialStartsMax: 3,
  slotsKeptMax: 3,
  failedRememberedMax: 10,
  reasonLengthMaxChars: 200,
} as const;

const namePattern = /^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,63}$/;

export function isReleaseName(text: string): boolean {
  return namePattern.test(text);
}

/** `good`: one line, the name. Anything else counts as not known. */
export function parseGood(text: string): string | undefined {
  const name = text.trim();
  return isReleaseName(name) ? name : undefined;
}

/** `trial`: one line, name and starts left in one file, so that they change together. */
export function parseTrial(text: string): Trial | undefined {
  const [release = '', starts = '', ...more] = text.trim().split(/\s+/);
  if (!isReleaseName(release) || !/^\d{1,3}$/.test(starts) || more.length > 0) return undefined;
  return { release, startsLeft: Number(starts) };
}

/** `failed`: a line each, name and reason, oldest first. Lines that make no sense are left out. */
export function parseFailed(text: string): FailedRelease[] {
  return text.split('\n').flatMap((line) => {
    const [release = '', ...words] = line.trim().split(/\s+/);
    return isReleaseName(release) ? [{ release, reason: words.join(' ') }] : [];
  });
}

function trialText({ release, startsLeft }: Trial): string {
  return `${release} ${startsLeft}\n`;
}

function failedText(failed: readonly FailedRelease[]): string {
  return failed.map(({ release, reason }) => `${release} ${reason}\n`).join('');
}

/** One line of printable text, whoever gave the reason. */
function oneLine(reason: string): string {
  const printable = reason.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return printable.slice(0, releaseLimits.reasonLengthMaxChars);
}

/**
 * Begins the trial of a release. The trial is written down before the link moves: the other order would leave, after a
 * power cut, a release that nobody tried with nothing to fall back to. Throws `command.invalid` if there is no such slot.
 */
export function trialSteps(facts: ReleaseFacts, release: string): ReleaseStep[] {
  if (!facts.releases.includes(release)) {
    const known = facts.releases.length === 0 ? 'none is installed' : `installed are ${facts.releases.join(', ')}`;
    throw new GreenupError(
      'command.invalid',
      `release ${release}: cannot be tried, for it is not installed (${known})`,
    );
  }
  if (release === facts.good)
    return [
      { do: 'forget', file: 'trial' },
      { do: 'point', to: release },
    ];
  const others = facts.failed.filter((failed) => failed.release !== release);
  const steps: ReleaseStep[] = [
    { do: 'write', file: 'trial', text: trialText({ release, startsLeft: releaseLimits.trialStartsMax }) },
    { do: 'point', to: release },
  ];
  if (others.length === facts.failed.length) return steps;
  return [{ do: 'write', file: 'failed', text: failedText(others) }, ...steps];
}

/**
 * Makes the release on trial the good one and lets go of old slots. Nothing to do if no trial is on. Throws
 * `command.invalid` if another release than the one on trial is in use.
 */
export function confirmSteps(facts: ReleaseFacts): ReleaseStep[] {
  const { trial, current } = facts;
  if (trial === undefined) return [];
  const { release } = trial;
  if (release !== current) {
    const inUse = current ?? 'no release';
    throw new GreenupError('command.invalid', `release ${release}: cannot be confirmed, for ${inUse} is in use`);
  }
  return [
    { do: 'write', file: 'good', text: `${release}\n` },
    { do: 'forget', file: 'trial' },
    ...oldReleases(facts, release).map((old): ReleaseStep => ({ do: 'discard', release: old })),
  ];
}

/** Kept are the new good release, the one before it, and the newest of the others; what has failed goes first. */
function oldReleases({ releases, good, failed }: ReleaseFacts, release: string): string[] {
  const isFailed = (name: string) => failed.some((one) => one.release === name);
  const before = releases.filter((name) => name === good);
  const sound = releases.filter((name) => !isFailed(name));
  const ranked = new Set([release, ...before, ...sound, ...releases]);
  return [...ranked].slice(releaseLimits.slotsKeptMax);
}

/**
 * Ends a trial and returns to the good release. A trial without starts left is what a start ends by itself, so it is
 * written first. Throws `command.invalid` if no trial is on, or if there is no good release to return to.
 */
export function rollBackSteps(facts: ReleaseFacts, reason: string): ReleaseStep[] {
  const { trial, good } = facts;
  if (trial === undefined) {
    throw new GreenupError('command.invalid', `no release is on trial: ${good ?? 'nothing'} stays in use`);
  }
  const { release } = trial;
  if (good === undefined || !facts.releases.includes(good)) {
    throw new GreenupError('command.invalid', `release ${release}: there is no earlier good release to return to`);
  }
  const others = facts.failed.filter((failed) => failed.release !== release);
  const failed = [...others, { release, reason: oneLine(reason) }].slice(-releaseLimits.failedRememberedMax);
  return [
    { do: 'write', file: 'trial', text: trialText({ release, startsLeft: 0 }) },
    { do: 'write', file: 'failed', text: failedText(failed) },
    { do: 'point', to: good },
    { do: 'forget', file: 'trial' },
  ];
}
