/** `greenup safe-state`: puts every output of a rig at its safe level, before the station starts and after it has ended. */
import { makeBoardSafe, makeSafe, outputsOf } from '../drivers/pi/gpio/safe-state';
import type { Board } from '../hal/board';
import { loadBoard } from '../hal/board/board-file';
import { messageOf } from '../hal/errors';
import { linesOf } from '../hal/trouble';
import { boardInUse } from '../rig/board-in-use';
import { exitCodes, tellError } from '../terminal/exit';
import type { AddCommand } from './command';

export const addSafeState: AddCommand = (root, finish) => {
  root
    .command('safe-state')
    .description('puts every output of a rig at its safe level: contactors open, pilots at -12 V')
    .requiredOption('--board <file>', 'board file of the rig')
    .action(({ board }: { board: string }) => finish(putSafe(board)));
};

/**
 * The kernel keeps line levels after a crash, so a contactor stays closed until this has run. First come the lines of the
 * station that died, then those of the board file, which may have been changed since, or be none any more.
 */
export function putSafe(path: string): number {
  const died = boardInUse();
  const problems = died ? linesOf(makeBoardSafe(died)) : [];
  const board = loadOr(path, died, problems);
  if (!board?.hardware) {
    if (problems.length === 0) process.stdout.write(`${path}: a simulated board has no outputs\n`);
    return tell(problems);
  }
  const outputs = outputsOf(board);
  problems.push(...linesOf(makeSafe(outputs, board.hardware)));
  if (problems.length === 0)
    process.stdout.write(`${outputs.lines.length} lines and ${outputs.pwm.length} pilots are safe\n`);
  return tell(problems);
}

/** Throws what is wrong with the file, unless the outputs of a station that died are known. */
function loadOr(path: string, died: Board | undefined, problems: string[]): Board | undefined {
  try {
    return loadBoard(path);
  } catch (error) {
    if (!died) throw error;
    problems.push(messageOf(error));
    return undefined;
  }
}

function tell(problems: readonly string[]): number {
  for (const problem of new Set(problems)) tellError(problem);
  return problems.length > 0 ? exitCodes.failed : exitCodes.ok;
}
