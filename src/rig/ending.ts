/** How a program that works a rig ends: outputs safe in every case, whoever is stuck. */
import { makeBoardSafe } from '../drivers/pi/gpio/safe-state';
import type { Board } from '../hal/board';
import { messageOf } from '../hal/errors';
import { linesOf, type Trouble } from '../hal/trouble';
import { ExitError, exitCodes } from '../terminal/exit';
import { healthFileThere } from '../terminal/health-file';
import { otherUserOf } from './inspection';
import type { Rig } from './rig';

/** At an emergency the safety thread has so long to end, in ms; then the process is killed. */
const killingMaxMs = 500;

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

  /** `isAbsent`: whether this part was never there, so that it is no news at the end that its output cannot be reached. */
  constructor(
    private readonly board: Board,
    private readonly isAbsent: (trouble: Trouble) => boolean,
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
    let failure: string | undefined;
    try {
      const orderly = await rig.stop(() => this.makeOutputsSafe());
      if (!orderly) failure = 'the safety thread did not end by itself';
    } catch (error) {
      failure = messageOf(error);
    }
    this.rig = undefined;
    // The thread has reported what it could not make safe, part by part.
    if (failure === undefined) return;
    this.makeOutputsSafe();
    this.printLastWords();
    process.stderr.write(`greenup: ${failure}; outputs were made safe, the program ends\n`);
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
      this.printLastWords();
      process.stderr.write('greenup: outputs were made safe; the program ends\n');
    };
    setTimeout(() => {
      end();
      process.kill(process.pid, 'SIGKILL');
    }, killingMaxMs);
    void killed.then((ended) => {
      if (!ended) return;
      end();
      process.exit(exitCodes.failed);
    });
  }

  makeOutputsSafe(): void {
    const troubles = makeBoardSafe(this.board);
    // Parts share a problem, as a chip that is not there: known of one, it is known of all.
    const known = linesOf(troubles.filter((trouble) => this.isAbsent(trouble)));
    for (const line of linesOf(troubles)) if (!known.includes(line)) this.lastWords.add(line);
  }

  private printLastWords(): void {
    for (const line of this.lastWords) process.stderr.write(`greenup: ${line}\n`);
    this.lastWords.clear();
  }
}
