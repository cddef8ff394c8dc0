/** The station's rules on a bench: reports of sockets go in by hand, states and effects come out; no clock, no shell. */
import { StoredValues } from '../../src/hal/stored';
import type { FaultId } from '../../src/station/faults';
import { initialState } from '../../src/station/saved';
import { holdsPlug, type SocketConfig, type SocketReport } from '../../src/station/socket/types';
import { type StatusReport, statusOf } from '../../src/station/status';
import { nextDeadline, stepStation } from '../../src/station/step';
import type {
  Session,
  StationConfig,
  StationEffect,
  StationInput,
  StationRecord,
  StationSettings,
  StationState,
} from '../../src/station/types';
import { wishOf } from '../../src/station/wish';

const type2: SocketConfig = {
  mode: 'mode3',
  phases: 3,
  ratedA: 32,
  lock: true,
  plugDetector: false,
  residual: true,
  thermometer: true,
  ventilation: false,
  nominalVoltageV: 230,
};
const domestic: SocketConfig = { ...type2, mode: 'mode2', phases: 1, ratedA: 16, lock: false, plugDetector: true };

/** Right: Type 2 (1) and domestic (2). Left: Type 2 (3) and a domestic outlet that sees no plug (4). */
export const config: StationConfig = {
  points: [
    { side: 'right', installationA: 32 },
    { side: 'left', installationA: 32 },
  ],
  connectors: [
    { connectorId: 1, pointIndex: 0, seesPlug: true, socket: type2 },
    { connectorId: 2, pointIndex: 0, seesPlug: true, socket: domestic },
    { connectorId: 3, pointIndex: 1, seesPlug: true, socket: type2 },
    { connectorId: 4, pointIndex: 1, seesPlug: false, socket: { ...domestic, plugDetector: false } },
  ],
};

export const settings: StationSettings = {
  connectionTimeoutMs: 60_000,
  stationMaxA: 64,
  plugAndCharge: false,
  defaultToken: { right: 'LEGRAND001', left: 'LEGRAND002' },
  stopOnInvalidId: false,
  maxEnergyOnInvalidWh: 0,
  stopOnEvDisconnect: true,
  unlockOnEvDisconnect: true,
  sampleIntervalMs: 0,
};

/** An empty socket outlet at rest. */
export const idle: SocketReport = {
  plugged: false,
  evConnected: false,
  evRequests: false,
  cableA: undefined,
  contactor: 'open',
  locked: false,
  offeredA: 0,
  thermalA: undefined,
  temperatureC: 25,
  meter: { reading: { energyWh: 1_000, powerW: 0, currentA: [0, 0, 0], voltageV: [230, 230, 230] }, at: 0 },
  faults: [],
};
export const plugged: Partial<SocketReport> = { plugged: true, evConnected: true, cableA: 32 };
export const meterAt = (at: number, energyWh: number, amps = 0) => ({
  meter: { reading: { energyWh, powerW: 0, currentA: [amps, amps, amps], voltageV: [230, 230, 230] }, at },
});

/** Ticks in a stretch of time: a station that wants more never comes to rest. */
const ticksMax = 10_000;

export class Bench {
  state: StationState;
  now = 10_000;
  /** Effects of the last event. */
  effects: StationEffect[] = [];
  readonly records: StationRecord[] = [];

  constructor(
    change: Partial<StationSettings> = {},
    stored: Parameters<typeof initialState>[4] = new StoredValues(new Map()),
  ) {
    this.state = initialState(config, { ...settings, ...change }, 7, this.now, stored);
    for (const { connectorId } of config.connectors) this.report(connectorId, {});
  }

  post(event: StationInput): StationEffect[] {
    const { state, effects } = stepStation(this.state, event, this.now, config);
    this.state = state;
    this.effects = effects;
    this.records.push(...effects.flatMap((e) => (e.kind === 'record' ? [e.record] : [])));
    return effects;
  }

  /** What a socket reports; what is not given stays. */
  report(connectorId: number, change: Partial<SocketReport>): StationEffect[] {
    const { socket, seesPlug } = config.connectors[connectorId - 1] ?? { socket: type2, seesPlug: true };
    const base = { ...idle, ...(socket.lock ? {} : { locked: undefined }), ...(seesPlug ? {} : plugged) };
    const before = this.state.connectors[connectorId - 1]?.report ?? base;
    return this.post({ kind: 'socket', connectorId, report: { ...before, ...change } });
  }

  /** Lets time pass with a tick at each deadline. */
  advance(ms: number): void {
    const end = this.now + ms;
    let ticks = 0;
    for (let due = nextDeadline(this.state, this.now); due !== undefined && due <= end; ) {
      this.now = due;
      this.post({ kind: 'tick' });
      ticks += 1;
      if (ticks > ticksMax) throw new Error(`bench: ${ticks} ticks in ${ms} ms`);
      due = nextDeadline(this.state, this.now);
    }
    this.now = end;
  }

  /** Shows a card and answers the question it raises. */
  card(
    token: string,
    verdict: { accepted: boolean; parent?: string } = { accepted: true },
    side: 'right' | 'left' = 'right',
  ) {
    const asked = this.post({ kind: 'card', side, token }).find((e) => e.kind === 'ask');
    if (asked?.kind === 'ask') this.answer(asked.ask.id, verdict);
    return asked?.kind === 'ask' ? asked.ask : undefined;
  }

  answer(ask: number, { accepted, parent }: { accepted: boolean; parent?: string | undefined }): StationEffect[] {
    return this.post({ kind: 'verdict', ask, verdict: { accepted, parent } });
  }

  /** Plugged, authorised, locked, started, durable and closed. Returns the name of the transaction. */
  charge(connectorId = 1, token = 'CARD', parent?: string): string {
    const { pointIndex = 0, socket } = config.connectors[connectorId - 1] ?? {};
    this.report(connectorId, plugged);
    this.card(token, { accepted: true, ...(parent === undefined ? {} : { parent }) }, config.points[pointIndex]?.side);
    if (socket?.lock) this.report(connectorId, { locked: true });
    const key = this.key(connectorId);
    this.post({ kind: 'recorded', tx: key });
    this.report(connectorId, { contactor: 'closed', offeredA: 32, evRequests: true });
    return key;
  }

  /** The contactor opens and the meter is read after that. */
  open(connectorId = 1, energyWh = 2_000): void {
    this.report(connectorId, { contactor: 'open', offeredA: 0 });
    this.now += 100;
    this.report(connectorId, meterAt(this.now, energyWh));
  }

  fault(connectorId: number, fault: FaultId, present = true): StationEffect[] {
    return this.post({ kind: 'fault', connectorId, fault, present });
  }

  session(connectorId = 1): Session {
    const session = this.state.connectors[connectorId - 1]?.session;
    if (!session) throw new Error(`no connector ${connectorId}`);
    return session;
  }

  key(connectorId = 1): string {
    const session = this.session(connectorId);
    if (!('tx' in session)) throw new Error(`no transaction on ${connectorId}, but ${session.kind}`);
    return session.tx.key;
  }

  status(connectorId = 1): StatusReport {
    return statusOf(this.state, config, connectorId);
  }

  wish(connectorId = 1) {
    return wishOf(this.state, config, connectorId);
  }

  /** Whether energy may flow. */
  permits(connectorId = 1): boolean {
    return this.wish(connectorId).kind === 'permit';
  }

  /** Whether the plug is to stay locked. */
  holdsPlug(connectorId = 1): boolean {
    return holdsPlug(this.wish(connectorId));
  }

  stops() {
    return this.records.flatMap((r) => (r.kind === 'stop' ? [r] : []));
  }
}
