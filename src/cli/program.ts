/** The command line of `greenup`: its commands, options and help. Each command is loaded when it is run. */
import { Command, Option } from 'commander';
import { numberFrom } from './arguments';
import { defaultBenchPort, defaultStateDirectory } from './bench-file';
import { addBenchCommands } from './program-bench';
import type { RunOptions } from './run-options';

const port_max = 65_535;
const speed_max = 1_000;
const seed_max = 2 ** 32 - 1;

/** `finish` is told the exit code of the command that ran. */
export function program(version: string, finish: (code: number) => void): Command {
  const root = new Command('greenup');
  root
    .description("A Green'Up charging station with OCPP 1.6J: simulated, on the bench, and tried out.")
    .version(version)
    .addHelpText('before', examples([
      ['greenup demo', 'one whole charge, quickly'],
      ['greenup run', 'a simulated station with a central system of its own'],
      ['greenup plug 1', 'in another terminal: a car is plugged in'],
      ['greenup tap 04A1B2C3', 'its driver shows a card'],
      ['greenup status', 'what goes on'],
      ['greenup run --csms ws://localhost:9000/ocpp --id CP1', 'a station for your own central system'],
    ]))
    .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no station is running.')
    .showSuggestionAfterError(true);
  addRun(root, finish);
  root
    .command('demo')
    .description('plays one whole charge in virtual time and prints a summary')
    .option('--board <file>', 'board file (default: board/simulated-double.yaml)')
    .action(async (options: { board?: string }) => finish(await load(() => require('./demo') as typeof import('./demo')).runDemo(options)));
  addBenchCommands(root, finish);
  root
    .command('bench')
    .description('a simulated station as the child process of a test program: JSON lines on stdin and stdout')
    .argument('<init.json>', 'init file, described in docs/bench.md')
    .action(async (path: string) => finish(await load(() => require('./machine-run') as typeof import('./machine-run')).runMachine(path)));
  addBoard(root, finish);
  root
    .command('docs')
    .description('writes the generated pages of docs/ and board/')
    .option('--check', 'writes nothing; exit code 1 if a page is not up to date')
    .action(({ check }: { check?: boolean }) => finish(load(() => require('./docs') as typeof import('./docs')).writeDocs(check === true)));
  return root;
}
