/** The composition root: makes a running station out of a board, parts, a clock, a store and a way to the central system. */
import { EventLog, keptKinds } from './diagnostics/event-log';
import type { Report, ReportRow, ReportSources } from './diagnostics/report';
import type { ReportPeriod } from './diagnostics/report-period';
import { OrderedCommits } from './drivers/store/ordered-commits';
import { VersionedStore } from './drivers/store/versioned-store';
import type { Board } from './hal/board';
import type { Cancel, Clock } from './hal/clock';
import { messageOf } from './hal/errors';
import type { FirmwareUpdates, UpdateIntake } from './hal/firmware-updates';
import { LastingTrouble } from './hal/lasting-trouble';
import type { Listeners } from './hal/listeners';
import type { Log } from './hal/log';
import type { StationParts } from './hal/parts';
import type { FileTransfer, FirmwareSlots, KeyFiles, KnownHosts } from './hal/ports';
import { programVersion } from './hal/program-version';
import type { Batch, Store } from './hal/store';
import { quarantinePrefix, type SetAside, StoredValues } from './hal/stored';
import type { HostedUpdates, UpdateHost } from './hal/update-host';
import { orderFactoryReset, takeFactoryReset } from './local/factory-reset';
import { LocalCharging } from './local/local-charging';
import { MetricsToken } from './local/metrics-token';
import { PagePassword } from './local/page-password';
import { SharedIndicator, watchResetButton } from './local/reset-button';
import { bootCount, bootWithoutDisk, lastBoot } from './ocpp/boot-number';
import { ChargePoint } from './ocpp/charge-point';
import type { Configuration } from './ocpp/config-keys/configuration';
import { FrameLog } from './ocpp/frames/frame-log';
import { type AddressAtStart, addressAtStart, applySeen, type GivenAddress } from './ocpp/given-address';
import { KnownHostKeys } from './ocpp/known-hosts';
import type { Transport } from './ocpp/link/transport';
import { WatchedTransport } from './ocpp/link/watched-transport';
import type { ProvidedSecurity } from './ocpp/security/provided-security';
import { serialNumberObjection } from './ocpp/security/serial-number';
import type { StationFiles } from './ocpp/services';
import { type NetworkAddresses, settingsOf, stationConfiguration } from './ocpp/settings';
import { storeFormats } from './ocpp/store-formats';
import { openTransactions } from './ocpp/transactions/stored-messages';
import { stationConfig } from './station/board-config';
import type { Notice, NoticeKind, NoticeListeners, NoticeOf } from './station/notices';
import { Notifier } from './station/shell/notifier';
import { SocketGroup } from './station/shell/socket-group';
import { Station } from './station/shell/station';
import type { Socket } from './station/socket/types';
import type { ChargingMode } from './station/types';
import { type StationView, viewOf } from './station/view';

/** What a station is made of. */
export interface StationSetup {
  /** What it is: points, outlets and their ratings. */
  board: Board;
  /** The drivers of its parts, in the board's order of points and outlets. */
  parts: StationParts;
  /** @internal Sockets whose machines run elsewhere, in the order of connectors; absent: they run in line, on the parts. */
  sockets?: readonly Socket[];
  /** The time that it goes by. */
  clock: Clock;
  /** Its durable memory; no other station uses it. */
  store: Store;
  /** The way to the central system. */
  transport: Transport;
  /** From 0 to below 1, for jitter. */
  random: () => number;
  /** Takes what people should know of. */
  log: Log;
  /** OCPP keys for a first start, by name; they yield to what is stored. `URL` and `UID` say where the central system is, and as whom the station comes. */
  initialConfiguration?: Record<string, string>;
  /** @internal Where the central system is, as whoever starts the station says; absent: as the keys say. */
  address?: GivenAddress;
  /** Hears every notice from the first on; who comes later asks for the view, and listens to `RunningStation.notices`. */
  onNotice?: (notice: Notice) => void;
  /** @internal Keeps the last frames and tells them to onlookers; absent: one that ends with this station. */
  frames?: FrameLog;
  /** @internal Keeps what happened lately, for reports; absent: one that ends with this station. */
  events?: EventLog;
  /** @internal How files go to other machines and come from them; absent: none does. */
  files?: (hosts: KnownHosts) => { transfer: FileTransfer; spool: StationFiles['spool'] };
  /** @internal Where private keys of the station lie; absent: it can keep none, and so has no certificate of its own. */
  keyFiles?: KeyFiles;
  /** @internal Certificate and roots that are given at each start; absent: what is stored counts alone. */
  provided?: ProvidedSecurity;
  /** What the store takes on its medium, in bytes; absent: nobody knows. */
  storeBytes?: () => Promise<number>;
  /** @internal What the process around the station adds to reports. */
  reportRows?: readonly ReportRow[];
  /** Whether to follow the central system's clock; absent: yes. Not where a simulation runs faster than real time. */
  followCentralTime?: () => boolean;
  /** A frame of the station that its schema does not allow: an error, or (default) a warning in the log. */
  ownViolations?: 'throw' | 'report';
  /** @internal Addresses of the network interfaces, for the guide's keys; absent: the keys have what is configured. */
  network?: NetworkAddresses;
  /** The charging mode of a station without URL for which none was chosen; default: ocpp. */
  modeWithoutUrl?: ChargingMode;
  /** @internal The releases of the station; absent: the program runs outside of any slot. */
  slots?: FirmwareSlots;
  /** @internal Updates of its program; absent: there are none. */
  updates?: (host: UpdateHost) => HostedUpdates;
  /** @internal What a person needs for them; absent: they are no person's matter. */
  updateIntake?: UpdateIntake;
  /** `legrand`: the guide's own spelling and shape of frames, for central systems that expect them. */
  wire?: 'standard' | 'legrand';
}

/** A station that runs. */
export interface RunningStation {
  /** @internal */
  readonly station: Station;
  /** @internal */
  readonly chargePoint: ChargePoint;
  /** @internal */
  readonly configuration: Configuration;
  /** @internal Cards that the station knows by itself, and what was charged. */
  readonly local: Pick<LocalCharging, 'cards' | 'history' | 'curveOf'>;
  /** @internal For what changes several things in one commit. */
  readonly commits: Pick<OrderedCommits, 'commit'>;
  /** @internal Of the pages in a browser. */
  readonly pagePassword: PagePassword;
  /** @internal */
  readonly metricsToken: MetricsToken;
  /** @internal The machines to which files went by SFTP. */
  readonly knownHosts: KnownHostKeys;
  /** The station's own time. */
  readonly clock: Clock;
  /** For onlookers: displays, pages, logs. What they do has no part in what the station does. */
  readonly notices: Listeners<NoticeListeners>;
  /** The last card that was refused, if there was one in this boot. */
  readonly lastCardRefusal: CardRefusal | undefined;
  /** The frames of its links: the last ones, and the next for whoever listens. */
  readonly frames: FrameLog;
  /** @internal What happened lately: notices, and the lines of its log. */
  readonly events: EventLog;
  /** @internal What somebody needs who looks for a fault, in one file: as it is when it is read, and of this time. */
  report(period?: ReportPeriod): Report;
  /** @internal How the store is, and what lies in quarantine. */
  storeFacts(): Promise<StoreFacts>;
  /** The number of this boot. */
  readonly boot: number;
  /** @internal The release that runs; undefined outside of any slot. */
  readonly release: string | undefined;
  /** @internal What lies in the slots; undefined outside of any. */
  readonly slots: Pick<FirmwareSlots, 'versions'> | undefined;
  /** @internal */
  readonly updates: FirmwareUpdates | undefined;
  /** @internal */
  readonly updateIntake: UpdateIntake | undefined;
  /** The central system has accepted this start, or there is none that could. */
  readonly isAccepted: boolean;
  /** @internal For the process around the station: its connection as it comes and goes. */
  readonly link: Pick<WatchedTransport, 'attempted' | 'quiet'>;
  /** Resolves when a reset of the central system asks for a restart; the station has then been stopped. */
  readonly restarted: Promise<'soft' | 'hard'>;
  /** Everything about it at this instant. */
  view(): StationView;
  /** Clears faults whose causes are gone but wait for a person, those of earlier boots included, as the reset button does. */
  clearFaults(connectorId?: number): void;
  /**
   * Resolves when it is durable that the next start finds the station as it was delivered. What it resolves with ends the
   * transactions and brings that start.
   */
  orderFactoryReset(): Promise<() => void>;
  /** @internal The release on trial has proved itself: from now on the store is written in its own format. */
  confirmRelease(): Promise<void>;
  /** Orderly end: contactors open, connection closed, store closed. Open transactions stay open and are found again. */
  stop(): Promise<void>;
}

/** @internal */
export interface StoreFacts {
  /** At the start. */
  values: number;
  /** On the medium; undefined: nobody knows. */
  bytes: number | undefined;
  /** On the station's clock, in ms; undefined: nothing was flushed since the start. */
  lastFlushAt: number | undefined;
  /** What the medium says when it does not take a commit; undefined: it does. */
  trouble: string | undefined;
  quarantined: readonly SetAside[];
}

/** A card, or a token in its place, that may not do what it was shown for. */
export interface CardRefusal extends Omit<NoticeOf<'cardRefused'>, 'kind'> {
  /** Counts the refusals of a boot, from 1. */
  number: number;
}

/** How long a soft reset waits for what is still to leave, in ms. */
const softResetDrainMs = 5_000;
const watchdogFeedMs = 1_000;
const firmwareVersionCharactersMax = 50;

/**
 * Makes a station out of its parts and starts it. Resolves when it runs; the first attempt to connect is then under way. Rejects
 * with `store.failed` where the store cannot be read.
 */
export async function startStation(given: StationSetup): Promise<RunningStation> {
  const events = given.events ?? new EventLog(given.clock);
  events.stationStarts();
  const setup = { ...given, events, log: events.remembering(given.log) };
  const { board, log } = setup;
  // A release on trial goes on writing the store as the one before knows it, which a roll-back brings back.
  const store = new VersionedStore(setup.store, storeFormats, await isOnTrial(setup.slots));
  const values = await store.load();
  const gone = takeFactoryReset(values);
  const stored = new StoredValues(values, { found: store.foundFormat, own: storeFormats.current });
  const address = addressAtStart(stored, setup.address ?? {});
  const { put, del } = address.lasting;
  const kept = new Set(put.map(([key]) => key));
  const withBoot = (boot: number): Batch => ({
    put: [bootCount.entry('', boot), ...put],
    del: [...new Set([...gone, ...del])].filter((key) => !kept.has(key)),
  });
  const next = lastBoot(stored) + 1;
  // Durable before anything is numbered with it: ids of messages and transactions are unique over all boots.
  const refusal = await refusalOf(store, withBoot(next));
  const boot = refusal === undefined ? next : bootWithoutDisk(next, setup.random);
  applySeen(values, address.seen);
  for (const remark of address.remarks) log.warn({}, remark);
  if (gone.length > 0)
    log.warn({}, 'the station is as it was delivered: settings, cards, passwords and profiles are gone');
  if (board.trustsUnknownFileServers) {
    const { unknownServersText } = require('./diagnostics/self-check') as typeof import('./diagnostics/self-check');
    log.warn({}, unknownServersText);
  }
  const running = new Assembly(setup, store, stored, boot, address);
  if (refusal !== undefined) running.owe(withBoot(boot), refusal);
  await setAside(running, store, stored, log);
  log.info({ boot, board: board.name, connectors: running.station.config.connectors.length }, 'station started');
  await running.chargePoint.security.certificates.load();
  running.start();
  if (gone.length > 0) running.chargePoint.securityChanged('all of them, by a factory reset');
  return running;
}

async function isOnTrial(slots: FirmwareSlots | undefined): Promise<boolean> {
  const own = slots?.running()?.version;
  return own !== undefined && (await slots?.versions())?.trial?.version === own;
}

/** Why the medium does not take a batch; undefined when it is durable. */
async function refusalOf(store: Store, batch: Batch): Promise<string | undefined> {
  try {
    await store.commit(batch);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Moves what could not be read out of the way, and says so once. */
async function setAside(running: Assembly, store: Store, stored: StoredValues, log: Log): Promise<void> {
  const batch = stored.batch();
  if (batch.put.length === 0) return;
  const refusal = await refusalOf(store, batch);
  if (refusal !== undefined) running.owe(batch, refusal);
  for (const { key, reason } of stored.news) {
    log.warn(
      { key, reason },
      `stored value ${key} cannot be read (${reason}); it lies under ${quarantinePrefix}${key}`,
    );
  }
}

class Assembly implements RunningStation {
  readonly station: Station;
  readonly chargePoint: ChargePoint;
  readonly configuration: Configuration;
  readonly local: LocalCharging;
  readonly pagePassword: PagePassword;
  readonly metricsToken: MetricsToken;
  readonly knownHosts: KnownHostKeys;
  readonly restarted: Promise<'soft' | 'hard'>;
  readonly clock: Clock;
  readonly notices: RunningStation['notices'];
  readonly frames: FrameLog;
  readonly events: EventLog;
  readonly link: WatchedTransport;
  readonly updates: HostedUpdates | undefined;
  lastCardRefusal: CardRefusal | undefined;
  private readonly notifier: Notifier;
  private readonly socketGroup: SocketGroup | undefined;
  private readonly sockets: readonly Socket[];
  private readonly indicators: readonly (SharedIndicator | undefined)[];
  readonly commits: OrderedCommits;
  private readonly storeTrouble: LastingTrouble;
  private readonly cancels: Cancel[] = [];
  /** What the disk says when it does not take a commit. */
  private diskTrouble: string | undefined;
  private cancelFeeding: Cancel = () => {};
  private stopping: Promise<void> | undefined;
  private onRestarted: (how: 'soft' | 'hard') => void = () => {};

  constructor(
    private readonly setup: StationSetup & { events: EventLog },
    private readonly store: VersionedStore,
    private readonly stored: StoredValues,
    readonly boot: number,
    address: AddressAtStart,
  ) {
    const { board, parts, clock, log } = setup;
    this.restarted = new Promise((resolve) => {
      this.onRestarted = resolve;
    });
    this.clock = clock;
    this.notifier = new Notifier(log, setup.onNotice);
    this.notices = this.notifier.listeners;
    this.events = setup.events;
    for (const kind of keptKinds) this.notices.on<NoticeKind>(kind, (notice: Notice) => setup.events.note(notice));
    this.frames = setup.frames ?? new FrameLog({ clock, onFailure: (line) => log.warn({}, line) });
    this.link = new WatchedTransport(setup.transport, {
      opened: (url) => this.notifier.linkOpened(url),
      closed: (url, reason, wasOpen) => this.notifier.linkClosed(url, reason, wasOpen),
      frame: (direction, data) => this.frames.note(direction, data),
    });
    const config = stationConfig(board);
    this.storeTrouble = new LastingTrouble(clock, (message) => log.warn({}, message));
    const commits = new OrderedCommits(store, clock, (trouble) => this.onStoreTrouble(trouble));
    this.commits = commits;
    const secured = (what: string): void => this.chargePoint.securityChanged(what);
    this.pagePassword = new PagePassword(commits, stored, secured);
    this.metricsToken = new MetricsToken(commits, stored, secured);
    this.knownHosts = new KnownHostKeys(commits, stored, secured);
    this.configuration = stationConfiguration({
      board,
      state: () => this.station.state,
      network: setup.network ?? {},
      initial: { ...setup.initialConfiguration, ...address.initial },
      unsaved: address.unsaved,
      stored,
      commits,
      unixNow: () => this.chargePoint.unixAt(clock.now()),
      lackFor: (key, value) => this.chargePoint.lackFor(key, value),
    });
    for (const warning of this.configuration.warnings) log.warn({}, warning);
    this.socketGroup = setup.sockets ? undefined : new SocketGroup(config, parts, clock);
    this.indicators = parts.points.map(({ indicator }) => indicator && new SharedIndicator(indicator));
    this.sockets = setup.sockets ?? this.socketGroup?.sockets ?? [];
    this.station = new Station({
      config,
      settings: settingsOf(this.configuration),
      boot,
      clock,
      commits,
      stored,
      openElsewhere: () => openTransactions(stored),
      usualMode: this.hasUrl ? 'ocpp' : (setup.modeWithoutUrl ?? 'ocpp'),
      takesCard: (token) => this.local.cards.take(token),
      sockets: this.sockets,
      readers: parts.points.flatMap(({ reader }, i) => {
        const side = board.points[i]?.side;
        return reader && side ? [{ side, reader }] : [];
      }),
      indicators: this.indicators,
      ...(parts.supply ? { supply: parts.supply } : {}),
      onNotice: (notice) => this.passOn(notice),
      onError: (error) =>
        log.warn({}, `something that follows the station failed, and the station goes on: ${messageOf(error)}`),
    });
    const files = setup.files?.(this.knownHosts);
    this.updates = setup.updates?.({
      ...{ clock, commits, stored, boot, log },
      hold: this.station.updateHold,
      transfer: files?.transfer,
      unixNow: () => this.chargePoint.unixAt(clock.now()),
      objectionTo: (signer) => this.chargePoint.objectionToSigner(signer),
      restart: () => this.station.post({ kind: 'reset', hard: false }),
    });
    this.chargePoint = new ChargePoint({
      clock,
      transport: this.link,
      random: setup.random,
      commits,
      stored,
      boot,
      configuration: this.configuration,
      station: this.station,
      files: files && {
        ...files,
        report: (period) => this.report(period),
        securityLog: (period) => this.securityLog(period),
      },
      keyFiles: setup.keyFiles,
      provided: setup.provided,
      updates: this.updates,
      identity: {
        ...board,
        firmwareVersion: firmwareVersionOf(setup),
        serialNumberObjection: serialNumberObjection(board),
      },
      log,
      followCentralTime: setup.followCentralTime ?? (() => true),
      ownViolations: setup.ownViolations ?? 'report',
      wire: setup.wire ?? 'standard',
      onRestart: (hard) => void this.restart(hard),
      onRegistration: (registration) => this.notifier.registrationIs(registration),
      onDelivered: (message) => this.local.history.delivered(message),
      onRefusal: (refusal) => this.notifier.notify({ kind: 'requestRefused', ...refusal }),
    });
    this.local = new LocalCharging({
      clock,
      commits,
      stored,
      station: this.station,
      unixAt: (monotonicMs) => this.chargePoint.unixAt(monotonicMs),
      central: this.chargePoint,
    });
  }

  start(): void {
    this.socketGroup?.start();
    const { resetButton } = this.setup.parts;
    if (resetButton) {
      const lights = this.indicators.filter((indicator) => indicator !== undefined);
      const actions = { clearFaults: () => this.clearFaults(), factoryReset: () => void this.resetByHand() };
      this.cancels.push(watchResetButton(resetButton, lights, actions));
    }
    this.configuration.onChange((key, origin) => {
      this.notifier.notify({ kind: 'configurationChanged', key, value: this.configuration.shown(key), origin });
    });
    this.configuration.onChange(() => this.takeUpOcpp());
    this.chargePoint.start();
    void this.chargePoint.security.keys.sweep();
    this.station.start(this.local);
    this.updates?.start?.();
    this.feedWatchdog();
  }

  private get hasUrl(): boolean {
    return this.configuration.text('URL') !== '';
  }

  /** A station for which nothing was chosen is an OCPP station from the day on which it gets an address. */
  private takeUpOcpp(): void {
    const { station } = this;
    if (!this.hasUrl || station.state.points.some(({ mode }) => mode !== 'none')) return;
    const side = station.config.points[0]?.side;
    if (side) station.post({ kind: 'mode', side, mode: 'ocpp' });
  }

  /** What the medium did not take at the start goes before anything else; until it is durable nobody charges. */
  owe(batch: Batch, refusal: string): void {
    this.onStoreTrouble(refusal);
    void this.commits.commit(batch);
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private passOn(notice: Notice): void {
    if (notice.kind === 'cardRefused') {
      const { kind: _, ...refusal } = notice;
      this.lastCardRefusal = { number: (this.lastCardRefusal?.number ?? 0) + 1, ...refusal };
    }
    this.notifier.notify(notice);
  }

  confirmRelease(): Promise<void> {
    return this.store.confirm();
  }

  private async shutDown(): Promise<void> {
    const { parts } = this.setup;
    this.cancelFeeding();
    for (const cancel of this.cancels) cancel();
    this.updates?.stop?.();
    this.chargePoint.stop();
    this.station.stop();
    this.local.close();
    this.socketGroup?.stop();
    parts.watchdog?.disarm();
    this.commits.close();
    await this.store.close();
  }

  private async restart(hard: boolean): Promise<void> {
    this.setup.log.info({ hard }, 'the station restarts');
    if (!hard) await this.chargePoint.drained(softResetDrainMs);
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

  view(): StationView {
    const { board, clock } = this.setup;
    const { station, chargePoint, configuration } = this;
    const { status, lastReceivedAt, lastError } = chargePoint.connection;
    return viewOf({
      board,
      config: station.config,
      state: station.state,
      systemTimeMs: clock.systemTime(),
      connection: {
        switchedOn: chargePoint.connectionSwitch.switchedOn,
        status,
        url: chargePoint.url,
        identity: configuration.text('UID'),
        registration: chargePoint.registration,
        lastReceivedS: lastReceivedAt === undefined ? null : Math.round((clock.now() - lastReceivedAt) / 1_000),
        lastError: lastError ?? null,
        queue: chargePoint.outbox.size,
      },
      transactionIdOf: (key) => chargePoint.outbox.transactionId(key),
    });
  }

  get release(): string | undefined {
    return this.setup.slots?.running()?.version;
  }

  get slots(): FirmwareSlots | undefined {
    return this.setup.slots;
  }

  get updateIntake(): UpdateIntake | undefined {
    return this.setup.updateIntake;
  }

  get isAccepted(): boolean {
    const { registration, connectionSwitch } = this.chargePoint;
    const usesOcpp = this.station.state.points.some(({ mode }) => mode === 'ocpp');
    return registration === 'Accepted' || !usesOcpp || !connectionSwitch.switchedOn || !this.hasUrl;
  }

  async storeFacts(): Promise<StoreFacts> {
    const { storeBytes } = this.setup;
    return {
      values: this.stored.count,
      bytes: await storeBytes?.().catch(() => undefined),
      lastFlushAt: this.commits.lastFlushAt,
      trouble: this.diskTrouble,
      quarantined: this.stored.quarantined,
    };
  }

  report(period?: ReportPeriod): Report {
    return this.files().reportOf(this.reportSources(), period);
  }

  private securityLog(period: ReportPeriod): Report {
    return this.files().securityLogOf(this.reportSources(), period, this.chargePoint.unixAt(this.clock.now()));
  }

  /** Loaded when somebody asks for it. */
  private files(): typeof import('./diagnostics/report') {
    return require('./diagnostics/report') as typeof import('./diagnostics/report');
  }

  private reportSources(): ReportSources {
    const { board, clock, events, reportRows: others = [] } = this.setup;
    const { configuration, frames } = this;
    return {
      ...{ board, clock, configuration, frames, events, others },
      boot: this.boot,
      release: this.release,
      state: () => this.station.state,
      view: () => this.view(),
      charges: () => this.local.history.list,
      securityEvents: () => this.chargePoint.securityEvents(),
      quarantined: () => this.stored.quarantined,
      storeTrouble: () => this.diskTrouble,
    };
  }

  clearFaults(connectorId?: number): void {
    this.setup.log.info({ connectorId: connectorId ?? 'all' }, 'faults are cleared by hand');
    for (const [index, socket] of this.sockets.entries()) {
      if (connectorId !== undefined && index !== connectorId - 1) continue;
      socket.clearFaults();
      this.station.post({ kind: 'faultsCleared', connectorId: index + 1 });
    }
  }

  async orderFactoryReset(): Promise<() => void> {
    await orderFactoryReset(this.commits);
    return () => this.station.post({ kind: 'reset', hard: false });
  }

  private async resetByHand(): Promise<void> {
    this.setup.log.warn({}, 'the reset button was held long: the station starts anew, as it was delivered');
    const restart = await this.orderFactoryReset();
    restart();
  }

  private feedWatchdog(): void {
    const { parts, clock } = this.setup;
    const { watchdog } = parts;
    if (!watchdog || this.stopping) return;
    watchdog.feed();
    this.cancelFeeding = clock.at(clock.now() + watchdogFeedMs, () => this.feedWatchdog());
  }

  private onStoreTrouble(trouble: string | undefined): void {
    this.diskTrouble = trouble;
    if (trouble) this.chargePoint.storeTrouble(trouble);
    if (trouble) this.storeTrouble.goesOn(`the store did not take a commit, which is tried again: ${trouble}`);
    else this.storeTrouble.isOver('the store takes commits again');
    this.station.post({ kind: 'fault', connectorId: 0, fault: 'internalError', present: trouble !== undefined });
  }
}

/**
 * What a BootNotification says, in at most 50 characters (OCPP 1.6, 6.1): the board's own text where it has one, else the
 * release that runs, so that a central system sees what became of an update. A simulated board's text stands for the program
 * that came with it, and gives way to a release that was installed later.
 */
function firmwareVersionOf({ board, slots }: StationSetup): string {
  const release = slots?.running()?.version;
  const own = board.drivers === 'pi' || release === programVersion ? board.firmwareVersion : undefined;
  const version = own ?? release ?? board.firmwareVersion ?? programVersion;
  return version.slice(0, firmwareVersionCharactersMax);
}
