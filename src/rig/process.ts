/** The process of a station on real hardware: `greenup run` with a board of drivers: pi. It lives until a signal. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkChanges } from '../control/network/network-changes';
import { stationControl } from '../control/station-commands';
import { type StationWatch, stationWatch } from '../control/station-watch';
import { EventLog } from '../diagnostics/event-log';
import { RealClock } from '../drivers/clock/real-clock';
import { directoryBytes } from '../drivers/store/directory-size';
import { FileKeyFiles } from '../drivers/store/key-files';
import { openPatiently } from '../drivers/store/patient-store';
import { FileSpool } from '../drivers/transfer/file-spool';
import { NetworkTransfer } from '../drivers/transfer/network-transfer';
import type { Board } from '../hal/board';
import { GreenupError, messageOf } from '../hal/errors';
import type { Log } from '../hal/log';
import type { Configuration } from '../ocpp/config-keys/configuration';
import { FrameLog } from '../ocpp/frames/frame-log';
import type { GivenAddress } from '../ocpp/given-address';
import { WsTransport } from '../ocpp/link/ws-transport';
import { ReleaseSlots } from '../release/release-slots';
import { authoritiesOf } from '../terminal/authorities';
import { endOfProcess, exitCodes, whenSupervisorEnds } from '../terminal/exit';
import { Printer } from '../terminal/printer';
import { prepareStateDirectory } from '../terminal/state-directory';
import { controlSocketOf } from '../terminal/station-file';
import { forgetBoard, rememberBoard } from './board-in-use';
import { RigEnding, refuseSecondUser } from './ending';
import { loopTroubleOf } from './health';
import { journalFrame, journalNotice } from './journal';
import { networkWasOpen, rigNetworkChanges } from './network';
import type { RigPagesOptions } from './pages';
import { reportRows } from './report-rows';
import { Rig } from './rig';
import { ServiceReporter } from './service-reporter';
import { RigSoftware } from './software';

export interface RigProcessOptions extends RigPagesOptions {
  /** File of the authorities in PEM whose certificates are trusted for wss. */
  csmsCa?: string | undefined;
  /** Where the central system is. */
  address: GivenAddress;
  /** Directory of what outlives the process. */
  state: string;
  /** Spelling and shape of the frames that leave. */
  wire: 'standard' | 'legrand';
  /** JSON events instead of lines for people. */
  json: boolean;
  /** Each OCPP frame as a line. */
  frames: boolean;
  /** The journal has whole card numbers: more people read it than a driver trusts with one. */
  cards: boolean;
  /** Only 1 is possible: it is refused here, where the reason is known. */
  speed: number;
  /** Only false is possible. */
  step: boolean;
  /** Whether another process keeps this one as a child, and it ends with that one. */
  supervised?: string | undefined;
}

/** Time for the last frames of a closing connection, in ms. */
const closingMaxMs = 1_000;
/** The pages wait for the first attempt to connect, but no longer than this, in ms. */
const pagesAfterMs = 10_000;

export async function runRig(options: RigProcessOptions, board: Board): Promise<number> {
  if (options.speed !== 1) {
    throw new GreenupError('config.invalid', `--speed ${options.speed}: a rig runs in real time; leave --speed out`);
  }
  if (options.step) throw new GreenupError('config.invalid', '--step: a rig runs in real time; leave --step out');
  refuseSecondUser(board);
  const exposed = prepareStateDirectory(options.state);
  const origin = process.hrtime.bigint();
  const clock = new RealClock({ origin, systemTimeTrusted: isClockSet });
  return new RigProcess(options, board, clock, origin).run(exposed);
}

/** A Pi has no battery clock: its time counts once it has been set from the network, where systemd keeps it. */
function isClockSet(): boolean {
  return !existsSync('/run/systemd/timesync') || existsSync('/run/systemd/timesync/synchronized');
}

class RigProcess {
  private readonly printer: Printer;
  /** Of all starts of the station in this process. */
  private readonly frames: FrameLog;
  private readonly events: EventLog;
  private readonly reporter: ServiceReporter;
  private readonly slots = new ReleaseSlots();
  private readonly software: RigSoftware;
  private readonly ending: RigEnding;
  private readonly ca: string | undefined;
  private readonly watch: StationWatch;
  /** Over all starts of the station in this process, with pages and without. */
  private readonly networkChanges: NetworkChanges;
  private end: (code: number) => void = () => {};
  private closePages: () => Promise<void> = async () => {};

  constructor(
    private readonly options: RigProcessOptions,
    private readonly board: Board,
    private readonly clock: RealClock,
    private readonly origin: bigint,
  ) {
    this.ca = authoritiesOf(options.csmsCa);
    const inJournal = process.env.JOURNAL_STREAM !== undefined;
    this.printer = new Printer({ board, clock, json: options.json, inJournal });
    const warn = (message: string): void => this.warn(message);
    this.events = new EventLog(clock);
    this.frames = new FrameLog({
      clock,
      onFrame: (frame) => {
        const shown = journalFrame(frame, options);
        if (shown) this.printer.frame(shown);
      },
      onFailure: warn,
    });
    const { state } = options;
    this.software = new RigSoftware(board, state, this.slots);
    const slots = {
      confirm: () => this.confirmRelease(),
      running: () => this.slots.running(),
      versions: () => this.slots.versions(),
    };
    const giveUp = (reason: string): Promise<void> => this.software.giveUp(reason);
    this.reporter = new ServiceReporter({ board: board.name, state, clock, slots, giveUp, warn });
    this.watch = stationWatch(
      () => this.ending.rig?.running,
      () => this.ending.rig && loopTroubleOf(this.ending.rig.safety(), clock.now()),
    );
    this.networkChanges = rigNetworkChanges({ state, clock, log: this.logOfProcess() });
    // What was reported at the start is no news at the end: only an output that is there and refuses.
    this.ending = new RigEnding(board, (trouble) => this.reporter.isAbsent(trouble));
  }

  /** `exposed`: what is to be told of the state directory. */
  async run(exposed: string | undefined): Promise<number> {
    const ended = new Promise<number>((resolve) => {
      this.end = resolve;
    });
    void endOfProcess().then(() => this.end(exitCodes.ok));
    if (this.options.supervised) whenSupervisorEnds(() => this.end(exitCodes.ok));
    process.stdout.on('error', () => {}); // a log that nobody reads does not end a charge
    this.introduce();
    if (exposed !== undefined) this.warn(exposed);
    // Nobody waits for it: the station charges without a network.
    if (networkWasOpen(this.options.state)) void this.networkChanges.takeUp();
    try {
      return await this.runUntil(ended);
    } finally {
      this.networkChanges.close();
      await this.closePages();
    }
  }

  private async runUntil(ended: Promise<number>): Promise<number> {
    for (let starts = 0; ; starts += 1) {
      const rig = await this.start(starts > 0);
      if (starts === 0) {
        this.introduceCentralSystem(rig.running.configuration);
        this.openPages(rig).catch((error) => this.warn(`there are no pages: ${messageOf(error)}`));
      }
      const endReport = this.reporter.show(() => ({ running: rig.running, safety: rig.safety() }));
      const closeControl = await this.openControl(rig);
      const how = await Promise.race([ended, rig.running.restarted]);
      endReport();
      await this.ending.stop(rig);
      await closeControl();
      await rig.running.link.quiet(closingMaxMs);
      this.reporter.leave();
      forgetBoard(this.options.state);
      if (typeof how === 'number') {
        this.printer.event({ event: 'ended' });
        return how;
      }
      this.printer.event({ event: 'restarting', reset: how });
      // systemd starts it again, which also makes the outputs safe and looks for a new release.
      if (process.env.NOTIFY_SOCKET || how === 'hard') return exitCodes.ok;
    }
  }

  /** The slot first: until it is confirmed a roll-back may come, which finds the store as the release before knows it. */
  private async confirmRelease(): Promise<void> {
    await this.slots.confirm();
    await this.ending.rig?.running.confirmRelease();
    await this.software.proven();
  }

  /** Before anything is worked. The station does not wait for a disk that refuses: the board file will do in most cases. */
  private rememberBoard(): void {
    try {
      rememberBoard(this.board, this.options.state);
    } catch (error) {
      this.warn(`what safe-state needs after a crash cannot be written: ${messageOf(error)}`);
    }
  }

  private async start(goesOn: boolean): Promise<Rig> {
    const { options } = this;
    const store = await openPatiently(join(options.state, 'store'));
    if (store.warning !== undefined) this.warn(store.warning);
    this.rememberBoard();
    const rig = await Rig.start({
      board: this.board,
      clock: this.clock,
      origin: this.origin,
      store,
      transport: new WsTransport({ ca: this.ca, tell: (line) => this.warn(line) }),
      random: Math.random,
      log: { info: () => {}, warn: (_fields, message) => this.tell(message) },
      address: { ...options.address, goesOn },
      wire: options.wire,
      modeWithoutUrl: 'none',
      frames: this.frames,
      storeBytes: () => directoryBytes(join(options.state, 'store')),
      keyFiles: new FileKeyFiles(join(options.state, 'keys')),
      events: this.events,
      files: (hosts) => ({
        transfer: new NetworkTransfer({
          ...{ clock: this.clock, hosts, authorities: this.ca },
          trustsUnknownServers: this.board.trustsUnknownFileServers,
          tell: (line) => this.warn(line),
        }),
        // In memory, where the service has a directory there: what is sent is no reason to write to flash.
        spool: new FileSpool(process.env.RUNTIME_DIRECTORY ?? options.state),
      }),
      reportRows: reportRows({
        health: () => this.reporter.health,
        isService: process.env.JOURNAL_STREAM !== undefined,
      }),
      slots: this.slots,
      // A program that was not started from a slot has nothing to go back to.
      ...(this.slots.running() ? this.software.setup : {}),
      onNotice: (notice) => this.printer.notice(journalNotice(notice, options)),
      report: (trouble) => {
        this.events.warn(trouble.text);
        this.reporter.take(trouble);
        this.printer.warn(trouble.text);
      },
      onDeath: (reason) => this.ending.emergency(reason),
    });
    this.ending.rig = rig;
    return rig;
  }

  /** For programs of the rig itself; without its socket it charges all the same. */
  private async openControl(rig: Rig): Promise<() => Promise<void>> {
    const place = controlSocketOf(this.options.state);
    // Loaded when the station runs: it works its connectors first.
    const { startControlServer } = require('../web/server') as typeof import('../web/server');
    try {
      const control = stationControl(() => rig.running);
      const server = await startControlServer(control, this.watch, place);
      return () => server.close();
    } catch (error) {
      this.warn(`commands cannot be taken: ${messageOf(error)}`);
      return async () => {};
    }
  }

  /** Over all starts of the station in this process; loaded when BootNotification is on its way, or there is nobody to tell. */
  private async openPages({ running }: Rig): Promise<void> {
    if (running.configuration.text('URL') !== '') await running.link.attempted(pagesAfterMs);
    const { openRigPages } = require('./pages') as typeof import('./pages');
    this.closePages = await openRigPages(this.options, {
      clock: this.clock,
      present: () => this.ending.rig?.running,
      watch: this.watch,
      networkChanges: this.networkChanges,
      warn: (message) => this.warn(message),
      say: (line) => this.say(line),
    });
  }

  private introduce(): void {
    const { board, options } = this;
    const line = `${board.name}: ${board.vendor} ${board.model} on real hardware`;
    if (options.json) this.printer.warn(line);
    else process.stdout.write(`${line}\nHealth in ${this.reporter.healthFile}, state in ${options.state}\n`);
    this.printer.open();
  }

  /** Known when the store has been read: it may hold against what was flashed. */
  private introduceCentralSystem(configuration: Configuration): void {
    this.say(`central system ${configuration.text('URL')} as ${configuration.text('UID')}`);
  }

  private say(line: string): void {
    if (this.options.json) this.printer.warn(line);
    else process.stdout.write(`${line}\n`);
  }

  /** Of what goes on beside the station: told as its own lines are. */
  private logOfProcess(): Log {
    return this.events.remembering({
      info: (_fields, message) => this.say(message),
      warn: (_fields, message) => this.tell(message),
    });
  }

  /** What the log of the station does not know of. */
  private warn(message: string): void {
    this.events.warn(message);
    this.tell(message);
  }

  private tell(message: string): void {
    this.reporter.note(message);
    this.printer.warn(message);
  }
}
