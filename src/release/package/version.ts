/** Versions of releases and their order: numbers of semantic versioning (semver.org 2.0.0), of which no more is used here. */
import { GreenupError } from '../../hal/errors';

const number = '(0|[1-9]\\d{0,8})';
const words = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const pattern = new RegExp(`^${number}\\.${number}\\.${number}(?:-(${words}))?(?:\\+${words})?$`);
const lengthMaxChars = 48;

interface Version {
  numbers: readonly number[];
  /** What makes it come before the release of its numbers, such as `rc`, `1`; empty for the release itself. */
  pre: readonly string[];
}

/** Such as 1.2.0 or 1.2.0-rc.1. */
export function isVersion(text: string): boolean {
  return parse(text) !== undefined;
}

/**
 * Below 0 if `a` comes before `b`, 0 if neither does: what follows a `+` does not count (semver.org, 10 and 11). Throws
 * `config.invalid` for what is no version.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map(versionOf) as [Version, Version];
  for (const [index, value] of left.numbers.entries()) {
    const difference = value - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (const [index, word] of left.pre.entries()) {
    const other = right.pre[index];
    if (other === undefined) break;
    const difference = compareWords(word, other);
    if (difference !== 0) return difference;
  }
  return left.pre.length - right.pre.length;
}

/** Numbers come before words, and among themselves go by their value, of any length. */
function compareWords(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [a, b].map((word) => /^\d+$/.test(word));
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (isNumber && a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

function versionOf(text: string): Version {
  const version = parse(text);
  if (version !== undefined) return version;
  throw new GreenupError('config.invalid', `version ${JSON.stringify(text)}: must be as 1.2.0 or 1.2.0-rc.1`);
}

function parse(text: string): Version | undefined {
  const found = text.length <= lengthMaxChars ? pattern.exec(text) : null;
  if (found === null) return undefined;
  const pre = found[4]?.split('.') ?? [];
  // A number with zeros before it would be two texts of one version.
  if (pre.some((word) => /^0\d+$/.test(word))) return undefined;
  return { numbers: found.slice(1, 4).map(Number), pre };
}
