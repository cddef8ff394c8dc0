/** The OCPP 1.6J charge point: joins connection, boot gate, features and the station; the table of what it answers. */
import type { Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import type { Batch, Commits, JsonValue } from '../hal/store';
import type { Outside, Station } from '../station/shell/station';
import type { Ask, StationRecord, StationState } from '../station/types';
import { Target } from './central-system-endpoint';
import type { Configuration } from './config-keys/configuration';
import { profileEnabled, refusalWithoutProfile } from './feature-profiles';
import { AuthorizationCache } from './features/authorization-cache';
import { Authorizer } from './features/authorize';
import { Boot } from './features/boot';
import { coreCalls } from './features/core-calls';
import { Heartbeat } from './features/heartbeat';
import { LocalAuthList } from './features/local-auth-list';
import { TokenMemory } from './features/local-authorization';
import { reservationCalls } from './features/reservations';
import { StatusNotifications } from './features/status-notification';
import { triggerCalls, unknownMessageAnswer } from './features/trigger';
import { Connection } from './link/connection';
import { messageIds } from './link/message-ids';
import { type CallAnswer, Rpc } from './link/rpc';
import { Sender } from './link/sender';
import type { Transport } from './link/transport';
import type { CentralSystemAction, RequestOf } from './messages';
import { legrandFrame } from './messages/wire-legrand';
import type { Handler, Handlers, Identity, Registration, Services } from './services';
import { SmartCharging } from './smart-charging/smart-charging';
import { ClockAligned } from './transactions/clock-aligned';
import { ConfiguredValues } from './transactions/measurand-policy';
import { Outbox } from './transactions/outbox';
import { TransactionDelivery } from './transactions/transaction-queue';
import { WallTime } from './wall-time';

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
const timePrefix = 'time/';

export class ChargePoint implements Outside {
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly cache: AuthorizationCache;
  private readonly services: Services;
  private readonly sender: Sender;
  private readonly boot: Boot;
  private readonly heartbeat: Heartbeat;
  private readonly statuses: StatusNotifications;
  private readonly delivery: TransactionDelivery;
  private readonly authorizer: Authorizer;
  private readonly tokens: TokenMemory;
  // Undefined only while the constructor runs, in which the wall time may already become known.
  private readonly aligned: ClockAligned | undefined;
  private readonly smart: SmartCharging | undefined;
  private readonly handlers: Handlers;
  private rpc: Rpc | undefined;
  private readonly target: Target;
  private everAccepted: boolean;

  constructor(private readonly options: ChargePointOptions) {
    const { clock, stored, boot, random, commits, configuration, station, log, identity } = options;
    const nextMessageId = messageIds(boot, random);
    let seq = Outbox.lastSeq(stored);
    const nextSeq = () => ++seq;
    const keepTime = (offset: number, first: boolean) => {
      if (first) void commits.commit({ put: [[`${timePrefix}${boot}`, offset]], del: staleTimes(stored, boot) });
      station.post({ kind: 'clock', offsetMs: offset });
      this.aligned?.arm();
      this.smart?.apply();
    };
    const wall = new WallTime(clock, boot, storedTimes(stored), keepTime, options.followCentralTime);
    const policy = new ConfiguredValues(configuration);
    this.outbox = new Outbox({ wall, policy, nextMessageId, nextSeq, now: () => clock.now() }, stored);
    this.everAccepted = stored.get(acceptedKey) === true;
    this.delivery = new TransactionDelivery(
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
      sender: this.sender,
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
      { configuration, commits, supported: () => profileEnabled(configuration, 'LocalAuthListManagement') },
      stored,
    );
    this.tokens = new TokenMemory(
      list,
      this.cache,
      () => wall.at(clock.now()),
      () => this.statuses.tellError('LocalListConflict', 'Local list and central system disagree'),
    );
    this.authorizer = new Authorizer(this.services, this.tokens, () => this.everAccepted);
    this.aligned = new ClockAligned(this.services);
    const smart = new SmartCharging(this.services, stored);
    this.smart = smart;
    this.target = new Target({ clock, commits, configuration, log, onMove: () => this.move() }, stored);
    this.handlers = {
      ...coreCalls(this.services, this.cache, smart, this.target),
      ...smart.handlers(),
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
    this.aligned?.arm();
    this.smart?.apply();
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
    this.aligned?.stop();
    this.smart?.stop();
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

  entriesFor(records: readonly StationRecord[]): Batch {
    const messages = this.outbox.entriesFor(records);
    const profiles = this.smart?.entriesFor(records) ?? { put: [], del: [] };
    return { put: [...messages.put, ...profiles.put], del: [...messages.del, ...profiles.del] };
  }

  recorded(): void {
    this.outbox.committed();
    // Transactions began or ended, and with them what is relative to them.
    this.smart?.apply();
    this.sender.pump();
  }

  changed(state: StationState): void {
    this.statuses.update();
    this.smart?.changed(state);
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
      target: () => this.target.place(),
      reconnectMs: () => configuration.integer('serverReconnectionTime') * 1_000,
      pingMs: () => configuration.integer('WebSocketPingInterval') * 1_000,
      onOpen: () => this.linkUp(),
      onMessage: (data) => this.receive(data),
      onClose: (reason) => this.linkDown(reason),
      onFailed: () => this.target.failed(),
    });
  }

  private linkUp(): void {
    const { clock, log, ownViolations } = this.options;
    log.info({ url: this.options.configuration.text('URL') }, 'connected to the central system');
    const rpc = new Rpc({
      link: { send: (text) => this.connection.send(this.options.wire === 'legrand' ? legrandFrame(text) : text) },
      clock,
      ownViolations,
      warn: (line) => log.warn({}, line),
      invalidAnswer: (action, payload) =>
        refusalWithoutProfile(this.options.configuration, action) ?? unknownMessageAnswer(action, payload),
    });
    rpc.onCall((action, payload) => this.answer(action, payload));
    this.rpc = rpc;
    this.target.reached();
    this.delivery.linkUp();
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

  /** Rejected: the central system's requests stay unanswered until the next BootNotification (4.2). */
  private receive(data: string | Uint8Array): void {
    const isCall = typeof data === 'string' && /^\s*\[\s*2\s*,/.test(data);
    if (isCall && this.boot.registration === 'Rejected') return;
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
    const refusal = refusalWithoutProfile(this.options.configuration, action);
    if (refusal) return refusal;
    const handler = this.handlers[action] as Handler<A> | undefined;
    if (!handler) return { error: 'NotSupported', description: `${action} is not supported by this station` };
    return handler(payload);
  }
}

/** How many boots back a record may wait for its time; the times of older ones are not kept. */
const boots_remembered_max = 200;

function staleTimes(stored: ReadonlyMap<string, JsonValue>, boot: number): string[] {
  const isStale = (key: string) => Number(key.slice(timePrefix.length)) < boot - boots_remembered_max;
  return [...stored.keys()].filter((key) => key.startsWith(timePrefix) && isStale(key));
}

function storedTimes(stored: ReadonlyMap<string, JsonValue>): Map<number, number> {
  const times = [...stored].filter(([key]) => key.startsWith(timePrefix));
  return new Map(times.map(([key, offset]) => [Number(key.slice(timePrefix.length)), offset as number]));
}
