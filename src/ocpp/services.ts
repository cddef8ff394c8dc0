/** What every OCPP feature may use. */
import type { Clock } from '../hal/clock';
import type { FirmwareUpdates } from '../hal/firmware-updates';
import type { Log } from '../hal/log';
import type { FileTransfer, Spool } from '../hal/ports';
import type { Batch, Commits } from '../hal/store';
import type { StoredValues } from '../hal/stored';
import type { Station } from '../station/shell/station';
import type { Configuration } from './config-keys/configuration';
import type { ConfiguredEndpoint } from './configured-endpoint';
import type { FileUploads } from './features/file-uploads';
import type { LocalAuthorization } from './features/local-authorization';
import type { OutgoingCalls } from './link/sender';
import type { SentActions } from './messages/protocol';
import type { Registration } from './registration';
import type { CertificateJudge } from './security/certificate-judge';
import type { InstalledRoots } from './security/installed-roots';
import type { RevocationLists } from './security/revocation';
import type { SecurityLog } from './security/security-events';
import type { StationCertificates } from './security/station-certificates';
import type { StationKeys } from './security/station-keys';
import type { Outbox } from './transactions/outbox';
import type { UnansweredValues } from './transactions/unanswered-values';
import type { WallTime } from './wall-time';

export interface Identity {
  vendor: string;
  model: string;
  serialNumber: string;
  firmwareVersion: string;
  /** Why no certificate can bear its serial number; absent: one can. */
  serialNumberObjection?: string | undefined;
}

/** A start or a stop of a transaction that was answered, or given up. */
export interface DeliveredMessage {
  /** Our own name of the transaction. */
  tx: string;
  message: 'start' | 'stop';
  how: 'answered' | 'givenUp';
  /** The central system's id of the transaction; null where it gave none. */
  transactionId: number | null;
  /** What the answer said of the card; null: nothing. */
  card: string | null;
}

/** What it takes to send a file of the station to another machine. */
export interface StationFiles {
  transfer: Pick<FileTransfer, 'upload'>;
  spool: Spool;
  /** The report of the station about this time. */
  report(period: FilePeriod): MadeFile;
  /** What happened to its security in this time. */
  securityLog(period: FilePeriod): MadeFile;
}

/** In ms of Unix time; an end that is absent is open. */
interface FilePeriod {
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** Its bytes are made while they are read. */
interface MadeFile {
  fileName: string;
  content(): AsyncIterable<Uint8Array>;
}

export interface Services {
  clock: Clock;
  wall: WallTime;
  /** From 0 to 1. */
  random: () => number;
  log: Log;
  identity: Identity;
  station: Station;
  configuration: Configuration;
  /** The way to the disk, and what was on it at the start: a feature with a memory has keys with a prefix of its own. */
  commits: Commits;
  stored: StoredValues;
  registration: Registration;
  endpoint: ConfiguredEndpoint;
  localAuthorization: LocalAuthorization;
  /** Undefined: no file can leave this station. */
  files: StationFiles | undefined;
  /** Files leave one after the other. */
  uploads: FileUploads;
  /** Whom the station trusts as central system and as maker of firmware. */
  roots: InstalledRoots;
  /** The private keys of the station. */
  keys: StationKeys;
  /** By what the station proves itself with security profile 3. */
  certificates: StationCertificates;
  /** Of what the authorities of these roots have issued, what they have revoked. */
  revocations: RevocationLists;
  /** Of the central system's certificates. */
  certificateJudge: CertificateJudge;
  /** What concerns the security of the station. */
  securityLog: SecurityLog;
  /** Undefined: the program of this station is not replaced. */
  updates: FirmwareUpdates | undefined;
  outbox: Outbox;
  unansweredValues: UnansweredValues;
  /** Told of each start and stop that is done with; what it returns is stored in the same commit. */
  onDelivered(delivered: DeliveredMessage): Batch;
  /** The way to the central system for messages of a feature's own. */
  calls: OutgoingCalls<SentActions>;
  /** Connected and accepted: requests of our own may leave. */
  online(): boolean;
}

/** Time-out of our requests (guide: confBasicTime, confAuthorizeTime, confBottNotificationTime; errata 3.83: MessageTimeout), in ms. */
export function timeoutMs(
  configuration: Configuration,
  key: 'confBasicTime' | 'confAuthorizeTime' | 'confBottNotificationTime',
): number {
  return Math.min(configuration.integer(key), configuration.integer('MessageTimeout')) * 1_000;
}
