/** `greenup man`: the manual page, made of the same help that the commands print. */
import type { Command } from 'commander';
import { exitCodes } from '../terminal/exit';
import { type AddCommand, examples } from './command';

export const addMan: AddCommand = (root, finish) => {
  root
    .command('man')
    .description('prints the manual page greenup(1): every command with its options')
    .addHelpText('before', examples([['greenup man | man -l -', 'reads it']]))
    .action(() => {
      process.stdout.write(manualPage(root));
      finish(exitCodes.ok);
    });
};

/** In the macros of man(7). */
export function manualPage(root: Command): string {
  const help = root.createHelp();
  const commands = help.visibleCommands(root).filter((command) => command.name() !== 'help');
  return [
    `.TH ${root.name().toUpperCase()} 1 "" "${root.name()} ${root.version() ?? ''}" "User commands"`,
    '.SH NAME',
    `${root.name()} \\- ${text(root.description())}`,
    '.SH SYNOPSIS',
    `.B ${root.name()}`,
    '.I command',
    '[options]',
    ...told(root),
    '.SH COMMANDS',
    ...commands.flatMap((command) => [command, ...command.commands]).flatMap(section),
    '.SH EXIT STATUS',
    text('0 done, 1 refused or failed, 2 wrong command line, 3 no station is running.'),
    '',
  ].join('\n');
}

function section(command: Command): string[] {
  const help = command.createHelp();
  const rows = [
    ...help.visibleArguments(command).map((one) => [help.argumentTerm(one), help.argumentDescription(one)] as const),
    ...help.visibleOptions(command).map((one) => [help.optionTerm(one), help.optionDescription(one)] as const),
  ].filter(([term]) => term !== '-h, --help');
  return [
    `.SS ${text(help.commandUsage(command).replace(/ \[options\]/g, ''))}`,
    text(command.description()),
    ...rows.flatMap(([term, description]) => ['.TP', `.B ${text(term)}`, text(description)]),
    ...told(command),
  ];
}

/** The examples that stand before the help. */
function told(command: Command): string[] {
  let printed = '';
  const writeOut = (part: string) => {
    printed += part;
  };
  const { writeOut: usual } = command.configureOutput();
  command.configureOutput({ writeOut });
  command.outputHelp();
  command.configureOutput({ ...(usual && { writeOut: usual }) });
  const lines = printed.split('\n');
  const end = lines.findIndex((line) => line.startsWith('Usage:'));
  const before = lines.slice(0, end).filter((line) => line !== '' && line !== 'Examples:');
  if (before.length === 0) return [];
  return ['.PP', 'Examples:', '.PP', '.nf', ...before.map(text), '.fi'];
}

/**
 * A backslash, a hyphen, and a dot or an apostrophe at the beginning of a line have a meaning of their own; what is not ASCII goes
 * by its number.
 */
function text(plain: string): string {
  const escaped = plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/[^ -~]/gu, (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
  return escaped.replace(/^(?=[.'])/, '\\&') || '\\&';
}
