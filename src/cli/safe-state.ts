/** `greenup safe-state`: puts every output of a rig at its safe level, before the station starts and after it has ended. */
import { makeSafe, outputsOf } from '../drivers/pi/gpio/safe-state';
import { loadBoard } from '../hal/board-file';
import { exitCodes } from './exit';

/** The kernel keeps line levels after a crash, so a contactor stays closed until this has run. */
export function putSafe(path: string): number {
  const board = loadBoard(path);
  if (!board.hardware) {
    process.stdout.write(`${path}: a simulated board has no outputs\n`);
    return exitCodes.ok;
  }
  const { lines, pwm } = outputsOf(board);
  const problems = makeSafe(lines, board.hardware, { pwm });
  for (const problem of problems) process.stderr.write(`greenup: ${problem}\n`);
  if (problems.length > 0) return exitCodes.failed;
  process.stdout.write(`${lines.length} lines and ${pwm.length} pilots are safe\n`);
  return exitCodes.ok;
}
