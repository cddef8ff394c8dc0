/** The one error class of the project: a code for programs, a message that names what, where and the valid choices. */

export type ErrorCode =
  | 'board.invalid' // a board file does not describe a station
  | 'config.invalid' // a flag, an option or an init file is wrong
  | 'part.failed' // a part of the hardware did not answer or answered nonsense
  | 'part.missing' // a driver package or device is absent
  | 'store.failed' // the durable store could not read or write
  | 'command.invalid'; // a command asks for something that cannot be

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

/** Closes a `switch` over a union: the compiler refuses a row that was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
