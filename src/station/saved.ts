/** What of the station survives a power cut, as stored values, and the state that is made of them at start. */
import type { Side } from '../hal/board';
import { shape } from '../hal/shapes';
import { type Batch, fieldsOf, flushLaterMs, type JsonValue } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import { reportsDueAt } from './first-reports';
import { latchedEntries, rememberedFaults } from './latched';
import { recoveryDeadline } from './transaction';
import {
  type ChargingMode,
  type ConnectorState,
  chargingModes,
  noShare,
  type Reservation,
  type Session,
  type StationConfig,
  type StationRecord,
  type StationSettings,
  type StationState,
  type Transaction,
} from './types';

export const stationPrefix = 'station/';

/** Of connector 0, the station, and of each connector. */
const inoperative = collection('station/inoperative/', shape.Literal(true));
const scheduled = collection('station/scheduled/', shape.Boolean());
/** By connector. */
const transactions = collection(
  'station/transaction/',
  shape.Object({
    key: shape.String(),
    token: shape.String(),
    parent: shape.Union([shape.String(), shape.Null()]),
    meterStartWh: shape.Number(),
    lastWh: shape.Number(),
    local: shape.Optional(shape.Literal(true)),
  }),
);
/** By side; absent: OCPP where the station has an address to go to. */
const modes = collection('station/mode/', shape.Union(chargingModes.map((mode) => shape.Literal(mode))));
const reservations = collection(
  'station/reservation/',
  shape.Object({
    id: shape.Integer(),
    connectorId: shape.Integer(),
    token: shape.String(),
    parent: shape.Union([shape.String(), shape.Null()]),
    expiryUnixMs: shape.Number(),
  }),
);

/** Whether a transaction was open when these values were stored. */
export function hasOpenTransaction(values: ReadonlyMap<string, JsonValue>): boolean {
  for (const key of values.keys()) if (key.startsWith(transactions.prefix)) return true;
  return false;
}

/** How modes that were chosen lie in the store, for whoever stores them with other things in one commit. */
export function entriesOfModes(chosen: readonly { side: Side; mode: ChargingMode }[]): Batch {
  const isStored = (mode: ChargingMode): boolean => mode === 'free' || mode === 'cards';
  return {
    put: chosen.filter(({ mode }) => isStored(mode)).map(({ side, mode }) => modes.entry(side, mode)),
    del: chosen.filter(({ mode }) => !isStored(mode)).map(({ side }) => modes.key(side)),
  };
}

/** Availability (OCPP 1.6, 5.2: survives reboot and power loss), faults that wait for a person, open transactions, modes, reservations. */
export function savedOf(state: StationState, config: StationConfig): Map<string, JsonValue> {
  const saved: [string, JsonValue][] = [];
  const saveAvailability = (id: number, now: boolean, later: boolean | undefined): void => {
    if (!now) saved.push(inoperative.entry(String(id), true));
    if (later !== undefined) saved.push(scheduled.entry(String(id), later));
  };
  saveAvailability(0, state.operative, state.scheduled);
  for (const [index, connector] of state.connectors.entries()) {
    const id = index + 1;
    saveAvailability(id, connector.operative, connector.scheduled);
    saved.push(...latchedEntries(id, connector));
    const { session } = connector;
    if (!('tx' in session)) continue;
    const { key, token, parent = null, meterStartWh, lastWh, local } = session.tx;
    const kept = { key, token, parent, meterStartWh, lastWh, ...(local ? { local } : {}) };
    saved.push(transactions.entry(String(id), kept));
  }
  for (const [index, { mode }] of state.points.entries()) {
    const side = config.points[index]?.side;
    if (side && (mode === 'free' || mode === 'cards')) saved.push(modes.entry(side, mode));
  }
  for (const { id, connectorId, token, parent = null, expiryUnixMs } of state.reservations) {
    saved.push(reservations.entry(String(id), { id, connectorId, token, parent, expiryUnixMs }));
  }
  return new Map(saved);
}

/**
 * How long the flush of what one step changed may wait, in ms. That of a running transaction's register and group may, for
 * after a power cut it ends, with the register that the meter shows; that of anything else may not.
 */
export function flushWithinMs(
  records: readonly StationRecord[],
  put: readonly (readonly [key: string, value: JsonValue])[],
  del: readonly string[],
): number {
  const isReadings = records.every(({ kind }) => kind === 'sample');
  const isOfTransactions = del.length === 0 && put.every(([key]) => key.startsWith(transactions.prefix));
  return isReadings && isOfTransactions ? flushLaterMs : 0;
}

export function initialState(
  config: StationConfig,
  settings: StationSettings,
  boot: number,
  now: number,
  stored: StoredValues,
  /** Names of transactions that others know to be open, for one whose own name cannot be read. */
  openElsewhere: () => readonly string[] = () => [],
  /** Of a point for which no other was chosen. */
  usualMode: ChargingMode = 'ocpp',
): StationState {
  // A change that waited for a transaction takes effect now: no transaction outlives a restart.
  const operative = (id: number) => scheduled.readOne(stored, String(id)) ?? !isInoperative(stored, id);
  const open = openTransactions(stored, config, openElsewhere);
  const remembered = rememberedFaults(stored, config);
  const connectors = config.connectors.map(({ connectorId }): ConnectorState => {
    const tx = open.get(connectorId);
    const session: Session = tx ? { kind: 'recovering', tx, deadline: recoveryDeadline(now) } : { kind: 'none' };
    return {
      report: undefined,
      reportMissing: false,
      session,
      share: noShare,
      profileLimitA: undefined,
      profile: undefined,
      phases: undefined,
      voltage: undefined,
      operative: operative(connectorId),
      scheduled: undefined,
      faults: [],
      rememberedFaults: remembered.get(connectorId) ?? [],
    };
  });
  return {
    settings,
    reportsDueAt: reportsDueAt(now),
    boot,
    nextAsk: 1,
    nextTransaction: 1,
    connectors,
    points: config.points.map(({ side }) => ({ mode: storedMode(stored, side) ?? usualMode, pending: undefined })),
    asks: [],
    stationProfileLimitA: undefined,
    stationProfileLimitW: undefined,
    stationProfile: undefined,
    operative: operative(0),
    scheduled: undefined,
    faults: [],
    reservations: restoredReservations(stored),
    reset: undefined,
    updating: false,
    unlocks: [],
  };
}

/** What cannot be read counts as the worst case: the connector stays out of use until somebody says otherwise. */
function isInoperative(stored: StoredValues, id: number): boolean {
  const key = inoperative.key(String(id));
  if (!stored.has(key)) return false;
  if (inoperative.readOne(stored, String(id)) === undefined) stored.setAside(key, 'not true', true);
  return true;
}

/** A mode that cannot be read counts as not chosen: nobody charges until somebody chooses again. */
function storedMode(stored: StoredValues, side: Side): ChargingMode | undefined {
  const key = modes.key(side);
  const mode = modes.readOne(stored, side);
  if (mode !== undefined || !stored.has(key)) return mode;
  stored.setAside(key, `not one of ${chargingModes.join(', ')}`, 'none');
  return 'none';
}

/** Their time runs on while the station is off; it is judged as soon as the wall time is known. */
function restoredReservations(stored: StoredValues): Reservation[] {
  return [...reservations.read(stored).values()].map(({ parent, ...kept }) => ({
    ...kept,
    parent: parent ?? undefined,
    expiresAt: Number.POSITIVE_INFINITY,
  }));
}

/** The open transaction of each connector that has one. */
function openTransactions(
  stored: StoredValues,
  { connectors }: StationConfig,
  openElsewhere: () => readonly string[],
): Map<number, Transaction> {
  const open = new Map<number, Transaction>();
  const damaged = new Map<number, JsonValue>();
  for (const { connectorId } of connectors) {
    const raw = stored.get(transactions.key(String(connectorId)));
    const read = transactions.readOne(stored, String(connectorId));
    if (read) open.set(connectorId, { ...read, parent: read.parent ?? undefined, connectorId, startedAt: 0 });
    else if (raw !== undefined) damaged.set(connectorId, raw);
  }
  // Asked only now: it reads every message that waits.
  if (damaged.size === 0) return open;
  const nameless = openElsewhere().filter((key) => ![...open.values()].some((tx) => tx.key === key));
  for (const [connectorId, value] of damaged) {
    const tx = damagedTransaction(value, connectorId, nameless.length === 1 ? nameless[0] : undefined);
    if (tx) open.set(connectorId, tx);
  }
  return open;
}

/** It must end at the central system, whatever of it can still be read; without a name nobody could say which one ends. */
function damagedTransaction(value: JsonValue, connectorId: number, named: string | undefined): Transaction | undefined {
  const fields = fieldsOf(value);
  const number = (field: JsonValue | undefined) => (typeof field === 'number' ? field : undefined);
  const key = typeof fields.key === 'string' ? fields.key : named;
  if (key === undefined) return undefined;
  const token = typeof fields.token === 'string' ? fields.token : '';
  const meterStartWh = number(fields.meterStartWh) ?? number(fields.lastWh) ?? 0;
  const lastWh = Math.max(number(fields.lastWh) ?? 0, meterStartWh);
  return {
    key,
    connectorId,
    token,
    parent: undefined,
    startedAt: 0,
    meterStartWh,
    lastWh,
    ...(fields.local === true ? { local: true } : {}),
  };
}
