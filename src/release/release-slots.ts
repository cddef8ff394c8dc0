/** The slots of a rig as the station sees them: `Releases`, and the release that this program was started from. */
import { readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FirmwareSlots, SlotVersions } from '../hal/ports';
import { isReleaseName, whyGivenUp } from './facts';
import { type ReleaseFiles, realFiles } from './files';
import { Releases, releaseRoot } from './releases';

export class ReleaseSlots implements FirmwareSlots {
  private readonly releases: Releases;
  private readonly own: string | undefined;

  /** To be made as the program starts: later the link may lead to the release of the next start. */
  constructor(root: string = releaseRoot, files: ReleaseFiles = realFiles) {
    this.releases = new Releases(root, files);
    this.own = releaseInUse(root);
  }

  running(): { version: string } | undefined {
    return this.own === undefined ? undefined : { version: this.own };
  }

  async versions(): Promise<SlotVersions> {
    const facts = await this.releases.status();
    const { good, current, trial, failed, releases } = facts;
    const reason = whyGivenUp(facts);
    return {
      ...(good !== undefined && reason !== undefined ? { unwell: { version: good, reason } } : {}),
      good,
      next: current,
      trial: trial && { version: trial.release, startsLeft: trial.startsLeft },
      failed: failed.map(({ release, reason }) => ({ version: release, reason })),
      installed: releases,
    };
  }

  install(folder: string, version: string): Promise<void> {
    return this.releases.installRelease(folder, version);
  }

  beginTrial(version: string): Promise<void> {
    return this.releases.beginTrial(version);
  }

  async confirm(): Promise<void> {
    const { trial, good } = await this.releases.status();
    // Another may have been put on trial meanwhile, for the next start.
    if ((trial?.release ?? good) === this.own) await this.releases.confirm();
  }

  back(reason: string): Promise<void> {
    return this.releases.rollBack(reason);
  }
}

/** Undefined for a program that was not installed by its package. */
function releaseInUse(root: string): string | undefined {
  try {
    const name = basename(readlinkSync(join(root, 'current')));
    return isReleaseName(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
