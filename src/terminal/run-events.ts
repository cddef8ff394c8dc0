/** The events that `greenup run` prints: notices of the station, and what becomes of its process. */
import type { Side } from '../hal/board';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import type { Notice } from '../station/notices';
import type { Grant, Status, StopReason } from '../station/types';

/** With `--json` each is an object of its own: the names are promised by docs/bench.md. */
export type RunEvent =
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
  | { event: 'cardRefused'; side: Side; idTag: string; via: Grant['via']; reason: string }
  | { event: 'refused'; by: 'station' | 'central system'; message?: string; answer: string; text: string }
  | { event: 'restarting'; reset: 'soft' | 'hard' }
  | ({ event: 'frame' } & ObservedFrame)
  | { event: 'power'; on: boolean }
  | { event: 'ended' }
  | { event: 'warning'; message: string };

/** undefined: a notice that `status` shows, and that would only fill the screen here. */
export function runEventOf(notice: Notice): RunEvent | undefined {
  switch (notice.kind) {
    case 'connectionChanged':
      if (notice.connection === 'connected') return { event: 'connected', url: notice.url };
      if (notice.connection === 'disconnected') return { event: 'disconnected', reason: notice.reason };
      return { event: 'unreachable', url: notice.url, reason: notice.reason };
    case 'statusChanged': {
      const { kind: _, ...status } = notice;
      return { event: 'status', ...status };
    }
    case 'transactionStarted': {
      const { connectorId, idTag, meterStartWh } = notice;
      return { event: 'transactionStarted', connectorId, idTag, meterStartWh };
    }
    case 'transactionEnded': {
      const { connectorId, idTag, reason, energyWh, durationS } = notice;
      return { event: 'transactionEnded', connectorId, idTag, reason, energyWh, durationS };
    }
    case 'cardRefused': {
      const { kind: _, ...refusal } = notice;
      return { event: 'cardRefused', ...refusal };
    }
    case 'requestRefused': {
      const { kind: _, ...refusal } = notice;
      return { event: 'refused', ...refusal };
    }
    default:
      return undefined;
  }
}
