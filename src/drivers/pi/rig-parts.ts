/** Makes the parts of a rig out of the wiring in its board file: those that the safety thread owns. */
import type { Board, BoardSocket } from '../../hal/board';
import type { Clock } from '../../hal/clock';
import { connectorsOf } from '../../hal/connectors';
import { GreenupError, messageOf } from '../../hal/errors';
import type { Button, Indicator, SupplyMonitor, UnmeteredParts, Watchdog } from '../../hal/parts';
import type { RigHardware, SocketWiring } from '../../hal/wiring';
import { absentContactor, absentLock, absentPilot, absentResidualMonitor, absentSupply } from './absent';
import { BusRests, i2cBusName } from './bus-rest';
import { GpioButton } from './button';
import { GpioContactor } from './contactor';
import type { PartContext } from './context';
import { openGpio } from './gpio/backends';
import type { GpioBackend } from './gpio/lines';
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
  /** Leaves every output safe. */
  release(): void;
}

export interface SampledRigParts extends RigParts {
  /** The converter at this address, to hear raw samples of an input beside the parts that use it. */
  sampler(address: number): Pick<AdsSampler, 'add'>;
}

export interface RigPartsOptions {
  board: Board;
  loop: SafetyLoop;
  clock: Clock;
  /** One clear line for each part that fails, or answers again. */
  trouble(line: string): void;
  /** Tests hand in their own. */
  gpio?: GpioBackend;
  i2c?: I2cBus;
  /** False: the watchdog stays alone, for a look at the parts. Default true. */
  watchdog?: boolean;
}

/** Never throws: a part that cannot be had is told of, and one that refuses to work stands in for it. */
export function rigParts(options: RigPartsOptions): SampledRigParts {
  return new RigBuilder(options).build();
}

class RigBuilder {
  private readonly hardware: RigHardware;
  private readonly gpio: GpioBackend;
  private readonly bus: I2cBus;
  private readonly rests: BusRests;
  private readonly samplers = new Map<number, AdsSampler>();
  /** Contactors and their supply: let go before anything that may hang on a stuck bus. */
  private readonly coilReleases: (() => void)[] = [];
  private readonly releases: (() => void)[] = [];
  /** Why no line at all can be had. */
  private noGpio: unknown;

  constructor(private readonly options: RigPartsOptions) {
    const { board } = options;
    if (!board.hardware) {
      throw new GreenupError('board.invalid', `board ${board.name} has no hardware: drivers: pi needs it`);
    }
    this.hardware = board.hardware;
    this.rests = new BusRests(options.clock);
    this.gpio = options.gpio ?? this.realGpio();
    this.bus = options.i2c ?? new ReopeningBus(board.hardware.i2cBus);
  }

  build(): SampledRigParts {
    const { board } = this.options;
    const { pulse, supply, resetButton, watchdog } = this.hardware;
    const context = this.contextFor('');
    const connectors = connectorsOf(board);
    const points = board.points.map((point, pointIndex) => {
      const sockets = connectors
        .filter((connector) => connector.pointIndex === pointIndex)
        .map(({ connectorId, socket }) => this.socketOf(socket, connectorId));
      const { indicator: lamps } = point.wiring ?? {};
      const name = `${point.side} `;
      const indicator = lamps && this.attempt(name, () => new GpioIndicator(lamps, this.contextFor(name)));
      return { sockets, ...(indicator ? { indicator } : {}) };
    });
    const supplyMonitor =
      supply && (this.attempt('', () => new GpioSupplyMonitor(supply, context)) ?? absentSupply(this.options.clock));
    const button = resetButton && this.attempt('', () => new GpioButton(resetButton, context));
    if (pulse) this.attempt('', () => new CoilPulse(pulse, context), this.coilReleases);
    const guard = watchdog && this.options.watchdog !== false ? this.watchdogOf(watchdog) : undefined;
    return {
      points,
      ...(supplyMonitor ? { supply: supplyMonitor } : {}),
      ...(button ? { resetButton: button } : {}),
      ...(guard ? { watchdog: guard } : {}),
      sampler: (address) => this.sampler(address),
      busErrors: () => [...this.samplers.values()].reduce((sum, { errors }) => sum + errors, 0),
      release: () => {
        // Contactors first, and one that fails does not keep the rest.
        for (const release of [...this.coilReleases, ...this.releases]) this.quietly(release);
        for (const sampler of this.samplers.values()) sampler.release();
        this.bus.close();
      },
    };
  }

  private realGpio(): GpioBackend {
    try {
      return openGpio(this.hardware);
    } catch (error) {
      // Every part on a line is then missing for this reason, which is told once.
      this.noGpio = error;
      this.options.trouble(messageOf(error));
      const refuse = (): never => {
        throw error;
      };
      return { output: refuse, input: refuse };
    }
  }

  private watchdogOf({ device, timeoutS }: NonNullable<RigHardware['watchdog']>): Watchdog | undefined {
    const { trouble } = this.options;
    return this.attempt('', () => {
      const watchdog = new DeviceWatchdog({ device, timeoutS, trouble });
      return Object.assign(watchdog, { release: () => {} });
    });
  }

  private socketOf(socket: BoardSocket, connectorId: number): UnmeteredParts {
    const { clock } = this.options;
    const name = `connector ${connectorId}: `;
    const context = this.contextFor(name);
    const { wiring } = socket;
    if (!wiring) throw new GreenupError('board.invalid', `${name}no wiring: drivers: pi needs it`);
    const { residual, plug } = wiring;
    const contactor =
      this.attempt(name, () => new GpioContactor(wiring.contactor, context), this.coilReleases) ??
      absentContactor(clock);
    const monitor =
      residual &&
      (this.attempt(name, () => new GpioResidualMonitor(residual, context)) ?? absentResidualMonitor(clock));
    const common = { contactor, ...(monitor ? { residual: monitor } : {}), ...this.thermometerOf(wiring, name) };
    if (socket.mode === 'mode3') return { mode: 'mode3', ...common, ...this.pilotOf(wiring, name, context) };
    // Without its contact the plug counts as absent: the outlet stays open.
    const detector =
      plug &&
      (this.attempt(name, () => new GpioPlugDetector(plug, context)) ?? {
        watch: (listener: (present: boolean) => void) => clock.at(clock.now(), () => listener(false)),
      });
    return { mode: 'mode2', ...common, ...(detector ? { plug: detector } : {}) };
  }

  private pilotOf(wiring: SocketWiring, name: string, context: PartContext) {
    const { clock } = this.options;
    const { pilot: wired, proximity, lock: lockWiring } = wiring;
    const pilot =
      (wired &&
        this.attempt(name, () => {
          const { chip, channel } = wired.pwm;
          const { pwmRoot: root } = this.hardware;
          const pwm = new SysfsPwm({ root, chip, channel, trouble: context.trouble });
          return new PwmPilot({ wiring: wired, pwm, sampler: (a) => this.sampler(a), clock, trouble: context.trouble });
        })) ??
      absentPilot(clock, `${name}the pilot could not be set up`);
    const contact =
      proximity &&
      this.attempt(
        name,
        () => new AdsProximity({ wiring: proximity, sampler: (address) => this.sampler(address), clock }),
      );
    const lock = lockWiring && (this.attempt(name, () => new GpioLock(lockWiring, context)) ?? absentLock(clock));
    return { pilot, ...(contact ? { proximity: contact } : {}), ...(lock ? { lock } : {}) };
  }

  private thermometerOf({ thermometer }: SocketWiring, name: string) {
    const { clock } = this.options;
    const made =
      thermometer &&
      this.attempt(
        name,
        () => new AdsThermometer({ wiring: thermometer, sampler: (address) => this.sampler(address), clock }),
      );
    return made ? { thermometer: made } : {};
  }

  private sampler(address: number): AdsSampler {
    const { loop, clock, trouble } = this.options;
    const known = this.samplers.get(address);
    if (known) return known;
    const rest = this.rests.of(i2cBusName(this.hardware.i2cBus ?? 0));
    const made = new AdsSampler(this.bus, address, { loop, clock, rest, trouble });
    this.samplers.set(address, made);
    return made;
  }

  private contextFor(name: string): PartContext {
    const { loop, clock, trouble } = this.options;
    return { gpio: this.gpio, loop, clock, rests: this.rests, trouble: (line) => trouble(`${name}${line}`) };
  }

  private quietly(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.options.trouble(messageOf(error));
    }
  }

  /** The part, or undefined after telling why it cannot be had. */
  private attempt<T extends { release(): void }>(
    name: string,
    make: () => T,
    releases: (() => void)[] = this.releases,
  ): T | undefined {
    try {
      const part = make();
      releases.push(() => part.release());
      return part;
    } catch (error) {
      const toldBefore = error instanceof GreenupError && error.cause !== undefined && error.cause === this.noGpio;
      if (!toldBefore) this.options.trouble(`${name}${messageOf(error)}`);
      return undefined;
    }
  }
}
