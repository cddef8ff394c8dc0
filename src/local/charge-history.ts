/** What was charged here, one entry a transaction, of all modes: written with the stop of each, within a bound. */
import { shape } from '../hal/shapes';
import type { Batch } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import {
  type ChargingMode,
  chargingModes,
  type StationRecord,
  type StopReason,
  type Transaction,
} from '../station/types';
import { chargesMax, curvesMax } from './bounds';
import type { PowerCurve } from './power-curve';

/** What became of a message to the central system. */
interface Delivery {
  how: 'answered' | 'givenUp';
  /** What the answer said of the card. */
  card: string | null;
}

/** What the central system was told of a charge; a message that still waits is null. */
export interface CentralDelivery {
  /** The central system's id; null until it has given one. */
  transactionId: number | null;
  start: Delivery | null;
  stop: Delivery | null;
}

/** Times in ms of Unix time, null where the station did not know the time; energy in Wh. */
export interface Charge {
  key: string;
  connectorId: number;
  mode: ChargingMode;
  /** Empty where everybody may charge. */
  token: string;
  startedAt: number | null;
  endedAt: number | null;
  /** By the clock of the boot; null for one that began in an earlier boot. Absent in entries of older releases, as what follows. */
  durationS?: number | null;
  energyWh: number;
  reason: StopReason | string;
  /** Absent where there was no central system. */
  central?: CentralDelivery;
}

/** A start or a stop has been answered, or was given up. */
export interface SettledMessage extends Delivery {
  tx: string;
  message: 'start' | 'stop';
  transactionId: number | null;
}

const nobody = shape.Null();
const time = shape.Union([shape.Number(), nobody]);
const delivery = shape.Object({
  how: shape.Union([shape.Literal('answered'), shape.Literal('givenUp')]),
  card: shape.Union([shape.String(), nobody]),
});
const told = shape.Union([delivery, nobody]);
const charges = collection(
  'local/charge/',
  shape.Object({
    key: shape.String(),
    connectorId: shape.Integer(),
    mode: shape.Union(chargingModes.map((mode) => shape.Literal(mode))),
    token: shape.String(),
    startedAt: time,
    endedAt: time,
    durationS: shape.Optional(time),
    energyWh: shape.Number(),
    reason: shape.String(),
    central: shape.Optional(
      shape.Object({ transactionId: shape.Union([shape.Integer(), nobody]), start: told, stop: told }),
    ),
  }),
);
/** By the name of the charge. A damaged one takes no charge along. */
const curves = collection('local/power/', shape.Object({ stepS: shape.Number(), watts: shape.Array(shape.Number()) }));

/** Names of entries sort as their numbers do. */
const nameDigits = 12;

const untold: CentralDelivery = { transactionId: null, start: null, stop: null };

export class ChargeHistory {
  private readonly entries: Map<string, Charge>;
  private readonly curves: Map<string, PowerCurve>;
  /** Of entries, by the station's name of the transaction. */
  private readonly names: Map<string, string>;
  /** What the central system has said of transactions that run. */
  private readonly answers = new Map<string, CentralDelivery>();
  private last: number;
  private changes = 0;

  /** `unixAt`: Unix time in ms of a monotonic instant, undefined while it is not known. */
  constructor(
    private readonly unixAt: (monotonicMs: number) => number | undefined,
    stored: StoredValues,
  ) {
    this.entries = charges.read(stored);
    this.curves = curves.read(stored);
    this.names = new Map([...this.entries].map(([name, { key }]) => [key, name]));
    this.last = Math.max(0, ...[...this.entries.keys()].map(Number).filter(Number.isFinite));
  }

  /** The newest first. */
  get list(): readonly Charge[] {
    return [...this.entries.values()].reverse();
  }

  /** Another number when there is something new. */
  get revision(): number {
    return this.changes;
  }

  /** Of a charge that has ended; undefined where none is kept. */
  curveOf(key: string): PowerCurve | undefined {
    const name = this.names.get(key);
    return name === undefined ? undefined : this.curves.get(name);
  }

  /** What the central system has said of a transaction that runs. */
  deliveryOf(key: string): CentralDelivery {
    return this.answers.get(key) ?? untold;
  }

  /** What must be stored for these records; `curveOf`: how the charge drew its power. */
  entriesFor(
    records: readonly StationRecord[],
    curveOf: (key: string) => PowerCurve | undefined = () => undefined,
  ): Batch {
    const put: Batch['put'][number][] = [];
    const del: string[] = [];
    for (const record of records) {
      if (record.kind !== 'stop') continue;
      this.last += 1;
      this.changes += 1;
      const name = String(this.last).padStart(nameDigits, '0');
      const charge = this.chargeOf(record);
      this.entries.set(name, charge);
      this.names.set(charge.key, name);
      put.push(charges.entry(name, charge));
      const curve = curveOf(record.tx.key);
      if (curve) {
        this.curves.set(name, curve);
        put.push(curves.entry(name, { ...curve, watts: [...curve.watts] }));
      }
      del.push(...this.surplus());
    }
    return { put, del };
  }

  /** What must be stored with it, in the same commit. */
  delivered({ tx, message, transactionId, how, card }: SettledMessage): Batch {
    this.changes += 1;
    const name = this.names.get(tx);
    const charge = name === undefined ? undefined : this.entries.get(name);
    const before = charge?.central ?? this.deliveryOf(tx);
    const central = { ...before, transactionId: transactionId ?? before.transactionId, [message]: { how, card } };
    if (name === undefined || !charge) {
      this.answers.set(tx, central);
      return { put: [], del: [] };
    }
    const known = { ...charge, central };
    this.entries.set(name, known);
    return { put: [charges.entry(name, known)], del: [] };
  }

  private chargeOf({ tx, at, meterWh, reason }: Extract<StationRecord, { kind: 'stop' }>): Charge {
    const central = this.deliveryOf(tx.key);
    this.answers.delete(tx.key);
    // A transaction of an earlier boot has no start on this boot's time.
    const isOfThisBoot = tx.startedAt > 0;
    return {
      key: tx.key,
      connectorId: tx.connectorId,
      mode: chargedIn(tx),
      token: tx.token,
      startedAt: (isOfThisBoot ? this.unixAt(tx.startedAt) : undefined) ?? null,
      endedAt: this.unixAt(at) ?? null,
      durationS: isOfThisBoot ? Math.round((at - tx.startedAt) / 1_000) : null,
      energyWh: meterWh - tx.meterStartWh,
      reason,
      ...(tx.local ? {} : { central }),
    };
  }

  private *surplus(): Iterable<string> {
    for (const name of this.curves.keys()) {
      if (this.curves.size <= curvesMax) break;
      this.curves.delete(name);
      yield curves.key(name);
    }
    for (const [name, { key }] of this.entries) {
      if (this.entries.size <= chargesMax) return;
      this.entries.delete(name);
      this.names.delete(key);
      yield charges.key(name);
    }
  }
}

/** Under which mode a transaction began. */
export function chargedIn({ local, token }: Pick<Transaction, 'local' | 'token'>): ChargingMode {
  if (!local) return 'ocpp';
  return token === '' ? 'free' : 'cards';
}
