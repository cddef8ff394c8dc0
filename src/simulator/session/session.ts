/** A session: all that went into a simulated station since its process began, and what came out of it, as JSON lines. */
import type { Clock } from '../../hal/clock';
import { GreenupError, messageOf } from '../../hal/errors';
import type { JsonValue } from '../../hal/store';
import type { GivenAddress } from '../../ocpp/given-address';
import type { LinkEnd } from '../../ocpp/link/transport';
import type { Wire } from '../run-options';

/** What a station was started with; `board` is the whole of it. */
export interface SessionStart {
  kind: 'start';
  /** Another one where a line means something else than before. */
  format: number;
  version: string;
  board: JsonValue;
  seed: number;
  wire: Wire;
  address: GivenAddress | null;
  configuration: Record<string, string>;
  /** Unix time at simulated time 0, in ms; null: not known. */
  systemTimeMs: number | null;
  /** Whether time was that of the world outside. */
  isReal: boolean;
  /** What the world had kept. */
  world: JsonValue;
  flow: JsonValue;
}

/** `link` counts the links of a process, from 1. */
export type SessionInput =
  | { kind: 'storeOpened' }
  | { kind: 'loaded'; values: [key: string, value: JsonValue][] }
  | { kind: 'committed'; error: string | null }
  /** `root`: of the authority on which trust rests; absent without TLS. */
  | { kind: 'opened'; link: number; root?: string }
  | { kind: 'pong' | 'drained'; link: number }
  | { kind: 'received'; link: number; text: string }
  | { kind: 'closed'; link: number; reason: string; how: LinkEnd | null }
  | { kind: 'command'; name: string; request: JsonValue };

/** What the station made of it. `told`: statuses and transactions, as events of `greenup run`. */
export type SessionEffect =
  /** A random number, from 0 to below 1: played again the station is handed the same, whatever its seed would give. */
  | { kind: 'drawn'; value: number }
  | { kind: 'sent'; text: string }
  | { kind: 'told'; event: JsonValue }
  /** The command of this number, counted from 1, could not be done. */
  | { kind: 'refused'; command: number; error: string }
  | { kind: 'world'; snapshot: JsonValue };

export type SessionEvent = (SessionInput | SessionEffect) & {
  /** Simulated time, in ms. */
  atMs: number;
  /** How many timers had run at this very instant before. */
  ran: number;
};

export interface RecordedSession {
  start: SessionStart;
  events: readonly SessionEvent[];
}

export const sessionFormat = 1;
/** What is kept; a session that is longer ends there, and what is kept can be played again. */
export const eventsMax = 20_000;
export const charactersMax = 5_000_000;

/** The clock of a session: what happens is put on its time. */
export type SessionClock = Pick<Clock, 'now'> & { readonly ranNow: number };

export class BenchSession {
  private readonly lines: string[] = [];
  private characters = 0;
  private full = false;

  constructor(
    private readonly clock: SessionClock,
    readonly start: SessionStart,
  ) {
    this.lines.push(JSON.stringify(start));
  }

  /** Whether it was too long, so that its end is missing. */
  get isFull(): boolean {
    return this.full;
  }

  /** Of events that are kept. */
  get count(): number {
    return this.lines.length - 1;
  }

  note(happened: SessionInput | SessionEffect): void {
    if (this.full) return;
    const event: SessionEvent = { atMs: this.clock.now(), ran: this.clock.ranNow, ...happened };
    const line = JSON.stringify(event);
    this.characters += line.length;
    this.full = this.count >= eventsMax || this.characters > charactersMax;
    if (!this.full) this.lines.push(line);
  }

  /** One line for what it began with, then one for each event, and one for the world as it is now. */
  text(world: JsonValue): string {
    const end = { atMs: this.clock.now(), ran: this.clock.ranNow, kind: 'world', snapshot: world };
    const lines = this.full ? this.lines : [...this.lines, JSON.stringify(end)];
    return lines.map((line) => `${line}\n`).join('');
  }
}

/** Throws `config.invalid`, naming the line, for what is no session. */
export function parseSession(text: string, place: string): RecordedSession {
  const [first, ...rest] = text.split('\n').flatMap((line, index) => (line === '' ? [] : [parsed(line, index, place)]));
  const start = first as unknown as SessionStart | undefined;
  if (start?.kind !== 'start') throw invalid(place, 1, 'it does not begin as a session does');
  if (start.format !== sessionFormat) {
    throw invalid(place, 1, `its format is ${String(start.format)}; valid: ${sessionFormat}`);
  }
  for (const [index, { kind, atMs }] of rest.entries()) {
    if (typeof kind !== 'string' || typeof atMs !== 'number') throw invalid(place, index + 2, 'it is no event');
  }
  return { start, events: rest as unknown as SessionEvent[] };
}

function parsed(line: string, index: number, place: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw invalid(place, index + 1, messageOf(error));
  }
  throw invalid(place, index + 1, 'it is no JSON object');
}

function invalid(place: string, line: number, why: string): GreenupError {
  return new GreenupError('config.invalid', `${place}, line ${line}: ${why}`);
}
