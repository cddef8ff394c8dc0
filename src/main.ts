/** The composition root: makes a running station out of a board, parts, a clock, a store and a way to the central system. */
import { EventEmitter } from 'node:events';
import type TypedEmitter from 'typed-emitter';
import { OrderedCommits } from './drivers/store/ordered-commits';
import { VersionedStore } from './drivers/store/versioned-store';
import type { Board } from './hal/board';
import type { Cancel, Clock } from './hal/clock';
import { connectorsOf } from './hal/connectors';
import { messageOf } from './hal/errors';
import type { Log } from './hal/log';
import type { StationParts } from './hal/parts';
import type { JsonValue, Store } from './hal/store';
import { ChargePoint, type StationEvents } from './ocpp/charge-point';
import { Configuration } from './ocpp/config-keys/configuration';
import type { Transport } from './ocpp/link/transport';
import { storeFormats } from './ocpp/store-formats';
import { stationConfig } from './station/board-config';
import type { Socket } from './station/shell/socket';
import { PowerStage } from './station/shell/socket-group';
import { Station } from './station/shell/station';
import type { StationSettings, StationState } from './station/types';

/** Asked each time; dotted decimal, an empty text where there is none. */
type Addresses = () => { address: string; netmask: string; gateway: string };

export interface StationSetup {
  board: Board;
  parts: StationParts;
  /** Sockets whose machines run elsewhere, in the order of connectors; absent: they run in line, on the parts. */
  sockets?: readonly Socket[];
  clock: Clock;
  store: Store;
  transport: Transport;
  /** From 0 to 1. */
  random: () => number;
  log: Log;
  /** OCPP keys for a first start; they yield to what is stored. */
  initialConfiguration?: Record<string, string>;
  /** Follow the central system's clock (false where the simulation runs faster than real time). */
  followCentralTime?: boolean;
  ownViolations?: 'throw' | 'report';
  /** Addresses of the network interfaces, for the guide's keys; absent: the keys have what is configured. */
  network?: { ethernet?: Addresses; wifi?: Addresses };
  /** `legrand`: the guide's own spelling and shape of frames, for central systems that expect them. */
  wire?: 'standard' | 'legrand';
}

export interface RunningStation {
  readonly station: Station;
  readonly chargePoint: ChargePoint;
  readonly configuration: Configuration;
  readonly events: TypedEmitter<StationEvents>;
  /** Resolves when a reset of the central system asks for a restart; the station has then been stopped. */
  readonly restarted: Promise<'soft' | 'hard'>;
  /** Clears faults whose causes are gone but wait for a person, as the reset button does. */
  clearFaults(connectorId?: number): void;
  /** Orderly end: contactors open, connection closed, store closed. Open transactions stay open and are found again. */
  stop(): Promise<void>;
}

const bootKey = 'boot/count';
const configurationPrefix = 'config/';
/** How long a soft reset waits for what is still to be delivered, in ms. */
const soft_reset_drain_ms = 5_000;
const watchdog_feed_ms = 1_000;

export async function startStation(setup: StationSetup): Promise<RunningStation> {
  const { board, log } = setup;
  const store = new VersionedStore(setup.store, storeFormats);
  const stored = await store.load();
  const boot = Number(stored.get(bootKey) ?? 0) + 1;
  // Durable before anything is numbered with it: ids of messages and transactions are unique over all boots.
  await store.commit({ put: [[bootKey, boot]], del: [] });
  const running = new Assembly({ ...setup, store }, stored, boot);
  log.info({ boot, board: board.name, connectors: running.station.config.connectors.length }, 'station started');
  running.start();
  return running;
}

class Assembly implements RunningStation {
  readonly station: Station;
  readonly chargePoint: ChargePoint;
  readonly configuration: Configuration;
  readonly restarted: Promise<'soft' | 'hard'>;
  readonly events = new EventEmitter() as TypedEmitter<StationEvents>;
  private readonly powerStage: PowerStage | undefined;
  private readonly sockets: readonly Socket[];
  private readonly commits: OrderedCommits;
  private readonly cancels: Cancel[] = [];
  private cancelFeeding: Cancel = () => {};
  private stopping: Promise<void> | undefined;
  private onRestarted: (how: 'soft' | 'hard') => void = () => {};

  constructor(
    private readonly setup: StationSetup,
    stored: ReadonlyMap<string, JsonValue>,
    boot: number,
  ) {
    const { board, parts, clock, store, log } = setup;
    this.restarted = new Promise((resolve) => {
      this.onRestarted = resolve;
    });
    const config = stationConfig(board);
    const commits = new OrderedCommits(store, clock, (trouble) => this.onStoreTrouble(trouble));
    this.commits = commits;
    this.configuration = new Configuration({
      persisted: storedConfiguration(stored),
      initial: setup.initialConfiguration ?? {},
      live: { ...liveValues(board, () => this.station.state), ...networkValues(setup.network) },
      persist: (key, value) => commits.commit({ put: [[configurationPrefix + key, value]], del: [] }),
      numberOfConnectors: config.connectors.length,
    });
    for (const warning of this.configuration.warnings) log.warn({}, warning);
    this.powerStage = setup.sockets ? undefined : new PowerStage(config, parts, clock);
    this.sockets = setup.sockets ?? this.powerStage?.sockets ?? [];
    this.station = new Station({
      config,
      settings: settingsOf(this.configuration),
      boot,
      clock,
      commits,
      stored,
      sockets: this.sockets,
      readers: parts.points.flatMap(({ reader }, i) => {
        const side = board.points[i]?.side;
        return reader && side ? [{ side, reader }] : [];
      }),
      indicators: parts.points.map((point) => point.indicator),
      ...(parts.supply ? { supply: parts.supply } : {}),
    });
    this.chargePoint = new ChargePoint({
      clock,
      transport: setup.transport,
      random: setup.random,
      commits,
      stored,
      boot,
      configuration: this.configuration,
      station: this.station,
      identity: board,
      log,
      followCentralTime: setup.followCentralTime ?? true,
      ownViolations: setup.ownViolations ?? 'report',
      wire: setup.wire ?? 'standard',
      onRestart: (hard) => void this.restart(hard),
      events: this.events,
    });
  }

  start(): void {
    this.powerStage?.start();
    const cancelButton = this.setup.parts.resetButton?.watch(() => this.clearFaults());
    if (cancelButton) this.cancels.push(cancelButton);
    this.configuration.onChange(() =>
      this.station.post({ kind: 'settings', settings: settingsOf(this.configuration) }),
    );
    this.chargePoint.start();
    this.station.start(this.chargePoint);
    this.feedWatchdog();
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    const { parts, store } = this.setup;
    this.cancelFeeding();
    for (const cancel of this.cancels) cancel();
    this.chargePoint.stop();
    this.station.stop();
    this.powerStage?.stop();
    parts.watchdog?.disarm();
    this.commits.close();
    await store.close();
  }

  private async restart(hard: boolean): Promise<void> {
    this.setup.log.info({ hard }, 'restarting as the central system asked');
    if (!hard) await this.chargePoint.drained(soft_reset_drain_ms);
    await this.stopTrying();
    this.onRestarted(hard ? 'hard' : 'soft');
  }

  /** ResetRetries: an end that fails is tried again so often; then the restart comes all the same (9.1.22). */
  private async stopTrying(): Promise<void> {
    for (let retries = this.configuration.integer('ResetRetries'); ; retries -= 1) {
      try {
        await this.stop();
        return;
      } catch (error) {
        this.setup.log.warn({ retries }, `the orderly end failed: ${messageOf(error)}`);
        if (retries <= 0) return;
        this.stopping = undefined;
      }
    }
  }

  clearFaults(connectorId?: number): void {
    this.setup.log.info({ connectorId: connectorId ?? 'all' }, 'faults are cleared by hand');
    for (const [index, socket] of this.sockets.entries()) {
      if (connectorId === undefined || index === connectorId - 1) socket.clearFaults();
    }
  }

  private feedWatchdog(): void {
    const { parts, clock } = this.setup;
    const { watchdog } = parts;
    if (!watchdog || this.stopping) return;
    watchdog.feed();
    this.cancelFeeding = clock.at(clock.now() + watchdog_feed_ms, () => this.feedWatchdog());
  }

  private onStoreTrouble(trouble: string | undefined): void {
    if (trouble) this.setup.log.warn({ trouble }, 'the store did not take a commit; it is tried again');
    this.station.post({ kind: 'fault', connectorId: 0, fault: 'internalError', present: trouble !== undefined });
  }
}

/** What the keys of the guide mean for the station. */
function settingsOf(configuration: Configuration): StationSettings {
  return {
    connectionTimeoutMs: configuration.integer('ConnectionTimeOut') * 1_000,
    stationMaxA: configuration.integer('chargingStationMaxLimit'),
    plugAndCharge: configuration.boolean('oCPPPlugAndCharge'),
    // Guide: default tag 1 is the right side's, 2 the left side's.
    defaultToken: { right: configuration.text('defaultIdTag1'), left: configuration.text('defaultIdTag2') },
    maxEnergyOnInvalidWh: configuration.integer('MaxEnergyOnInvalidId'),
    stopOnInvalidId: configuration.boolean('StopTransactionOnInvalidId'),
    stopOnEvDisconnect: configuration.boolean('StopTransactionOnEVSideDisconnect'),
    unlockOnEvDisconnect: configuration.boolean('UnlockConnectorOnEVSideDisconnect'),
    sampleIntervalMs: configuration.integer('MeterValueSampleInterval') * 1_000,
  };
}

function storedConfiguration(stored: ReadonlyMap<string, JsonValue>): Map<string, string> {
  const entries = [...stored].filter(([key]) => key.startsWith(configurationPrefix));
  return new Map(entries.map(([key, value]) => [key.slice(configurationPrefix.length), String(value)]));
}

function networkValues({ ethernet, wifi }: NonNullable<StationSetup['network']> = {}): LiveValues {
  return {
    ...(ethernet && {
      networkEthernetAddress: () => ethernet().address,
      networkEthernetNetmask: () => ethernet().netmask,
      networkEthernetGateway: () => ethernet().gateway,
    }),
    ...(wifi && {
      networkWiFiAddress: () => wifi().address,
      networkWiFiNetmask: () => wifi().netmask,
      networkWiFiGateway: () => wifi().gateway,
    }),
  };
}

type LiveValues = NonNullable<ConstructorParameters<typeof Configuration>[0]['live']>;

/** Keys whose values are facts of the station (guide, Legrand profile). */
function liveValues(board: Board, state: () => StationState): LiveValues {
  const connectors = connectorsOf(board);
  const installation = (side: 'right' | 'left') => {
    const point = board.points.find((p) => p.side === side);
    return point ? String(point.installationCurrentA) : '';
  };
  const cable = (side: 'right' | 'left') => {
    const ids = connectors.filter((c) => c.side === side).map((c) => c.connectorId);
    const ratings = ids.flatMap((id) => state().connectors[id - 1]?.report?.cableA ?? []);
    return ratings.length > 0 ? String(Math.max(...ratings)) : '';
  };
  const tethered = connectors.every((c) => c.socket.tetheredCableA !== undefined);
  return {
    MaxCurrentInstallationRight: () => installation('right'),
    MaxCurrentInstallationLeft: () => installation('left'),
    MaxCurrentCableRight: () => cable('right'),
    MaxCurrentCableLeft: () => cable('left'),
    // Errata 3.84: a permanently attached cable cannot be unlocked.
    ...(tethered ? { UnlockConnectorOnEVSideDisconnect: () => 'false' } : {}),
  };
}
