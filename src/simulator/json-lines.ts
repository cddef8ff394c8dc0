/** The machine interface of `greenup bench`: JSON lines in, one JSON line out for each whatever it is, in order. */

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
  /** Number of the frame from which on `wait` looks: the last one before the last deed, or the last that it found. */
  private frameMark = 0;
  /** The same of cards that were refused. */
  private refusalMark = 0;
  private endedWhy: string | undefined;
  private onEnded: (answer: object) => void = () => {};
  private readonly ended = new Promise<object>((resolve) => {
    this.onEnded = resolve;
  });

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

  /** The station has ended: what is not answered yet is refused. Resolves when it is. */
  stationEnded(why: string): Promise<void> {
    this.endedWhy = why;
    this.onEnded(refused(why));
    return this.last;
  }

  private take(line: string): void {
    const tooLong = this.tooLong || line.length > lineCharactersMax;
    this.tooLong = false;
    // One after the other: an answer belongs to its line by its place.
    this.last = this.last.then(async () => {
      const answer = tooLong
        ? refused(`a line has at most ${lineCharactersMax} characters`)
        : await this.answerTo(line);
      this.options.answer(JSON.stringify(answer));
    });
  }

  private async answerTo(line: string): Promise<object> {
    let request: unknown;
    try {
      request = JSON.parse(line);
    } catch (error) {
      return refused(`the line is not JSON: ${messageOf(error)}`);
    }
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
      return refused('a line must be a JSON object with a "cmd"');
    }
    const { id, ...rest } = request as Record<string, unknown>;
    const { ok, ...answer } = await this.work(rest);
    return { ok, ...(id === undefined ? {} : { id }), ...answer };
  }

  private async work(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (this.endedWhy !== undefined) return refused(this.endedWhy);
    try {
      return { ...(await Promise.race([this.run(request), this.ended])) };
    } catch (error) {
      return refused(messageOf(error));
    }
  }

  /** What is waited for after a deed may come from its beginning on. */
  private mark(): void {
    const { simulation } = this.options;
    this.frameMark = simulation.frames.lastNumber;
    this.refusalMark = simulation.isRunning ? (simulation.running.lastCardRefusal?.number ?? 0) : 0;
  }

  private async run({ cmd, ...request }: Record<string, unknown>): Promise<object> {
    const names = Object.keys(jsonLineCommands);
    if (typeof cmd !== 'string') return refused(`cmd is missing; valid: ${names.join(', ')}`);
    const command = Object.hasOwn(jsonLineCommands, cmd) ? jsonLineCommands[cmd] : undefined;
    if (!command) return refused(unknownWord('cmd', cmd, names));
    // A newer test program may say more than this station knows.
    for (const remark of unknownNames(command.parameters, request, cmd)) this.options.log.warn({}, remark);
    if (!command.waits && !command.looks) this.mark();
    const after = request.for === 'refused' ? this.refusalMark : this.frameMark;
    const answer = await command.run(this.options, command.waits ? { after, ...request } : request);
    if (command.waits) {
      this.frameMark = numberIn(answer, 'frame') ?? this.frameMark;
      this.refusalMark = numberIn(answer, 'refused') ?? this.refusalMark;
    }
    return { ok: true, ...answer };
  }
}

function refused(error: string): { ok: false; error: string } {
  return { ok: false, error };
}

/** The number of the frame, or of the refusal, that an answer has. */
function numberIn(answer: object, name: 'frame' | 'refused'): number | undefined {
  const found = new Map<string, unknown>(Object.entries(answer)).get(name);
  const isNumbered = typeof found === 'object' && found !== null && 'number' in found;
  return isNumbered && typeof found.number === 'number' ? found.number : undefined;
}
