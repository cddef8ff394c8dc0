/** The `greenup` program: reads the command line, runs the command, and ends with its exit code. */
import { programVersion } from '../hal/program-version';
import { exitCodes, reportError } from '../terminal/exit';
import { plainRunArguments } from './run-arguments';
import { machineWith, mainsWith, runWith } from './start';

/** Put in by the build. */

async function main(words: string[]): Promise<number> {
  return plainStart(words) ?? viaCommander(words);
}

/** Starts that need no help: a station is on the wire sooner without the command line package. */
function plainStart([command, ...rest]: string[]): Promise<number> | undefined {
  const [only = '-'] = rest;
  switch (command) {
    case 'mains':
      return mainsWith(only);
    case 'bench':
      return rest.length === 1 && !only.startsWith('-') ? machineWith(only) : undefined;
    case 'run': {
      const options = plainRunArguments(rest);
      return options && runWith(options);
    }
    default:
      return undefined;
  }
}

async function viaCommander(words: string[]): Promise<number> {
  const { CommanderError } = require('commander') as typeof import('commander');
  const { program } = require('./program') as typeof import('./program');
  // Such as "| head": whoever reads has seen enough.
  process.stdout.on('error', () => process.exit(exitCodes.failed));
  let code: number = exitCodes.usage;
  const root = program(programVersion, (ended) => {
    code = ended;
  });
  for (const command of [root, ...root.commands, ...root.commands.flatMap((c) => c.commands)]) command.exitOverride();
  try {
    await root.parseAsync(words.length === 0 ? ['--help'] : words, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its own complaint, or the help that was asked for.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
}

void main(process.argv.slice(2))
  .catch(reportError)
  .then((code) => process.exit(code));
