/** Prints what happens to a station: for people a line each, for programs a JSON object each. */
import { relative } from 'node:path';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { connectorNames, connectorsOf } from '../hal/connectors';
import { defaultStateDirectory } from '../terminal/bench-file';
import type { Happening } from '../terminal/happenings';
import { lineOf, type Paint, paintFor } from '../terminal/words';
import type { RunOptions } from './run-options';

export interface PrinterOptions {
  board: Board;
  clock: Clock;
  json: boolean;
}

interface Told {
  at: string | undefined;
  happening: Happening;
}

export class Printer {
  private readonly names: readonly string[];
  /** The introduction comes first. */
  private held: Told[] | undefined = [];
  private painter: Paint | undefined;

  constructor(private readonly options: PrinterOptions) {
    this.names = connectorNames(options.board);
  }

  tell(happening: Happening): void {
    const told = { at: this.isoTime(), happening };
    if (this.held) this.held.push(told);
    else print(this.lineFor(told));
  }

  /** Says what runs and where, then lets through what happened so far. */
  introduce(run: RunOptions): void {
    if (run.repowered) print(this.lineFor({ at: this.isoTime(), happening: { event: 'power', on: true } }));
    else print(this.options.json ? JSON.stringify(this.readyEvent(run)) : this.introduction(run));
    this.open();
  }

  /** What somebody does at the bench, between the happenings. */
  say(line: string): void {
    print(`${this.paint('dim', clockTime(this.isoTime()))}  ${line}`);
  }

  /** Lets through what happened so far, and whatever comes. */
  open(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const told of held) print(this.lineFor(told));
  }

  private lineFor({ at, happening }: Told): string {
    if (this.options.json) return JSON.stringify({ at, ...happening });
    return `${this.paint('dim', clockTime(at))}  ${lineOf(happening, this.names, this.paint)}`;
  }

  /** Made when the first line is printed: a stream for stdout takes its time, too. */
  private get paint(): Paint {
    this.painter ??= paintFor(process.stdout);
    return this.painter;
  }

  private readyEvent({ csms, id, port, seed, speed, step }: RunOptions): object {
    return {
      at: this.isoTime(),
      event: 'ready',
      board: this.options.board.name,
      connectors: this.names.map((name, index) => ({ connectorId: index + 1, name })),
      csms,
      id,
      bench: `http://127.0.0.1:${port}`,
      port,
      pid: process.pid,
      seed,
      speed,
      step,
    };
  }

  private introduction(run: RunOptions): string {
    const { paint, options } = this;
    const { board } = options;
    const connectors = connectorsOf(board).map(({ connectorId, socket }, index) => {
      const kind = `${socket.phases === 1 ? '1 phase' : '3 phases'}, ${socket.ratedCurrentA} A`;
      return `  ${connectorId}  ${(this.names[index] ?? '').padEnd(11)} ${kind}`;
    });
    const rows = examples(run);
    const width = Math.max(...rows.map(([command]) => command.length));
    const fast = run.speed === 1 ? '' : `   Time runs ${run.speed} times as fast.`;
    const speed = run.step ? '   Time stands still until "greenup advance".' : fast;
    return [
      `${paint('bold', board.name)}: a simulated ${board.vendor} ${board.model} with ${connectors.length} connectors`,
      ...connectors,
      `Central system  ${run.csms}${run.supervised === 'host' ? ' (built in)' : ''}, as ${run.id}`,
      `Bench           http://127.0.0.1:${run.port}   State in ${run.state}, seed ${run.seed}.${speed}`,
      '',
      'Try in another terminal (Ctrl-C here ends the station):',
      ...rows.map(([command, what]) => `  ${paint('cyan', command.padEnd(width))}  ${what}`),
      '',
    ].join('\n');
  }

  private isoTime(): string | undefined {
    const systemTime = this.options.clock.systemTime();
    return systemTime === undefined ? undefined : new Date(systemTime).toISOString();
  }
}

function examples({ state }: RunOptions): [string, string][] {
  const program = programName();
  const place = state === defaultStateDirectory ? '' : ` --state ${state}`;
  const commands: [string, string][] = [
    ['plug 1', 'a car is plugged in'],
    ['tap 04A1B2C3', 'its driver shows a card (again: ends the charge)'],
    ['status', 'what goes on'],
    ['fault 1 overTemperature', 'something goes wrong (--clear mends it)'],
    ['power cut', 'the power is cut (power on brings it back)'],
  ];
  return commands.map(([words, what]) => [`${program} ${words}${place}`, what]);
}

/** What to type to get this program. */
function programName(): string {
  const path = process.argv[1] ?? '';
  if (!path.endsWith('.js')) return 'greenup';
  const short = relative(process.cwd(), path);
  return `node ${short.length < path.length ? short : path}`;
}

/** "08:15:30" of an ISO time, in the machine's time zone. */
function clockTime(iso: string | undefined): string {
  return iso === undefined ? '--:--:--' : new Date(iso).toTimeString().slice(0, 8);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
