/** How the program of a rig is replaced: by packages that are signed, in the slots of its releases. */
import { join } from 'node:path';
import type { Board } from '../hal/board';
import { GreenupError } from '../hal/errors';
import type { UpdateIntake } from '../hal/firmware-updates';
import type { FirmwareSlots } from '../hal/ports';
import { programVersion } from '../hal/program-version';
import type { UpdateHost } from '../hal/update-host';
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
  readonly intake: UpdateIntake;
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
    this.intake = { inbox: this.inbox, trust: () => this.gate.trust() };
  }

  /** Those of the station that starts now. */
  updates(host: UpdateHost): Updates {
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
    if (!this.present) throw new GreenupError('command.invalid', 'there is no station');
    await this.present.giveUp(reason);
  }

  private get directory(): string {
    return join(this.state, 'update');
  }
}
