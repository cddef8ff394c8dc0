/** `greenup board check --live`: tries each part of a rig and prints what was found. */
import { checkMeters } from '../drivers/pi/meter/meter-checks';
import type { Board } from '../hal/board';
import { loadBoard } from '../hal/board/board-file';
import { messageOf } from '../hal/errors';
import { findingLine, liveFindings } from '../rig/check/live-check';
import type { Finding } from '../rig/check/tools';
import { otherUserOf, type RigMachine, realMachine, rigHardwareOf } from '../rig/inspection';
import { paintFor } from '../terminal/colour';
import { exitCodes, tellError } from '../terminal/exit';
import { healthFileThere } from '../terminal/health-file';
import { checkBoardFile } from './board-check';

/** Exit code 0: no part failed; 1: one did, or the board is wrong, or a station runs. */
export async function checkBoardLive(path: string, json: boolean): Promise<number> {
  const board = json ? loadBoardOrTell(path) : checkedBoard(path);
  if (!board) return exitCodes.failed;
  const paint = paintFor(process.stdout);
  const refuse = (reason: string): number => {
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, problems: [reason] })}\n`);
    else tellError(reason);
    return exitCodes.failed;
  };
  try {
    rigHardwareOf(board);
  } catch (error) {
    return refuse(messageOf(error));
  }
  const other = otherUserOf(board, { healthFile: healthFileThere() });
  if (other !== undefined) return refuse(other);
  const machine = realMachine(board);
  leaveSafeAtAnyEnd(machine);
  const findings = await liveFindings(board, machine, (finding) => {
    if (!json) process.stdout.write(`${findingLine(finding, paint)}\n`);
  });
  const count = (result: Finding['result']): number => findings.filter((finding) => finding.result === result).length;
  const failed = count('fail');
  if (json) process.stdout.write(`${JSON.stringify({ ok: failed === 0, board: board.name, findings })}\n`);
  else process.stdout.write(`\n${count('ok')} ok, ${count('note')} notes, ${failed} failed\n`);
  return failed === 0 ? exitCodes.ok : exitCodes.failed;
}

function checkedBoard(path: string): Board | undefined {
  return checkBoardFile(path, false) === exitCodes.ok ? loadBoard(path) : undefined;
}

function loadBoardOrTell(path: string): Board | undefined {
  try {
    return loadBoard(path, checkMeters);
  } catch {
    checkBoardFile(path, true);
    return undefined;
  }
}

/** Ctrl-C, a closed terminal and a fault of the program end the check with outputs safe, too. */
function leaveSafeAtAnyEnd(machine: RigMachine): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => process.exit(exitCodes.failed));
  // Twice makes no difference; the kernel keeps levels after the end of a process.
  process.on('exit', () => machine.makeSafe());
}
