/** `greenup demo`: one whole charge in virtual time, with a verdict at its end. */
import type { Board } from '../hal/board';
import { loadBoard } from '../hal/board/board-file';
import { programFile } from '../hal/program-files';
import type { DemoResult } from '../simulator/demo';
import { type Paint, paintFor } from '../terminal/colour';
import { exitCodes } from '../terminal/exit';
import { Printer } from '../terminal/printer';
import { durationText, kilowattHours } from '../terminal/wording';
import type { AddCommand } from './command';

export const addDemo: AddCommand = (root, finish) => {
  root
    .command('demo')
    .description('plays one whole charge in virtual time and prints a summary')
    .option('--board <file>', 'board file (default: board/simulated-double.yaml of the program)')
    .action(async ({ board }: { board?: string }) =>
      finish(await showDemo(loadBoard(board ?? programFile('board/simulated-double.yaml')))),
    );
};

async function showDemo(board: Board): Promise<number> {
  const { playDemo } = require('../simulator/demo') as typeof import('../simulator/demo');
  const paint = paintFor(process.stdout);
  process.stdout.write(
    `${paint('bold', board.name)}, a built-in central system, one vehicle, half an hour of virtual time:\n\n`,
  );
  const result = await playDemo(board, (clock) => {
    const printer = new Printer({ board, clock, json: false });
    printer.open();
    return {
      notice: (notice) => printer.notice(notice),
      warn: (message) => printer.warn(message),
      deed: (line) => printer.say(paint('cyan', line)),
    };
  });
  return judge(result, paint);
}

function judge({ transaction, meterWh, messages, sent }: DemoResult, paint: Paint): number {
  const stop = transaction?.stop;
  const ledgerWh = stop && stop.meterWh - transaction.meterStartWh;
  // OCPP carries whole watt hours.
  const equal = ledgerWh !== undefined && Math.abs(ledgerWh - meterWh) <= 1;
  const durationS = stop && (Date.parse(stop.at) - Date.parse(transaction.startedAt)) / 1_000;
  const verdict = equal
    ? paint('green', 'the ledger of the central system equals the meter')
    : paint('red', `the ledger of the central system has ${ledgerWh ?? 'no'} Wh: it does NOT equal the meter`);
  const rows = [
    ['Transaction', transaction === undefined ? 'none' : String(transaction.transactionId)],
    ['Duration', durationS === undefined ? 'open' : durationText(durationS)],
    ['Energy', kilowattHours(meterWh)],
    ['Messages', `${messages} sent: ${[...sent].map(([name, count]) => `${name} ${count}`).join(', ')}`],
    ['Verdict', verdict],
  ];
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(12)} ${value}\n`);
  process.stdout.write(`\n${lines.join('')}`);
  return equal ? exitCodes.ok : exitCodes.failed;
}
