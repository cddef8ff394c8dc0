/** The process of a station on real hardware: `greenup run` with a board of drivers: pi. It lives until a signal. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeBoardSafe } from '../drivers/pi/gpio/safe-state';
import { RealClock } from '../drivers/real-clock';
import { LevelStore } from '../drivers/store/level-store';
import type { Board } from '../hal/board';
import { GreenupError, messageOf } from '../hal/errors';
import { WsTransport } from '../ocpp/ws-transport';
import { Releases, releaseRoot } from '../release/releases';
import { healthOf, removeHealth, writeHealth } from '../rig/health';
import { Rig } from '../rig/rig';
import { feedServiceWatchdog, systemdNotify } from '../rig/service-manager';
import { exitCodes } from './exit';
import { HappeningTeller } from './happenings';
import { defaultHealthFile } from './health-command';
import { Network } from './network';
import { overridden } from './overridden-store';
import { Printer } from './printer';
import type { StationOptions } from './run-options';

const health_period_ms = 2_000;
/** A release on trial that was healthy for so long is good, in ms. */
const trial_healthy_ms = 60_000;
/** Lines of trouble that the health file keeps. */
const troubles_max = 20;
/** At an emergency the safety thread has so long to end, in ms; then the process is killed. */
const killing_max_ms = 500;
/** Time for the last frames of a closing connection, in ms. */
const closing_max_ms = 1_000;

export async function runRig(options: StationOptions, board: Board): Promise<number> {
  if (options.speed !== 1) {
    throw new GreenupError('config.invalid', `--speed ${options.speed}: a rig runs in real time; leave --speed out`);
  }
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
  private readonly troubles: string[] = [];
  private readonly healthFile: string;
  private readonly notify = systemdNotify();
  private end: (code: number) => void = () => {};
  private healthySince: number | undefined;
  private confirmed = false;
  private rig: Rig | undefined;
  private failing = false;
  private readonly lastWords: string[] = [];

  constructor(
    private readonly options: StationOptions,
    private readonly board: Board,
    private readonly clock: RealClock,
    private readonly origin: bigint,
  ) {
    this.printer = new Printer({ board, clock, json: options.json });
    this.healthFile = defaultHealthFile(options.state);
  }

  async run(): Promise<number> {
    const ended = new Promise<number>((resolve) => {
      this.end = resolve;
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.end(exitCodes.ok));
    if (this.options.supervised) process.on('disconnect', () => this.end(exitCodes.ok));
    process.on('uncaughtException', (error) =>
      this.emergency(`the program failed: ${error.stack ?? messageOf(error)}`),
    );
    process.stdout.on('error', () => {}); // a log that nobody reads does not end a charge
    this.introduce();
    for (;;) {
      const { rig, network } = await this.start();
      const cancelHealth = this.watchHealth(rig);
      const how = await Promise.race([ended, rig.running.restarted]);
      cancelHealth();
      this.notify('STOPPING=1');
      await this.stop(rig);
      await network.quiet(closing_max_ms);
      removeHealth(this.healthFile);
      if (typeof how === 'number') return how;
      this.printer.tell({ event: 'restarting', reset: how });
      // systemd starts it again, which also makes the outputs safe and looks for a new release.
      if (process.env.NOTIFY_SOCKET || how === 'hard') return exitCodes.ok;
    }
  }

  /** Whatever becomes of the end, the outputs are safe after it. */
  private async stop(rig: Rig): Promise<void> {
    let orderly = false;
    try {
      orderly = await rig.stop();
    } finally {
      this.makeOutputsSafe();
      this.rig = undefined;
    }
    if (orderly) return;
    process.stderr.write(
      'greenup: the safety thread did not end by itself; outputs were made safe, the program ends\n',
    );
    // A thread that is stuck in a call of the kernel would keep process.exit waiting.
    process.kill(process.pid, 'SIGKILL');
  }

  private makeOutputsSafe(): void {
    // What was told at the start need not be told again: only a line that is there and refuses is news.
    const isNews = (line: string): boolean => !this.troubles.some((told) => told.includes(line));
    this.lastWords.push(...makeBoardSafe(this.board).filter(isNews));
  }

  private async start(): Promise<{ rig: Rig; network: Network }> {
    const { options, board, clock } = this;
    const network = new Network(new WsTransport(), {
      opened: (url) => this.printer.tell({ event: 'connected', url }),
      closed: (url, reason, wasOpen) =>
        this.printer.tell(wasOpen ? { event: 'disconnected', reason } : { event: 'unreachable', url, reason }),
    });
    const store = await LevelStore.open(join(options.state, 'store'));
    if (store.warning !== undefined) this.warn(store.warning);
    const rig = await Rig.start({
      board,
      clock,
      origin: this.origin,
      store: overridden(store, { URL: options.csms, UID: options.id }),
      transport: network,
      random: Math.random,
      log: { info: () => {}, warn: (_fields, message) => this.warn(message) },
      initialConfiguration: { URL: options.csms, UID: options.id },
      wire: options.wire,
      onDeath: (reason) => this.emergency(reason),
    });
    this.rig = rig;
    const teller = new HappeningTeller(rig.running.station.config, (happening) => this.printer.tell(happening));
    rig.running.events.on('station', (state) => teller.state(state));
    rig.running.events.on('records', (records) => teller.records(records));
    return { rig, network };
  }

  private introduce(): void {
    const { board, options } = this;
    const line = `${board.name}: ${board.vendor} ${board.model} on real hardware, central system ${options.csms} as ${options.id}`;
    if (options.json) this.printer.tell({ event: 'warning', message: line });
    else process.stdout.write(`${line}\nHealth in ${this.healthFile}, state in ${options.state}\n`);
    this.printer.open();
  }

  private warn(message: string): void {
    this.troubles.push(message);
    if (this.troubles.length > troubles_max) this.troubles.shift();
    this.printer.tell({ event: 'warning', message });
  }

  private watchHealth(rig: Rig): () => void {
    const { clock, board, healthFile } = this;
    const startedAt = clock.now();
    let ready = false;
    let cancel = (): void => {};
    const word = () =>
      healthOf({
        running: rig.running,
        safety: rig.safety(),
        now: clock.now(),
        startedAt,
        release: process.env.GREENUP_VERSION ?? '',
        board: board.name,
        troubles: this.troubles,
      });
    const look = (): void => {
      const health = word();
      try {
        writeHealth(healthFile, health);
      } catch (error) {
        this.warn(`the health file cannot be written: ${messageOf(error)}`);
      }
      if (health.healthy && !ready) {
        ready = true;
        this.notify('READY=1');
      }
      this.judgeTrial(health.healthy);
      cancel = clock.at(clock.now() + (ready ? health_period_ms : health_period_ms / 4), look);
    };
    look();
    const cancelFeeding = feedServiceWatchdog({ clock, notify: this.notify, alive: () => word().healthy });
    return () => {
      cancel();
      cancelFeeding();
    };
  }

  /** A release that was installed lately proves itself by staying healthy. */
  private judgeTrial(healthy: boolean): void {
    const now = this.clock.now();
    this.healthySince = healthy ? (this.healthySince ?? now) : undefined;
    if (this.confirmed || this.healthySince === undefined || now - this.healthySince < trial_healthy_ms) return;
    this.confirmed = true;
    if (!process.env.NOTIFY_SOCKET || !existsSync(join(releaseRoot, 'current'))) return;
    new Releases().confirm().catch((error) => this.warn(`the release cannot be confirmed: ${messageOf(error)}`));
  }

  /** Nothing watches the pilot any more, or the program is broken: outputs first, then the end, with or without the thread. */
  private emergency(reason: string): void {
    if (this.failing) return;
    this.failing = true;
    // The thread may still close a contactor until it has ended: safe at once, and once more after that.
    const killed = this.rig?.kill() ?? Promise.resolve(true);
    this.makeOutputsSafe();
    process.stderr.write(`greenup: ${reason}\n`);
    const end = (): void => {
      this.makeOutputsSafe();
      for (const line of new Set(this.lastWords)) process.stderr.write(`greenup: ${line}\n`);
      process.stderr.write('greenup: outputs were made safe; the program ends\n');
    };
    setTimeout(() => {
      end();
      process.kill(process.pid, 'SIGKILL');
    }, killing_max_ms);
    void killed.then((ended) => {
      if (!ended) return;
      end();
      process.exit(exitCodes.failed);
    });
  }
}
