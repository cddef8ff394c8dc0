/** What a person at the bench wants to hear of a station: differences of its state, transactions, connection. */
import { type Status, statusOf } from '../station/status';
import type { StationConfig, StationRecord, StationState, StopReason } from '../station/types';

export type Happening =
  | { event: 'connected'; url: string }
  | { event: 'disconnected'; reason: string }
  | { event: 'unreachable'; url: string; reason: string }
  | { event: 'status'; connectorId: number; status: Status; errorCode: string; info?: string }
  | { event: 'transactionStarted'; connectorId: number; idTag: string; meterStartWh: number }
  | {
      event: 'transactionEnded';
      connectorId: number;
      idTag: string;
      reason: StopReason;
      energyWh: number;
      durationS: number | null;
    }
  | { event: 'restarting'; reset: 'soft' | 'hard' }
  | { event: 'power'; on: boolean }
  | { event: 'warning'; message: string };

/** Turns states and records into happenings; of a status it tells only what changed. */
export class HappeningTeller {
  readonly #told = new Map<number, string>();

  constructor(
    private readonly config: StationConfig,
    private readonly tell: (happening: Happening) => void,
  ) {}

  state(state: StationState): void {
    for (const connectorId of [0, ...this.config.connectors.map((c) => c.connectorId)]) {
      const { status, errorCode, info } = statusOf(state, this.config, connectorId);
      const key = `${status} ${errorCode} ${info ?? ''}`;
      // Connector 0 is news only when something is, or was, wrong with the station.
      const first = !this.#told.has(connectorId);
      if (this.#told.get(connectorId) === key) continue;
      this.#told.set(connectorId, key);
      if (first && connectorId === 0 && status === 'Available' && errorCode === 'NoError') continue;
      this.tell({ event: 'status', connectorId, status, errorCode, ...(info === undefined ? {} : { info }) });
    }
  }

  records(records: readonly StationRecord[]): void {
    for (const record of records) {
      const { connectorId, token: idTag, meterStartWh, startedAt } = record.tx;
      if (record.kind === 'start') this.tell({ event: 'transactionStarted', connectorId, idTag, meterStartWh });
      else if (record.kind === 'stop') {
        const { reason, meterWh, at } = record;
        // A transaction of an earlier boot has no start on this boot's time.
        const durationS = startedAt > 0 ? Math.round((at - startedAt) / 1_000) : null;
        const energyWh = meterWh - meterStartWh;
        this.tell({ event: 'transactionEnded', connectorId, idTag, reason, energyWh, durationS });
      }
    }
  }
}
