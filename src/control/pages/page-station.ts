/** What the pages may see of a station and do to it: the connection procedure of the guide (steps 3 to 6). */
import type { Machine } from '../../hal/ports';
import type { PagePassword } from '../../local/page-password';
import type { RunningStation } from '../../main';
import type { PageSecurityEvent } from '../../ocpp/security/security-events';
import { outOfUse } from '../../station/status';
import type { ChargingMode } from '../../station/types';
import type { NetworkChanges, NetworkRefusal } from '../network/network-changes';
import { type BackupForPages, type PageBackupRefusal, pageBackup } from './backup';
import { type CardsForPages, type PageCardRefusal, pageCards, revisionOfCards } from './cards';
import { type ChargesForPages, chargesRevision, pageCharges } from './charges';
import { type DiagnosticsForPages, pageDiagnostics } from './diagnostics';
import { type EventsForPages, pageEvents } from './events';
import {
  type FirmwareForPages,
  type PageFirmwareRefusal,
  pageFirmware,
  pageUpdateOf,
  revisionOfFirmware,
} from './firmware';
import { type FramesForPages, pageFrames } from './frames';
import { homeFigures } from './home-figures';
import { type PageKeyRefusal, type PageKeys, pageKeys, revisionOfKeys } from './keys';
import { type NetworkForPages, pageNetwork } from './network';
import { type PageView, pageViewOf } from './page-view';
import { type PageSecurityRefusal, pageSecurity, revisionOfSecurity, type SecurityForPages } from './security';

/** Why something was not done. */
export type PageRefusal =
  | 'starting'
  | 'rightSideFirst'
  | 'noSuchSide'
  | 'urlInvalid'
  | 'uidInvalid'
  | 'notStored'
  | 'noTryWaits'
  | PageBackupRefusal
  | PageCardRefusal
  | PageFirmwareRefusal
  | PageKeyRefusal
  | PageSecurityRefusal
  | NetworkRefusal;

/** How long ago the last attempt to connect was and when the next one will be, in ms from now; null: there is none. */
export interface TryTimes {
  lastMsAgo: number | null;
  nextInMs: number | null;
}

/** undefined: it is done. */
type ActOutcome = PageRefusal | undefined;

export interface PageStation {
  /** undefined while the station starts or ends, here and below. */
  view(): PageView | undefined;
  password(): PagePassword | undefined;
  /** For the security log; lost while the station starts or ends. `info` has no secret. */
  noteLogIn(event: PageSecurityEvent, info: string): void;
  frames: FramesForPages;
  events: EventsForPages;
  charges: ChargesForPages;
  diagnostics: DiagnosticsForPages;
  chooseMode(side: 'right' | 'left', mode: Exclude<ChargingMode, 'none'>): ActOutcome;
  /** Both or neither, and durable. */
  saveAddress(url: string, uid: string): Promise<ActOutcome>;
  switchConnection(on: boolean): Promise<ActOutcome>;
  tryTimes(): TryTimes | undefined;
  /** Does not wait for the next attempt to connect. */
  tryNow(): ActOutcome;
  readonly keys: PageKeys;
  readonly cards: CardsForPages;
  readonly network: NetworkForPages;
  readonly backup: BackupForPages;
  readonly firmware: FirmwareForPages;
  readonly security: SecurityForPages;
}

interface PageSurroundings {
  /** Where the bench of a simulated station is. */
  bench?: () => string | undefined;
  /** Absent where nobody asks the operating system. */
  machine?: Machine;
  /** Absent where the pages leave the network of the machine alone. */
  networkChanges?: NetworkChanges;
}

export function pageStation(
  present: () => RunningStation | undefined,
  { bench = () => undefined, machine, networkChanges }: PageSurroundings = {},
): PageStation {
  return {
    view: () => {
      const running = present();
      return running && viewOfRunning(running, bench(), networkChanges?.revision ?? 0);
    },
    password: () => present()?.pagePassword,
    noteLogIn: (event, info) => present()?.chargePoint.pageUsed(event, info),
    frames: pageFrames(present),
    events: pageEvents(present),
    charges: pageCharges(present),
    diagnostics: pageDiagnostics(present),
    chooseMode: (side, mode) => {
      const running = present();
      return running ? chooseMode(running, side, mode) : 'starting';
    },
    saveAddress: async (url, uid) => {
      const running = present();
      return running ? saveAddress(running, url, uid) : 'starting';
    },
    switchConnection: async (on) => {
      const running = present();
      if (!running) return 'starting';
      await running.chargePoint.connectionSwitch.switch(on);
      return undefined;
    },
    tryTimes: () => {
      const running = present();
      return running && tryTimesOf(running);
    },
    tryNow: () => {
      const running = present();
      if (!running) return 'starting';
      return running.chargePoint.connection.tryNow() ? undefined : 'noTryWaits';
    },
    keys: pageKeys(present),
    cards: pageCards(present),
    network: pageNetwork(present, machine, networkChanges),
    backup: pageBackup(present),
    firmware: pageFirmware(present),
    security: pageSecurity(present),
  };
}

function tryTimesOf({ clock, chargePoint: { connection } }: RunningStation): TryTimes {
  const { lastTryAt, nextTry } = connection;
  return {
    lastMsAgo: lastTryAt === undefined ? null : clock.now() - lastTryAt,
    nextInMs: nextTry === undefined ? null : Math.max(0, nextTry - clock.now()),
  };
}

function viewOfRunning(running: RunningStation, bench: string | undefined, network: number): PageView {
  const { station, chargePoint, configuration } = running;
  return pageViewOf(running.view(), {
    heartbeatS: configuration.integer('HeartbeatInterval'),
    lastEnd: chargePoint.connection.lastEnd,
    figures: homeFigures(running),
    tries: chargePoint.connection.tries,
    waits: chargePoint.connection.nextTry !== undefined,
    revisions: {
      frames: running.frames.lastNumber,
      events: running.events.lastNumber,
      charges: chargesRevision(running),
      keys: revisionOfKeys(configuration),
      cards: revisionOfCards(running),
      network,
      firmware: revisionOfFirmware(running),
      security: revisionOfSecurity(running),
    },
    update: pageUpdateOf(running),
    bench,
    connectors: station.config.connectors.map(({ connectorId, pointIndex, socket }) => ({
      kind: socket.mode === 'mode3' ? 'T2S' : '2P+E',
      side: station.config.points[pointIndex]?.side ?? 'right',
      outOfUse: outOfUse(station.state, station.config, connectorId),
    })),
  });
}

/** "Previously select the right side": only there OCPP begins on a double station, and then holds for both (guide, step 4). */
function chooseMode(
  { station }: RunningStation,
  side: 'right' | 'left',
  mode: Exclude<ChargingMode, 'none'>,
): ActOutcome {
  const sides = station.config.points.map((point) => point.side);
  if (!sides.includes(side)) return 'noSuchSide';
  const isOcpp = station.state.points.every((point) => point.mode === 'ocpp');
  if (mode === 'ocpp' && side !== 'right' && sides.includes('right') && !isOcpp) return 'rightSideFirst';
  station.post({ kind: 'mode', side, mode });
  return undefined;
}

async function saveAddress({ configuration }: RunningStation, url: string, uid: string): Promise<ActOutcome> {
  if (configuration.refusalOf('URL', url) !== undefined) return 'urlInvalid';
  if (configuration.refusalOf('UID', uid) !== undefined) return 'uidInvalid';
  const saved = [await configuration.change('URL', url, 'person'), await configuration.change('UID', uid, 'person')];
  return saved.every((status) => status === 'Accepted') ? undefined : 'notStored';
}
