/** The log of a station run by a machine: pino's JSON lines on stderr. */
import type { Log } from '../ocpp/services';

type Entry = ['info' | 'warn', object, string];

/** More lines than this do not wait for the logger: the oldest are let go. */
const waiting_max = 1_000;

export class DeferredLog implements Log {
  private waiting: Entry[] = [];
  private logger: Log | undefined;

  info(fields: object, message: string): void {
    this.write(['info', fields, message]);
  }

  warn(fields: object, message: string): void {
    this.write(['warn', fields, message]);
  }

  /** Loads the logger and lets it write what waits. Called when the start, which it would slow down, is over. */
  open(): void {
    if (this.logger) return;
    const { destination, pino } = require('pino') as typeof import('pino');
    // Written at once: a station that is killed leaves its last words.
    const logger = pino({ base: null }, destination({ dest: process.stderr.fd, sync: true }));
    this.logger = logger;
    for (const [level, fields, message] of this.waiting) logger[level](fields, message);
    this.waiting = [];
  }

  private write(entry: Entry): void {
    const [level, fields, message] = entry;
    if (this.logger) this.logger[level](fields, message);
    else {
      this.waiting.push(entry);
      if (this.waiting.length > waiting_max) this.waiting.shift();
    }
  }
}
