/** The `greenup` program: reads the command line, runs the command, and ends with its exit code. */
import { programVersion } from '../hal/program-version';
import { exitCodes, exitWith, reportError } from '../terminal/exit';
import { plainRunArguments } from './run-arguments';
import { benchWith, runWith } from './start';

/** A station that has ended waits no longer for somebody who reads what it said, in ms. */
const flushMaxMs = 2_000;

function isStation([command = '']: string[]): boolean {
  return ['run', 'bench'].includes(command);
}

async function main(commandLine: string[]): Promise<number> {
  return plainStart(commandLine) ?? viaCommander(commandLine);
}

/** Starts that need no help: a station is on the wire sooner without the command line package. */
function plainStart([command, ...rest]: string[]): Promise<number> | undefined {
  const [only = '-'] = rest;
  switch (command) {
    case 'bench':
      return rest.length === 1 && !only.startsWith('-') ? benchWith(only) : undefined;
    case 'run': {
      const options = plainRunArguments(rest);
      return options && runWith(options);
    }
    default:
      return undefined;
  }
}

async function viaCommander(commandLine: string[]): Promise<number> {
  const { CommanderError } = require('commander') as typeof import('commander');
  const { program } = require('./program') as typeof import('./program');
  let finished: number | undefined;
  const root = program(programVersion, (code) => {
    finished = code;
  });
  // Such as "| head": whoever reads has seen enough. What a command has done by then stays done.
  process.stdout.on('error', () => process.exit(finished ?? exitCodes.nobodyReads));
  for (const command of [root, ...root.commands, ...root.commands.flatMap((c) => c.commands)]) {
    command.exitOverride((ending) => {
      finished = ending.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
      throw ending;
    });
  }
  try {
    await root.parseAsync(commandLine.length === 0 ? ['--help'] : commandLine, { from: 'user' });
    return finished ?? exitCodes.usage;
  } catch (error) {
    // Commander has printed its own complaint, or the help that was asked for.
    if (!(error instanceof CommanderError)) throw error;
    return finished ?? exitCodes.usage;
  }
}

const commandLine = process.argv.slice(2);
void main(commandLine)
  .catch(reportError)
  .then((code) => exitWith(code, isStation(commandLine) ? flushMaxMs : undefined));
