/** `greenup hil`: tells the stories of hardware in the loop on a rig, or in simulation, and writes a report. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { type BoardConnector, connectorsOf } from '../hal/connectors';
import { messageOf } from '../hal/errors';
import type { StoryResult } from '../hil/runner';
import { ExitError, endOfProcess, exitCodes } from '../terminal/exit';
import { secondsFrom } from './arguments';
import { type AddCommand, examples } from './command';

interface HilOptions {
  board: string;
  /** Path of the socket of an emulated rig; absent: relays of the board, and a person for the rest. */
  emulator?: string;
  /** Part of the names of the stories to tell; absent: all. */
  only?: string;
  /** Connectors to tell them for; absent: all. */
  connector?: readonly number[];
  /** File for the report as JSON. */
  report?: string;
  /** Longest wait for anything, in s. */
  patience: number;
}

const patienceMaxS = 3_600;
const patienceS = 30;
/** Exit code of a program that Ctrl-C ended. */
const interruptedCode = 130;

export const addHil: AddCommand = (root, finish) => {
  root
    .command('hil')
    .description('tells the stories of hardware in the loop on a rig, and reports which passed')
    .addHelpText(
      'before',
      examples([
        ['greenup hil --board board/pi-bench-double.yaml', 'relays play the vehicle, you play the rest'],
        ['greenup hil --board board/simulated-double.yaml', 'the same stories in simulation'],
      ]),
    )
    .requiredOption('--board <file>', 'board file')
    .option('--emulator <socket>', 'an emulated rig listens there (default: relays of the board, and a person)')
    .option('--only <text>', 'only stories with this in their names')
    .option('--connector <ids>', 'only for these connectors, such as 1 or 1,2 (default: all)', connectorIds)
    .option('--report <file>', 'writes a report as JSON')
    .option('--patience <s>', 'longest wait for anything, in s', secondsFrom(1, patienceMaxS), patienceS)
    .action(async (options: HilOptions) => finish(await tellStories(options)));
};

function connectorIds(text: string): number[] {
  const ids = text.split(',').map(Number);
  if (ids.every((id) => Number.isInteger(id) && id > 0)) return ids;
  throw new InvalidArgumentError('Must be connector numbers, such as 1 or 1,2.');
}

/** Exit code 0: nothing failed; 1: a story did, or none could be told; 130: somebody ended it, with outputs safe. */
async function tellStories({ patience, connector, report, ...options }: HilOptions): Promise<number> {
  const { HilSession } = require('../hil/session') as typeof import('../hil/session');
  const session = HilSession.prepare({
    ...options,
    patienceMs: patience * 1_000,
    say,
    ...(connector ? { connectors: connector } : {}),
  });
  const ended = endOfProcess().then(() => new ExitError(interruptedCode, 'ended before all stories were told'));
  // Before the first story: a report that cannot be written after the last one would be lost.
  const write = report === undefined ? undefined : openReport(report);
  const { board } = session;
  let code: number = exitCodes.failed;
  await session.play(ended, ({ results, emulator }) => {
    const at = new Date().toISOString();
    write?.(`${JSON.stringify({ at, board: board.name, emulator, stories: results }, null, 2)}\n`);
    code = summary(results, connectorsOf(board));
  });
  return code;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function openReport(path: string): (text: string) => void {
  try {
    const file = openSync(path, 'w');
    return (text) => {
      writeSync(file, text);
      closeSync(file);
    };
  } catch (error) {
    throw new ExitError(exitCodes.usage, `--report ${path}: it cannot be written: ${messageOf(error)}`);
  }
}

function summary(results: readonly StoryResult[], connectors: readonly BoardConnector[]): number {
  const { outcomeText, titleOf } = require('../hil/runner') as typeof import('../hil/runner');
  const count = (outcome: StoryResult['outcome']): number => results.filter((r) => r.outcome === outcome).length;
  say('');
  for (const result of results) {
    const connector = connectors.find(({ connectorId }) => connectorId === result.connectorId);
    say(`${result.outcome.padEnd(8)} ${titleOf(result.name, connector)}: ${outcomeText(result)}`);
  }
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  return count('failed') === 0 && count('passed') > 0 ? exitCodes.ok : exitCodes.failed;
}
