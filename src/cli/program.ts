/** The command line of `greenup`: its commands, options and help. Each command is loaded when it is run. */
import { Command, Option } from 'commander';
import { numberFrom } from './arguments';
import { defaultBenchPort, defaultStateDirectory } from './bench-file';
import { exitCodes } from './exit';
import { addBenchCommands, examples } from './program-bench';
import type { RunOptions } from './run-options';

const port_max = 65_535;
const speed_max = 1_000;
const seed_max = 2 ** 32 - 1;
const defaultIdentity = 'GREENUP1';

/** `finish` is told the exit code of the command that ran. */
export function program(version: string, finish: (code: number) => void): Command {
  const root = new Command('greenup')
    .description("A Green'Up charging station with OCPP 1.6J: simulated, on the bench, and tried out.")
    .version(version)
    .addHelpText(
      'before',
      examples([
        ['greenup demo', 'one whole charge, quickly'],
        ['greenup run', 'a simulated station with a central system of its own'],
        ['greenup plug 1', 'in another terminal: a car is plugged in'],
        ['greenup tap 04A1B2C3', 'its driver shows a card'],
        ['greenup status --watch', 'what goes on'],
        ['greenup run --csms ws://localhost:9000/ocpp --id CP1', 'a station for your own central system'],
      ]),
    )
    .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no station is running.');
  addRun(root, finish);
  addDemo(root, finish);
  addBenchCommands(root, finish);
  addMachine(root, finish);
  addBoard(root, finish);
  addDocs(root, finish);
  return root;
}

function addRun(root: Command, finish: (code: number) => void): void {
  root
    .command('run')
    .description('runs a simulated station until Ctrl-C')
    .addHelpText(
      'before',
      examples([
        ['greenup run', 'with a central system of its own'],
        ['greenup run --csms ws://localhost:9000/ocpp --id CP1', 'for your own central system'],
        ['greenup run --board board/simulated-single.yaml --speed 60', 'one vehicle, a minute passes in a second'],
      ]),
    )
    .option('--board <file>', 'board file (default: board/simulated-double.yaml of the program)')
    .option('--csms <url>', 'central system, ws:// or wss://, without the identity (default: an embedded one)')
    .option('--id <uid>', 'identity at the central system', defaultIdentity)
    .option('--state <dir>', 'directory of what outlives the process', defaultStateDirectory)
    .option('--speed <n>', 'simulated seconds in a real one, 1 to 1000', numberFrom(1, speed_max, false), 1)
    .option(
      '--seed <n>',
      'makes jitter and small differences repeatable (default: random, and shown)',
      numberFrom(0, seed_max),
    )
    .option('--port <n>', 'bench port on 127.0.0.1; 0: any that is free', numberFrom(0, port_max), defaultBenchPort)
    .option('--json', 'JSON events, one a line, instead of words')
    .addOption(new Option('--supervised <by>').choices(['host', 'mains']).hideHelp())
    .addOption(new Option('--repowered').hideHelp())
    .action(async (given: Omit<RunOptions, 'json'> & { json?: boolean }) => {
      const options: RunOptions = { ...given, json: given.json === true };
      const { csms } = options;
      if (csms === undefined) {
        const { runHost } = require('./host') as typeof import('./host');
        finish(await runHost(options));
      } else {
        const { runStation } = require('./run') as typeof import('./run');
        finish(await runStation({ ...options, csms }));
      }
    });
}

function addDemo(root: Command, finish: (code: number) => void): void {
  root
    .command('demo')
    .description('plays one whole charge in virtual time and prints a summary')
    .option('--board <file>', 'board file (default: board/simulated-double.yaml of the program)')
    .action(async (options: { board?: string }) => {
      const { runDemo } = require('./demo') as typeof import('./demo');
      finish(await runDemo(options));
    });
}

function addMachine(root: Command, finish: (code: number) => void): void {
  root
    .command('bench')
    .description('a simulated station as child of a test program: JSON lines on stdin and stdout')
    .addHelpText(
      'before',
      examples([[`echo '{"cmd":"plug_in","connector":1}' | greenup bench init.json`, 'see docs/bench.md']]),
    )
    .argument('<init.json>', 'init file: which station, which central system, where its data lies')
    .action(async (path: string) => {
      const { runMachine } = require('./machine-run') as typeof import('./machine-run');
      finish(await runMachine(path));
    });
}

function addBoard(root: Command, finish: (code: number) => void): void {
  const board = root.command('board').description('checks board files');
  board.addHelpText('before', examples([['greenup board check my-board.yaml', 'OK, or everything that is wrong']]));
  board
    .command('check')
    .description('checks a board file; exit code 1 if something is wrong')
    .argument('<file>', 'board file')
    .option('--json', 'the board, or the problems, as JSON')
    .action((path: string, { json }: { json?: boolean }) => {
      const { checkBoardFile } = require('./board-command') as typeof import('./board-command');
      finish(checkBoardFile(path, json === true));
    });
  board
    .command('schema')
    .description('prints the JSON schema of board files')
    .action(() => {
      const { printBoardSchema } = require('./board-command') as typeof import('./board-command');
      printBoardSchema();
      finish(exitCodes.ok);
    });
}

function addDocs(root: Command, finish: (code: number) => void): void {
  root
    .command('docs')
    .description('writes the generated pages docs/configuration-keys.md and board/board.schema.json')
    .option('--check', 'writes nothing; exit code 1 if a page is not up to date')
    .action(({ check }: { check?: boolean }) => {
      const { writeDocs } = require('./docs') as typeof import('./docs');
      finish(writeDocs(check === true));
    });
}
