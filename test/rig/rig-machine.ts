/** A rig for two outlets in memory: lines, converter, pilot generator, meters and reader, under a virtual clock. */
import type { networkInterfaces } from 'node:os';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { Board } from '../../src/hal/board';
import { parseBoard } from '../../src/hal/board/board-file';
import { GreenupError } from '../../src/hal/errors';
import type { Trouble } from '../../src/hal/trouble';
import type { RigMachine } from '../../src/rig/inspection';
import { LibraryStandIn } from '../drivers/pi/card/library';
import { Mfrc522Model } from '../drivers/pi/card/mfrc522-model';
import { type Chips, chips } from '../drivers/pi/chips';
import { Ads1115Model, FakeI2cBus } from '../drivers/pi/i2c/ads1115-model';
import { type Answer, type Asked, FakeLine, registers } from '../drivers/pi/meter/support';
import { type Change, changedRig } from '../hal/board/wiring-board';

/** ±13 V at the terminal are 0.2 to 3.1 V at the input. */
const calibration = { gain: 9, offset: -14.85 };
const analog = (input: number) => ({ address: 0x48, input, ...calibration });
const socket = 'points.0.sockets';

export function rigBoard(...changes: readonly Change[]): Board {
  const text = changedRig(
    [`${socket}.0.wiring.pilot.high`, analog(0)],
    [`${socket}.0.wiring.pilot.low`, analog(1)],
    // There is none on the machine that runs the tests, and one must be there.
    ['hardware.watchdog.device', '/dev/null'],
    // Not that of the machine, whose routes are read.
    ['hardware.network', 'rig0'],
    ['hardware.wifi', 'air0'],
    ...changes,
  );
  return parseBoard(text, 'rig.yaml');
}

export interface FakeRig {
  machine: RigMachine;
  clock: VirtualClock;
  gpio: Chips;
  ads: Ads1115Model;
  bus: FakeI2cBus;
  reader: Mfrc522Model;
  /** Duties that were driven, in percent; the last is what is left on the wire. */
  duties: number[];
  /** Units that answer. */
  units: Set<number>;
  safe: { count: number; problems: Trouble[] };
  /** What stands against each volt of the pilot: 1, or less with a vehicle. */
  vehicle: { share: number };
  plug(ohms: number): void;
}

/** Nothing is plugged in, mains is there, everything works; a coil takes its mirror contact along. */
export function fakeRig(): FakeRig {
  const clock = new VirtualClock({ startMs: 1_000 });
  const gpio = chips(() => clock.now());
  const ads = new Ads1115Model(clock);
  const bus = new FakeI2cBus(new Map([[0x48, ads]]));
  const reader = new Mfrc522Model();
  const duties: number[] = [];
  const units = new Set([1, 2]);
  const safe = { count: 0, problems: [] as Trouble[] };
  const vehicle = { share: 1 };
  const plug = (ohms: number): void => ads.set(2, Number.isFinite(ohms) ? (3.3 * ohms) / (1_000 + ohms) : 3.3);
  plug(Number.POSITIVE_INFINITY);
  ads.set(3, 1.65);
  gpio.chip('header').set(18, true);
  gpio.chip('header').onWrite = ({ line, active }) => {
    if (line === 17) gpio.chip('header').set(5, active);
    if (line === 27) gpio.chip('header').set(6, active);
  };
  // The test lines of the residual current monitors.
  gpio.chip('slow').onWrite = ({ line, active }) => {
    if (line === 0) gpio.chip('header').set(19, active);
    if (line === 1) gpio.chip('header').set(20, active);
  };
  const drive = (dutyPercent: number): void => {
    duties.push(dutyPercent);
    const input = (volts: number): number => (volts - calibration.offset) / calibration.gain;
    ads.set(0, input(dutyPercent > 0 ? 12 * vehicle.share : -12));
    ads.set(1, input(dutyPercent < 100 ? -12 : 12 * vehicle.share));
  };
  const slave = (asked: Asked): Answer =>
    units.has(asked.unit) ? [{ afterMs: 20, bytes: registers(asked, (address) => word(address)) }] : [];
  const machine: RigMachine = {
    clock,
    gpio: () => gpio,
    i2c: bus,
    pwm: () => ({ drive, stop: () => drive(0), broken: false }),
    serialLine: async () => new FakeLine(clock, slave),
    spi: () => reader,
    cardLibrary: () => LibraryStandIn,
    interfaces: (() => ({
      rig0: [{ family: 'IPv4', address: '192.168.1.200', netmask: '255.255.255.0' }],
      air0: [{ family: 'IPv4', address: '10.0.0.7', netmask: '255.0.0.0' }],
    })) as unknown as typeof networkInterfaces,
    makeSafe: () => {
      safe.count += 1;
      return safe.problems;
    },
  };
  return { machine, clock, gpio, ads, bus, reader, duties, units, safe, vehicle, plug };
}

/** 1.0 in each single precision float of two registers. */
function word(address: number): number {
  return address % 2 === 0 ? 0x3f80 : 0;
}

export function missing(what: string): never {
  throw new GreenupError(
    'package.missing',
    `package ${what} cannot be loaded: no such module; install it with: npm install ${what}`,
  );
}

/** More virtual time than anything here takes. */
const patienceMs = 24 * 3_600_000;

/** Settles `done` while virtual time goes on. */
export async function during<T>(clock: VirtualClock, done: Promise<T>): Promise<T> {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  done.then(mark, mark);
  for (const end = clock.now() + patienceMs; !settled && clock.now() < end; ) await clock.advance(20);
  if (!settled) throw new Error(`it did not end within ${patienceMs / 3_600_000} h of virtual time`);
  return done;
}
