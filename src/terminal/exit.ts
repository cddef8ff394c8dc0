/** How the program ends: its exit codes, and errors on their way to them. */
import { GreenupError, messageOf } from '../hal/errors';

export const exitCodes = {
  ok: 0,
  /** The station refused, or something failed. */
  failed: 1,
  /** The command line or an init file is wrong. */
  usage: 2,
  /** No station is running where it was looked for. */
  noStation: 3,
  /** `greenup bench` only: the central system asked for a hard reset. */
  hardReset: 3,
  /** Whoever read the output has gone before the command had ended: as a shell tells of SIGPIPE. */
  nobodyReads: 141,
} as const;

/** An error that knows its exit code. */
export class ExitError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Prints what went wrong, a line for each problem, all with the same beginning; lines that are set in belong to the one before. */
export function tellError(message: string): void {
  // An error that nobody reads is no further error.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
  for (const line of message.split('\n')) process.stderr.write(`${line.startsWith(' ') ? '' : 'greenup: '}${line}\n`);
}

/** Prints what went wrong, and returns the exit code for it. */
export function reportError(error: unknown): number {
  tellError(messageOf(error));
  if (error instanceof ExitError) return error.exitCode;
  // What is no GreenupError is a fault of the program: its place is worth knowing.
  if (!(error instanceof GreenupError) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return exitCodes.failed;
}

/**
 * Ends the process when what was written has been read: a pipe takes 64 KB, and what waits behind it is lost at
 * `process.exit`. Whoever reads slowly is waited for; who has gone is not. `withinMs`: after that it ends all the same.
 */
export async function exitWith(code: number, withinMs = Number.POSITIVE_INFINITY): Promise<never> {
  const read = Promise.all([process.stdout, process.stderr].map(flushed));
  await (Number.isFinite(withinMs) ? Promise.race([read, passed(withinMs)]) : read);
  return process.exit(code);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded || stream.writableLength === 0) {
      resolve();
      return;
    }
    for (const ending of ['error', 'close'] as const) stream.on(ending, () => resolve());
    // It is taken when all that was written before it has been.
    stream.write('', () => resolve());
  });
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Resolves when somebody asks the program to end: Ctrl-C, a service manager, a terminal that goes away. */
export function endOfProcess(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/** Calls `end` when the process that keeps this one as a child has gone, or had gone before anybody listened. */
export function whenSupervisorEnds(end: () => void): void {
  process.on('disconnect', end);
  if (process.connected === false) end();
}
