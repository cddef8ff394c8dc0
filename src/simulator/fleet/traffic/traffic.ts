/** What a traffic file says, in ms and shares: how people, vehicles, faults and the network of a fleet behave. */
import type { EvOptions } from '../../../drivers/sim/ev-options';
import type { SimulatedFault } from '../../../drivers/sim/faults';

export interface Traffic {
  name: string;
  /** The time of the week at which it begins: from Monday 00:00, in ms. */
  beginsMs: number;
  /** How many times faster than in life drivers come, stay and go, and faults come. */
  pace: number;
  visits: Visits;
  vehicles: readonly Weighted<VehicleKind>[];
  cards: readonly Weighted<CardKind>[];
  drivers: Drivers;
  faults: readonly FaultKind[];
  network: readonly NetworkEvent[];
}

export type Weighted<T> = T & { share: number };

/** From the one to the other, each as likely. */
export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

export interface Visits {
  /** Drivers who come to a charging point on an average day. */
  perDay: number;
  /** Of each hour of a day, and of each day of a week from Monday, against the average of 1. */
  hours: readonly number[];
  days: readonly number[];
  stays: readonly Weighted<TimeSpan>[];
  /** Part of the drivers who use the domestic outlet, where there is one beside the Type 2 outlet. */
  domesticShare: number;
}

export interface VehicleKind {
  options: Readonly<Partial<EvOptions>>;
  /** State of charge as it comes, in percent. */
  chargeFrom: number;
  chargeTo: number;
}

export interface CardKind {
  /** With `{000}` for the number of a card among `count`. */
  pattern: string;
  count: number;
}

/** Shares are parts of the visits, from 0 to 1. */
export interface Drivers {
  cardAfter: TimeSpan;
  byApp: number;
  reserved: number;
  reservedAhead: TimeSpan;
  forgetCard: number;
  cardAtEnd: number;
  overstay: number;
  overstayBy: TimeSpan;
}

export interface FaultKind {
  fault: SimulatedFault;
  /** At each place where it can be, on average. */
  perYear: number;
  lasts: TimeSpan;
}

/** What happens on the way to the central system. */
export const networkEventKinds = [
  'outage',
  'cableOut',
  'centralRestart',
  'reconnect',
  'blackout',
  'slowLink',
  'drop',
  'duplicate',
  'delay',
  'reorder',
] as const;

export type NetworkEventKind = (typeof networkEventKinds)[number];

export interface NetworkEvent {
  event: NetworkEventKind;
  /** Part of the stations that it meets. */
  share: number;
  /** From the beginning of the traffic. */
  atMs: number;
  lastsMs: number;
  /** It comes again so long after it began; undefined: once. */
  everyMs: number | undefined;
  /** Stations fall into so many groups by their numbers; each begins so long after the one before. */
  groups: number;
  apartMs: number;
  /** Each station begins by chance within so long. */
  spreadMs: number;
  /** Part of the frames that are met, of events that meet single frames. */
  frameShare: number;
  by: TimeSpan;
}
