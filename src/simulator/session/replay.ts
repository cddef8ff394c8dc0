/** Plays a session again under virtual time: the same goes in at the same instants, and what comes out is compared. */
import { setImmediate as eventLoopTurns } from 'node:timers/promises';
import type { StationControl } from '../../control/control';
import { SimulatedClock } from '../../drivers/clock/simulated-clock';
import type { FlowMemory } from '../../drivers/sim/memory';
import type { Board } from '../../hal/board';
import type { Cancel } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import type { JsonValue } from '../../hal/store';
import { simulationControl } from '../control';
import { Simulation } from '../simulation';
import { differenceOf } from './difference';
import { isPlayed, toldOf } from './recording';
import { ReplayedStores, ReplayedTransport } from './replayed';
import type { RecordedSession, SessionEffect, SessionEvent, SessionInput } from './session';

export interface ReplayResult {
  /** What was compared. */
  frames: number;
  told: number;
  /** Where it first differs, in a line; undefined: it is the same. */
  difference: string | undefined;
}

/** So much later, in ms, the same counts as another effect. */
const lateMs = 1_000;
/** Rounds of the event loop after each input: what it sets going without timers is done then. */
const turnsAfterInput = 3;

/** What is left of the station at the end is forgotten: nothing of it is real. */
export async function replay({ start, events }: RecordedSession): Promise<ReplayResult> {
  const player = new Player(start, drawsOf(events));
  for (const event of events) await player.play(event);
  // One that was too long ends somewhere within an instant, of which the rest is not known.
  const last = events.at(-1);
  return player.result(last === undefined || last.kind === 'world' ? Number.POSITIVE_INFINITY : last.atMs);
}

class Player {
  private readonly clock: SimulatedClock;
  private readonly stores = new ReplayedStores();
  private readonly transport: ReplayedTransport;
  private readonly expected: SessionEvent[] = [];
  private readonly effects: SessionEvent[] = [];
  private control: StationControl | undefined;
  private simulation: Simulation | undefined;
  private isReal: boolean;
  private release: Cancel = () => {};
  private trouble: string | undefined;

  /** `draws`: the random numbers that are still to be handed out; undefined: those of the seed. */
  constructor(
    private readonly start: RecordedSession['start'],
    private readonly draws: number[] | undefined,
  ) {
    const { systemTimeMs, isReal } = start;
    this.isReal = isReal;
    this.clock = new SimulatedClock({ stepped: true, ...(systemTimeMs === null ? {} : { systemTimeMs }) });
    this.transport = new ReplayedTransport((text) => this.note({ kind: 'sent', text }));
    this.begin().catch((error) => {
      this.trouble ??= `the station does not start: ${messageOf(error)}`;
    });
  }

  /** The station comes up when its store opens and is loaded, which are events of the session. */
  private async begin(): Promise<void> {
    const { board, seed, wire, address, configuration, world, flow } = this.start;
    const simulation = await Simulation.start({
      // As this program wrote it; what another version makes of it is compared.
      board: board as unknown as Board,
      clock: this.clock,
      openStore: () => this.stores.open(),
      memory: { ...memoryOf(world), flow: memoryOf(flow) },
      transport: this.transport,
      log: { info: () => {}, warn: () => {} },
      configuration,
      ...(address ? { address } : {}),
      seed,
      onDraw: this.draws && ((value) => this.draw(this.draws?.shift() ?? value)),
      followCentralTime: () => this.isReal,
      wire,
      onNotice: (notice) => {
        const told = toldOf(notice);
        if (told) this.note(told);
      },
      onWarning: () => {},
      onReset: () => {},
      restarts: true,
      onFailure: (error) => {
        this.trouble ??= `the station does not start again: ${messageOf(error)}`;
      },
    });
    this.simulation = simulation;
    this.control = simulationControl(simulation, { cutPower: () => {}, quit: () => {} });
  }

  async play(event: SessionEvent): Promise<void> {
    const { atMs, ran } = event;
    this.release();
    // What comes from outside may come just before a timer that is due at the same instant.
    if (this.clock.now() < atMs) await this.clock.advanceBefore(atMs);
    await this.clock.advanceTo(atMs, () => this.clock.ranNow >= ran);
    // Timers that are due at this instant wait for what went in before them.
    this.release = this.clock.hold();
    switch (event.kind) {
      case 'sent':
      case 'told':
      case 'drawn':
        this.expected.push(event);
        return;
      case 'refused':
        return;
      case 'world':
        this.expected.push(event);
        if (this.simulation?.isRunning) {
          this.note({ kind: 'world', snapshot: this.simulation.world.snapshot() as unknown as JsonValue });
        }
        return;
      default:
        this.putIn(event);
        for (let turn = 0; turn < turnsAfterInput; turn += 1) await eventLoopTurns();
    }
  }

  /** Compares what came before `endMs`. */
  result(endMs: number): ReplayResult {
    const kinds = ['drawn', 'sent', 'told', 'world'] as const;
    const differences = kinds.flatMap((kind) => this.differenceIn(kind, endMs) ?? []);
    const first = differences.sort((one, other) => one.atMs - other.atMs)[0];
    const count = (kind: SessionEffect['kind']) => this.expected.filter((event) => event.kind === kind).length;
    return { frames: count('sent'), told: count('told'), difference: this.trouble ?? first?.line };
  }

  private draw(value: number): number {
    this.note({ kind: 'drawn', value });
    return value;
  }

  private note(effect: SessionEffect): void {
    this.effects.push({ atMs: this.clock.now(), ran: this.clock.ranNow, ...effect });
  }

  private putIn(input: SessionInput): void {
    switch (input.kind) {
      case 'storeOpened':
        this.stores.opened();
        return;
      case 'loaded':
        this.stores.loaded(new Map(input.values));
        return;
      case 'committed':
        this.stores.committed(input.error);
        return;
      case 'opened':
      case 'received':
      case 'pong':
      case 'drained':
      case 'closed':
        this.transport.happens(input);
        return;
      case 'command':
        this.command(input.name, input.request);
        return;
      default:
        input satisfies never;
    }
  }

  /** The times of what follows are recorded: time itself is not changed. */
  private command(name: string, request: JsonValue): void {
    if (name === 'time') this.isReal = false;
    if (!isPlayed(name) || name === 'time' || name === 'advance') return;
    // What was refused is refused again.
    this.control?.run(name, request as Record<string, unknown>).catch(() => undefined);
  }

  private differenceIn(kind: SessionEffect['kind'], endMs: number): { atMs: number; line: string } | undefined {
    const isCompared = (event: SessionEvent): boolean => event.kind === kind && event.atMs < endMs;
    const before = this.expected.filter(isCompared);
    const after = this.effects.filter(isCompared);
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
      const [recorded, now] = [before[index], after[index]];
      const why = whyOther(recorded, now);
      if (why === undefined) continue;
      const atMs = recorded?.atMs ?? now?.atMs ?? 0;
      return { atMs, line: `${nameOf(recorded ?? now, index)} at ${(atMs / 1_000).toFixed(3)} s: ${why}` };
    }
    return undefined;
  }
}

/** Undefined for a session of a program that did not note them. */
function drawsOf(events: RecordedSession['events']): number[] | undefined {
  const draws = events.flatMap((event) => (event.kind === 'drawn' ? [event.value] : []));
  return draws.length > 0 ? draws : undefined;
}

function memoryOf(kept: JsonValue): FlowMemory {
  let value = kept;
  return {
    load: () => value ?? undefined,
    save: (next) => {
      value = structuredClone(next);
    },
  };
}

function whyOther(recorded: SessionEvent | undefined, now: SessionEvent | undefined): string | undefined {
  if (!recorded) return 'it is new';
  if (!now) return 'it does not come';
  const why = differenceOf(contentOf(recorded), contentOf(now));
  if (why !== undefined) return why;
  const lateByMs = now.atMs - recorded.atMs;
  return Math.abs(lateByMs) > lateMs ? `it comes ${Math.round(lateByMs)} ms later` : undefined;
}

function contentOf(event: SessionEvent): unknown {
  if (event.kind === 'sent') return JSON.parse(event.text === '' ? 'null' : event.text);
  if (event.kind === 'told') return event.event;
  if (event.kind === 'drawn') return event.value;
  return event.kind === 'world' ? event.snapshot : undefined;
}

function nameOf(event: SessionEvent | undefined, index: number): string {
  if (event?.kind === 'world') return 'the world';
  if (event?.kind === 'told') return `event ${index + 1}`;
  if (event?.kind === 'drawn') return `random number ${index + 1}`;
  const [kind, id, action] = event?.kind === 'sent' && event.text !== '' ? (JSON.parse(event.text) as unknown[]) : [];
  return `frame ${index + 1} (${kind === 2 ? String(action) : 'the answer to'} ${String(id)})`;
}
