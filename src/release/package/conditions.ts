/** Whether a release may be installed on this station now: each condition, and what is said where it does not hold. */
import { GreenupError } from '../../hal/errors';
import { endOfDayMs, type Manifest, type PackageArchitecture } from './manifest';
import type { TrustedKey } from './signature';
import { compareVersions, isVersion } from './version';

export interface PackageConditions {
  /** Without any, nothing is installed. */
  keys: readonly TrustedKey[];
  /** Of the machine, in Debian's words; undefined: one for which there are no packages. */
  architecture: PackageArchitecture | undefined;
  /** Of the board. */
  model: string;
  /** Of the machine (`base.ts`). */
  base: number;
  /** Version of the program that runs, without the digest of its slot; one that is no version is not judged. */
  runs: string;
  /** The highest version that has proven itself here (`trust.ts`); undefined: none is known. */
  highest: string | undefined;
  /** Wall time; undefined while nobody knows it. */
  unixMs: number | undefined;
  /** A person asks for an older release. Nobody else can. */
  allowsDowngrade: boolean;
}

/** What does not hold, in the order of the fields; none where the release may be installed. */
export function unmetConditions(manifest: Manifest, conditions: PackageConditions): string[] {
  return rules.flatMap((rule) => rule(manifest, conditions) ?? []);
}

/** Throws `package.unfit` with the first that does not hold. */
export function checkConditions(manifest: Manifest, conditions: PackageConditions): void {
  const [unmet] = unmetConditions(manifest, conditions);
  if (unmet !== undefined) throw new GreenupError('package.unfit', unmet);
}

type PackageRule = (manifest: Manifest, conditions: PackageConditions) => string | undefined;

const rules: readonly PackageRule[] = [
  ({ fits }, { architecture }) => {
    if (architecture !== undefined && fits.architectures.includes(architecture)) return undefined;
    return `it is for ${fits.architectures.join(' and ')}, and this machine is ${architecture ?? 'neither'}`;
  },
  ({ fits }, { model }) => {
    if (fits.models === 'any' || fits.models.includes(model)) return undefined;
    return `it is for the models ${fits.models.join(', ')}, and this station is a ${model}`;
  },
  ({ base: needed }, { base }) => {
    if (base >= needed) return undefined;
    return `it needs base ${needed} of the system, and there is ${base}: renew it first, by make flash (docs/rig.md)`;
  },
  // While the time is unknown nothing has expired: a station in a cellar without network must take what a person brings,
  // and what is older than what ran is refused all the same.
  ({ expires }, { unixMs }) => {
    if (unixMs === undefined || unixMs < endOfDayMs(expires)) return undefined;
    return `it has expired: ${expires} was the last day on which it could be installed`;
  },
  // What it cannot follow it cannot follow at a person's word either: it would not read what that version has stored.
  ({ follows }, { runs }) => {
    if (!isVersion(runs) || compareVersions(runs, follows) >= 0) return undefined;
    return `it may follow version ${follows} and later, and ${runs} runs: install one between first`;
  },
  // An equal version may be another build, and is what mends a release that is damaged.
  ({ version }, { runs, highest, allowsDowngrade }) => {
    const higher = [highest, runs].find(
      (other) => other !== undefined && isVersion(other) && compareVersions(version, other) < 0,
    );
    if (higher === undefined || allowsDowngrade) return undefined;
    return `its version ${version} is lower than ${higher}, which has run here: only a person may order that, as a downgrade`;
  },
];
