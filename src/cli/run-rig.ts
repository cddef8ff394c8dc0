/** The process of a station on real hardware: `greenup run` with a board of drivers: pi. It lives until a signal. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { brokenPackages } from '../drivers/pi/package-check';
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
import { RigEnding, refuseSecondUser } from './rig-ending';
import type { StationOptions } from './run-options';

const health_period_ms = 2_000;
/** A release on trial that was healthy for so long is good, in ms. */
const trial_healthy_ms = 60_000;
/** Lines of trouble that the health file keeps. */
const troubles_max = 20;
/** Time for the last frames of a closing connection, in ms. */
const closing_max_ms = 1_000;

export async function runRig(options: StationOptions, board: Board): Promise<number> {
  if (options.speed !== 1) {
    throw new GreenupError('config.invalid', `--speed ${options.speed}: a rig runs in real time; leave --speed out`);
  }
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
  private readonly troubles: string[] = [];
  private readonly broken: readonly string[];
  private readonly healthFile: string;
  private readonly notify = systemdNotify();
  private end: (code: number) => void = () => {};
  private healthySince: number | undefined;
  private confirmed = false;
  private readonly ending: RigEnding;

  constructor(
    private readonly options: StationOptions,
    private readonly board: Board,
    private readonly clock: RealClock,
    private readonly origin: bigint,
  ) {
    this.broken = brokenPackages(board);
    this.printer = new Printer({ board, clock, json: options.json });
    this.healthFile = defaultHealthFile(options.state);
    // What was told at the start need not be told again: only a line that is there and refuses is news.
    this.ending = new RigEnding(board, (line) => this.troubles.some((told) => told.includes(line)));
  }

  async run(): Promise<number> {
    const ended = new Promise<number>((resolve) => {
      this.end = resolve;
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.end(exitCodes.ok));
    if (this.options.supervised) process.on('disconnect', () => this.end(exitCodes.ok));
    process.stdout.on('error', () => {}); // a log that nobody reads does not end a charge
    this.introduce();
    for (;;) {
      const { rig, network } = await this.start();
      const cancelHealth = this.watchHealth(rig);
      const how = await Promise.race([ended, rig.running.restarted]);
      cancelHealth();
      this.notify('STOPPING=1');
      await this.ending.stop(rig);
      await network.quiet(closing_max_ms);
      removeHealth(this.healthFile);
      if (typeof how === 'number') return how;
      this.printer.tell({ event: 'restarting', reset: how });
      // systemd starts it again, which also makes the outputs safe and looks for a new release.
      if (process.env.NOTIFY_SOCKET || how === 'hard') return exitCodes.ok;
    }
  }

  private async start(): Promise<{ rig: Rig; network: Network }> {
    const { options, clock } = this;
    const network = new Network(new WsTransport(), {
      opened: (url) => this.printer.tell({ event: 'connected', url }),
      closed: (url, reason, wasOpen) =>
        this.printer.tell(wasOpen ? { event: 'disconnected', reason } : { event: 'unreachable', url, reason }),
    });
    const store = await LevelStore.open(join(options.state, 'store'));
    if (store.warning !== undefined) this.warn(store.warning);
    const rig = await Rig.start({
      board: this.board,
      clock,
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
        broken: this.broken,
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
}
