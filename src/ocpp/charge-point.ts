/** The OCPP 1.6J charge point: joins connection, boot gate, features and the station; the table of what it answers. */
import type { Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import type { Commits, JsonValue } from '../hal/store';
import type { Outside, Station, Ticket } from '../station/shell/station';
import type { Ask, StationRecord, StationState } from '../station/types';
import type { Configuration } from './config-keys/configuration';
import { ConfiguredEndpoint } from './configured-endpoint';
import { featureProfileEnabled, refusalWithoutFeatureProfile } from './feature-profiles';
import { AuthorizationCache } from './features/authorization-cache';
import { Authorizer } from './features/authorize';
import { Boot } from './features/boot';
import { coreCalls, Unlocks } from './features/core-calls';
import { Heartbeat } from './features/heartbeat';
import { LocalAuthList } from './features/local-auth-list';
import { LocalAuthorization } from './features/local-authorization';
import { reservationCalls } from './features/reservations';
import { StatusNotifications } from './features/status-notification';
import { triggerCalls, unknownMessageAnswer } from './features/trigger';
import { Connection } from './link/connection';
import { looksLikeCall } from './link/frame';
import { messageIds } from './link/message-ids';
import { type CallAnswer, Rpc } from './link/rpc';
import { Sender } from './link/sender';
import type { Transport } from './link/transport';
import type { CentralSystemAction, RequestOf } from './messages';
import { ocpp16, type ReceivedActions, type SentActions } from './messages/protocol';
import { legrandFrame } from './messages/wire-legrand';
import type { Handler, Handlers, Identity, Registration, Services } from './services';
import { SmartCharging } from './smart-charging/smart-charging';
import { ClockAligned } from './transactions/clock-aligned';
import { MeasurandPolicy } from './transactions/measurand-policy';
import { Outbox } from './transactions/outbox';
import { TransactionQueue } from './transactions/transaction-queue';
import { batchOfTime, timesOfBoots, WallTime } from './wall-time';

export interface ChargePointOptions {
  clock: Clock;
  transport: Transport;
  random: () => number;
  commits: Commits;
  stored: ReadonlyMap<string, JsonValue>;
  boot: number;
  configuration: Configuration;
  station: Station;
  identity: Identity;
  log: Log;
  /** Follow the central system's clock; not where the simulation runs faster than real time. */
  followCentralTime: boolean;
  ownViolations: 'throw' | 'report';
  /** `legrand`: the guide's own spelling and shape of frames. */
  wire: 'standard' | 'legrand';
  onRestart: (hard: boolean) => void;
  onRegistration: (registration: Registration) => void;
}

const acceptedKey = 'registration/accepted';

export class ChargePoint implements Outside {
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly cache: AuthorizationCache;
  private readonly services: Services;
  private readonly sender: Sender<SentActions>;
  private readonly boot: Boot;
  private readonly heartbeat: Heartbeat;
  private readonly statuses: StatusNotifications;
  private readonly delivery: TransactionQueue;
  private readonly authorizer: Authorizer;
  private readonly tokens: LocalAuthorization;
  private readonly aligned: ClockAligned;
  private readonly smart: SmartCharging;
  private readonly unlocks = new Unlocks();
  private readonly handlers: Handlers;
  private rpc: Rpc<SentActions, ReceivedActions> | undefined;
  private readonly endpoint: ConfiguredEndpoint;
  private everAccepted: boolean;

  constructor(private readonly options: ChargePointOptions) {
    const { clock, stored, boot, random, commits, configuration, station, log, identity } = options;
    const nextMessageId = messageIds(boot, random);
    let seq = Outbox.lastSeq(stored);
    const nextSeq = () => ++seq;
    const wall = new WallTime(clock, boot, timesOfBoots(stored), options.followCentralTime);
    const policy = new MeasurandPolicy(configuration);
    this.outbox = new Outbox({ wall, policy, nextMessageId, nextSeq, now: () => clock.now() }, stored);
    this.everAccepted = stored.get(acceptedKey) === true;
    this.delivery = new TransactionQueue(
      () => this.services,
      () => this.tokens,
      () => this.boot.introduceAgain(),
    );
    this.sender = new Sender(clock, nextMessageId, nextSeq, this.delivery, () => this.boot.introduceAgain());
    const cacheEnabled = () => configuration.boolean('AuthorizationCacheEnabled');
    this.cache = new AuthorizationCache({ clock, wall, commits, enabled: cacheEnabled }, stored);
    this.services = {
      clock,
      wall,
      configuration,
      commits,
      station,
      calls: this.sender,
      outbox: this.outbox,
      log,
      identity,
      registration: () => this.boot.registration,
      online: () => this.rpc !== undefined && this.boot.registration === 'Accepted',
    };
    this.boot = new Boot(this.services, { registered: (r, interval) => this.registered(r, interval) }, random);
    this.heartbeat = new Heartbeat(this.services);
    this.statuses = new StatusNotifications(this.services);
    const list = new LocalAuthList(
      { configuration, commits, supported: () => featureProfileEnabled(configuration, 'LocalAuthListManagement') },
      stored,
    );
    this.tokens = new LocalAuthorization(
      list,
      this.cache,
      () => wall.at(clock.now()),
      () => this.statuses.tellError('LocalListConflict', 'Local list and central system disagree'),
    );
    this.authorizer = new Authorizer(this.services, this.tokens, () => this.everAccepted);
    this.aligned = new ClockAligned(this.services);
    this.smart = new SmartCharging(this.services, stored);
    this.endpoint = new ConfiguredEndpoint({ clock, commits, configuration, log, onMove: () => this.move() }, stored);
    this.handlers = {
      ...coreCalls(this.services, this.unlocks, this.cache, this.smart, this.endpoint),
      ...this.smart.handlers(),
      ...list.handlers(),
      ...reservationCalls(this.services),
      ...triggerCalls(this.services, { boot: this.boot, heartbeat: this.heartbeat, statuses: this.statuses }),
    };
    this.connection = this.makeConnection();
    configuration.onChange((key) => {
      if (key === 'WebSocketPingInterval') this.connection.pingIntervalChanged();
    });
  }

  start(): void {
    this.services.wall.start((offset, first) => this.keepTime(offset, first));
    this.aligned.arm();
    this.smart.apply();
    this.connection.start();
  }

  /** Resolves when everything of transactions has been delivered, or the time is over. For an orderly end. */
  drained(withinMs: number): Promise<void> {
    const { clock } = this.options;
    const until = clock.now() + withinMs;
    return new Promise((resolve) => {
      const look = () => {
        const done = this.outbox.size === 0 || !this.services.online() || clock.now() >= until;
        if (done) resolve();
        else clock.at(clock.now() + 50, look);
      };
      look();
    });
  }

  stop(): void {
    this.aligned.stop();
    this.smart.stop();
    this.heartbeat.pause();
    this.connection.stop();
  }

  get registration(): Registration {
    return this.boot.registration;
  }

  // What the station asks and tells.

  ask(ask: Ask): void {
    void this.authorizer.decide(ask).then((verdict) => {
      this.options.station.post({ kind: 'verdict', ask: ask.id, verdict });
    });
  }

  entriesFor(records: readonly StationRecord[]): Ticket {
    const { batch, committed } = this.outbox.entriesFor(records);
    const profiles = this.smart.entriesFor(records);
    return { batch: { put: [...batch.put, ...profiles.put], del: [...batch.del, ...profiles.del] }, committed };
  }

  recorded(): void {
    // Transactions began or ended, and with them what is relative to them.
    this.smart.apply();
    this.sender.pump();
  }

  changed(state: StationState): void {
    this.statuses.update();
    this.smart.changed(state);
  }

  unlocked(id: number, result: 'unlocked' | 'failed'): void {
    this.unlocks.answer(id, result);
  }

  restart(hard: boolean): void {
    this.options.onRestart(hard);
  }

  // Link and registration.

  private makeConnection(): Connection {
    const { clock, transport, random, configuration } = this.options;
    return new Connection({
      clock,
      transport,
      random,
      subprotocol: ocpp16.subprotocol,
      endpoint: () => this.endpoint.current(),
      reconnectMs: () => configuration.integer('serverReconnectionTime') * 1_000,
      pingMs: () => configuration.integer('WebSocketPingInterval') * 1_000,
      onOpen: () => this.linkUp(),
      onMessage: (data) => this.receive(data),
      onClose: (reason) => this.linkDown(reason),
      onFailed: () => this.endpoint.failed(),
    });
  }

  private linkUp(): void {
    const { clock, log, ownViolations } = this.options;
    log.info({ url: this.options.configuration.text('URL') }, 'connected to the central system');
    const rpc = new Rpc({
      protocol: ocpp16,
      link: { send: (text) => this.connection.send(this.options.wire === 'legrand' ? legrandFrame(text) : text) },
      clock,
      ownViolations,
      warn: (line) => log.warn({}, line),
      invalidAnswer: (action, payload) =>
        refusalWithoutFeatureProfile(this.options.configuration, action) ?? unknownMessageAnswer(action, payload),
    });
    rpc.onCall((action, payload) => this.answer(action, payload));
    this.rpc = rpc;
    this.endpoint.reached();
    this.sender.linkUp(rpc);
    this.boot.linkUp();
    if (this.boot.registration === 'Accepted') {
      this.heartbeat.begin(0);
      this.statuses.tellChanged();
    }
  }

  private linkDown(reason: string): void {
    this.options.log.info({ reason }, 'disconnected from the central system');
    const { rpc } = this;
    this.rpc = undefined;
    this.heartbeat.pause();
    this.boot.linkDown();
    this.sender.linkDown();
    rpc?.closed();
  }

  private keepTime(offsetMs: number, first: boolean): void {
    const { boot, stored, commits, station } = this.options;
    if (first) void commits.commit(batchOfTime(boot, offsetMs, stored));
    station.post({ kind: 'clock', offsetMs });
    this.aligned.arm();
    this.smart.apply();
  }

  /** Rejected: the central system's requests stay unanswered until the next BootNotification (4.2). */
  private receive(data: string | Uint8Array): void {
    if (looksLikeCall(data) && this.boot.registration === 'Rejected') return;
    this.rpc?.receive(data);
  }

  private registered(registration: Registration, intervalS: number): void {
    this.options.onRegistration(registration);
    this.sender.setGate(registration === 'Accepted' ? 'open' : registration === 'Pending' ? 'asked' : 'closed');
    if (registration !== 'Accepted') return;
    if (!this.everAccepted) {
      this.everAccepted = true;
      void this.options.commits.commit({ put: [[acceptedKey, true]], del: [] });
    }
    this.heartbeat.begin(intervalS);
    this.statuses.tellAll();
  }

  /** At another place the station is unknown. */
  private move(): void {
    this.boot.forget();
    this.registered('none', 0);
    this.connection.restart();
  }

  private async answer<A extends CentralSystemAction>(action: A, payload: RequestOf<A>): Promise<CallAnswer> {
    const refusal = refusalWithoutFeatureProfile(this.options.configuration, action);
    if (refusal) return refusal;
    const handler = this.handlers[action] as Handler<A> | undefined;
    if (!handler) return { error: 'NotSupported', description: `${action} is not supported by this station` };
    return handler(payload);
  }
}
