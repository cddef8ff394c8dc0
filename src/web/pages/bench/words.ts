/** What words the bench page needs, in every language. */
import type { BenchFault, PilotState } from '../../../control/pages/bench';
import type { RefusedCommand } from '../../../hal/command-refusal';
import type { IndicatorPattern } from '../../../hal/parts';
import type { Status } from '../../../station/types';
import type { CableEnd, WhyNot } from './why-not';

export interface BenchWords {
  title: string;
  pages: string;
  loading: string;
  restarting: string;
  powerOff: string;
  central: string;
  connection: { Disconnected: string; Connection: string; Connected: string };
  notAccepted: string;
  outlet: string;
  statuses: Record<Status, string>;
  indicator: string;
  noIndicator: string;
  indicators: Record<IndicatorPattern, string>;
  drawing: {
    free: string;
    cableOnly: string;
    cable(amps: string): string;
    vehicle(phases: number, amps: string, charge: string): string;
    waits: string;
    locked: string;
    shutterOpen: string;
    shutterClosed: string;
    contactor(closed: boolean): string;
  };
  acts: {
    plugTitle: string;
    vehicle: string;
    usualVehicle: string;
    cable: string;
    amps(amps: string): string;
    end: string;
    ends: Record<CableEnd, string>;
    plug: string;
    unplug: string;
    vehicleTitle: string;
    want: string;
    pause: string;
    sleep: string;
    wake: string;
    fill: string;
    draw: string;
    asOffered: string;
    stationTitle: string;
    stop: string;
    unlock: string;
    clear: string;
    faults: string;
    noFaults: string;
  };
  around: {
    cardTitle: string;
    card: string;
    cardHint: string;
    tap: { right: string; left: string };
    timeTitle: string;
    runs: string;
    stands: string;
    speed(speed: string): string;
    step(what: string): string;
    mainsTitle: string;
    volts(volts: string): string;
    networkOut: string;
    networkIn: string;
    cut: string;
    cutSays: string;
    keep: string;
    restore: string;
  };
  faults: Record<BenchFault, string>;
  whyNot: Record<WhyNot, string>;
  /** What the page does not know beforehand. */
  refusals: Record<Exclude<RefusedCommand, WhyNot>, string>;
  scope: {
    title: string;
    none: string;
    time: string;
    volts: string;
    said(state: string, high: string, low: string, duty: string): string;
    noPwm: string;
    duty(percent: string, amps: string): string;
    state: string;
    states: Record<PilotState | 'invalid', string>;
    offered: string;
    drawn: string;
    limit: string;
    dutyName: string;
  };
  ribbon: {
    title: string;
    window: string;
    minutes(count: number): string;
    frames: string;
    sent: string;
    received: string;
    error: string;
    noPower: string;
    said(row: string, states: string): string;
    empty: string;
    list: string;
    time: string;
  };
  session: {
    title: string;
    says: string;
    copyStory: string;
    saveStory: string;
    save: string;
    saved: string;
    copied: string;
  };
  messages: {
    title: string;
    empty: string;
    time: string;
    message: string;
    content: string;
    answer: string;
    waits: string;
    ms(delay: string): string;
  };
}

/** What is refused for a reason that the page knows, too, is said by one sentence. */
export function refusalWords({ whyNot, refusals }: BenchWords, refusal: RefusedCommand): string {
  return { ...whyNot, ...refusals }[refusal];
}
