/** The house's log: structured, one line an event, with fields for programs and words for people. */

/** `pino` fits. */
export interface Log {
  /** What is as it should be, and worth a line. */
  info(fields: object, message: string): void;
  /** What people should look at. */
  warn(fields: object, message: string): void;
}
