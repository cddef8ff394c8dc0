/** `greenup completion`: what a shell needs to complete the command line, and the answers to its questions. */
import { Argument, type Command } from 'commander';
import { exitCodes } from '../terminal/exit';
import { type AddCommand, examples } from './command';

const shells = ['bash', 'zsh', 'fish'] as const;

type Completer = typeof import('@bomb.sh/tab')['default'];

/** What the scripts of the package say of an answer without suggestions: no files either. */
const noFiles = ':4';
/** The shell then offers files. */
const asUsual = ':0';

export const addCompletion: AddCommand = (root, finish) => {
  root
    .command('completion')
    .description('prints what a shell needs to complete commands, options and their values')
    .addHelpText(
      'before',
      examples([
        ['source <(greenup completion bash)', 'in ~/.bashrc; wants the package bash-completion'],
        ['source <(greenup completion zsh)', 'in ~/.zshrc, after compinit'],
        ['greenup completion fish | source', 'in ~/.config/fish/config.fish'],
      ]),
    )
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: string) => {
      completerOf(root).setup(root.name(), root.name(), shell);
      finish(exitCodes.ok);
    });
  // The scripts ask here, at each press of the key.
  root
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => {
      answer(completerOf(root), words);
      finish(exitCodes.ok);
    });
};

/** The package prints its answer, and never lets a shell offer files; where it has nothing to offer, they are what is wanted. */
function answer(completer: Completer, words: string[]): void {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(line);
  try {
    completer.parse(words);
  } finally {
    console.log = log;
  }
  const hasNone = lines.length === 1 && lines[0] === noFiles;
  process.stdout.write(`${(hasNone ? [asUsual] : lines).join('\n')}\n`);
}

/** Knows what the program knows of itself. */
function completerOf(root: Command): Completer {
  const { default: completer } = require('@bomb.sh/tab') as typeof import('@bomb.sh/tab');
  describe(completer, root, '');
  return completer;
}

function describe(completer: Completer, command: Command, path: string): void {
  const help = command.createHelp();
  const entry = path === '' ? completer : completer.command(path, command.description());
  for (const option of help.visibleOptions(command)) {
    const name = option.long?.replace(/^--/, '');
    if (name === undefined) continue;
    const takesValue = option.required || option.optional;
    if (takesValue) entry.option(name, option.description, offer(option.argChoices));
    else entry.option(name, option.description);
  }
  for (const argument of command.registeredArguments) {
    entry.argument(argument.name(), offer(argument.argChoices), argument.variadic);
  }
  for (const below of help.visibleCommands(command)) {
    describe(completer, below, path === '' ? below.name() : `${path} ${below.name()}`);
  }
}

/** A handler that offers these; without choices it offers nothing. */
function offer(choices: readonly string[] = []): (complete: (value: string, description: string) => void) => void {
  return (complete) => {
    for (const choice of choices) complete(choice, '');
  };
}
