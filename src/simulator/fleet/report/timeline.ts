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

export class Timeline {
  private past: TimelineData = noTimeline;
  private present: { atMs: number; counts: SlotCounts; times: Histogram } | undefined;

  add(nowMs: number, counts: Partial<SlotCounts>): void {
    const own = this.slotAt(nowMs).counts;
    for (const name of Object.keys(counts) as (keyof SlotCounts)[]) own[name] += counts[name] ?? 0;
  }

  addTime(nowMs: number, ms: number): void {
    this.slotAt(nowMs).times.add(ms);
  }

  data(): TimelineData {
    const { present } = this;
    if (!present) return this.past;
    const { widthMs } = this.past;
    const slot: Slot = { atMs: present.atMs, ...present.counts, times: present.times.data() };
    return mergedTimelines(this.past, { widthMs, slots: [slot] });
  }

  private slotAt(nowMs: number): { counts: SlotCounts; times: Histogram } {
    const atMs = beginOf(nowMs, this.past.widthMs);
    if (this.present?.atMs === atMs) return this.present;
    this.past = this.data();
    const present = { atMs: beginOf(nowMs, this.past.widthMs), counts: { ...none }, times: new Histogram() };
    this.present = present;
    return present;
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
