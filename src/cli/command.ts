/** What the commands of the command line share: how they add themselves, their help, and how they ask a running station. */
import { Argument, type Command, Option } from 'commander';
import { exitCodes } from '../terminal/exit';
import { connectorFrom, numberFrom, portMax } from './arguments';
import { StationClient } from './station-client';

/** Takes the exit code of the command that ran. */
export type Finish = (code: number) => void;

/** Adds one command to the program. */
export type AddCommand = (root: Command, finish: Finish) => void;

/** Where the station is. */
export interface StationOption {
  port?: number;
  state?: string;
}

/** Help begins with what somebody is likely to want. */
export function examples(rows: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...rows.map(([command]) => command.length));
  return ['Examples:', ...rows.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`), ''].join('\n');
}

/** "<connector>", or "[connector]" where it may be left out. */
export function connectorArgument(name = '<connector>', help = 'connector number', from = 1): Argument {
  return new Argument(name, help).argParser(connectorFrom(from));
}

/** "--end", of the commands for one end of a cable. */
export function cableEndOption(): Option {
  return new Option('--end <end>', 'only one end of the cable (default: both)').choices(['both', 'station', 'vehicle']);
}

/** The options of every command that needs a running station. */
export function withStation(command: Command): Command {
  return command
    .option('--port <n>', 'port of a simulated station (default: from bench.json)', numberFrom(1, portMax))
    .option('--state <dir>', 'state directory of the station (default: .greenup/state, then the service of a rig)');
}

/** Runs one command at the station and prints the line that it answers. */
export async function ask(finish: Finish, station: StationOption, name: string, parameters: object): Promise<void> {
  process.stdout.write(`${await StationClient.find(station).run(name, parameters)}\n`);
  finish(exitCodes.ok);
}
