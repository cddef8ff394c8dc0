/** What one may wait for at a station, and how it is found to be so: at once, by a notice, by a frame, or by looking again. */

import { CommandRefusal } from '../hal/command-refusal';
import type { CardRefusal, RunningStation } from '../main';
import type { FrameLog } from '../ocpp/frames/frame-log';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import { type Action, isCentralSystemAction } from '../ocpp/messages';
import type { Notice } from '../station/notices';
import { statusOf } from '../station/status';
import { statuses, transactionOf } from '../station/types';
import { number, oneOf, optional, text, type ValuesOf, wholeNumber } from './parameters';
import { connectorOrStation, knownMessage, mustExist } from './station-parameters';

export const waitsFor = [
  'connected',
  'disconnected',
  'registered',
  'status',
  'started',
  'stopped',
  'energy',
  'refused',
  'sent',
  'received',
] as const;

const messageCharactersMax = 50;
const energyWhMax = 1_000_000;
/** An hour, as of `advance`. */
const timeoutMaxMs = 3_600_000;
export const timeoutUnlessToldMs = 30_000;

export const waitParameters = {
  for: oneOf(waitsFor),
  connector: optional(connectorOrStation),
  status: optional(oneOf(statuses)),
  message: optional(text(1, messageCharactersMax)),
  energyWh: optional(number(0, energyWhMax)),
  after: optional(wholeNumber(0, Number.MAX_SAFE_INTEGER, 'the number of a frame, or of a refusal')),
  timeoutMs: optional(wholeNumber(0, timeoutMaxMs, 'a whole number of ms')),
};

export type WaitRequest = Partial<ValuesOf<typeof waitParameters>> & { for: (typeof waitsFor)[number] };

/** What each needs beside its name. */
const needs: Readonly<Record<WaitRequest['for'], readonly ('connector' | 'status' | 'message' | 'energyWh')[]>> = {
  connected: [],
  disconnected: [],
  registered: [],
  status: ['connector', 'status'],
  started: [],
  stopped: [],
  energy: ['connector', 'energyWh'],
  refused: [],
  sent: ['message'],
  received: ['message'],
};

/** That it is so, and by what, where that has more to say. */
export interface Met {
  frame?: ObservedFrame;
  refused?: CardRefusal;
}

/** A condition that has been checked against a station. */
export class Condition {
  /** It depends on what the central system does of its own accord, which takes no time of the station. */
  readonly isFromOutside: boolean;
  readonly words: string;

  /** Throws `command.invalid` if something is missing, or the station has no such connector. */
  constructor(
    private readonly request: WaitRequest,
    private readonly after: number,
    running: RunningStation,
  ) {
    const { for: what, connector, status, energyWh } = request;
    const missing = needs[what].filter((name) => request[name] === undefined);
    if (missing.length > 0) {
      throw new CommandRefusal('requestUnfit', `wait: for ${what} also ${missing.join(' and ')} must be given`);
    }
    if (connector !== undefined) mustExist(running, connector);
    const message = request.message === undefined ? undefined : knownMessage(request.message);
    this.isFromOutside =
      what === 'disconnected' || (what === 'received' && message !== undefined && isAskedByCentral(message));
    const words = [what, message, connector === undefined ? undefined : `connector ${connector}`, status];
    if (energyWh !== undefined) words.push(`${energyWh} Wh`);
    this.words = words.filter((word) => word !== undefined).join(' ');
  }

  /** A frame that has passed already. */
  metBefore(frames: FrameLog): Met | undefined {
    const { for: what, message } = this.request;
    if (what !== 'sent' && what !== 'received') return undefined;
    const found = frames.recent({ message, after: this.after }).find((frame) => this.metByFrame(frame) !== undefined);
    return found && { frame: found };
  }

  metByFrame(frame: ObservedFrame): Met | undefined {
    const { for: what, message, connector } = this.request;
    const fits =
      frame.direction === what &&
      frame.number > this.after &&
      frame.message?.toLowerCase() === message?.toLowerCase() &&
      (connector === undefined || frame.connectorId === connector);
    return fits ? { frame } : undefined;
  }

  /** What lasts no longer than a moment is told by its notice alone. */
  isMetByNotice(notice: Notice): boolean {
    const { for: what, connector, status, energyWh = Number.POSITIVE_INFINITY } = this.request;
    const isThere = 'connectorId' in notice && (connector === undefined || notice.connectorId === connector);
    switch (what) {
      case 'connected':
      case 'disconnected':
        return notice.kind === 'connectionChanged' && notice.connection === what;
      case 'status':
        return notice.kind === 'statusChanged' && isThere && notice.status === status;
      case 'started':
        return notice.kind === 'transactionStarted' && isThere;
      case 'energy':
        return notice.kind === 'transactionEnded' && isThere && notice.energyWh >= energyWh;
      default:
        return false;
    }
  }

  /** What lasts. */
  metBy(running: RunningStation): Met | undefined {
    const { lastCardRefusal: refused } = running;
    if (this.request.for !== 'refused') return this.isMet(running) ? {} : undefined;
    return refused && refused.number > this.after ? { refused } : undefined;
  }

  private isMet(running: RunningStation): boolean {
    const { for: what, connector, status, energyWh = Number.POSITIVE_INFINITY } = this.request;
    const { chargePoint, station } = running;
    const isConnected = chargePoint.connection.status === 'Connected';
    switch (what) {
      case 'connected':
        return isConnected;
      case 'disconnected':
        return !isConnected;
      case 'registered':
        return isConnected && chargePoint.registration === 'Accepted';
      case 'status':
        return statusOf(station.state, station.config, connector ?? 0).status === status;
      case 'started':
        return hasTransaction(running, connector);
      case 'stopped':
        return !hasTransaction(running, connector);
      case 'energy': {
        const { transaction } = running.view().connectors[(connector ?? 0) - 1] ?? {};
        return (transaction?.energyWh ?? -1) >= energyWh;
      }
      case 'refused':
      case 'sent':
      case 'received':
        return false;
      default:
        return what satisfies never;
    }
  }
}

function hasTransaction({ station }: RunningStation, connector: number | undefined): boolean {
  return station.state.connectors.some(
    ({ session }, index) =>
      (connector === undefined || connector === index + 1) && transactionOf(session) !== undefined,
  );
}

function isAskedByCentral(message: Action): boolean {
  return isCentralSystemAction(message);
}
