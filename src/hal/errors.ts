/** The one error class of the project: a code for programs, a message that names what, where and the valid choices. */

export type ErrorCode =
  | 'board.invalid' // a board file does not describe a station
  | 'config.invalid' // a flag, an option or an init file is wrong
  | 'part.failed' // a part of the hardware did not answer or answered nonsense
  | 'part.refused' // a part was asked for what it does not have; asking again brings the same
  | 'part.missing' // a device is absent
  | 'machine.refused' // the operating system did not do what it was asked for
  | 'package.missing' // a driver package cannot be loaded
  | 'package.invalid' // a file is no package of a release, or a damaged one
  | 'package.untrusted' // nothing proves that a package comes from whoever may make one
  | 'package.unfit' // a package is good, and may not be installed on this station now
  | 'store.failed' // the durable store could not read or write
  | 'transfer.unsupported' // no such protocol, or it cannot do what was asked
  | 'transfer.refused' // wrong credentials, no permission, or no room
  | 'transfer.untrusted' // nothing proves that it is the machine that was meant
  | 'transfer.notFound' // there is no such file or directory
  | 'transfer.unreachable' // no connection to the other machine
  | 'transfer.broken' // the connection ended before the file did
  | 'transfer.aborted' // called off by whoever asked
  | 'command.invalid'; // a command asks for something that cannot be

/** Every error that this project throws on purpose: `code` is for programs, the message for people. */
export class GreenupError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'GreenupError';
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a system call's error, as `EBUSY`; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Closes a `switch` over a union: the compiler refuses a row that was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
