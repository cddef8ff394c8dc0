/** `greenup rig`: a live view of a rig's parts on the terminal, whose keys work them by hand. */
import { loadBoard } from '../../hal/board/board-file';
import { messageOf } from '../../hal/errors';
import { linesOf } from '../../hal/trouble';
import { paintFor } from '../../terminal/colour';
import { endOfProcess, exitCodes } from '../../terminal/exit';
import { refuseSecondUser } from '../ending';
import { realMachine, rigHardwareOf } from '../inspection';
import { ArmedPage } from './armed-page';
import { benchHardware } from './hardware';
import { pressKey } from './keys';
import { rigLine, rigPage } from './screen';
import type { RigBench } from './work';

/** Redrawn twice a second; one line a second where there is no terminal. In ms. */
const redrawMs = 500;
const lineMs = 1_000;

export interface RigViewOptions {
  /** Board file. */
  path: string;
  /** Whether contactors may be closed. */
  armed: boolean;
  /** Port of the page in a browser, 0 for any that is free; undefined: there is none. Only of a rig that is armed. */
  webPort?: number | undefined;
}

/** What is used of process.stdout. */
export interface Out {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

/** Lives until `q`, Ctrl-C or another signal; every output is safe then. Exit code 1: not every output could be. */
export async function showRig({ path, armed, webPort }: RigViewOptions): Promise<number> {
  const board = loadBoard(path);
  rigHardwareOf(board);
  refuseSecondUser(board);
  const out: Out = process.stdout;
  const machine = realMachine(board);
  // Before any part is worked: without its port there is nothing to end.
  const page = armed && webPort !== undefined ? await ArmedPage.open(webPort, machine.clock) : undefined;
  // Also after a fault of the program, or where somebody else ends it: the kernel keeps levels.
  process.on('exit', () => machine.makeSafe());
  const ended = endOfProcess();
  const view = out.isTTY ? new PanelPage(out) : new LineView(out);
  const hardware = benchHardware({
    board,
    machine,
    armed,
    report: ({ text }) => view.line(text),
    pilotChanged: page && ((model) => page.notePilot(model)),
  });
  process.on('uncaughtException', (error) => {
    // Off the page first, or nobody could read it.
    view.stop();
    process.stderr.write(`greenup: the program failed: ${error.stack ?? messageOf(error)}\n`);
    process.exit(exitCodes.failed);
  });
  if (page) serve(page, hardware.bench, view);
  view.start(hardware.bench);
  await Promise.race([ended, keysFor(hardware.bench, () => view.draw())]);
  view.stop();
  const problems = linesOf(hardware.release());
  await page?.close();
  for (const problem of problems) process.stderr.write(`greenup: not made safe: ${problem}\n`);
  if (problems.length === 0) out.write('All outputs are safe: contactors open, pilots at −12 V.\n');
  return problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}

function serve(page: ArmedPage, bench: RigBench, view: View): void {
  const address = `http://127.0.0.1:${page.port}/`;
  bench.servedAt(address);
  page.attach(bench);
  view.line(`page in a browser of this machine: ${address}`);
}

/** Resolves at a key that quits, or when the terminal goes away; never where nobody sits at one. */
function keysFor(bench: RigBench, draw: () => void): Promise<void> {
  const { stdin } = process;
  if (!stdin.isTTY) return new Promise(() => {});
  stdin.setRawMode(true);
  process.on('exit', () => stdin.setRawMode(false));
  stdin.setEncoding('utf8');
  return new Promise((resolve) => {
    stdin.on('data', (text: string) => {
      // Such as an arrow: one key of several characters, none of ours.
      const keys = text.startsWith('\u001b') ? [] : [...text];
      for (const key of keys) if (pressKey(bench, key) === 'quit') resolve();
      draw();
    });
    stdin.on('end', () => resolve());
    stdin.on('error', () => resolve());
  });
}

interface View {
  start(bench: RigBench): void;
  draw(): void;
  /** Something is wrong with a part. */
  line(text: string): void;
  stop(): void;
}

/** A page of its own, over and over; what was on the terminal comes back at the end. */
class PanelPage implements View {
  private bench: RigBench | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly paint = paintFor(process.stdout);
  private readonly leave = (): void => void this.out.write('\u001b[?25h\u001b[?1049l');

  constructor(private readonly out: Out) {}

  start(bench: RigBench): void {
    this.bench = bench;
    this.out.write('\u001b[?1049h\u001b[?25l');
    process.on('exit', this.leave);
    this.timer = setInterval(() => this.draw(), redrawMs);
    this.draw();
  }

  draw(): void {
    if (!this.bench) return;
    const { columns = 80, rows = 24 } = this.out;
    const lines = rigPage(this.bench.model(), { columns, rows }, this.paint);
    // From the top, each line cleared behind its text: no flicker.
    this.out.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J`);
  }

  /** On the page. */
  line(): void {}

  stop(): void {
    clearInterval(this.timer);
    this.bench = undefined;
    process.off('exit', this.leave);
    this.leave();
  }
}

/** For a log: each line of trouble, and everything else in one line a second. */
class LineView implements View {
  private bench: RigBench | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly out: Out) {}

  start(bench: RigBench): void {
    this.bench = bench;
    this.timer = setInterval(() => this.draw(), lineMs);
  }

  draw(): void {
    if (this.bench) this.print(rigLine(this.bench.model()));
  }

  line(text: string): void {
    this.print(text);
  }

  stop(): void {
    clearInterval(this.timer);
    this.bench = undefined;
  }

  private print(line: string): void {
    this.out.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);
  }
}
