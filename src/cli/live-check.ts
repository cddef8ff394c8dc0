/** `greenup board check --live`: tries each part of a rig and says what it found, without energising anything. */
import type { Board } from '../hal/board';
import { loadBoard } from '../hal/board-file';
import { connectorsOf } from '../hal/connectors';
import { messageOf } from '../hal/errors';
import { otherUserOf, type RigMachine, realMachine, rigHardwareOf } from '../rig/inspection';
import { checkBoardFile } from './board-command';
import { exitCodes } from './exit';
import { healthFileThere } from './health-command';
import { checkSocket } from './live-check-sockets';
import { checkConverters, checkReader, checkStation } from './live-check-station';
import { CheckTools, checkOutputs, type Finding, Findings } from './live-check-tools';
import { type Paint, paintFor } from './words';

/** Exit code 0: no part failed; 1: one did, or the board is wrong, or a station runs. */
export async function checkBoardLive(path: string, json: boolean): Promise<number> {
  const board = json ? loadBoardOrTell(path) : checkedBoard(path);
  if (!board) return exitCodes.failed;
  const paint = paintFor(process.stdout);
  const refuse = (reason: string): number => {
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, problems: [reason] })}\n`);
    else process.stderr.write(`greenup: ${reason}\n`);
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

/** Tries all parts, in the order of the board; at the end nothing is held and every output is safe. */
export async function liveFindings(
  board: Board,
  machine: RigMachine,
  tell: (finding: Finding) => void = () => {},
): Promise<readonly Finding[]> {
  const hardware = rigHardwareOf(board);
  const findings = new Findings(tell);
  const tools = new CheckTools(hardware, machine, findings);
  try {
    await checkStation(tools);
    await checkConverters(tools, board);
    for (const bus of hardware.serial) await tools.openBus(bus);
    for (const connector of connectorsOf(board)) await checkSocket(tools, connector);
    for (const { side, wiring } of board.points) {
      if (wiring?.cardReader) checkReader(tools, side, wiring.cardReader);
      if (wiring?.indicator) checkOutputs(tools, `${side} indicator`, { ...wiring.indicator });
    }
  } finally {
    tools.release();
    const problems = machine.makeSafe();
    for (const problem of problems) findings.fail('outputs', `not made safe: ${problem}`);
    if (problems.length === 0) findings.ok('outputs', 'all at their safe levels, and let go');
  }
  return findings.all;
}

/** `ok    connector 1 contactor: coil GPIO17 low, feedback open`. */
export function findingLine({ result, part, text }: Finding, paint: Paint): string {
  const word = { ok: paint('green', 'ok'), note: paint('yellow', 'note'), fail: paint('red', 'FAIL') }[result];
  const padding = ' '.repeat(6 - result.length);
  return `${word}${padding}${part}: ${text}`;
}

function checkedBoard(path: string): Board | undefined {
  return checkBoardFile(path, false) === exitCodes.ok ? loadBoard(path) : undefined;
}

function loadBoardOrTell(path: string): Board | undefined {
  try {
    return loadBoard(path);
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
