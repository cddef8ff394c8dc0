/** The machine interface of `greenup bench`: JSON lines in, one JSON line out for each, in order. */

import { unknownNames, unknownWord } from '../control/parameters';
import { messageOf } from '../hal/errors';
import type { Log } from '../hal/log';
import { type JsonLinesTarget, jsonLineCommands } from './json-lines-commands';

/** Longest line taken, in characters. */
const lineCharactersMax = 1 << 20;

export interface JsonLinesOptions extends JsonLinesTarget {
  /** Takes one line, without its end. */
  answer: (line: string) => void;
  log: Log;
}

export class JsonLines {
  private rest = '';
  private tooLong = false;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly options: JsonLinesOptions) {}

  /** Takes a piece of the input, cut anywhere. */
  receive(piece: string): void {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.take(line);
    if (this.rest.length > lineCharactersMax) {
      this.rest = '';
      this.tooLong = true;
    }
  }

  /** The input has ended: resolves when everything in it is answered, a last line without an end as well. */
  end(): Promise<void> {
    if (this.rest !== '' || this.tooLong) this.take(this.rest);
    this.rest = '';
    return this.last;
  }

  private take(line: string): void {
    const tooLong = this.tooLong || line.length > lineCharactersMax;
    this.tooLong = false;
    if (line.trim() === '' && !tooLong) return;
    // One after the other: an answer belongs to its line by its place.
    this.last = this.last.then(async () => {
      const answer = tooLong ? refused(`a line has at most ${lineCharactersMax} characters`) : await this.work(line);
      this.options.answer(JSON.stringify(answer));
    });
  }

  private async work(line: string): Promise<object> {
    try {
      const request: unknown = JSON.parse(line);
      if (typeof request !== 'object' || request === null || Array.isArray(request)) {
        return refused('a line must be a JSON object with a "cmd"');
      }
      return await this.run({ ...request });
    } catch (error) {
      return refused(error instanceof SyntaxError ? `the line is not JSON: ${messageOf(error)}` : messageOf(error));
    }
  }

  private async run({ cmd, ...request }: Record<string, unknown>): Promise<object> {
    const names = Object.keys(jsonLineCommands);
    if (typeof cmd !== 'string') return refused(`cmd is missing; valid: ${names.join(', ')}`);
    const command = Object.hasOwn(jsonLineCommands, cmd) ? jsonLineCommands[cmd] : undefined;
    if (!command) return refused(unknownWord('cmd', cmd, names));
    // A newer test program may say more than this station knows.
    for (const remark of unknownNames(command.parameters, request, cmd)) this.options.log.warn({}, remark);
    return { ok: true, ...(await command.run(this.options, request)) };
  }
}

function refused(error: string): { ok: false; error: string } {
  return { ok: false, error };
}
