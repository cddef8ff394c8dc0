/** How far an update is, in plain lines: while its file is sent, and until its end. */
import { updateLine } from '../control/update-commands';
import type { UpdateFacts, UpdateShown } from '../control/updates';
import { hasFailed } from '../hal/firmware-updates';
import { ExitError, exitCodes } from '../terminal/exit';

/** Of a file that is sent or fetched, less is no line of its own, in percent. */
const percentsOfLine = 10;
const bytesOfMB = 1_000_000;
/** A station that does not answer for so long does not come back, in ms. */
export const awayMaxMs = 600_000;

/** A line for each tenth of a file that is sent. */
export class SentLines {
  private told = 0;

  constructor(
    private readonly bytes: number,
    private readonly say: (line: string) => void,
  ) {}

  sent(bytes: number): void {
    const tenth = tenthOf(bytes, this.bytes);
    if (tenth <= this.told) return;
    this.told = tenth;
    const [done, all] = [bytes, this.bytes].map((count) => (count / bytesOfMB).toFixed(1));
    this.say(`sent: ${done} of ${all} MB (${tenth * percentsOfLine} %)`);
  }
}

function tenthOf(bytes: number, all: number): number {
  return all === 0 ? 0 : Math.floor((100 * bytes) / all / percentsOfLine);
}

interface Followed {
  /** Of the update. */
  id: string;
  /** The line that was said of it last. */
  told: string;
  /** undefined: nobody answers just now. */
  look(): Promise<UpdateFacts | undefined>;
  say(line: string): void;
  /** In ms. */
  now(): number;
  /** Resolves when it is time to look again. */
  pause(): Promise<void>;
}

/** A line for each thing that is new, and for each tenth of a download. */
class UpdateLines {
  private tenth = 0;

  constructor(private told: string) {}

  /** undefined: nothing that is worth a line. */
  lineOf(update: UpdateShown): string | undefined {
    const line = updateLine(update);
    const tenth = tenthOf(update.doneBytes, update.totalBytes ?? 0);
    const isMoreOfIt = /^update: downloads/.test(line) && /^update: downloads/.test(this.told);
    if (line === this.told || (isMoreOfIt && tenth <= this.tenth)) return undefined;
    this.told = line;
    this.tenth = tenth;
    return line;
  }
}

/** Resolves when it is installed; throws an `ExitError` with the reason when it is not. */
export async function followUpdate({ id, told, look, say, now, pause }: Followed): Promise<void> {
  const lines = new UpdateLines(told);
  for (let [heardAt, isAway] = [now(), false]; ; await pause()) {
    const facts = await look();
    if (facts) {
      if (isOver(facts.update, id, lines, say)) return;
      [heardAt, isAway] = [now(), false];
    } else if (!isAway) {
      isAway = true;
      say('the station does not answer: it restarts');
    }
    if (now() - heardAt > awayMaxMs) {
      throw new ExitError(exitCodes.failed, `the station has not answered for ${awayMaxMs / 60_000} minutes`);
    }
  }
}

function isOver(update: UpdateShown | null, id: string, lines: UpdateLines, say: (line: string) => void): boolean {
  if (update?.id !== id) throw new ExitError(exitCodes.failed, 'update: cancelled, or another one took its place');
  const line = lines.lineOf(update);
  if (hasFailed(update.step)) {
    throw new ExitError(exitCodes.failed, updateLine(update));
  }
  if (line !== undefined) say(line);
  return update.step === 'installed';
}
