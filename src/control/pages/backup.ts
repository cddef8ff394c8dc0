/** What the page of the back-up does: the settings as a file, what a file would change, and the change. */
import { GreenupError } from '../../hal/errors';
import type { RunningStation } from '../../main';
import { type Backup, backupOf, type RestorePlan, restore, restorePlanOf } from '../backup';

export type PageBackupRefusal = 'backupChanged' | 'backupWrong' | 'starting';

export interface BackupForPages {
  /** undefined while the station starts or ends, here and below. */
  make(withCards: boolean): Backup | undefined;
  plan(file: string): RestorePlan | undefined;
  /** Only what the plan of this digest said. */
  restore(file: string, digest: string): Promise<PageBackupRefusal | undefined>;
}

export function pageBackup(present: () => RunningStation | undefined): BackupForPages {
  return {
    make: (withCards) => {
      const running = present();
      return running && backupOf(running, withCards);
    },
    plan: (file) => {
      const running = present();
      return running && restorePlanOf(running, file);
    },
    restore: async (file, digest) => {
      const running = present();
      if (!running) return 'starting';
      const plan = restorePlanOf(running, file);
      if (plan.digest !== digest) return 'backupChanged';
      if (plan.wrong.length > 0) return 'backupWrong';
      try {
        await restore(running, file);
        return undefined;
      } catch (error) {
        // Somebody else was quicker.
        if (error instanceof GreenupError && error.code === 'command.invalid') return 'backupChanged';
        throw error;
      }
    },
  };
}
