/** The program that runs, to be started again as a process of its own. */

/** This program with other arguments, as `spawn` takes it. */
export function thisProgram(programArguments: readonly string[]): [command: string, commandArguments: string[]] {
  return [process.execPath, [...process.execArgv, process.argv[1] ?? '', ...programArguments]];
}
