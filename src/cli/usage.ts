/** How a wrong command line is told: as every other error, with the command whose help has the rest. */
import type { Command } from 'commander';

/** Makes commander's complaints about this command one line each. */
export function tellUsage(command: Command): void {
  command.configureOutput({
    outputError: (text, write) => write(usageLine(text, pathOf(command))),
  });
}

/** `text`: as commander says it, such as "error: unknown command 'plgu'\n(Did you mean plug?)\n". */
export function usageLine(text: string, command: string): string {
  const problem = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll('\n', ' ');
  return `greenup: ${problem}${problem.endsWith('.') ? '' : '.'} See ${command} --help\n`;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
