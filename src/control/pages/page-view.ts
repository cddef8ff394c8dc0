/** What the pages show of a station: plain data out of its state, without what changes with every reading. */
import type { Side } from '../../hal/board';
import { connectionUrl } from '../../ocpp/link/endpoint';
import type { LinkEnd } from '../../ocpp/link/transport';
import type { FaultId } from '../../station/faults';
import type { Limit, LimitSource } from '../../station/limits';
import type { RegistrationStatus } from '../../station/notices';
import type { OutOfUse } from '../../station/status';
import type { ChargingMode, Session, Status } from '../../station/types';
import type { ConnectionView, ConnectorView, StationView } from '../../station/view';
import type { PageSpell } from './diagnostics';
import type { PageUpdate } from './firmware';
import type { HomeFigures } from './home-figures';

export interface PageConnector {
  connectorId: number;
  kind: 'T2S' | '2P+E';
  status: Status;
  session: Session['kind'];
  /** Why nobody may begin to charge there, faults apart; null: somebody may. */
  outOfUse: OutOfUse | null;
  faults: readonly FaultId[];
  powerW: number;
  /** The phase that draws most. */
  drawnA: number;
  offeredA: number;
  /** `others`: what the other sources would allow, the least first, each once. */
  limit: { amps: number; by: LimitSource; others: readonly { source: LimitSource; amps: number }[] };
  /** Of the transaction; null: there is none. */
  energyWh: number | null;
  /** Of the day; null while nobody knows the time. */
  todayWh: number | null;
  /** The meter's register. */
  registerWh: number;
  /** The last one that is over, of this process; null: there was none. */
  lastFault: PageSpell | null;
}

export interface PageSide {
  side: Side;
  mode: ChargingMode;
  connectors: readonly PageConnector[];
}

/** Why the central system is not connected, or not in charge; `accepted`: it is. */
export type ConnectionCause =
  | 'accepted'
  | 'notAccepted'
  | 'switchedOff'
  | 'otherMode'
  | 'noUrl'
  | 'noUid'
  | 'trying'
  | LinkEnd;

export interface PageConnection {
  switchedOn: boolean;
  /** "Activation" of the guide: 1 while there is a connection by WebSocket. */
  activation: 0 | 1;
  status: ConnectionView['status'];
  url: string;
  uid: string;
  /** Where the station calls, whole; empty while URL or UID is missing. */
  address: string;
  registration: RegistrationStatus;
  heartbeatS: number;
  cause: ConnectionCause;
  /** The last failure as it was told, in English; null: there was none. */
  detail: string | null;
  /** Counts the attempts; another number: their times are other ones. */
  tries: number;
  /** The next attempt is waited for, so that there can be one at once. */
  waits: boolean;
}

/** Each is another one when there is something new to be fetched. */
export interface PageRevisions {
  /** Number of the last frame. */
  frames: number;
  /** Number of the last event. */
  events: number;
  charges: number;
  /** Of the values of the keys. */
  keys: string;
  /** Of the cards, and of the wait for one. */
  cards: string;
  /** Of changes of the network. */
  network: number;
  /** Of the releases and the step of an update. */
  firmware: string;
  /** Of whom the station trusts, and of the connection. */
  security: string;
}

export interface PageView {
  station: { status: Status; faults: readonly FaultId[]; lastFault: PageSpell | null };
  sides: readonly PageSide[];
  connection: PageConnection;
  revisions: PageRevisions;
  /** The last one that was ordered, also after its end; null: none was. */
  update: PageUpdate | null;
  /** Where the bench of a simulated station is, for browsers of its machine; null: there is none. */
  bench: string | null;
}

/** What the view of a station does not have. */
export interface PageSources {
  heartbeatS: number;
  lastEnd: LinkEnd | undefined;
  tries: number;
  waits: boolean;
  revisions: PageRevisions;
  update: PageUpdate | null;
  bench: string | undefined;
  figures: HomeFigures;
  /** For each connector. */
  connectors: readonly { kind: 'T2S' | '2P+E'; side: Side; outOfUse: OutOfUse | undefined }[];
}

export function pageViewOf(view: StationView, sources: PageSources): PageView {
  const sides = Object.entries(view.modes) as [Side, ChargingMode][];
  return {
    station: {
      status: view.station.status,
      faults: view.station.faults,
      lastFault: sources.figures.lastFaults.get(0) ?? null,
    },
    sides: sides.map(([side, mode]) => ({
      side,
      mode,
      connectors: view.connectors.flatMap((connector, index) => {
        const source = sources.connectors[index];
        return source?.side === side ? [connectorOf(connector, source, sources.figures)] : [];
      }),
    })),
    connection: connectionOf(view, sources),
    revisions: sources.revisions,
    update: sources.update,
    bench: sources.bench ?? null,
  };
}

function connectorOf(
  view: ConnectorView,
  { kind, outOfUse }: PageSources['connectors'][number],
  { todayWh, lastFaults }: HomeFigures,
): PageConnector {
  const { connectorId, status, session, faults, powerW, drawnA, offeredA, limit, transaction } = view;
  return {
    connectorId,
    kind,
    status,
    session,
    outOfUse: outOfUse ?? null,
    faults,
    // To what is shown: what changes less is no news.
    powerW: roundedTo(100, powerW),
    drawnA: roundedTo(0.1, Math.max(0, ...drawnA)),
    offeredA: roundedTo(0.1, offeredA),
    limit: { amps: roundedTo(0.1, limit.amps), by: limit.by, others: othersOf(limit) },
    energyWh: transaction ? roundedTo(10, transaction.energyWh) : null,
    todayWh: todayWh && roundedTo(100, todayWh.get(connectorId) ?? 0),
    registerWh: roundedTo(100, view.energyWh),
    lastFault: lastFaults.get(connectorId) ?? null,
  };
}

/** What follows from the other limits would not allow more without the one that rules. */
const followers: readonly LimitSource[] = ['sharing', 'fault', 'authorisation'];

/** Two of one source, such as of the station in A and in W, are one. */
function othersOf({ by, sources }: Limit): { source: LimitSource; amps: number }[] {
  const least = new Map<LimitSource, number>();
  for (const { source, amps } of sources) least.set(source, Math.min(amps, least.get(source) ?? amps));
  for (const source of [by, ...followers]) least.delete(source);
  return [...least]
    .map(([source, amps]) => ({ source, amps: roundedTo(0.1, amps) }))
    .sort((one, other) => one.amps - other.amps);
}

function connectionOf(
  { connection, modes }: StationView,
  { heartbeatS, lastEnd, tries, waits }: PageSources,
): PageConnection {
  const { switchedOn, status, url, identity, registration, lastError } = connection;
  const isOcpp = Object.values(modes).includes('ocpp');
  return {
    switchedOn,
    activation: status === 'Connected' ? 1 : 0,
    status,
    url,
    uid: identity,
    address: url === '' || identity === '' ? '' : connectionUrl({ url, identity }),
    registration,
    heartbeatS,
    cause: causeOf(connection, isOcpp, lastEnd),
    detail: status === 'Connected' ? null : lastError,
    tries,
    waits,
  };
}

/** What a person has chosen comes before what went wrong. */
function causeOf(
  { switchedOn, status, url, identity, registration }: ConnectionView,
  isOcpp: boolean,
  lastEnd: LinkEnd | undefined,
): ConnectionCause {
  if (status === 'Connected') return registration === 'Accepted' ? 'accepted' : 'notAccepted';
  if (!isOcpp) return 'otherMode';
  if (url === '') return 'noUrl';
  if (identity === '') return 'noUid';
  if (!switchedOn) return 'switchedOff';
  return lastEnd ?? 'trying';
}

function roundedTo(step: number, value: number): number {
  return Number((Math.round(value / step) * step).toFixed(1));
}
