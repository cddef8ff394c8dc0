/** What happened over time, in slots of equal width that begin at the same instants on all machines. */
import { Histogram, type HistogramData, mergedTimes, noTimes } from './histogram';

/** What is counted in a slot; a state is counted by how many stations, or messages, had it for how many ms. */
export interface SlotCounts {
  connectedMs: number;
  chargingMs: number;
  waitingMs: number;
  sent: number;
  received: number;
  errors: number;
}

export interface Slot extends SlotCounts {
  /** Unix time at which it begins, in ms. */
  atMs: number;
  /** From a request of a station to its answer. */
  times: HistogramData;
}

export interface TimelineData {
  widthMs: number;
  slots: readonly Slot[];
}

/** Of more slots two become one each. */
export const slotsMax = 240;
const firstWidthMs = 1_000;

const none: Readonly<SlotCounts> = { connectedMs: 0, chargingMs: 0, waitingMs: 0, sent: 0, received: 0, errors: 0 };

export const noTimeline: TimelineData = { widthMs: firstWidthMs, slots: [] };

interface OpenSlot {
  counts: SlotCounts;
  times: Histogram;
}

export class Timeline {
  private widthMs = firstWidthMs;
  private slots = new Map<number, OpenSlot>();
  /** The one that was counted in last: most often it is the next one, too. */
  private last: { atMs: number; slot: OpenSlot } | undefined;

  add(nowMs: number, name: 'sent' | 'received' | 'errors', count = 1): void {
    this.slotAt(nowMs).counts[name] += count;
  }

  addTime(nowMs: number, ms: number): void {
    this.slotAt(nowMs).times.add(ms);
  }

  /** So many were in each state from the one time to the other. */
  addState(
    fromMs: number,
    toMs: number,
    { connected, charging, waiting }: Record<'connected' | 'charging' | 'waiting', number>,
  ): void {
    for (let atMs = fromMs; atMs < toMs; ) {
      const { counts } = this.slotAt(atMs);
      // Only now is the width known: the slot may be a new one.
      const endMs = Math.min(toMs, beginOf(atMs, this.widthMs) + this.widthMs);
      counts.connectedMs += connected * (endMs - atMs);
      counts.chargingMs += charging * (endMs - atMs);
      counts.waitingMs += waiting * (endMs - atMs);
      atMs = endMs;
    }
  }

  data(): TimelineData {
    const slots = [...this.slots].map(([atMs, { counts, times }]): Slot => ({ atMs, ...counts, times: times.data() }));
    return { widthMs: this.widthMs, slots: slots.sort((one, other) => one.atMs - other.atMs) };
  }

  private slotAt(nowMs: number): OpenSlot {
    const atMs = beginOf(nowMs, this.widthMs);
    if (this.last?.atMs === atMs) return this.last.slot;
    const slot = this.slots.get(atMs) ?? { counts: { ...none }, times: new Histogram() };
    this.slots.set(atMs, slot);
    this.last = { atMs, slot };
    if (this.slots.size <= slotsMax) return slot;
    this.coarsen();
    return this.slotAt(nowMs);
  }

  private coarsen(): void {
    const { widthMs, slots } = mergedTimelines(this.data(), noTimeline);
    this.widthMs = widthMs;
    this.slots = new Map(slots.map(({ atMs, times, ...counts }) => [atMs, { counts, times: new Histogram(times) }]));
    this.last = undefined;
  }
}

/** In any order and in any groups the result is the same: everything adds up, and a width fits into every greater one. */
export function mergedTimelines(a: TimelineData, b: TimelineData): TimelineData {
  for (let widthMs = Math.max(a.widthMs, b.widthMs); ; widthMs *= 2) {
    const slots = new Map<number, Slot>();
    for (const slot of [...a.slots, ...b.slots]) {
      const atMs = beginOf(slot.atMs, widthMs);
      slots.set(atMs, added(atMs, slots.get(atMs), slot));
    }
    if (slots.size <= slotsMax)
      return { widthMs, slots: [...slots.values()].sort((one, other) => one.atMs - other.atMs) };
  }
}

function added(atMs: number, known: Slot | undefined, slot: Slot): Slot {
  const { connectedMs, chargingMs, waitingMs, sent, received, errors, times } = known ?? { ...none, times: noTimes };
  return {
    atMs,
    connectedMs: connectedMs + slot.connectedMs,
    chargingMs: chargingMs + slot.chargingMs,
    waitingMs: waitingMs + slot.waitingMs,
    sent: sent + slot.sent,
    received: received + slot.received,
    errors: errors + slot.errors,
    times: mergedTimes(times, slot.times),
  };
}

function beginOf(atMs: number, widthMs: number): number {
  return Math.floor(atMs / widthMs) * widthMs;
}
