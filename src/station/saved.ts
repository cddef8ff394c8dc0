/** What of the station survives a power cut, as stored values, and the state that is made of them at start. */
import type { JsonValue } from '../hal/store';
import { recoveryDeadline } from './transaction';
import {
  type ConnectorState,
  noShare,
  type Reservation,
  type Session,
  type StationConfig,
  type StationSettings,
  type StationState,
  type Transaction,
} from './types';
export const stationPrefix = 'station/';
const reservationPrefix = `${stationPrefix}reservation/`;

/** Availability (OCPP 1.6, 5.2: survives reboot and power loss) and open transactions. */
export function savedOf(state: StationState): Map<string, JsonValue> {
  const saved = new Map<string, JsonValue>();
  if (!state.operative) saved.set(`${stationPrefix}inoperative/0`, true);
  if (state.scheduled !== undefined) saved.set(`${stationPrefix}scheduled/0`, state.scheduled);
  for (const [index, connector] of state.connectors.entries()) {
    const id = index + 1;
    if (!connector.operative) saved.set(`${stationPrefix}inoperative/${id}`, true);
    if (connector.scheduled !== undefined) saved.set(`${stationPrefix}scheduled/${id}`, connector.scheduled);
    const { session } = connector;
    if ('tx' in session) saved.set(`${stationPrefix}transaction/${id}`, storedTransaction(session.tx));
  }
  for (const { id, connectorId, token, parent = null, expiryUnixMs } of state.reservations) {
    saved.set(`${reservationPrefix}${id}`, { id, connectorId, token, parent, expiryUnixMs });
  }
  return saved;
}

function storedTransaction(tx: Transaction): JsonValue {
  const { key, token, parent = null, meterStartWh, lastWh } = tx;
  return { key, token, parent, meterStartWh, lastWh };
}

export function initialState(
  config: StationConfig,
  settings: StationSettings,
  boot: number,
  now: number,
  stored: ReadonlyMap<string, JsonValue>,
): StationState {
  const scheduled = (id: number) => stored.get(`${stationPrefix}scheduled/${id}`) as boolean | undefined;
  // A change that waited for a transaction takes effect now: no transaction outlives a restart.
  const operative = (id: number) => scheduled(id) ?? stored.get(`${stationPrefix}inoperative/${id}`) !== true;
  const connectors = config.connectors.map(({ connectorId }): ConnectorState => {
    const open = stored.get(`${stationPrefix}transaction/${connectorId}`);
    const session: Session = open
      ? { kind: 'recovering', tx: restoredTransaction(open, connectorId), deadline: recoveryDeadline(now) }
      : { kind: 'none' };
    return {
      report: undefined,
      session,
      share: noShare,
      profileLimitA: undefined,
      phases: undefined,
      operative: operative(connectorId),
      scheduled: undefined,
      faults: [],
    };
  });
  return {
    settings,
    boot,
    nextAsk: 1,
    nextTransaction: 1,
    connectors,
    points: config.points.map(() => ({ pending: undefined })),
    asks: [],
    stationProfileLimitA: undefined,
    stationProfileLimitW: undefined,
    operative: operative(0),
    scheduled: undefined,
    faults: [],
    reservations: restoredReservations(stored),
    reset: undefined,
    unlocks: [],
  };
}

/** Their time runs on while the station is off; it is judged as soon as the wall time is known. */
function restoredReservations(stored: ReadonlyMap<string, JsonValue>): Reservation[] {
  const values = [...stored].filter(([key]) => key.startsWith(reservationPrefix)).map(([, value]) => value);
  return values.map((value) => {
    const kept = value as {
      id: number;
      connectorId: number;
      token: string;
      parent: string | null;
      expiryUnixMs: number;
    };
    return { ...kept, parent: kept.parent ?? undefined, expiresAt: Number.POSITIVE_INFINITY };
  });
}

function restoredTransaction(value: JsonValue, connectorId: number): Transaction {
  const stored = value as { key: string; token: string; parent: string | null; meterStartWh: number; lastWh: number };
  return { ...stored, parent: stored.parent ?? undefined, connectorId, startedAt: 0 };
}
