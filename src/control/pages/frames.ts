/** What the pages see of the OCPP frames of a station: cards masked, and what is wrong with each by its schema. */
import type { RunningStation } from '../../main';
import { type Complaint, complaintsOf } from '../../ocpp/frames/complaints';
import { withoutCards } from '../../ocpp/frames/masking';
import type { ObservedFrame } from '../../ocpp/frames/observed-frame';
import { lastFrames } from '../last-frames';

export interface PageFrame extends ObservedFrame {
  /** Absent: nothing is wrong with it. */
  complaints?: readonly Complaint[];
}

export interface PageFrames {
  /** Another one after each start of the process, in which numbers begin anew. */
  log: string;
  lastNumber: number;
  frames: readonly PageFrame[];
}

/** `after`: the number of the last frame that is known; undefined while the station starts or ends. */
export type FramesForPages = (after: number) => PageFrames | undefined;

export function pageFrames(present: () => RunningStation | undefined): FramesForPages {
  return (after) => {
    const running = present();
    if (!running) return undefined;
    const { frames, ...rest } = lastFrames(running, { after });
    return { ...rest, frames: frames.map(shown) };
  };
}

/** A mask is no fault: what is wrong is looked for in the frame as it was. */
function shown(frame: ObservedFrame): PageFrame {
  const complaints = complaintsOf(frame);
  return { ...withoutCards(frame), ...(complaints.length > 0 ? { complaints } : {}) };
}
