/** What somebody may do to a station, as tables of commands with parameters; every interface is made of them. */
import type { Report } from '../diagnostics/report';
import { GreenupError } from '../hal/errors';
import type { UpdateInbox } from '../hal/firmware-updates';
import type { PowerOffView, StationView } from '../station/view';
import { type Parameters, readParameters, unknownNames, unknownWord, type ValuesOf } from './parameters';

/** One station as the HTTP interface, the JSON lines and the command line see it. */
export interface StationControl {
  view(): Promise<StationView | PowerOffView>;
  /** What somebody needs who looks for a fault, in one file. Throws `command.invalid` where there is no station just now. */
  report(): Report;
  /** Where the file of a new release is put. Rejects with `command.invalid` while nothing could come of one. */
  updateInbox(): Promise<UpdateInbox>;
  /** Every command with a line about it and what each parameter may be. */
  commands(): readonly CommandHelp[];
  /** Throws GreenupError: `command.invalid` if it cannot be done. `gone`: who asked does not wait for the answer any more. */
  run(name: string, request: Readonly<Record<string, unknown>>, gone?: AbortSignal): Promise<CommandAnswer>;
}

export interface CommandHelp {
  name: string;
  summary: string;
  scope: CommandScope;
  /** What is valid, in words. */
  parameters: Readonly<Record<string, string>>;
}

/** One line about what was done. */
export interface CommandAnswer {
  message: string;
  /** For programs: fields beside the line. */
  facts?: object;
  /** Called when the answer has left. */
  afterwards?: () => void;
}

/** `any`: for every station; `simulated`: for a simulated one only. */
export type CommandScope = 'any' | 'simulated';

/** A row of a table of commands, which are given to a `Target`. */
export interface ControlCommand<Target> {
  scope: CommandScope;
  summary: string;
  parameters: Parameters;
  /** `name` is for messages. Throws `command.invalid` if it cannot be done. */
  run(
    target: Target,
    name: string,
    request: Readonly<Record<string, unknown>>,
    gone?: AbortSignal,
  ): Promise<CommandAnswer>;
}

export type CommandTable<Target> = Readonly<Record<string, ControlCommand<Target>>>;

type Done = string | CommandAnswer;

/** A row whose parameters are read and checked before `act` is called. */
export function command<Target, P extends Parameters>(
  scope: CommandScope,
  summary: string,
  parameters: P,
  act: (target: Target, values: ValuesOf<P>, gone?: AbortSignal) => Done | Promise<Done>,
): ControlCommand<Target> {
  return {
    scope,
    summary,
    parameters,
    run: async (target, name, request, gone) => {
      const unknown = unknownNames(parameters, request, name)[0];
      if (unknown !== undefined) throw new GreenupError('command.invalid', unknown);
      const done = await act(target, readParameters(parameters, request, name), gone);
      return typeof done === 'string' ? { message: done } : done;
    },
  };
}

/** A table of one target is one of another that leads to it; `targetOf` may throw `command.invalid`. */
export function retargeted<Inner, Outer>(
  table: CommandTable<Inner>,
  targetOf: (outer: Outer) => Inner,
): CommandTable<Outer> {
  const rows = Object.entries(table).map(([name, row]): [string, ControlCommand<Outer>] => [
    name,
    { ...row, run: async (outer, called, request, gone) => row.run(targetOf(outer), called, request, gone) },
  ]);
  return Object.fromEntries(rows);
}

export function helpOf<Target>(table: CommandTable<Target>): CommandHelp[] {
  return Object.entries(table).map(([name, { summary, scope, parameters }]) => ({
    name,
    summary,
    scope,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([parameter, { valid, optional }]) => [
        parameter,
        optional ? `${valid}; may be left out` : valid,
      ]),
    ),
  }));
}

/** The row of a name. Throws `command.invalid` with what was likely meant. */
export function rowOf<Target>(table: CommandTable<Target>, name: string): ControlCommand<Target> {
  const row = Object.hasOwn(table, name) ? table[name] : undefined;
  if (row) return row;
  throw new GreenupError('command.invalid', unknownWord('command', name, Object.keys(table)));
}

/** The control of one station out of the table of its commands. */
export function controlOf<Target>(
  table: CommandTable<Target>,
  target: Target,
  { view, report, updateInbox }: Pick<StationControl, 'view' | 'report' | 'updateInbox'>,
): StationControl {
  const commands = helpOf(table);
  return {
    view,
    report,
    updateInbox,
    commands: () => commands,
    run: async (name, request, gone) => rowOf(table, name).run(target, name, request, gone),
  };
}
