/** How the program of a rig is replaced: by packages that are signed, in the slots of its releases. */
import { join } from 'node:path';
import type { Board } from '../hal/board';
import { GreenupError } from '../hal/errors';
import type { FirmwareSlots } from '../hal/ports';
import { programVersion } from '../hal/program-version';
import type { UpdateHost } from '../hal/update-host';
import type { StationSetup } from '../main';
import { baseOfMachine } from '../release/package/base';
import { HighestVersion, updateKeysFolder } from '../release/package/trust';
import { releaseRoot } from '../release/releases';
import { FileInbox } from '../release/updates/file-inbox';
import { type PackageGate, SignedPackages } from '../release/updates/package-gate';
import { StagingFolder } from '../release/updates/staging';
import { UpdateDirectory } from '../release/updates/update-files';
import { Updates } from '../release/updates/updates';

/** Of all starts of the station in its process. */
export class RigSoftware {
  private readonly gate: PackageGate;
  private readonly inbox: FileInbox;
  private present: Updates | undefined;

  constructor(
    board: Board,
    private readonly state: string,
    private readonly slots: FirmwareSlots,
  ) {
    this.gate = new SignedPackages({
      keysFolder: updateKeysFolder,
      model: board.model,
      runs: programVersion,
      base: () => baseOfMachine(),
      highest: new HighestVersion(join(this.directory, 'highest-version')),
    });
    this.inbox = new FileInbox(this.directory);
  }

  /** What a station is given of it. */
  get setup(): Pick<StationSetup, 'updateIntake' | 'updates'> {
    return {
      updates: (host) => this.updatesOf(host),
      updateIntake: { inbox: this.inbox, trust: () => this.gate.trust() },
    };
  }

  private updatesOf(host: UpdateHost): Updates {
    this.present = new Updates(host, {
      slots: this.slots,
      gate: this.gate,
      files: new UpdateDirectory(this.directory, this.inbox.path),
      staging: new StagingFolder(releaseRoot),
    });
    return this.present;
  }

  async proven(): Promise<void> {
    await this.present?.proven(programVersion);
  }

  async giveUp(reason: string): Promise<void> {
    if (!this.present) throw new GreenupError('command.invalid', 'the program runs outside of any slot');
    await this.present.giveUp(reason);
  }

  private get directory(): string {
    return join(this.state, 'update');
  }
}
