/** Frames as rows of a list: a request with its answer is one row. Pure; what does not change stays the very same. */
import type { PageFrame, PageFrames } from '../../control/pages/frames';

/** Frames that a page keeps, as many as the station does. */
const framesMax = 500;

export interface FrameRow {
  /** Number of its first frame. */
  number: number;
  /** Absent: an answer to what is not kept any more, or no frame of OCPP. */
  call?: PageFrame;
  answer?: PageFrame;
}

/** What came of a request, as far as one word says it; `waiting`: nothing yet. */
export type FrameOutcome = 'waiting' | 'answered' | 'refused' | 'error' | 'unreadable';

export interface FrameList {
  log: string;
  lastNumber: number;
  /** Oldest first. */
  frames: readonly PageFrame[];
  /** Oldest first. */
  rows: readonly FrameRow[];
}

export const noFrames: FrameList = { log: '', lastNumber: 0, frames: [], rows: [] };

/** The list with what was told of another process of the station in the place of all, and else behind it. */
export function withTold(list: FrameList, told: PageFrames): FrameList {
  const known = told.log === list.log ? list : noFrames;
  const fresh = told.frames.filter(({ number }) => number > known.lastNumber);
  if (fresh.length === 0 && told.log === list.log) return list;
  const frames = [...known.frames, ...fresh].slice(-framesMax);
  const [{ number: oldest } = { number: 0 }] = frames;
  const rows = joined(known.rows, fresh).filter(({ call, answer }) => ((answer ?? call)?.number ?? 0) >= oldest);
  return { log: told.log, lastNumber: told.lastNumber, frames, rows };
}

/** A message keeps its id over repetitions: an answer belongs to the last request that has none. */
function joined(rows: readonly FrameRow[], fresh: readonly PageFrame[]): FrameRow[] {
  const all = [...rows];
  for (const frame of fresh) {
    const isAnswer = frame.kind === 'result' || frame.kind === 'error';
    const place = isAnswer ? all.findLastIndex((row) => answers(frame, row)) : -1;
    const row = all[place];
    if (row) all[place] = { ...row, answer: frame };
    else all.push(isAnswer ? { number: frame.number, answer: frame } : { number: frame.number, call: frame });
  }
  return all;
}

function answers(frame: PageFrame, { call, answer }: FrameRow): boolean {
  return !answer && call?.kind === 'call' && call.id === frame.id && call.direction !== frame.direction;
}

/** The frame that says of which message, connector and direction the row is. */
export function headOf({ call, answer }: FrameRow): PageFrame {
  const frame = call ?? answer;
  if (!frame) throw new Error('a row has a frame');
  return frame;
}

/** Who began: an answer goes the other way. */
export function directionOf(row: FrameRow): PageFrame['direction'] {
  if (row.call) return row.call.direction;
  return row.answer?.direction === 'sent' ? 'received' : 'sent';
}

/** Words with which an answer of OCPP says no. */
const refusing =
  /^(Rejected|NotSupported|NotImplemented|Failed|Invalid|Blocked|Expired|ConcurrentTx|Unknown\w*|Faulted|Unavailable|Occupied|VersionMismatch|Unlock(Failed))$/;

export function outcomeOf({ call, answer }: FrameRow): FrameOutcome {
  if (call?.kind === 'bad') return 'unreadable';
  if (!answer) return 'waiting';
  if (answer.kind === 'error') return 'error';
  return refusing.test(statusOf(answer) ?? '') ? 'refused' : 'answered';
}

/** The word of the answer, in OCPP's own language: its status, that of the card, or the code of an error. */
export function statusOf({ payload, errorCode }: PageFrame): string | undefined {
  if (errorCode !== undefined) return errorCode;
  const { status, idTagInfo } = (payload ?? {}) as { status?: unknown; idTagInfo?: { status?: unknown } };
  const word = status ?? idTagInfo?.status;
  return typeof word === 'string' ? word : undefined;
}

export interface RowChoice {
  /** Empty: all. */
  message: string;
  connector: string;
  text: string;
}

export function fits(row: FrameRow, { message, connector, text }: RowChoice): boolean {
  const head = headOf(row);
  if (message !== '' && head.message !== message) return false;
  if (connector !== '' && String(head.connectorId ?? '') !== connector) return false;
  const wanted = text.trim().toLowerCase();
  return wanted === '' || JSON.stringify([row.call, row.answer]).toLowerCase().includes(wanted);
}

export function messagesOf(rows: readonly FrameRow[]): string[] {
  return [...new Set(rows.flatMap((row) => headOf(row).message ?? []))].sort();
}

export function connectorsOf(rows: readonly FrameRow[]): string[] {
  const ids = rows.flatMap((row) => headOf(row).connectorId ?? []);
  return [...new Set(ids)].sort((one, other) => one - other).map(String);
}

/** A JSON object a line, in the order in which they went over the link. */
export function jsonLinesOf(rows: readonly FrameRow[]): string {
  const frames = rows.flatMap(({ call, answer }) => [call, answer]).filter((frame) => frame !== undefined);
  return frames
    .sort((one, other) => one.number - other.number)
    .map((frame) => `${JSON.stringify(frame)}\n`)
    .join('');
}
