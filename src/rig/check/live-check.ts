/** Tries each part of a rig and says what it found, without energising anything. */
import type { Board } from '../../hal/board';
import { connectorsOf } from '../../hal/connectors';
import { linesOf } from '../../hal/trouble';
import type { Paint } from '../../terminal/colour';
import { type RigMachine, rigHardwareOf } from '../inspection';
import { checkSocket } from './sockets';
import { checkConverters, checkReader, checkStation } from './station';
import { CheckTools, checkOutputs, type Finding, Findings } from './tools';

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
    const problems = linesOf(machine.makeSafe());
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
