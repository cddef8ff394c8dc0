/** Timers in the order in which they fall due. */

export interface Timer {
  readonly dueMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** A binary heap by due time, then by order; withdrawn timers stay in it until they surface or outnumber the live. */
export class TimerQueue {
  private heap: Timer[] = [];
  live = 0;

  push(timer: Timer): void {
    this.live += 1;
    this.heap.push(timer);
    this.rise(this.heap.length - 1);
  }

  first(): Timer | undefined {
    while (this.heap.length > 0 && this.heap[0]?.run === undefined) this.pop();
    return this.heap[0];
  }

  removeFirst(): void {
    this.live -= 1;
    this.pop();
  }

  forgetOne(): void {
    this.live -= 1;
    if (this.heap.length < 64 || this.heap.length < 2 * this.live) return;
    this.heap = this.heap.filter((timer) => timer.run !== undefined).sort((a, b) => (before(a, b) ? -1 : 1));
  }

  private pop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink();
  }

  private rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  private sink(): void {
    let index = 0;
    for (;;) {
      const left = this.heap[2 * index + 1];
      const right = this.heap[2 * index + 2];
      if (left === undefined) return;
      const child = right !== undefined && before(right, left) ? 2 * index + 2 : 2 * index + 1;
      if (!this.swapIfBefore(child, index)) return;
      index = child;
    }
  }

  private swapIfBefore(lower: number, upper: number): boolean {
    const a = this.heap[lower];
    const b = this.heap[upper];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    this.heap[lower] = b;
    this.heap[upper] = a;
    return true;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
