/** The security events of the whitepaper (edition 3, part 8), and the log in which each lies, over restarts and power cuts. */
import { shape } from '../../hal/shapes';
import type { Batch } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { Stamp, WallTime } from '../wall-time';

/** What a row of the table says: `critical` events reach the central system whatever happens (A04.FR.01, 02). */
export interface EventRow {
  critical: boolean;
  /** Of one that may come again and again: others within this time, in ms, are counted and not kept. */
  onceInMs?: number;
  /** It follows a request that only who knows the whitepaper sends: the central system hears of it with security profile 0, too. */
  isOfRequest?: true;
  /** So many in an hour are kept; absent: `sameInAnHourMax`. */
  inAnHourMax?: number;
  /**
   * Of the station's own pages. The whitepaper has no name for it, so that no central system is told. Whoever reaches the pages
   * can bring it about, so that it takes the place of its own kind and of no other.
   */
  ofPages?: true;
}

const hourMs = 3_600_000;

/** Those that this station has. It has no sensor for tampering, and no way to clear this log. */
export const securityEvents = {
  FirmwareUpdated: { critical: true },
  SettingSystemTime: { critical: true, onceInMs: hourMs },
  StartupOfTheDevice: { critical: true },
  ResetOrReboot: { critical: true },
  MemoryExhaustion: { critical: true, onceInMs: hourMs },
  ReconfigurationOfSecurityParameters: { critical: false },
  InvalidFirmwareSignature: { critical: false, isOfRequest: true },
  InvalidFirmwareSigningCertificate: { critical: false, isOfRequest: true },
  FailedToAuthenticateAtCentralSystem: { critical: false, onceInMs: hourMs },
  InvalidChargePointCertificate: { critical: false },
  InvalidCentralSystemCertificate: { critical: false, onceInMs: hourMs },
  InvalidTLSVersion: { critical: false, onceInMs: hourMs },
  InvalidTLSCipherSuite: { critical: false, onceInMs: hourMs },
  InvalidMessages: { critical: false, onceInMs: hourMs },
  LogInAtPages: { critical: false, inAnHourMax: 10, ofPages: true },
  FailedLogInAtPages: { critical: false, onceInMs: hourMs / 6, ofPages: true },
  LogInsLockedAtPages: { critical: false, onceInMs: hourMs / 6, ofPages: true },
} as const satisfies Record<string, EventRow>;

export type SecurityEvent = keyof typeof securityEvents;

/** Those of the pages. */
export type PageSecurityEvent = {
  [Name in SecurityEvent]: (typeof securityEvents)[Name] extends { ofPages: true } ? Name : never;
}[SecurityEvent];

const entryShape = shape.Object({
  type: shape.String(),
  stamp: shape.Object({ boot: shape.Integer(), at: shape.Number(), wall: shape.Optional(shape.Number()) }),
  info: shape.String(),
  /** Under which id the central system is to hear of it; absent: it has, or is not to. */
  due: shape.Optional(shape.String()),
});
const kept = collection('security/event/', entryShape);

export interface SecurityEntry {
  number: number;
  type: string;
  stamp: Stamp;
  /** For people; no secret. */
  info: string;
  /** A repetition has the same id (OCPP-J errata 2025-04, 3.1). */
  due?: string;
}

/** Of more the oldest go. */
const entriesMax = 500;
/** The same of those that whoever reaches the pages can bring about; the others are none of these. */
const pageEntriesMax = 100;
/** A flash that is asked for an event each second for ever is worn out: of one kind so many in an hour are kept. */
const sameInAnHourMax = 60;
/** techInfo of SecurityEventNotification (5.19). */
const infoCharactersMax = 255;
const numberDigits = 10;

export class SecurityLog {
  private list: SecurityEntry[];
  private next: number;
  private listener: (type: SecurityEvent, info: string) => void = () => {};
  /** By kind: when the present count began, in monotonic ms, and how many came since. */
  private readonly counted = new Map<string, { fromMs: number; count: number }>();

  constructor(stored: StoredValues) {
    this.list = [...kept.read(stored)].map(([name, entry]) => ({ ...entry, number: Number(name) }));
    this.next = (this.list.at(-1)?.number ?? 0) + 1;
  }

  /** Oldest first. */
  get entries(): readonly SecurityEntry[] {
    return this.list;
  }

  /** The first that the central system is to hear of. */
  get firstDue(): (SecurityEntry & { due: string }) | undefined {
    return this.list.find((entry): entry is SecurityEntry & { due: string } => entry.due !== undefined);
  }

  /** Unix time in ms of one of its stamps; undefined while it is not known. */
  timeOf(stamp: Stamp, wall: Pick<WallTime, 'resolve'>): number | undefined {
    const lastOf = (boot: number) => this.list.findLast((entry) => entry.stamp.boot === boot)?.stamp.at ?? 0;
    return wall.resolve(stamp, lastOf);
  }

  /** From now on `listener` hears of what parts of the station report. */
  watch(listener: (type: SecurityEvent, info: string) => void): void {
    this.listener = listener;
  }

  /** Something has happened, which is to be added and told. */
  report(type: SecurityEvent, info: string): void {
    this.listener(type, info);
  }

  /** What is to be stored; undefined: there were too many of the kind lately. */
  add(type: SecurityEvent, info: string, stamp: Stamp, due: string | undefined): Batch | undefined {
    const row: EventRow = securityEvents[type];
    const { isKept, missed } = this.count(type, row, stamp.at);
    if (!isKept) return undefined;
    const told = row.ofPages && missed > 0 ? `${info}; ${missed} more before were not kept` : info;
    const entry: SecurityEntry = {
      ...{ number: this.next, type, stamp, info: told.slice(0, infoCharactersMax) },
      ...(due !== undefined && { due }),
    };
    this.next += 1;
    const isOfPages = row.ofPages === true;
    const ofKind = this.list.filter((one) => isPageEvent(one.type) === isOfPages);
    const max = isOfPages ? pageEntriesMax : entriesMax;
    const surplus = ofKind.slice(0, Math.max(0, ofKind.length + 1 - max));
    this.list = [...this.list.filter((one) => !surplus.includes(one)), entry];
    return { put: [entryOf(entry)], del: surplus.map(({ number }) => kept.key(nameOf(number))) };
  }

  /** The central system has heard of it, or will not. */
  told(number: number): Batch {
    const found = this.list.find((entry) => entry.number === number);
    if (!found) return { put: [], del: [] };
    const { due: _, ...told } = found;
    this.list = this.list.map((entry) => (entry === found ? told : entry));
    return { put: [entryOf(told)], del: [] };
  }

  /** `missed`: how many were not kept in the count before, where this one begins another. */
  private count(type: SecurityEvent, row: EventRow, nowMs: number): { isKept: boolean; missed: number } {
    const { onceInMs, inAnHourMax = sameInAnHourMax } = row;
    const [lastsMs, max] = onceInMs === undefined ? [hourMs, inAnHourMax] : [onceInMs, 1];
    const before = this.counted.get(type);
    const isNew = !before || nowMs >= before.fromMs + lastsMs;
    const present = isNew ? { fromMs: nowMs, count: 1 } : { ...before, count: before.count + 1 };
    this.counted.set(type, present);
    return { isKept: present.count <= max, missed: isNew && before ? Math.max(0, before.count - max) : 0 };
  }
}

/** What a later release has kept is none. */
function isPageEvent(type: string): boolean {
  const rows: Readonly<Record<string, EventRow>> = securityEvents;
  return Object.hasOwn(rows, type) && rows[type]?.ofPages === true;
}

function entryOf({ number, ...entry }: SecurityEntry): Batch['put'][number] {
  return kept.entry(nameOf(number), entry);
}

function nameOf(number: number): string {
  return String(number).padStart(numberDigits, '0');
}
