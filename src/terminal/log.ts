import type { Log } from '../hal/log';

interface LogEntry {
  level: 'info' | 'warn';
  fields: object;
  message: string;
  /** Unix time in ms: when it happened, not when it was written. */
  time: number;
}

/** More lines than this do not wait for the logger: the oldest are let go. */
const waitingMax = 1_000;

export class DeferredLog implements Log {
  private waiting: LogEntry[] = [];
  private logger: Log | undefined;
  private time = 0;

  info(fields: object, message: string): void {
    this.take({ level: 'info', fields, message, time: Date.now() });
  }

  warn(fields: object, message: string): void {
    this.take({ level: 'warn', fields, message, time: Date.now() });
  }

  /** Loads the logger and lets it write what waits. Called when the start, which it would slow down, is over. */
  open(): void {
    if (this.logger) return;
    const { destination, pino } = require('pino') as typeof import('pino');
    const timestamp = (): string => `,"time":${this.time}`;
    // Written at once: a station that is killed leaves its last words.
    this.logger = pino({ base: null, timestamp }, destination({ dest: process.stderr.fd, sync: true }));
    for (const entry of this.waiting) this.write(this.logger, entry);
    this.waiting = [];
  }

  private take(entry: LogEntry): void {
    if (this.logger) {
      this.write(this.logger, entry);
      return;
    }
    this.waiting.push(entry);
    if (this.waiting.length > waitingMax) this.waiting.shift();
  }

  private write(logger: Log, { level, fields, message, time }: LogEntry): void {
    this.time = time;
    logger[level](fields, message);
  }
}
