/** Where onlookers come and go: each names what it wants to hear. */

/** `Events`: by name, the functions that hear of it. A listener that throws is logged, and harms nobody else. */
export interface Listeners<Events> {
  /** Calls `listener` at each event of this name from now on. */
  on<Event extends keyof Events>(event: Event, listener: Events[Event]): unknown;
  /** Calls `listener` at the next one alone. */
  once<Event extends keyof Events>(event: Event, listener: Events[Event]): unknown;
  /** Calls it no more. */
  off<Event extends keyof Events>(event: Event, listener: Events[Event]): unknown;
}
