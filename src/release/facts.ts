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

/** A good release that does not hold itself up any more: ends by failure in a row, and what was tried in its place since. */
export interface Unwell {
  release: string;
  ends: number;
  tried: readonly string[];
}

/** `good`: proven, and what every failure returns to. `current`: what the link points to. `releases`: newest first. */
export interface ReleaseFacts {
  good?: string | undefined;
  trial?: Trial | undefined;
  /** Of the good release; undefined while it is well. */
  unwell?: Unwell | undefined;
  failed: readonly FailedRelease[];
  current?: string | undefined;
  releases: readonly string[];
}

export type FactFile = 'good' | 'trial' | 'failed' | 'unwell';

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
  /** Ends by failure in a row, without a healthy minute between, after which a good release is given up. */
  goodEndsMax: 5,
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

/** `unwell`: one line, the release, its ends by failure, and the releases tried since. Of another than the good one it is old. */
export function parseUnwell(text: string, good: string | undefined): Unwell | undefined {
  const [release = '', ends = '', ...tried] = text.trim().split(/\s+/);
  if (release === '' || release !== good || !/^\d{1,3}$/.test(ends)) return undefined;
  return { release, ends: Number(ends), tried };
}

/**
 * Why the good release is given up, or undefined while it is not: `greenup-select` then tries the others that were kept,
 * each once, and the one that proves itself takes its place.
 */
export function whyGivenUp({ good, unwell, releases }: ReleaseFacts): string | undefined {
  if (good === undefined) return undefined;
  if (!releases.includes(good)) return 'is damaged: its program is missing';
  if (unwell === undefined || unwell.ends < releaseLimits.goodEndsMax) return undefined;
  return `ended ${unwell.ends} times in a row`;
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
    return [{ do: 'forget', file: 'trial' }, { do: 'point', to: release }, ...wellSteps(facts)];
  const others = facts.failed.filter((failed) => failed.release !== release);
  const steps: ReleaseStep[] = [
    { do: 'write', file: 'trial', text: trialText({ release, startsLeft: releaseLimits.trialStartsMax }) },
    { do: 'point', to: release },
    // What it was tried in place of is asked anew if it fails.
    ...wellSteps(facts),
  ];
  if (others.length === facts.failed.length) return steps;
  return [{ do: 'write', file: 'failed', text: failedText(others) }, ...steps];
}

/**
 * Makes the release on trial the good one and lets go of old slots. If no trial is on, the good release is well again where
 * it was not. Throws `command.invalid` if another release than the one on trial is in use.
 */
export function confirmSteps(facts: ReleaseFacts): ReleaseStep[] {
  const { trial, good, current } = facts;
  if (trial === undefined) return current === good ? [...clearedSteps(facts), ...wellSteps(facts)] : [];
  const { release } = trial;
  if (release !== current) {
    const inUse = current ?? 'no release';
    throw new GreenupError('command.invalid', `release ${release}: cannot be confirmed, for ${inUse} is in use`);
  }
  const reason = whyGivenUp(facts);
  const failed = reason === undefined || good === undefined ? facts.failed : withFailed(facts, good, reason);
  return [
    ...(failed === facts.failed ? [] : [{ do: 'write', file: 'failed', text: failedText(failed) } as const]),
    { do: 'write', file: 'good', text: `${release}\n` },
    { do: 'forget', file: 'trial' },
    ...wellSteps(facts),
    ...oldReleases({ ...facts, failed }, release).map((old): ReleaseStep => ({ do: 'discard', release: old })),
  ];
}

function wellSteps({ unwell }: ReleaseFacts): ReleaseStep[] {
  return unwell === undefined ? [] : [{ do: 'forget', file: 'unwell' }];
}

/** What failed in place of a release that is well again was not to blame: both had the same trouble from outside. */
function clearedSteps({ unwell, failed }: ReleaseFacts): ReleaseStep[] {
  const others = failed.filter(({ release }) => !unwell?.tried.includes(release));
  return others.length === failed.length ? [] : [{ do: 'write', file: 'failed', text: failedText(others) }];
}

function withFailed(facts: ReleaseFacts, release: string, reason: string): FailedRelease[] {
  const others = facts.failed.filter((failed) => failed.release !== release);
  return [...others, { release, reason: oneLine(reason) }].slice(-releaseLimits.failedRememberedMax);
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
  return [
    { do: 'write', file: 'trial', text: trialText({ release, startsLeft: 0 }) },
    { do: 'write', file: 'failed', text: failedText(withFailed(facts, release, reason)) },
    { do: 'point', to: good },
    { do: 'forget', file: 'trial' },
  ];
}
