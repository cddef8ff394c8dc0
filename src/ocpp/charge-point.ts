/** The OCPP 1.6J charge point: joins connection, registration and station to the features, and knows none of these. */
import type { Outside, Ticket } from '../station/shell/station';
import type { Ask, StationRecord, StationState } from '../station/types';
import type { KeyRefusal } from './config-keys/configuration-options';
import type { KeyName } from './config-keys/index';
import type { ConfiguredEndpoint } from './configured-endpoint';
import { drained } from './drained';
import { type FeatureTable, featureTable } from './feature-table';
import { FeatureWalk } from './feature-walk';
import type { AuthorizationCache } from './features/authorization-cache';
import type { LocalAuthList } from './features/local-auth-list';
import type { Refusal } from './link/caller';
import { Connection } from './link/connection';
import type { CentralSystemEndpoint } from './link/endpoint';
import { Rpc } from './link/rpc';
import type { Sender } from './link/sender';
import type { Transport } from './link/transport';
import { makeServices, type ServicesOptions } from './make-services';
import type { RpcErrorCode } from './messages';
import { ocpp16, type ReceivedActions, type SentActions } from './messages/protocol';
import { legrandFrame } from './messages/wire-legrand';
import { Refusals, type ToldRefusal } from './refusals';
import type { RegistrationStatus } from './registration';
import type { PageSecurityEvent } from './security/security-events';
import type { Services } from './services';
import type { Outbox } from './transactions/outbox';
import { batchOfTime, type WallTime } from './wall-time';

export interface ChargePointOptions extends ServicesOptions {
  transport: Transport;
  ownViolations: 'throw' | 'report';
  /** `legrand`: the guide's own spelling and shape of frames. */
  wire: 'standard' | 'legrand';
  onRestart: (hard: boolean) => void;
  onRegistration: (status: RegistrationStatus) => void;
  /** A request was refused, by the central system or by this station. */
  onRefusal: (refusal: ToldRefusal) => void;
  /** Absent: all that this station can. */
  features?: FeatureTable;
}

/** What a person changes, or looks at, of the security of the station. */
type SecurityService =
  | 'roots'
  | 'keys'
  | 'certificates'
  | 'revocations'
  | 'configuration'
  | 'wall'
  | 'clock'
  | 'endpoint';

/** Kinds of faults that are told; a fault may be named by what the central system calls its members. */
const notedMax = 200;
/** Answers that say of a frame that it is no message of OCPP (J 4.2.3); `none`: it was too broken for any. */
const aboutForm: readonly string[] = [
  ...(['ProtocolError', 'FormationViolation', 'PropertyConstraintViolation'] satisfies RpcErrorCode[]),
  ...(['OccurenceConstraintViolation', 'TypeConstraintViolation'] satisfies RpcErrorCode[]),
  'none',
];
const isAboutForm = (answer: string): boolean => aboutForm.includes(answer);
const gates = { none: 'closed', Rejected: 'closed', Pending: 'asked', Accepted: 'open' } as const;

export class ChargePoint implements Outside {
  readonly connection: Connection;
  private readonly services: Services;
  private readonly sender: Sender<SentActions>;
  private readonly features: FeatureWalk;
  private readonly refusals: Refusals;
  /** Faults of the central system that have been told. */
  private readonly noted = new Set<string>();
  private rpc: Rpc<SentActions, ReceivedActions> | undefined;
  /** The present link, or the last one. */
  private isOverTls = false;

  constructor(private readonly options: ChargePointOptions) {
    const { services, sender } = makeServices(options);
    this.services = services;
    this.sender = sender;
    const table = options.features ?? featureTable;
    this.features = new FeatureWalk(table(services), services.configuration, services.log);
    this.refusals = new Refusals(options.clock, options.onRefusal);
    this.connection = this.makeConnection();
  }

  start(): void {
    const { wall, registration, configuration, endpoint } = this.services;
    registration.watch({
      told: (status, intervalS) => this.registered(status, intervalS),
      doubted: () => this.features.tell('unknownHere'),
    });
    configuration.onChange((key, origin) => {
      if (key === 'WebSocketPingInterval') this.connection.pingIntervalChanged();
      this.features.tell('keyChanged', key, origin);
    });
    endpoint.start(() => this.move());
    wall.start((offsetMs, first) => this.keepTime(offsetMs, first));
    this.features.tell('start');
    this.connection.start();
  }

  /**
   * Resolves when nothing waits to leave any more: messages of transactions, statuses and what else features have to say,
   * answers to the central system. At once while nothing can leave; at the latest in time. For an orderly end.
   */
  drained(withinMs: number): Promise<void> {
    const { clock, outbox, online } = this.services;
    const isDone = () => outbox.size === 0 && this.sender.idle && this.rpc?.owes !== true;
    return drained(clock, () => !online() || isDone(), withinMs);
  }

  stop(): void {
    // What waits for an answer has none; what follows from that must come before the features end.
    this.dropLink();
    this.features.tell('stop');
    this.services.endpoint.stop();
    this.connection.stop();
  }

  get registration(): RegistrationStatus {
    return this.services.registration.status;
  }

  /** The switch "OCPP server connection" (guide, step 6), and whether it is on. */
  get connectionSwitch(): Pick<ConfiguredEndpoint, 'switch' | 'switchedOn'> {
    return this.services.endpoint;
  }

  /** Why a key cannot have a value for what the station lacks. */
  lackFor(key: KeyName, value: string): KeyRefusal | undefined {
    return this.services.endpoint.lackForAll(key, value);
  }

  /** Where it connects to; from security profile 2 on that is over TLS, whatever URL says. */
  get url(): string {
    const { endpoint, configuration } = this.services;
    return endpoint.current()?.url ?? configuration.text('URL');
  }

  /** Unix time in ms of a monotonic instant of this boot; undefined while the time is not known. */
  unixAt(monotonicMs: number): number | undefined {
    return this.services.wall.at(monotonicMs);
  }

  /** Whose time it is, and how the central system's differs. */
  get time(): Pick<WallTime, 'source' | 'lastCentral'> {
    return this.services.wall;
  }

  get outbox(): Outbox {
    return this.services.outbox;
  }

  get localList(): Pick<LocalAuthList, 'summary'> {
    return this.services.localAuthorization.list;
  }

  get cache(): AuthorizationCache {
    return this.services.localAuthorization.cache;
  }

  // What the station asks and tells.

  ask(ask: Ask): void {
    this.features.tell('asked', ask);
  }

  entriesFor(records: readonly StationRecord[]): Ticket {
    return this.features.entriesFor(records);
  }

  recorded(records: readonly StationRecord[]): void {
    this.features.tell('recorded', records);
  }

  changed(state: StationState): void {
    this.services.endpoint.modeMayHaveChanged();
    this.features.tell('changed', state);
  }

  restart(hard: boolean): void {
    this.options.onRestart(hard);
  }

  // Link and registration.

  private makeConnection(): Connection {
    const { transport } = this.options;
    const { clock, random, configuration, endpoint } = this.services;
    return new Connection({
      clock,
      transport,
      random,
      subprotocol: ocpp16.subprotocol,
      endpoint: () => endpoint.current(),
      reconnectMs: () => configuration.integer('serverReconnectionTime') * 1_000,
      pingMs: () => configuration.integer('WebSocketPingInterval') * 1_000,
      onOpen: (root, to) => this.linkUp(root, to),
      onMessage: (data) => this.rpc?.receive(data),
      onDrained: () => this.rpc?.drained(),
      onClose: (reason) => this.linkDown(reason),
      onFailed: (how, to) => {
        endpoint.failed(how, to);
        this.features.tell('linkFailed', how);
      },
    });
  }

  private linkUp(root: string | undefined, to: CentralSystemEndpoint): void {
    this.isOverTls = root !== undefined;
    const { ownViolations, wire } = this.options;
    const { clock, log, endpoint } = this.services;
    log.info({ url: this.url }, 'connected to the central system');
    const rpc = new Rpc({
      protocol: ocpp16,
      link: {
        send: (text) => this.connection.send(wire === 'legrand' ? legrandFrame(text) : text),
        refuse: (code) => this.connection.refuse(code),
      },
      flow: this.connection,
      clock,
      ownViolations,
      warn: (line) => log.warn({}, line),
      note: (line) => this.note(line),
      late: (id) => this.sender.late(id),
      // The central system's requests stay unanswered until the next BootNotification (4.2).
      ignoresCalls: () =>
        this.registration === 'Rejected' ? 'the central system has rejected this station' : undefined,
      refused: (refusal) => this.refused(refusal),
      invalidAnswer: (action, payload) => this.features.invalidAnswer(action, payload),
    });
    rpc.onCall((action, payload) => this.features.answer(action, payload));
    this.rpc = rpc;
    endpoint.reached(root, to);
    this.sender.linkUp(rpc);
    this.features.tell('linkUp');
  }

  private refused(refusal: Refusal): void {
    this.refusals.report(refusal);
    const { by, action = 'a broken frame', answer } = refusal;
    if (by === 'us' && isAboutForm(answer)) this.features.tell('messageRefused', `${action}: ${answer}`);
  }

  /** What the medium of the store says when it does not take a commit. */
  storeTrouble(trouble: string): void {
    if (/ENOSPC|no space/i.test(trouble)) this.features.tell('storeFull', 'the medium of the store is full');
  }

  /** For its security log: a person has changed what keeps others out; `what` has no secret. */
  securityChanged(what: string): void {
    this.features.tell('securityChanged', what);
  }

  /** For its security log: what became of logging in at the pages. */
  pageUsed(event: PageSecurityEvent, info: string): void {
    this.features.tell('pageUsed', event, info);
  }

  /** What the station trusts and proves itself by, for a person in charge of it. */
  get security(): Pick<Services, SecurityService> {
    return this.services;
  }

  /** Why the file of an update is not believed any more that the owner of this certificate has signed; undefined: it is. */
  objectionToSigner(signer: string): string | undefined {
    const { revokedSince } =
      require('./security/signing-certificate') as typeof import('./security/signing-certificate');
    return revokedSince(signer, this.services.revocations);
  }

  /** The security events of the station, oldest first, with their Unix times in ms as far as these are known. */
  securityEvents(): { type: string; info: string; unixMs: number | undefined }[] {
    const { securityLog, wall } = this.services;
    return securityLog.entries.map(({ type, info, stamp }) => ({
      type,
      info,
      unixMs: securityLog.timeOf(stamp, wall),
    }));
  }

  /** A central system makes the same mistake in each message: it is told once. */
  private note(line: string): void {
    if (this.noted.has(line) || this.noted.size >= notedMax) return;
    this.noted.add(line);
    this.services.log.warn({}, `the central system's ${line}; this is not told again`);
  }

  private linkDown(reason: string): void {
    this.services.log.info({ reason }, 'disconnected from the central system');
    this.dropLink();
    this.features.tell('linkDown');
  }

  private dropLink(): void {
    const { rpc } = this;
    this.rpc = undefined;
    this.sender.linkDown();
    rpc?.closed();
  }

  private registered(status: RegistrationStatus, intervalS: number): void {
    this.options.onRegistration(status);
    this.sender.setGate(gates[status]);
    this.features.tell('registered', status, intervalS);
  }

  /** At another address the station is unknown. */
  private move(): void {
    this.services.registration.forget();
    this.connection.restart();
  }

  private keepTime(offsetMs: number, first: boolean): void {
    const { wall, stored, commits, station, outbox } = this.services;
    const { put, del } = batchOfTime(wall.boot, offsetMs, stored);
    const told = first ? [] : outbox.clockCorrected().put;
    void commits.commit({ put: [...put, ...told], del });
    station.post({ kind: 'clock', offsetMs });
    this.features.tell('timeChanged', first);
    this.judgePeerAgain();
  }

  /** Who was let in while the time was not known, or another, is looked at by the one that is. */
  private judgePeerAgain(): void {
    const objection = this.isOverTls ? this.services.certificateJudge.objectionNow() : undefined;
    if (objection) this.connection.distrust(objection);
  }
}
