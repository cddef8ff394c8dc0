/** What is wrong with a frame by the schemas of OCPP, for onlookers: of what was received, and of what the station sent. */
import { ocpp16 } from '../messages/protocol';
import type { ObservedFrame } from './observed-frame';

export interface Complaint {
  /** `mended`: the station read it as it is meant; `invalid`: it is not as OCPP says it. */
  kind: 'mended' | 'invalid';
  /** The path, what was found there, and what is valid. */
  text: string;
}

/** Held against the schema as the link does it: requests and what we send strictly, answers as tolerantly as they are read. */
export function complaintsOf({ direction, kind, message, payload }: ObservedFrame): Complaint[] {
  if (message === undefined || payload === undefined || !ocpp16.isAction(message)) return [];
  if (kind !== 'call' && kind !== 'result') return [];
  if (direction === 'sent') {
    const violation = kind === 'call' ? ocpp16.checkRequest(message, payload) : ocpp16.checkResponse(message, payload);
    return violation ? [{ kind: 'invalid', text: violation.message }] : [];
  }
  const { notes, violation } =
    kind === 'call' ? ocpp16.readRequest(message, payload) : ocpp16.readResponse(message, payload);
  const mended = notes.map((text): Complaint => ({ kind: 'mended', text }));
  return violation ? [...mended, { kind: 'invalid', text: violation.message }] : mended;
}
