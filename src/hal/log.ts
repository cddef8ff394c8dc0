/** The house's log: structured, one line an event, with fields for programs and words for people. */

/** `pino` fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
