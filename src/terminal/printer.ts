/** Prints what happens to a station: for people a line each, for programs a JSON object each. */
import { relative } from 'node:path';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { connectorNames, connectorsOf } from '../hal/connectors';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import type { Notice } from '../station/notices';
import { defaultStateDirectory } from '../terminal/state-directory';
import { type Paint, paintFor } from './colour';
import { type RunEvent, runEventOf } from './run-events';
import { clockTime, eventLine } from './wording';

/** What a simulated station says of itself when it starts. */
export interface Introduction {
  csms: string;
  id: string;
  state: string;
  port: number;
  /** Whether the interface has a page in a browser. */
  hasBenchPage: boolean;
  /** Where the pages are; undefined: there are none. */
  pages: string | undefined;
  seed: number;
  /** Simulated seconds in a real one. */
  speed: number;
  /** Time stands still until `advance`. */
  step: boolean;
  ownCentralSystem: boolean;
  /** The security profile of both and the authority; undefined: there is none. */
  securityLine?: string | undefined;
  security?: number | undefined;
}

export interface PrinterOptions {
  board: Board;
  clock: Clock;
  json: boolean;
  /** Frames bear the priority debug, as journald reads it at the beginning of a line (sd-daemon(3)). */
  inJournal?: boolean;
}

/** LOG_DEBUG. */
const debugPriority = '<7>';

/** An event with the station's time, as ISO text. */
interface DatedEvent {
  at: string | undefined;
  event: RunEvent;
}

export class Printer {
  private readonly names: readonly string[];
  /** The introduction comes first. */
  private held: DatedEvent[] | undefined = [];
  private painter: Paint | undefined;

  constructor(private readonly options: PrinterOptions) {
    this.names = connectorNames(options.board);
  }

  /** Prints a notice of the station, if it is for the screen. */
  notice(notice: Notice): void {
    const event = runEventOf(notice);
    if (event) this.event(event);
  }

  /** Prints a frame as it is: what nobody may read has been taken out of it before. */
  frame(frame: ObservedFrame): void {
    this.event({ event: 'frame', ...frame });
  }

  event(event: RunEvent): void {
    const dated = { at: this.isoTime(), event };
    if (this.held) this.held.push(dated);
    else print(this.lineFor(dated));
  }

  warn(message: string): void {
    this.event({ event: 'warning', message });
  }

  /** Says what runs and where, then lets through what happened so far. */
  introduce(run: Introduction): void {
    print(this.options.json ? JSON.stringify(this.readyEvent(run)) : this.introduction(run));
    this.open();
  }

  /** The power has come back: whoever reads knows the rest. */
  goOn(): void {
    print(this.lineFor({ at: this.isoTime(), event: { event: 'power', on: true } }));
    this.open();
  }

  /** What somebody does to the station, between the events. */
  say(line: string): void {
    print(`${this.paint('dim', clockTime(this.isoTime()))}  ${line}`);
  }

  /** Lets through what happened so far, and whatever comes. */
  open(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const dated of held) print(this.lineFor(dated));
  }

  private lineFor({ at, event }: DatedEvent): string {
    const priority = event.event === 'frame' && this.options.inJournal ? debugPriority : '';
    if (this.options.json) return `${priority}${JSON.stringify({ at, ...event })}`;
    return `${priority}${this.paint('dim', clockTime(at))}  ${eventLine(event, this.names, this.paint)}`;
  }

  /** Made when the first line is printed: a stream for stdout takes its time, too. */
  private get paint(): Paint {
    this.painter ??= paintFor(process.stdout);
    return this.painter;
  }

  private readyEvent({ csms, id, security, port, pages, seed, speed, step }: Introduction): object {
    return {
      at: this.isoTime(),
      event: 'ready',
      board: this.options.board.name,
      connectors: this.names.map((name, index) => ({ connectorId: index + 1, name })),
      csms,
      id,
      ...(security === undefined ? {} : { security }),
      bench: `http://127.0.0.1:${port}`,
      port,
      ...(pages === undefined ? {} : { pages }),
      pid: process.pid,
      seed,
      speed,
      step,
    };
  }

  private introduction(run: Introduction): string {
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
      `The bench       http://127.0.0.1:${run.port}   ${run.hasBenchPage ? 'in a browser, and for programs' : 'for programs'}`,
      ...(run.pages === undefined ? [] : [`Its pages       ${run.pages}   in a browser, first admin/admin`]),
      `Central system  ${run.csms}${run.ownCentralSystem ? ' (built in)' : ''}, as ${run.id}`,
      ...(run.securityLine === undefined ? [] : [`Security        ${run.securityLine}`]),
      `State           in ${run.state}, seed ${run.seed}.${speed}`,
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

function examples({ state, securityLine }: Introduction): [string, string][] {
  const program = programName();
  const place = state === defaultStateDirectory ? '' : ` --state ${state}`;
  const secured: [string, string][] =
    securityLine === undefined
      ? []
      : [
          ['security', 'how the station comes in, and whom it trusts'],
          ['central-fault serverExpired', 'what it says of a certificate that has expired (--clear mends it)'],
        ];
  const commands: [string, string][] = [
    ['plug 1', 'a car is plugged in'],
    ['tap 04A1B2C3', 'its driver shows a card (again: ends the charge)'],
    ['status', 'what goes on'],
    ['fault 1 overTemperature', 'something goes wrong (--clear mends it)'],
    ['power cut', 'the power is cut (power on brings it back)'],
    ...secured,
  ];
  return commands.map(([command, what]) => [`${program} ${command}${place}`, what]);
}

/** What to type to get this program. */
function programName(): string {
  const path = process.argv[1] ?? '';
  if (!path.endsWith('.js')) return 'greenup';
  const short = relative(process.cwd(), path);
  return `node ${short.length < path.length ? short : path}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
