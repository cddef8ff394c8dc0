/** Makes the parts of a rig out of the wiring in its board file: those that the safety thread owns. */
import type { Board, BoardSocket, Side } from '../../hal/board';
import type { Clock } from '../../hal/clock';
import { connectorsOf } from '../../hal/connectors';
import { GreenupError } from '../../hal/errors';
import type { Button, Indicator, SupplyMonitor, UnmeteredParts, Watchdog } from '../../hal/parts';
import { ofConnector, type PartName, type ReportTrouble, troubleOf } from '../../hal/trouble';
import type { IndicatorWiring, RigHardware, SocketWiring } from '../../hal/wiring';
import {
  absentContactor,
  absentLock,
  absentPilot,
  absentPlugDetector,
  absentResidualMonitor,
  absentSupply,
} from './absent';
import { type BusLink, BusLinks, type Sampling } from './bus/bus-link';
import { BusRests, i2cBusName } from './bus-rest';
import { GpioButton } from './button';
import { GpioContactor } from './contactor';
import type { PartContext } from './context';
import { gpioBackendOf } from './gpio/backends';
import type { GpioLines } from './gpio/lines';
import { AdsSampler } from './i2c/ads1115';
import type { I2cBus } from './i2c/bus';
import { ReopeningBus } from './i2c/reopening-bus';
import { GpioIndicator } from './indicator';
import { GpioLock } from './lock';
import type { SafetyLoop } from './loop';
import { PwmPilot } from './pilot';
import { GpioPlugDetector } from './plug';
import { AdsProximity } from './proximity';
import { CoilPulse } from './pulse';
import { SysfsPwm } from './pwm';
import { GpioResidualMonitor } from './residual';
import { GpioSupplyMonitor } from './supply';
import { AdsThermometer } from './thermometer';
import { DeviceWatchdog } from './watchdog';

export interface RigParts {
  /** In the board's order. */
  points: { sockets: UnmeteredParts[]; indicator?: Indicator }[];
  supply?: SupplyMonitor;
  resetButton?: Button;
  watchdog?: Watchdog;
  /** Failed tries of the analogue inputs since the start; most are made good by the next one. */
  busErrors(): number;
  /** Longest time between two turns of the threads of buses since the last call, in ms; 0 without such threads. */
  takeBusGapMs(): number;
  /** Leaves every output safe. */
  release(): void;
}

/** As a live view of a rig needs them. */
export interface SampledRigParts extends RigParts {
  /** Whether the part is wired and could not be set up, so that another stands in for it. */
  isMissing(connectorId: number, part: PartName): boolean;
  /** The converter at this address, to hear raw samples of an input beside the parts that use it. */
  sampler(address: number): Sampling;
}

export interface RigPartsOptions {
  board: Board;
  loop: SafetyLoop;
  clock: Clock;
  report: ReportTrouble;
  /** Tests hand in their own. */
  gpio?: GpioLines;
  i2c?: I2cBus;
  /** Starts the thread of a bus, at its first use. Without it all buses are worked in the loop, which they may hold up then. */
  openBus?(bus: string): BusLink;
  /** False: the watchdog stays alone, for a look at the parts. Default true. */
  watchdog?: boolean;
}

/** Never throws: a part that cannot be had is reported, and one that refuses to work stands in for it. */
export function rigParts(options: RigPartsOptions): SampledRigParts {
  return new RigBuilder(options).build();
}

/** Whose a part is: a connector's, or the station's. */
interface PartOwner {
  connectorId: number | undefined;
  context: PartContext;
}

class RigBuilder {
  private readonly hardware: RigHardware;
  private readonly station: PartOwner;
  private readonly gpio: GpioLines;
  private readonly bus: I2cBus;
  private readonly rests: BusRests;
  private readonly buses: BusLinks | undefined;
  private readonly samplers = new Map<number, AdsSampler>();
  /** Contactors and their supply: let go before anything that may hang on a stuck bus. */
  private readonly coilReleases: (() => void)[] = [];
  private readonly releases: (() => void)[] = [];
  private readonly missing: { part: PartName; connectorId: number | undefined }[] = [];
  /** Why no line at all can be had. */
  private noGpio: unknown;

  constructor(private readonly options: RigPartsOptions) {
    const { board } = options;
    if (!board.hardware) {
      throw new GreenupError('board.invalid', `board ${board.name} has no hardware: drivers: pi needs it`);
    }
    this.hardware = board.hardware;
    this.rests = new BusRests(options.clock);
    const { openBus } = options;
    this.buses = openBus && new BusLinks(openBus);
    const gpio = options.gpio ?? this.realGpio();
    this.gpio = this.buses?.lines(gpio) ?? gpio;
    this.bus = options.i2c ?? new ReopeningBus(board.hardware.i2cBus);
    this.station = this.ownerOf(options.report);
  }

  build(): SampledRigParts {
    const { board } = this.options;
    const { pulse, supply, resetButton, watchdog } = this.hardware;
    const connectors = connectorsOf(board);
    const points = board.points.map((point, pointIndex) => {
      const sockets = connectors
        .filter((connector) => connector.pointIndex === pointIndex)
        .map(({ connectorId, socket }) => this.socketOf(socket, connectorId));
      const { indicator: lamps } = point.wiring ?? {};
      const indicator = lamps && this.indicatorOf(lamps, point.side);
      return { sockets, ...(indicator ? { indicator } : {}) };
    });
    const supplyMonitor =
      supply &&
      (this.attempt('supply', this.station, () => new GpioSupplyMonitor(supply, this.station.context)) ??
        absentSupply(this.options.clock));
    const button =
      resetButton && this.attempt('resetButton', this.station, () => new GpioButton(resetButton, this.station.context));
    if (pulse) {
      this.attempt('pulse', this.station, () => new CoilPulse(pulse, this.station.context), this.coilReleases);
    }
    const guard = watchdog && this.options.watchdog !== false ? this.watchdogOf(watchdog) : undefined;
    return {
      points,
      ...(supplyMonitor ? { supply: supplyMonitor } : {}),
      ...(button ? { resetButton: button } : {}),
      ...(guard ? { watchdog: guard } : {}),
      sampler: (address) => this.sampling(address),
      isMissing: (connectorId, part) =>
        this.missing.some((one) => one.connectorId === connectorId && one.part === part),
      busErrors: () => this.busErrors(),
      takeBusGapMs: () => this.buses?.takeLongestGapMs() ?? 0,
      release: () => {
        // Contactors first, and one that fails does not keep the rest.
        for (const release of [...this.coilReleases, ...this.releases]) this.quietly(release);
        for (const sampler of this.samplers.values()) sampler.release();
        this.bus.close();
        this.buses?.close();
      },
    };
  }

  private realGpio(): GpioLines {
    try {
      return gpioBackendOf(this.hardware).open();
    } catch (error) {
      // Every part on a line is then missing for this reason, which is reported once.
      this.noGpio = error;
      this.options.report(troubleOf('gpio', error, 'notSetUp'));
      const refuse = (): never => {
        throw error;
      };
      return { output: refuse, input: refuse };
    }
  }

  private indicatorOf(lamps: IndicatorWiring, side: Side): Indicator | undefined {
    const { report } = this.options;
    const owner = this.ownerOf((trouble) => report({ ...trouble, side, text: `${side} ${trouble.text}` }));
    return this.attempt('indicator', owner, () => new GpioIndicator(lamps, owner.context));
  }

  private watchdogOf({ device, timeoutS }: NonNullable<RigHardware['watchdog']>): Watchdog | undefined {
    const { report } = this.options;
    return this.attempt('watchdog', this.station, () => {
      const watchdog = new DeviceWatchdog({ device, timeoutS, report });
      return Object.assign(watchdog, { release: () => {} });
    });
  }

  private socketOf(socket: BoardSocket, connectorId: number): UnmeteredParts {
    const { clock } = this.options;
    const { wiring } = socket;
    if (!wiring) throw new GreenupError('board.invalid', `connector ${connectorId}: no wiring: drivers: pi needs it`);
    const owner = this.ownerOf(ofConnector(connectorId, this.options.report), connectorId);
    const { context } = owner;
    const { residual, plug } = wiring;
    const contactor =
      this.attempt('contactor', owner, () => new GpioContactor(wiring.contactor, context), this.coilReleases) ??
      absentContactor(clock);
    const monitor =
      residual &&
      (this.attempt('residual', owner, () => new GpioResidualMonitor(residual, context)) ??
        absentResidualMonitor(clock));
    const common = { contactor, ...(monitor ? { residual: monitor } : {}), ...this.thermometerOf(wiring, owner) };
    if (socket.mode === 'mode3') return { mode: 'mode3', ...common, ...this.pilotOf(wiring, owner) };
    const detector =
      plug && (this.attempt('plug', owner, () => new GpioPlugDetector(plug, context)) ?? absentPlugDetector(clock));
    return { mode: 'mode2', ...common, ...(detector ? { plug: detector } : {}) };
  }

  private pilotOf(wiring: SocketWiring, owner: PartOwner) {
    const { clock } = this.options;
    const { context, connectorId } = owner;
    const { report } = context;
    const { pilot: wired, proximity, lock: lockWiring } = wiring;
    const pilot =
      (wired &&
        this.attempt('pilot', owner, () => {
          const { chip, channel } = wired.pwm;
          const { pwmRoot: root } = this.hardware;
          const pwm = new SysfsPwm({ root, chip, channel, report });
          return new PwmPilot({ wiring: wired, pwm, sampler: (address) => this.sampling(address), clock, report });
        })) ??
      absentPilot(clock, `connector ${connectorId}: the pilot could not be set up`);
    const contact =
      proximity &&
      this.attempt(
        'proximity',
        owner,
        () => new AdsProximity({ wiring: proximity, sampler: (address) => this.sampling(address), clock }),
      );
    const lock =
      lockWiring && (this.attempt('lock', owner, () => new GpioLock(lockWiring, context)) ?? absentLock(clock));
    return { pilot, ...(contact ? { proximity: contact } : {}), ...(lock ? { lock } : {}) };
  }

  private thermometerOf({ thermometer }: SocketWiring, owner: PartOwner) {
    const { clock } = this.options;
    const made =
      thermometer &&
      this.attempt(
        'thermometer',
        owner,
        () => new AdsThermometer({ wiring: thermometer, sampler: (address) => this.sampling(address), clock }),
      );
    return made ? { thermometer: made } : {};
  }

  private busErrors(): number {
    return [...this.samplers.values()].reduce((sum, { errors }) => sum + errors, this.buses?.errors ?? 0);
  }

  private sampling(address: number): Sampling {
    return this.buses?.of(i2cBusName(this.hardware.i2cBus ?? 0)).sampling(address) ?? this.sampler(address);
  }

  private sampler(address: number): AdsSampler {
    const { loop, clock, report } = this.options;
    const known = this.samplers.get(address);
    if (known) return known;
    const rest = this.rests.of(i2cBusName(this.hardware.i2cBus ?? 0));
    const made = new AdsSampler(this.bus, address, { loop, clock, rest, report });
    this.samplers.set(address, made);
    return made;
  }

  private ownerOf(report: ReportTrouble, connectorId?: number): PartOwner {
    const { loop, clock } = this.options;
    return { connectorId, context: { gpio: this.gpio, loop, clock, rests: this.rests, report } };
  }

  private quietly(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.options.report(troubleOf('station', error, 'failed'));
    }
  }

  /** The part, or undefined after reporting why it cannot be had. */
  private attempt<T extends { release(): void }>(
    part: PartName,
    { connectorId, context }: PartOwner,
    make: () => T,
    releases: (() => void)[] = this.releases,
  ): T | undefined {
    try {
      const made = make();
      releases.push(() => made.release());
      return made;
    } catch (error) {
      this.missing.push({ part, connectorId });
      const isKnown = error instanceof GreenupError && error.cause !== undefined && error.cause === this.noGpio;
      if (!isKnown) context.report(troubleOf(part, error, 'notSetUp'));
      return undefined;
    }
  }
}
