/** The last frames of a station and the number for the next question: for commands and pages. */
import type { RunningStation } from '../main';
import { type FrameChoice, framesMax } from '../ocpp/frames/frame-log';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';

export interface LastFrames {
  /** Another one after each start of the process, in which numbers begin anew. */
  log: string;
  /** For the next question. */
  lastNumber: number;
  frames: ObservedFrame[];
}

export function lastFrames(
  { frames: log }: Pick<RunningStation, 'frames'>,
  choice: FrameChoice,
  last = framesMax,
): LastFrames {
  return { log: log.name, lastNumber: log.lastNumber, frames: log.recent(choice).slice(-last) };
}
