/** `greenup run`: a station until Ctrl-C. */
import { InvalidArgumentError, Option } from 'commander';
import type { RunOptions } from '../simulator/run-options';
import { type AddCommand, examples } from './command';
import { flagOf, runDefaults, runOptionRows } from './run-arguments';
import { runWith } from './start';

export const addRun: AddCommand = (root, finish) => {
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
  for (const [name, { value, help, hidden, read, valid }] of Object.entries(runOptionRows)) {
    const explained = valid === undefined ? help : `${help}; ${valid}`;
    const flag = `--${flagOf(name as keyof RunOptions)}`;
    const option = new Option(value === undefined ? flag : `${flag} <${value}>`, explained);
    // `--no-web` is an option like the others here, not the opposite of one.
    option.negate = false;
    if (hidden) option.hideHelp();
    if (read) option.argParser((text) => read(text) ?? invalid(valid ?? 'another value'));
    if (value !== undefined && name in runDefaults) option.default(runDefaults[name as keyof typeof runDefaults]);
    run.addOption(option);
  }
  run.action(async (given: Partial<RunOptions>) => finish(await runWith({ ...runDefaults, ...given })));
};

function invalid(valid: string): never {
  throw new InvalidArgumentError(`Must be ${valid}.`);
}
