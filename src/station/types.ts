/** The station's state, what can happen to it, and what it asks of the outside; all plain data. */
import type { Side } from '../hal/board';
import type { MeterReading } from '../hal/parts';
import type { FaultId } from './faults';
import type { MostSeen } from './most-seen';
import type { SocketConfig, SocketReport } from './socket/types';

/** Fixed facts of the station, from the board. Index of `connectors` + 1 is the OCPP connector id. */
export interface StationConfig {
  points: readonly { side: Side; installationA: number }[];
  connectors: readonly ConnectorConfig[];
}

export interface ConnectorConfig {
  connectorId: number;
  pointIndex: number;
  /** Whether a plug can be seen; a domestic outlet without detector cannot. */
  seesPlug: boolean;
  socket: SocketConfig;
}

/** What the central system and the web pages may set; kept current by configuration keys. Times in ms, currents in A. */
export interface StationSettings {
  connectionTimeoutMs: number;
  stationMaxA: number;
  plugAndCharge: boolean;
  defaultToken: Readonly<Record<Side, string>>;
  stopOnInvalidId: boolean;
  /** MaxEnergyOnInvalidId, in Wh. */
  maxEnergyOnInvalidWh: number;
  stopOnEvDisconnect: boolean;
  unlockOnEvDisconnect: boolean;
  /** 0: no periodic samples. */
  sampleIntervalMs: number;
}

/** ChargePointStatus of OCPP 1.6, 7.7. */
export const statuses = [
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEV',
  'SuspendedEVSE',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
] as const;
/** A status of a connector. */
export type Status = (typeof statuses)[number];

/**
 * Who lets vehicles charge at a point (guide, step 3: load mode): a central system, everybody (`free`), the cards that the
 * station knows by itself (`cards`), or nobody, since nothing was chosen yet (`none`).
 */
export const chargingModes = ['ocpp', 'free', 'cards', 'none'] as const;
/** Who lets vehicles charge at a point, one of `chargingModes`. */
export type ChargingMode = (typeof chargingModes)[number];

/** Who may charge, and how they said so. */
export interface Grant {
  token: string;
  parent: string | undefined;
  via: 'card' | 'remote' | 'plugAndCharge' | 'free';
}

/** Why a transaction ended (Reason of OCPP 1.6, 7.36). */
export type StopReason =
  | 'DeAuthorized'
  | 'EmergencyStop'
  | 'EVDisconnected'
  | 'HardReset'
  | 'Local'
  | 'Other'
  | 'PowerLoss'
  | 'Reboot'
  | 'Remote'
  | 'SoftReset'
  | 'UnlockCommand';

export interface Transaction {
  /** Our own name for it, unique over all boots; the central system's id is the outside's matter. */
  key: string;
  connectorId: number;
  token: string;
  parent: string | undefined;
  /** Monotonic start, in ms of the present boot. */
  startedAt: number;
  /** Register at the start and as last recorded, in Wh. */
  meterStartWh: number;
  lastWh: number;
  /** It began in a mode without central system: it is history of the station, and told to nobody. */
  local?: true;
}

/** What goes on at a connector. */
export type Session =
  | { kind: 'none' }
  | { kind: 'waiting'; deadline: number; asked: boolean } // plug in; a card is expected
  | { kind: 'timedOut' } // ConnectionTimeOut passed with the plug in
  | { kind: 'locking'; grant: Grant; deadline: number }
  | { kind: 'starting'; tx: Transaction } // the start is on its way to the disk
  | RunningSession
  | EndingSession
  | { kind: 'finished'; keptFor: Grant | undefined; keepLocked: boolean; info: string | undefined }
  | { kind: 'recovering'; tx: Transaction; deadline: number }; // found open at start

export interface RunningSession {
  kind: 'running';
  tx: Transaction;
  /** Energy has flowed, or it is clear that the vehicle or the station does not want it yet. */
  settled: boolean;
  settleBy: number;
  /** The central system did not accept the start. Until the register reads `graceUntilWh` energy may flow all the same. */
  deauthorised: boolean;
  graceUntilWh: number;
  /** The vehicle was unplugged at its own end while the transaction goes on. */
  evLeft: boolean;
  /** Mode 2: since when next to nothing is drawn, and whether that has lasted. */
  lowSince: number | undefined;
  idle: boolean;
  nextSampleAt: number | undefined;
}

export interface EndingSession {
  kind: 'ending';
  tx: Transaction;
  reason: StopReason;
  token: string | undefined;
  since: number;
  openedAt: number | undefined;
  openNow: boolean;
  /** The status when the end began: it stays until the contacts are open and the meter was read. */
  shown: { status: Status; info: string | undefined };
  /** What follows: the plug stays locked, for everybody or but for this grant. */
  keepLocked: boolean;
  keptFor: Grant | undefined;
  info: string | undefined;
}

/** A connector's part of the station's current, in A per phase. */
export interface Share {
  grantedA: number;
  /** Former, higher grants that the vehicle may still draw, and until when. */
  former: readonly { amps: number; until: number }[];
  /** Since when the vehicle draws less than it is offered, the most it drew since, and what its share was trimmed to. */
  unusedSince: number | undefined;
  peakA: number;
  trimmedA: number | undefined;
}

export const noShare: Share = {
  grantedA: 0,
  former: [],
  unusedSince: undefined,
  peakA: 0,
  trimmedA: undefined,
};

/** One of the central system's charging profiles, as it calls it. */
export interface ProfileName {
  /** Its chargingProfilePurpose. */
  purpose: string;
  /** Its chargingProfileId. */
  id: number;
}

export interface ConnectorState {
  /** Undefined until its socket has heard of its parts. */
  report: SocketReport | undefined;
  /** It has not reported in time. */
  reportMissing: boolean;
  session: Session;
  share: Share;
  /** What the central system's profiles allow here now, in A per phase; undefined: no profile restrains. */
  profileLimitA: number | undefined;
  /** Which profile that is. */
  profile: ProfileName | undefined;
  /** Of the vehicle of a running transaction; undefined: nothing is known, it may use all phases of the feed. */
  phases: MostSeen | undefined;
  /** Its feed has, in V; undefined: nothing is known, it counts as nominal. */
  voltage: MostSeen | undefined;
  operative: boolean;
  /** Change of availability that waits for the end of a transaction. */
  scheduled: boolean | undefined;
  /** Faults that others than the socket report: card reader, central system, bench. */
  faults: readonly FaultId[];
  /** Faults of an earlier boot that wait for a person; the socket of this boot knows nothing of them. */
  rememberedFaults: readonly FaultId[];
}

export type AskPurpose = 'start' | 'stop' | 'release';

export interface Ask {
  id: number;
  pointIndex: number;
  connectorId: number | undefined;
  token: string;
  purpose: AskPurpose;
  via: Grant['via'];
  /** The station's own cards answer it, not the central system. */
  local?: true;
}

/** `connectorId` 0: any connector. */
export interface Reservation {
  id: number;
  connectorId: number;
  token: string;
  parent: string | undefined;
  expiryUnixMs: number;
  /** Monotonic; infinite while the wall time is unknown. */
  expiresAt: number;
}

export interface PointState {
  mode: ChargingMode;
  /** Authorised before the plug: whoever comes next on this point (or this connector) charges on it. */
  pending: { grant: Grant; connectorId: number | undefined; deadline: number } | undefined;
}

/** An UnlockConnector under way. */
export interface Unlock {
  id: number;
  connectorId: number;
  deadline: number;
  /** A bolt that did not let go is first sent back, until then; undefined: it is not, or has been. */
  backUntil: number | undefined;
  /** A failure reported before this instant is that of an earlier attempt. */
  judgedFrom: number;
}

export interface StationState {
  settings: StationSettings;
  /** A socket that has not reported by then is an internal error. */
  reportsDueAt: number;
  boot: number;
  nextAsk: number;
  nextTransaction: number;
  connectors: readonly ConnectorState[];
  points: readonly PointState[];
  asks: readonly Ask[];
  /** What the central system's profiles allow the station as a whole, in A per phase. */
  stationProfileLimitA: number | undefined;
  /** The same where the profile says W: for all connectors together. */
  stationProfileLimitW: number | undefined;
  /** Which profile that is. */
  stationProfile: ProfileName | undefined;
  operative: boolean;
  scheduled: boolean | undefined;
  faults: readonly FaultId[];
  reservations: readonly Reservation[];
  reset: { hard: boolean; since: number; done: boolean } | undefined;
  /** No session begins, for the program is about to be replaced; a restart ends it. */
  updating: boolean;
  unlocks: readonly Unlock[];
}

export interface Verdict {
  accepted: boolean;
  parent: string | undefined;
  /** Why not, for people. */
  why?: string;
}

export type StationInput =
  | { kind: 'tick' }
  | { kind: 'socket'; connectorId: number; report: SocketReport }
  | { kind: 'card'; side: Side; token: string; connectorId?: number }
  | { kind: 'verdict'; ask: number; verdict: Verdict }
  | { kind: 'recorded'; tx: string } // the start of this transaction is durable
  | { kind: 'startVerdict'; tx: string; verdict: Verdict } // the central system judged the start
  | { kind: 'remoteStart'; connectorId: number; token: string; authorise: boolean }
  | { kind: 'stop'; tx: string; reason: 'Remote' | 'Local' }
  | { kind: 'unlock'; id: number; connectorId: number }
  | { kind: 'availability'; connectorId: number; operative: boolean }
  | { kind: 'reserve'; reservation: Omit<Reservation, 'expiresAt'>; expiresAt: number }
  | { kind: 'cancelReservation'; id: number }
  | {
      kind: 'profileLimits';
      stationA: number | undefined;
      /** For all connectors together. */
      stationW?: number | undefined;
      connectorsA: readonly (number | undefined)[];
      /** Which profiles these are, for people. */
      station?: ProfileName | undefined;
      connectors?: readonly (ProfileName | undefined)[];
    }
  | { kind: 'clock'; offsetMs: number } // wall time minus monotonic time became known or was corrected
  | { kind: 'reset'; hard: boolean }
  | { kind: 'updating'; on: boolean }
  | { kind: 'settings'; settings: StationSettings }
  | { kind: 'mode'; side: Side; mode: ChargingMode }
  | { kind: 'fault'; connectorId: number; fault: FaultId; present: boolean }
  | { kind: 'faultsCleared'; connectorId: number }; // a person has looked at what was wrong here

export type StationRecord =
  | { kind: 'start'; tx: Transaction; at: number; reading: MeterReading; reservationId: number | undefined }
  | {
      kind: 'sample';
      tx: Transaction;
      at: number;
      reading: MeterReading;
      offeredA: number;
      temperatureC: number | undefined;
    }
  | {
      kind: 'stop';
      tx: Transaction;
      at: number;
      reading: MeterReading | undefined;
      meterWh: number;
      reason: StopReason;
      token: string | undefined;
    };

export type StationEffect =
  | { kind: 'ask'; ask: Ask }
  | { kind: 'record'; record: StationRecord }
  | { kind: 'refused'; pointIndex: number } // show it at the indicator
  | { kind: 'cardRefused'; pointIndex: number; token: string; via: Grant['via']; why: string }
  | { kind: 'unlocked'; id: number; result: 'unlocked' | 'failed' }
  | { kind: 'restart'; hard: boolean };

export type StationStep = { state: StationState; effects: StationEffect[] };

/** Tokens are compared without regard to case (OCPP 1.6, CiString). */
export function sameToken(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
}

/** The group that a parentIdTag names. Central systems that have no groups fill in a blank text, which names none. */
export function groupOf(parent: string | undefined): string | undefined {
  return parent === undefined || parent.trim() === '' ? undefined : parent;
}

/** True for two tokens of one group; those of no group have nothing in common. */
export function sameGroup(a: string | undefined, b: string | undefined): boolean {
  return sameToken(groupOf(a), groupOf(b));
}

/** The transaction of a session, whatever it is doing. */
export function transactionOf(session: Session): Transaction | undefined {
  return 'tx' in session ? session.tx : undefined;
}
