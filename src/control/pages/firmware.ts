/** What the pages see of releases and updates, and what somebody may do about them there. */
import { GreenupError } from '../../hal/errors';
import type { RunningStation } from '../../main';
import {
  bringPrevious,
  cancelUpdate,
  orderFromUrl,
  orderHanded,
  orderRefusal,
  type UpdateFacts,
  type UpdateRefusal,
  type UpdateShown,
  updateFacts,
  updateInboxOf,
  updateShown,
} from '../updates';

export type PageFirmwareRefusal = UpdateRefusal | 'noRoomForFile' | 'fileOnItsWay';

/** Told live, to what is shown: a step, a percentage. */
export type PageUpdate = UpdateShown;

type FirmwareOutcome = PageFirmwareRefusal | 'starting' | undefined;

export interface FirmwareForPages {
  /** undefined while the station starts or ends. */
  look(): Promise<UpdateFacts | undefined>;
  /** undefined: it is done, here and below. */
  order(url: string, allowsDowngrade: boolean): Promise<FirmwareOutcome>;
  /** Keeps a file, and orders an update of it. Rejects with what `content` throws. */
  hand(bytes: number, content: AsyncIterable<Uint8Array>, allowsDowngrade: boolean): Promise<FirmwareOutcome>;
  cancel(): Promise<FirmwareOutcome>;
  previous(): Promise<FirmwareOutcome>;
}

/** Smaller parts of a download are no news. */
const newsOfDownload = 0.01;
const newsOfDownloadBytes = 100_000;

export function pageFirmware(present: () => RunningStation | undefined): FirmwareForPages {
  const act = async (
    done: (running: RunningStation) => Promise<{ refused: PageFirmwareRefusal } | undefined>,
  ): Promise<FirmwareOutcome> => {
    const running = present();
    return running ? (await done(running))?.refused : 'starting';
  };
  return {
    look: async () => {
      const running = present();
      return running && updateFacts(running);
    },
    order: (url, allowsDowngrade) => act((running) => orderFromUrl(running, url, allowsDowngrade)),
    hand: (bytes, content, allowsDowngrade) => act((running) => hand(running, bytes, content, allowsDowngrade)),
    cancel: () => act(cancelUpdate),
    previous: () => act(bringPrevious),
  };
}

async function hand(
  running: RunningStation,
  bytes: number,
  content: AsyncIterable<Uint8Array>,
  allowsDowngrade: boolean,
): Promise<{ refused: PageFirmwareRefusal } | undefined> {
  // Before minutes are spent on a file that nothing can come of.
  const refusal = await orderRefusal(running);
  if (refusal) return refusal;
  try {
    const inbox = await updateInboxOf(running);
    await inbox.keep(bytes, content);
  } catch (error) {
    if (!(error instanceof GreenupError)) throw error;
    return { refused: error.code === 'store.failed' ? 'noRoomForFile' : 'fileOnItsWay' };
  }
  return orderHanded(running, allowsDowngrade);
}

export function pageUpdateOf(running: RunningStation): PageUpdate | null {
  const shown = updateShown(running);
  if (!shown || shown.totalBytes === shown.doneBytes) return shown;
  const stepBytes = shown.totalBytes === null ? newsOfDownloadBytes : Math.max(1, shown.totalBytes * newsOfDownload);
  return { ...shown, doneBytes: Math.floor(Math.floor(shown.doneBytes / stepBytes) * stepBytes) };
}

/** Another one when releases or their trial may be other ones. */
export function revisionOfFirmware({ release, updates }: RunningStation): string {
  const { id = '', step = '' } = updates?.progress() ?? {};
  return `${release ?? ''} ${id} ${step}`;
}
