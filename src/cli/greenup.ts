/** The `greenup` program: reads the command line, runs the command, and ends with its exit code. */
import { CommanderError } from 'commander';
import { exitCodes, reportError } from './exit';
import { program } from './program';

/** Put in by the build. */
const version = process.env.GREENUP_VERSION ?? 'unbuilt';

async function main([first, ...rest]: string[]): Promise<number> {
  if (first === 'mains') {
    // What a power cut leaves; not for people, so without a place in the help.
    const { runMains } = require('./host') as typeof import('./host');
    return runMains(JSON.parse(rest[0] ?? '{}'));
  }
  let code: number = exitCodes.usage;
  const root = program(version, (ended) => {
    code = ended;
  });
  for (const command of [root, ...root.commands, ...root.commands.flatMap((c) => c.commands)]) command.exitOverride();
  await root.parseAsync(first === undefined ? ['--help'] : [first, ...rest], { from: 'user' });
  return code;
}

/** Commander has printed its own complaint or help. */
function codeOf(error: unknown): number {
  if (!(error instanceof CommanderError)) return reportError(error);
  return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

void main(process.argv.slice(2))
  .catch(codeOf)
  .then((code) => process.exit(code));
