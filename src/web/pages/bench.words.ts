/** The words of the bench page. */
import type { BenchFault, PilotState } from '../../control/pages/bench';
import type { IndicatorPattern } from '../../hal/parts';
import type { Status } from '../../station/types';
import { benchFrench } from './bench/bench.words.fr';
import type { CableEnd, WhyNot } from './bench/why-not';
import type { Glossary } from './words';

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

const english: BenchWords = {
  title: 'Bench',
  pages: 'Pages of the station',
  loading: 'The bench has been asked and has not answered yet.',
  restarting: 'The station is restarting. This page goes on by itself.',
  powerOff: 'The power is off: nothing works but switching it on again.',
  central: 'Central system',
  connection: { Disconnected: 'Disconnected', Connection: 'Connection', Connected: 'Connected' },
  notAccepted: 'not accepted yet',
  outlet: 'Outlet',
  statuses: {
    Available: 'Available',
    Preparing: 'Preparing',
    Charging: 'Charging',
    SuspendedEV: 'Suspended by the vehicle',
    SuspendedEVSE: 'Suspended by the station',
    Finishing: 'Finishing',
    Reserved: 'Reserved',
    Unavailable: 'Unavailable',
    Faulted: 'Faulted',
  },
  indicator: 'Light',
  noIndicator: 'no light',
  indicators: {
    off: 'off',
    available: 'available',
    reserved: 'reserved',
    waiting: 'waits for plug or card',
    charging: 'charging',
    paused: 'paused',
    finished: 'finished',
    refused: 'refused',
    unavailable: 'unavailable',
    fault: 'fault',
    resetting: 'let the reset button go now for a factory reset',
  },
  drawing: {
    free: 'nothing plugged in',
    cableOnly: 'a cable without vehicle',
    cable: (amps) => `cable of ${amps} A`,
    vehicle: (phases, amps, charge) =>
      `vehicle with ${phases} ${phases === 1 ? 'phase' : 'phases'} of ${amps} A, at ${charge} %`,
    waits: 'a vehicle, whose cable is not in the outlet',
    locked: 'locked',
    shutterOpen: 'shutter open',
    shutterClosed: 'shutter closed',
    contactor: (closed) => (closed ? 'contactor closed' : 'contactor open'),
  },
  acts: {
    plugTitle: 'Plug and cable',
    vehicle: 'Vehicle',
    usualVehicle: 'three phases of 32 A',
    cable: 'Rating of the cable',
    amps: (amps) => `${amps} A`,
    end: 'Which end',
    ends: { both: 'both ends', station: "only the station's end", vehicle: "only the vehicle's end" },
    plug: 'Plug in',
    unplug: 'Unplug',
    vehicleTitle: 'The vehicle here',
    want: 'Wants energy',
    pause: 'Wants none',
    sleep: 'Sleeps without offer',
    wake: 'Wake it',
    fill: 'Is full',
    draw: 'Draws',
    asOffered: 'what is offered',
    stationTitle: 'At the station',
    stop: 'Stop the charge',
    unlock: 'Unlock',
    clear: 'Reset faults',
    faults: 'Faults',
    noFaults: 'none now',
  },
  around: {
    cardTitle: 'Card',
    card: 'Number of the card',
    cardHint: 'Show it again to end the charge.',
    tap: { right: 'Show at the right reader', left: 'Show at the left reader' },
    timeTitle: 'Time',
    runs: 'Runs',
    stands: 'Stands still',
    speed: (speed) => `${speed} times as fast`,
    step: (what) => `Go on by ${what}`,
    mainsTitle: 'Mains and network',
    volts: (volts) => `${volts} V`,
    networkOut: 'Pull the network cable',
    networkIn: 'Plug the network cable in',
    cut: 'Cut the power',
    cutSays:
      'A real power cut: the process of the station is killed at once, and what was not flushed to the disk is lost.',
    keep: 'Leave it on',
    restore: 'Switch the power on',
  },
  faults: {
    pilotShort: 'pilot wire shorted to earth',
    pilotOpen: 'pilot wire broken',
    diodeMissing: 'diode of the vehicle missing',
    proximityOpen: 'proximity contact broken',
    lockJammed: 'lock jammed',
    lockSwitchStuck: 'switch of the lock stuck',
    welded: 'contactor welded',
    stuckOpen: 'contactor stuck open',
    residualCurrent: 'residual current',
    residualTestFails: 'test of the residual current monitor fails',
    overCurrent: 'vehicle draws too much',
    overTemperature: 'outlet at 80 °C',
    thermometerSilent: 'thermometer silent',
    meterSilent: 'meter silent',
    meterAbsurd: 'meter tells nonsense',
    readerAbsent: 'card reader silent',
    supplyLost: 'mains lost',
    underVoltage: 'mains at 180 V',
    overVoltage: 'mains at 265 V',
  },
  whyNot: {
    vehiclePlugged: 'A vehicle is plugged in already.',
    cableLocked: 'The bolt of the lock is out: no plug goes in.',
    cablePlugged: 'A cable is in the outlet already.',
    vehicleThere: 'A vehicle is at the cable already.',
    nothingPlugged: 'Nothing is plugged in.',
    noVehicle: 'No vehicle is there.',
    noCable: 'No cable is in the outlet.',
    plugLocked: 'The lock holds the plug.',
    wantsAlready: 'It wants energy already.',
    wantsNothing: 'It wants none already.',
    sleepsAlready: 'It sleeps already.',
    isAwake: 'It is awake.',
    noTransaction: 'There is no charge to stop.',
    noLock: 'This outlet has no lock.',
    noReader: 'This side has no card reader.',
    readerSilent: 'The card reader is silent.',
    timeRuns: 'Time runs by itself: let it stand still first.',
    excluded: 'Not together with the opposite fault.',
  },
  scope: {
    title: 'Pilot',
    none: "An ordinary outlet has no pilot: only the vehicle's cord knows what may be drawn.",
    time: 'Time, ms',
    volts: 'Voltage, V',
    said: (state, high, low, duty) => `State ${state}: ${high} V above, ${low} V below, ${duty}`,
    noPwm: 'no PWM',
    duty: (percent, amps) => `duty cycle ${percent} %, which offers ${amps} A`,
    state: 'state',
    states: {
      A: 'no vehicle',
      B: 'a vehicle, which asks for nothing',
      C: 'the vehicle asks for energy',
      D: 'the vehicle asks for energy and ventilation',
      E: 'pilot shorted, or without supply',
      F: 'station not available',
      invalid: 'a level that no vehicle makes',
    },
    offered: 'offered',
    drawn: 'drawn',
    limit: 'limit',
    dutyName: 'duty cycle',
  },
  ribbon: {
    title: 'States and messages over time',
    window: 'How much of it',
    minutes: (count) => `${count} min`,
    frames: 'OCPP',
    sent: 'sent',
    received: 'received',
    error: 'error',
    noPower: 'no power',
    said: (row, states) => `${row}: ${states}`,
    empty: 'Nothing yet: plug a vehicle in.',
    list: 'The same as a list',
    time: 'Time of the station',
  },
  messages: {
    title: 'OCPP messages',
    empty: 'No message yet.',
    time: 'Time',
    message: 'Message',
    content: 'Content',
    answer: 'Answer',
    waits: 'no answer yet',
    ms: (delay) => `${delay} ms`,
  },
};

export const benchWords: Glossary<BenchWords> = { en: english, fr: benchFrench };
