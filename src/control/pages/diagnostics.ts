/** What the pages see of how a station is: a self-check, faults, parts, store, link and program. */
import type { FaultSpell } from '../../diagnostics/event-log';
import type { Report } from '../../diagnostics/report';
import { programVersion } from '../../hal/program-version';
import type { RunningStation } from '../../main';
import { withoutPasswords, withoutStoredCards } from '../../ocpp/frames/masking';
import type { FaultId } from '../../station/faults';
import type { RegistrationStatus } from '../../station/notices';
import type { ConnectionView } from '../../station/view';
import { type PagePart, partsOf } from './part-readings';

export type CheckId = 'clock' | 'disk' | 'storedValues' | 'centralSystem' | 'queue' | 'parts' | 'faults';

export interface PageCheck {
  id: CheckId;
  result: 'ok' | 'note' | 'fail';
}

export interface PageDiagnostics {
  /** ISO time of the station; null: it does not know the time. */
  at: string | null;
  checks: readonly PageCheck[];
  /** Those that are there; connector 0 is the station as a whole. */
  faults: readonly { connectorId: number; fault: FaultId }[];
  /** Those of this process that are over, the newest first. */
  lately: readonly PageSpell[];
  /** Lines of warning of the log, the newest first, in English. */
  warnings: readonly { at: number | null; text: string }[];
  parts: readonly PagePart[];
  store: {
    /** At the start. */
    values: number;
    bytes: number | null;
    /** Unix time in ms; null: nothing was flushed since the start, or nobody knows the time. */
    lastFlushAt: number | null;
    trouble: string | null;
    quarantined: readonly { key: string; reason: string }[];
  };
  link: Pick<ConnectionView, 'status' | 'lastReceivedS' | 'queue'> & {
    registration: RegistrationStatus;
    lastError: string | null;
    oldestWaitsS: number;
  };
  program: {
    version: string;
    release: string | null;
    boot: number;
    board: string;
    node: string;
    system: string;
    uptimeS: number;
    residentBytes: number;
    heapBytes: number;
  };
}

/** Times in ms of Unix time; null while nobody knows the time. */
export interface PageSpell {
  connectorId: number;
  fault: FaultId;
  cameAt: number | null;
  wentAt: number | null;
}

export interface DiagnosticsForPages {
  /** Meters are read for it; undefined while the station starts or ends, here and below. */
  look(): Promise<PageDiagnostics | undefined>;
  report(): Report | undefined;
}

/** Spells and lines that are shown. */
const latelyMax = 20;
const warningsMax = 10;

export function pageDiagnostics(present: () => RunningStation | undefined): DiagnosticsForPages {
  return {
    look: async () => {
      await present()?.station.freshReadings();
      const running = present();
      return running && diagnosticsOf(running);
    },
    report: () => present()?.report(),
  };
}

export function spellOf({ connectorId, fault, cameAt, wentAt }: FaultSpell): PageSpell {
  return { connectorId, fault, cameAt: cameAt ?? null, wentAt: wentAt ?? null };
}

async function diagnosticsOf(running: RunningStation): Promise<PageDiagnostics> {
  const { events, chargePoint, boot, release = null } = running;
  const [view, store, parts] = [running.view(), await running.storeFacts(), partsOf(running)];
  const { status, lastReceivedS, queue, registration, lastError } = view.connection;
  const memory = process.memoryUsage();
  const faults = events.faultSpells.filter(({ isPresent }) => isPresent);
  const warnings = events.recent().filter(({ kind }) => kind === 'warning');
  return {
    at: view.at,
    checks: checksOf(running, store, parts),
    faults: faults.map(({ connectorId, fault }) => ({ connectorId, fault })),
    lately: events.faultSpells
      .filter(({ isPresent }) => !isPresent)
      .slice(0, latelyMax)
      .map(spellOf),
    warnings: warnings
      .slice(-warningsMax)
      .reverse()
      .map(({ unixMs, text }) => ({ at: unixMs ?? null, text })),
    parts,
    store: {
      values: store.values,
      bytes: store.bytes ?? null,
      lastFlushAt: (store.lastFlushAt === undefined ? undefined : chargePoint.unixAt(store.lastFlushAt)) ?? null,
      trouble: store.trouble ?? null,
      quarantined: store.quarantined.map(({ key, reason }) => ({ key: withoutStoredCards(key), reason })),
    },
    link: {
      ...{ status, lastReceivedS, queue, registration },
      lastError: lastError === null ? null : withoutPasswords(lastError),
      oldestWaitsS: Math.round(chargePoint.outbox.oldestWaitsMs / 1_000),
    },
    program: {
      ...{ version: programVersion, release, boot, board: view.board, node: process.version },
      system: `${process.platform} ${process.arch}`,
      uptimeS: Math.round(process.uptime()),
      residentBytes: memory.rss,
      heapBytes: memory.heapUsed,
    },
  };
}

function checksOf(
  running: RunningStation,
  store: Awaited<ReturnType<RunningStation['storeFacts']>>,
  parts: readonly PagePart[],
): PageCheck[] {
  const { at, modes, connection } = running.view();
  const { station } = running;
  const isOcpp = Object.values(modes).includes('ocpp');
  const isThere = connection.status === 'Connected' && connection.registration === 'Accepted';
  const rows: [CheckId, boolean, 'note' | 'fail'][] = [
    ['clock', at !== null, 'fail'],
    ['disk', store.trouble === undefined, 'fail'],
    ['storedValues', store.quarantined.length === 0, 'note'],
    ['centralSystem', !isOcpp || isThere, 'note'],
    ['queue', connection.queue === 0 || isThere, 'note'],
    ['parts', station.state.connectors.every(({ report }) => report !== undefined), 'fail'],
    ['faults', parts.every(({ faults }) => faults.length === 0), 'fail'],
  ];
  return rows.map(([id, isFine, otherwise]) => ({ id, result: isFine ? 'ok' : otherwise }));
}
