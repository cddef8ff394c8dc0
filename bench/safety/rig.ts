/** A wide rig for measuring: outlets with the real drivers of contactor, pilot, proximity and thermometer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BusLink, type BusThread } from '../../src/drivers/pi/bus/bus-link';
import type { SafetyLoop } from '../../src/drivers/pi/loop';
import { type RigParts, rigParts } from '../../src/drivers/pi/rig-parts';
import type { Board, BoardPoint } from '../../src/hal/board';
import type { Clock } from '../../src/hal/clock';
import type { ReportTrouble } from '../../src/hal/trouble';
import { threadOf } from '../../src/rig/bus-workers';
import type { WiredBusData } from './bus-thread';
import { type Electrics, pilotCalibration, Wires, wiredGpio, wiredI2c } from './electrics';

export interface RigSetup {
  electrics: Electrics;
  /** Directory for the files of PWM. */
  directory: string;
  /** One transfer on the I2C bus keeps its thread busy for so long, in ms. */
  transferMs: number;
  /** Buses have threads of their own, as in a station. */
  busThreads: boolean;
  origin: bigint;
  /** A board of its own in place of the wide rig: all its parts, with converters of outlets 1 and 2. */
  board?: Board;
}

/** A bus has place for four converters. */
export const outletsOfBus = 4;

/** Files as the kernel shows them for so many channels. */
export function makePwm(directory: string, chip: string, channels: number): void {
  for (let channel = 0; channel < channels; channel += 1) {
    const path = join(directory, chip, `pwm${channel}`);
    mkdirSync(path, { recursive: true });
    const files = { period: 1_000_000, duty_cycle: 0, enable: 1, polarity: 'normal' };
    for (const [name, value] of Object.entries(files)) writeFileSync(join(path, name), `${value}\n`);
  }
}

function pointOf(outlet: number): BoardPoint {
  const address = 0x48 + (outlet % outletsOfBus);
  const line = (number: number) => ({ chip: 'contactors', line: number, activeLow: false });
  const plain = { gain: 1, offset: 0 };
  return {
    side: 'right',
    installationCurrentA: 32,
    cardReader: false,
    indicator: false,
    sockets: [
      {
        mode: 'mode3',
        phases: 1,
        ratedCurrentA: 32,
        lock: false,
        plugDetector: false,
        residualCurrentMonitor: false,
        thermometer: true,
        ventilation: false,
        wiring: {
          contactor: { coil: line(2 * outlet), feedback: line(2 * outlet + 1) },
          pilot: {
            pwm: { chip: 'pwmchip0', channel: outlet },
            high: { address, input: 0, ...pilotCalibration },
            low: { address, input: 1, ...pilotCalibration },
          },
          proximity: { address, input: 2, ...plain, pullUpOhms: 1_000, supplyV: 3.3 },
          thermometer: { address, input: 3, ...plain, pullUpOhms: 10_000, supplyV: 3.3, ohmsAt25: 10_000, beta: 3_950 },
        },
      },
    ],
  };
}

/** So many outlets, each a point of its own. */
export function wideBoard({ electrics, directory }: RigSetup): Board {
  return {
    name: 'wide',
    drivers: 'pi',
    vendor: 'bench',
    model: 'bench',
    serialNumber: '1',
    firmwareVersion: '1',
    nominalVoltageV: 230,
    points: Array.from({ length: electrics.outlets }, (_, outlet) => pointOf(outlet)),
    hardware: { gpioBackend: 'onoff', gpioChips: [], i2cBus: 1, pwmRoot: directory, serial: [] },
  };
}

function busThread({ electrics, transferMs, origin }: RigSetup, first: number): BusThread {
  const start: WiredBusData = { electrics, transferMs, origin, first };
  return threadOf((options) => new Worker(join(__dirname, 'bus-thread.js'), options), start);
}

/** Parts of the whole board: a bus, and so a set of parts, for each four outlets. */
export function partsOf(setup: RigSetup, loop: SafetyLoop, clock: Clock, report: ReportTrouble): RigParts {
  const { electrics, transferMs } = setup;
  const wires = new Wires(electrics);
  const gpio = wiredGpio(wires, electrics.outlets, () => clock.now());
  const common = { loop, clock, report, gpio, watchdog: false };
  const busOf = (first: number) => {
    if (!setup.busThreads) return { i2c: wiredI2c(wires, first, transferMs) };
    return { openBus: (bus: string) => new BusLink({ thread: busThread(setup, first), bus, loop, clock, report }) };
  };
  if (setup.board) return rigParts({ ...common, board: setup.board, ...busOf(0) });
  const board = wideBoard(setup);
  const groups = Array.from({ length: Math.ceil(board.points.length / outletsOfBus) }, (_, group) => {
    const first = group * outletsOfBus;
    const part = { ...board, points: board.points.slice(first, first + outletsOfBus) };
    return rigParts({ ...common, board: part, ...busOf(first) });
  });
  return {
    points: groups.flatMap(({ points }) => points),
    takeBusGapMs: () => Math.max(...groups.map(({ takeBusGapMs }) => takeBusGapMs())),
    busErrors: () => groups.reduce((sum, { busErrors }) => sum + busErrors(), 0),
    release: () => {
      for (const { release } of groups) release();
    },
  };
}
