/** The command line of `greenup`: its commands, options and help. Each command is loaded when it is run. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from '../terminal/exit';
import { addBenchCommands, examples } from './program-bench';
import { runDefaults, runOptionRows } from './run-arguments';
import type { RunOptions } from './run-options';
import { machineWith, runWith } from './start';

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
  addRig(root, finish);
  addRigView(root, finish);
  return root;
}

function addRun(root: Command, finish: (code: number) => void): void {
  const run = root
    .command('run')
    .description('runs a station until Ctrl-C: simulated, or on the rig whose board is named')
    .addHelpText(
      'before',
      examples([
        ['greenup run', 'with a central system of its own'],
        ['greenup run --csms ws://localhost:9000/ocpp --id CP1', 'for your own central system'],
        ['greenup run --board board/simulated-single.yaml --speed 60', 'one vehicle, a minute passes in a second'],
        ['greenup run --board board/pi-bench-double.yaml', 'on a rig, see docs/rig.md'],
      ]),
    );
  for (const [name, { value, help, hidden, read, words }] of Object.entries(runOptionRows)) {
    const valid = words === undefined ? help : `${help}; ${words}`;
    const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, valid);
    if (hidden) option.hideHelp();
    if (read) option.argParser((text) => read(text) ?? invalid(words ?? 'another value'));
    if (value !== undefined && name in runDefaults) option.default(runDefaults[name as keyof typeof runDefaults]);
    run.addOption(option);
  }
  run.action(async (given: Partial<RunOptions>) => finish(await runWith({ ...runDefaults, ...given })));
}

function secondsUpTo(max: number, min = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    invalid(`a number from ${min} to ${max}`);
  };
}

function invalid(words: string): never {
  throw new InvalidArgumentError(`Must be ${words}.`);
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
    .action(async (path: string) => finish(await machineWith(path)));
}

function addBoard(root: Command, finish: (code: number) => void): void {
  const board = root.command('board').description('checks board files');
  board.addHelpText(
    'before',
    examples([
      ['greenup board check my-board.yaml', 'OK, or everything that is wrong'],
      ['greenup board check --live my-board.yaml', 'and each part of the rig is tried'],
    ]),
  );
  board
    .command('check')
    .description('checks a board file; exit code 1 if something is wrong')
    .argument('<file>', 'board file')
    .option('--json', 'the board, or the problems, as JSON')
    .option('--live', 'then tries each part on this rig; nothing is energised, no contactor closes')
    .action(async (path: string, { json, live }: { json?: boolean; live?: boolean }) => {
      if (live) {
        const { checkBoardLive } = require('./live-check-command') as typeof import('./live-check-command');
        finish(await checkBoardLive(path, json === true));
        return;
      }
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

function addRig(root: Command, finish: (code: number) => void): void {
  const seconds_max = 3_600;
  root
    .command('health')
    .description("a rig's own word on how it is; exit code 0: healthy, 1: not, 3: no station is running")
    .option('--wait <s>', 'waits so long for a healthy word, in s', secondsUpTo(seconds_max))
    .option(
      '--file <path>',
      'where the station writes it (default: $RUNTIME_DIRECTORY, /run/greenup or the state directory)',
    )
    .option('--json', 'as JSON')
    .action(async ({ wait, file, json }: { wait?: number; file?: string; json?: boolean }) => {
      const { healthFileThere } = require('../terminal/health-file') as typeof import('../terminal/health-file');
      const { tellHealth } = require('./health-command') as typeof import('./health-command');
      finish(
        await tellHealth({
          file: () => file ?? healthFileThere(),
          waitS: wait ?? 0,
          json: json === true,
        }),
      );
    });
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
    .option('--connector <ids>', 'only for these connectors, such as 1 or 1,2 (default: all)', (text) => {
      const ids = text.split(',').map(Number);
      if (ids.every((id) => Number.isInteger(id) && id > 0)) return ids;
      invalid('connector numbers, such as 1 or 1,2');
    })
    .option('--report <file>', 'writes a report as JSON')
    .option('--patience <s>', 'longest wait for anything, in s', secondsUpTo(seconds_max, 1), 30)
    .action(
      async ({ patience, connector, ...given }: { board: string; patience: number; connector?: readonly number[] }) => {
        const { runHil } = require('../hil/hil-command') as typeof import('../hil/hil-command');
        finish(await runHil({ ...given, patienceS: patience, ...(connector ? { connectors: connector } : {}) }));
      },
    );
  root
    .command('safe-state')
    .description('puts every output of a rig at its safe level: contactors open, pilots at -12 V')
    .requiredOption('--board <file>', 'board file of the rig')
    .action(({ board }: { board: string }) => {
      const { putSafe } = require('./safe-state') as typeof import('./safe-state');
      finish(putSafe(board));
    });
}

function addRigView(root: Command, finish: (code: number) => void): void {
  root
    .command('rig')
    .description('shows the readings of every part of a rig, and works the parts by hand')
    .addHelpText(
      'before',
      examples([
        ['greenup rig my-board.yaml', 'contactors stay open'],
        ['greenup rig my-board.yaml --arm', 'contactors can be closed: live terminals behind them'],
      ]),
    )
    .argument('<file>', 'board file of the rig')
    .option('--arm', 'lets contactors be closed by hand')
    .action(async (path: string, { arm }: { arm?: boolean }) => {
      const { showRig } = require('../rig/panel/panel') as typeof import('../rig/panel/panel');
      finish(await showRig({ path, armed: arm === true }));
    });
}
