/** The process of a station on real hardware: `greenup run` with a board of drivers: pi. It lives until a signal. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RealClock } from '../drivers/clock/real-clock';
import { LevelStore } from '../drivers/store/level-store';
import { overridden } from '../drivers/store/overridden-store';
import type { Board } from '../hal/board';
import { GreenupError, messageOf } from '../hal/errors';
import { WsTransport } from '../ocpp/link/ws-transport';
import { forgetBoard, rememberBoard } from '../rig/board-in-use';
import { RigEnding, refuseSecondUser } from '../rig/ending';
import { Rig } from '../rig/rig';
import { ServiceFace } from '../rig/service-reporter';
import { Network } from '../simulator/network';
import { endOfProcess, exitCodes } from '../terminal/exit';
import { HappeningTeller } from '../terminal/happenings';
import { Printer } from './printer';
import type { StationOptions } from './run-options';

/** Time for the last frames of a closing connection, in ms. */
const closing_max_ms = 1_000;

export async function runRig(options: StationOptions, board: Board): Promise<number> {
  if (options.speed !== 1) {
    throw new GreenupError('config.invalid', `--speed ${options.speed}: a rig runs in real time; leave --speed out`);
  }
  if (options.step) throw new GreenupError('config.invalid', '--step: a rig runs in real time; leave --step out');
  refuseSecondUser(board);
  mkdirSync(options.state, { recursive: true });
  const origin = process.hrtime.bigint();
  const clock = new RealClock({ origin, systemTimeTrusted: isClockSet });
  return new RigProcess(options, board, clock, origin).run();
}

/** A Pi has no battery clock: its time counts once it has been set from the network, where systemd keeps it. */
function isClockSet(): boolean {
  return !existsSync('/run/systemd/timesync') || existsSync('/run/systemd/timesync/synchronized');
}

class RigProcess {
  private readonly printer: Printer;
  private readonly face: ServiceFace;
  private readonly ending: RigEnding;
  private end: (code: number) => void = () => {};

  constructor(
    private readonly options: StationOptions,
    private readonly board: Board,
    private readonly clock: RealClock,
    private readonly origin: bigint,
  ) {
    this.printer = new Printer({ board, clock, json: options.json });
    const warn = (message: string): void => this.warn(message);
    const { state } = options;
    this.face = new ServiceFace({ board: board.name, state, clock, warn });
    // What was told at the start need not be told again: only a line that is there and refuses is news.
    this.ending = new RigEnding(board, (line) => this.face.hasTold(line));
  }

  async run(): Promise<number> {
    const ended = new Promise<number>((resolve) => {
      this.end = resolve;
    });
    void endOfProcess().then(() => this.end(exitCodes.ok));
    if (this.options.supervised) process.on('disconnect', () => this.end(exitCodes.ok));
    process.stdout.on('error', () => {}); // a log that nobody reads does not end a charge
    this.introduce();
    for (;;) {
      const { rig, network } = await this.start();
      const cancelFace = this.face.show(() => ({ running: rig.running, safety: rig.safety() }));
      const how = await Promise.race([ended, rig.running.restarted]);
      cancelFace();
      await this.ending.stop(rig);
      await network.quiet(closing_max_ms);
      this.face.leave();
      forgetBoard(this.options.state);
      if (typeof how === 'number') return how;
      this.printer.tell({ event: 'restarting', reset: how });
      // systemd starts it again, which also makes the outputs safe and looks for a new release.
      if (process.env.NOTIFY_SOCKET || how === 'hard') return exitCodes.ok;
    }
  }

  /** Before anything is worked. The station does not wait for a disk that refuses: the board file will do in most cases. */
  private rememberBoard(): void {
    try {
      rememberBoard(this.board, this.options.state);
    } catch (error) {
      this.warn(`what safe-state needs after a crash cannot be written: ${messageOf(error)}`);
    }
  }

  private async start(): Promise<{ rig: Rig; network: Network }> {
    const { options } = this;
    const network = new Network(new WsTransport(), {
      opened: (url) => this.printer.tell({ event: 'connected', url }),
      closed: (url, reason, wasOpen) =>
        this.printer.tell(wasOpen ? { event: 'disconnected', reason } : { event: 'unreachable', url, reason }),
    });
    const store = await LevelStore.open(join(options.state, 'store'));
    if (store.warning !== undefined) this.warn(store.warning);
    this.rememberBoard();
    const rig = await Rig.start({
      board: this.board,
      clock: this.clock,
      origin: this.origin,
      store: overridden(store, { URL: options.csms, UID: options.id }),
      transport: network,
      random: Math.random,
      log: { info: () => {}, warn: (_fields, message) => this.warn(message) },
      initialConfiguration: { URL: options.csms, UID: options.id },
      wire: options.wire,
      onDeath: (reason) => this.ending.emergency(reason),
    });
    this.ending.rig = rig;
    const teller = new HappeningTeller(rig.running.station.config, (happening) => this.printer.tell(happening));
    rig.running.events.on('station', (state) => teller.state(state));
    rig.running.events.on('records', (records) => teller.records(records));
    return { rig, network };
  }

  private introduce(): void {
    const { board, options } = this;
    const line = `${board.name}: ${board.vendor} ${board.model} on real hardware, central system ${options.csms} as ${options.id}`;
    if (options.json) this.printer.tell({ event: 'warning', message: line });
    else process.stdout.write(`${line}\nHealth in ${this.face.healthFile}, state in ${options.state}\n`);
    this.printer.open();
  }

  private warn(message: string): void {
    this.face.trouble(message);
    this.printer.tell({ event: 'warning', message });
  }
}
