import { makeBoardSafe } from '../drivers/pi/gpio/safe-state';
import type { Board } from '../hal/board';
import { messageOf } from '../hal/errors';
import { ExitError, exitCodes } from '../terminal/exit';
import { healthFileThere } from '../terminal/health-file';
import { otherUserOf } from './inspection';
import type { Rig } from './rig';

/** At an emergency the safety thread has so long to end, in ms; then the process is killed. */
const killing_max_ms = 500;

/** Throws when another program works this rig: two that write the same lines undo each other's safety. */
export function refuseSecondUser(board: Board): void {
  const other = otherUserOf(board, { healthFile: healthFileThere() });
  if (other !== undefined) throw new ExitError(exitCodes.failed, other);
}

export class RigEnding {
  /** The rig that runs, once it does. */
  rig: Rig | undefined;
  private failing = false;
  private readonly lastWords = new Set<string>();

  /** `isKnown`: whether this line of trouble was told before, and so is no news at the end. */
  constructor(
    private readonly board: Board,
    private readonly isKnown: (line: string) => boolean,
  ) {
    process.on('uncaughtException', (error) =>
      this.emergency(`the program failed: ${error.stack ?? messageOf(error)}`),
    );
    // Whoever calls process.exit with a rig at work, as for an output that nobody reads any more.
    process.on('exit', () => {
      if (this.rig) this.makeOutputsSafe();
    });
  }

  /** Whatever becomes of the end, the outputs are safe after it. */
  async stop(rig: Rig): Promise<void> {
    let trouble: string | undefined;
    try {
      const orderly = await rig.stop(() => this.makeOutputsSafe());
      if (!orderly) trouble = 'the safety thread did not end by itself';
    } catch (error) {
      trouble = messageOf(error);
    }
    this.rig = undefined;
    // The thread has told what it could not make safe, part by part.
    if (trouble === undefined) return;
    this.makeOutputsSafe();
    this.tellLastWords();
    process.stderr.write(`greenup: ${trouble}; outputs were made safe, the program ends\n`);
    // A thread that is stuck in a call of the kernel would keep process.exit waiting.
    process.kill(process.pid, 'SIGKILL');
  }

  /** Nothing watches the pilot any more, or the program is broken: outputs first, then the end, with or without the thread. */
  emergency(reason: string): void {
    if (this.failing) return;
    this.failing = true;
    // The thread may still close a contactor until it has ended: safe at once, and once more after that.
    const killed = this.rig?.kill() ?? Promise.resolve(true);
    this.makeOutputsSafe();
    process.stderr.write(`greenup: ${reason}\n`);
    const end = (): void => {
      this.makeOutputsSafe();
      this.tellLastWords();
      process.stderr.write('greenup: outputs were made safe; the program ends\n');
    };
    setTimeout(() => {
      end();
      process.kill(process.pid, 'SIGKILL');
    }, killing_max_ms);
    void killed.then((ended) => {
      if (!ended) return;
      end();
      process.exit(exitCodes.failed);
    });
  }

  makeOutputsSafe(): void {
    for (const line of makeBoardSafe(this.board)) if (!this.isKnown(line)) this.lastWords.add(line);
  }

  private tellLastWords(): void {
    for (const line of this.lastWords) process.stderr.write(`greenup: ${line}\n`);
    this.lastWords.clear();
  }
}
