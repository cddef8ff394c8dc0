/** Collects what is wrong with a YAML file, or doubtful, each with its line and column, and throws what is wrong as one error. */
import { type ErrorCode, GreenupError } from '../errors';

/** More than this many lines help nobody. */
const problemsShownMax = 100;

interface Problem {
  offset: number;
  path: string;
  text: string;
}

/** Where a text offset is, counted from 1. */
export type Locate = (offset: number) => { line: number; col: number };

export class YamlProblems {
  private readonly places = new Map<string, number>();
  private readonly problems: Problem[] = [];
  private readonly doubts: Problem[] = [];

  constructor(
    readonly fileName: string,
    readonly code: ErrorCode,
    readonly locate: Locate,
  ) {}

  /** Remembers where the value of a path such as `points[0].sockets[1].phases` stands in the text. */
  place(path: string, offset: number): void {
    this.places.set(path, offset);
  }

  /**
   * Adds a problem. Its place is `offset`, else that of the value at `path`, else that of the nearest part of the
   * path that the file has (for what is missing).
   */
  add(path: string, text: string, offset = this.offsetOf(path)): void {
    this.problems.push({ offset, path, text });
  }

  /** Adds what is allowed and should be thought of, with the same place. */
  warn(path: string, text: string): void {
    this.doubts.push({ offset: this.offsetOf(path), path, text });
  }

  /** A line for each warning, in the order of the text. */
  warnings(): string[] {
    return this.linesOf(this.doubts);
  }

  /** Whether a problem was found at exactly this path. */
  has(path: string): boolean {
    return this.problems.some((problem) => problem.path === path);
  }

  /** Throws one GreenupError with a line for each problem, in the order of the text, if there is any. */
  throwIfAny(): void {
    if (this.problems.length === 0) return;
    const lines = this.linesOf(this.problems).slice(0, problemsShownMax);
    const hidden = this.problems.length - lines.length;
    if (hidden > 0) lines.push(`${this.fileName}: and ${hidden} more problems`);
    throw new GreenupError(this.code, lines.join('\n'));
  }

  private linesOf(problems: readonly Problem[]): string[] {
    return problems
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, path, text }) => {
        const { line, col } = this.locate(offset);
        return `${this.fileName}:${line}:${col} ${path === '' ? '' : `${path}: `}${text}`;
      });
  }

  private offsetOf(path: string): number {
    let known = path;
    while (!this.places.has(known) && known !== '') {
      known = known.slice(0, Math.max(known.lastIndexOf('.'), known.lastIndexOf('['), 0));
    }
    return this.places.get(known) ?? 0;
  }
}
