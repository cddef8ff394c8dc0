/** A read of registers from the call until it settles. */
import type { Cancel } from '../../../hal/clock';
import { type RegisterRequest, registersPerReadMax } from './rtu';

export interface ReadRequest extends RegisterRequest {
  /**
   * Larger numbers of registers that may be read in place of `count` to tell this read's answer from a late one; see
   * late-answers.ts. Without any, the unit is left alone for some seconds after a failed read.
   */
  longerCounts?: readonly number[];
  /** How long the unit may take to begin its answer, in ms; default 500. */
  timeoutMs?: number;
  /** Silence that this unit wants before a request, in ms; 3.5 characters at the least. */
  pauseMs?: number;
}

export interface Job {
  readonly request: ReadRequest;
  readonly counts: readonly number[];
  readonly deadline: number;
  /** Chosen at the first attempt and kept: what answers any attempt of a read answers the read. */
  count: number | undefined;
  attempts: number;
  /** Of the last attempt. */
  sentAt: number;
  failure: string | undefined;
  onWire: boolean;
  settled: boolean;
  cancelDeadline: Cancel;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Times as of `Clock.now()`, in ms. */
export function newJob(request: ReadRequest, deadline: number, resolve: Job['resolve'], reject: Job['reject']): Job {
  const possible = (count: number) => count <= registersPerReadMax && request.address + count <= 0x10000;
  return {
    request,
    counts: [request.count, ...(request.longerCounts ?? []).filter(possible)],
    deadline,
    count: undefined,
    attempts: 0,
    sentAt: 0,
    failure: undefined,
    onWire: false,
    settled: false,
    cancelDeadline: () => {},
    resolve,
    reject,
  };
}
