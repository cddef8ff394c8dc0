/** Self test of the emulated rig, run in the virtual machine: works each device through the real native packages. */
import { closeSync, openSync, readdirSync, readFileSync, realpathSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { modbusCrc } from './emulator/modbus-slave';
import { WorldClient } from './world-client';

/** The parts of the packages that are used here. */
interface Gpio {
  readSync(): number;
  writeSync(value: 0 | 1): void;
  unexport(): void;
}
interface I2cBus {
  i2cWriteSync(address: number, length: number, bytes: Buffer): number;
  i2cReadSync(address: number, length: number, bytes: Buffer): number;
  closeSync(): void;
}
interface SpiDevice {
  transferSync(messages: { sendBuffer: Buffer; receiveBuffer: Buffer; byteLength: number; speedHz: number }[]): unknown;
  closeSync(): void;
}
interface CardLibrary {
  reset(): void;
  findCard(): { status: boolean };
  getUid(): { status: boolean; data: number[] };
}
interface SerialPort {
  write(bytes: Buffer): void;
  on(event: 'data', listener: (bytes: Buffer) => void): void;
  off(event: 'data', listener: (bytes: Buffer) => void): void;
  close(done: () => void): void;
}

const gpioRoot = '/sys/class/gpio';
const pwmRoot = '/run/pwm/pwmchip0/pwm0';
const card = 'DEADBEEF';
/** Input and full scale of the converter: single shot, ±4.096 V, 860 samples a second. */
const shot = (input: number): number => 0x83e3 | ((4 + input) << 12);
const countsPerVolt = 32768 / 4.096;
/** hid-cp2112 allows an answer 50 ms, which a busy emulation misses now and then. */
const triesMax = 20;
/** Longer than any heartbeat that run.sh is given. */
const watchdogWaitMs = 60_000;

function check(right: boolean, what: string): void {
  if (!right) throw new Error(what);
}

function close(found: number, wanted: number, tolerance: number, what: string): void {
  check(Math.abs(found - wanted) <= tolerance, `${what} is ${found} instead of ${wanted}`);
}

async function until(what: string, ready: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Number of the first line of the emulated chip that was made as the `chip`-th. */
function baseOf(chip: number): number {
  const device = `0003:10C4:EA90.${String(chip).padStart(4, '0')}`;
  const found = readdirSync(gpioRoot).find(
    (name) => /^gpiochip/.test(name) && realpathSync(join(gpioRoot, name)).includes(device),
  );
  check(found !== undefined, `no GPIO chip ${device}`);
  return Number(readFileSync(join(gpioRoot, found ?? '', 'base'), 'utf8'));
}

async function gpioPhase(world: WorldClient): Promise<string> {
  const { Gpio: Line } = require('onoff') as { Gpio: new (number: number, direction: string) => Gpio };
  const [base, pumpBase] = [baseOf(1), baseOf(5)];
  const [coil, feedback] = [new Line(base, 'low'), new Line(base + 1, 'in')];
  const pulse = new Line(pumpBase, 'low');
  check(feedback.readSync() === 0, 'the contactor is closed at the start');
  coil.writeSync(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  check(feedback.readSync() === 0, 'the contactor closes without the charge pump');
  let level: 0 | 1 = 0;
  const pump = setInterval(() => {
    level = level === 0 ? 1 : 0;
    pulse.writeSync(level);
  }, 20);
  await until('contactor closed', () => feedback.readSync() === 1);
  check((await world.snapshot()).snapshot.connectors[0]?.contactorClosed === true, 'the world did not see the coil');
  const begun = performance.now();
  coil.writeSync(0);
  await until('contactor open', () => feedback.readSync() === 0);
  const openMs = performance.now() - begun;
  coil.writeSync(1);
  await until('contactor closed again', () => feedback.readSync() === 1);
  clearInterval(pump);
  await until('contactor open when the pump stands still', () => feedback.readSync() === 0);
  const reads = 200;
  const readsBegun = performance.now();
  for (let index = 0; index < reads; index++) feedback.readSync();
  const readMs = (performance.now() - readsBegun) / reads;
  for (const line of [coil, feedback, pulse]) line.unexport();
  return `lines from ${base}, contactor opens in ${openMs.toFixed(0)} ms, a line is read in ${readMs.toFixed(2)} ms`;
}

async function chargePhase(world: WorldClient): Promise<string> {
  const bus = (require('i2c-bus') as { openSync(bus: number): I2cBus }).openSync(0);
  let retries = 0;
  const patiently = <T>(work: () => T): T => {
    for (let attempt = 1; ; attempt++) {
      try {
        return work();
      } catch (error) {
        if (attempt === triesMax || !String(error).includes('ETIMEDOUT')) throw error;
        retries += 1;
      }
    }
  };
  const word = Buffer.alloc(2);
  const readWord = (register: number): number => {
    bus.i2cWriteSync(0x48, 1, Buffer.from([register]));
    bus.i2cReadSync(0x48, 2, word);
    return word.readUInt16BE();
  };
  const volts = (input: number): number =>
    patiently(() => {
      const config = shot(input);
      bus.i2cWriteSync(0x48, 3, Buffer.from([1, config >> 8, config & 0xff]));
      while ((readWord(1) & 0x8000) === 0);
      readWord(0);
      return word.readInt16BE() / countsPerVolt;
    });
  const pilot = (input: number): number => volts(input) * 8.8889 - 14.6667;
  writeFileSync(join(pwmRoot, 'period'), '1000000\n');
  writeFileSync(join(pwmRoot, 'enable'), '1\n');
  writeFileSync(join(pwmRoot, 'duty_cycle'), '1000000\n');
  await until('+12 V', () => Math.abs(pilot(0) - 12) < 0.2);
  close(pilot(1), 12, 0.2, 'lower plateau without PWM');
  close(volts(2), 3.3, 0.01, 'open proximity contact');
  close(volts(3), 1.65, 0.01, 'NTC at 25 °C');
  await world.ask({ do: 'plug', connector: 1, options: { cableA: 20, ev: { phases: 3, rampAPerSecond: 100 } } });
  await until('+9 V', () => Math.abs(pilot(0) - 9) < 0.3);
  close((volts(2) * 1000) / (3.3 - volts(2)), 680, 10, 'proximity resistor');
  writeFileSync(join(pwmRoot, 'duty_cycle'), '266000\n');
  await until('-12 V below', () => Math.abs(pilot(1) + 12) < 0.2);
  await until('vehicle ready, +6 V', () => Math.abs(pilot(0) - 6) < 0.3);
  const count = 100;
  const begun = performance.now();
  for (let index = 0; index < count; index++) volts(0);
  const conversionMs = (performance.now() - begun) / count;
  const retriesBefore = retries;
  await world.ask({ do: 'rig', fault: 'i2cLost', present: true });
  let failure = '';
  try {
    volts(0);
  } catch (error) {
    failure = String(error);
  }
  check(/ETIMEDOUT|ENXIO|EIO/.test(failure), `a lost bus says "${failure}"`);
  await world.ask({ do: 'rig', fault: 'i2cLost', present: false });
  close(pilot(0), 6, 0.3, 'pilot after the bus came back');
  bus.closeSync();
  return `a conversion takes ${conversionMs.toFixed(1)} ms, ${retriesBefore} retries in more than ${count}`;
}

async function meterPhase(world: WorldClient): Promise<string> {
  const { SerialPort: Port } = require('serialport') as {
    SerialPort: new (options: { path: string; baudRate: number }) => SerialPort;
  };
  const port = new Port({ path: '/dev/ttyMeters', baudRate: 9600 });
  const readFloat = (unit: number, register: number): Promise<number | undefined> => {
    const request = Buffer.from([unit, 4, register >> 8, register & 0xff, 0, 2, 0, 0]);
    request.writeUInt16LE(modbusCrc(request.subarray(0, 6)), 6);
    return new Promise((resolve) => {
      let answer = Buffer.alloc(0);
      const end = (value: number | undefined): void => {
        clearTimeout(timer);
        port.off('data', take);
        resolve(value);
      };
      const take = (bytes: Buffer): void => {
        answer = Buffer.concat([answer, bytes]);
        if (answer.length < 9) return;
        check(modbusCrc(answer.subarray(0, 7)) === answer.readUInt16LE(7), 'wrong check sum of an answer');
        end(answer.readFloatBE(3));
      };
      const timer = setTimeout(() => end(undefined), 800);
      port.on('data', take);
      port.write(request);
    });
  };
  const begun = performance.now();
  close((await readFloat(1, 0)) ?? 0, 230, 3, 'voltage of unit 1');
  const answerMs = performance.now() - begun;
  close((await readFloat(2, 0x46)) ?? 0, 50, 0.1, 'frequency of unit 2');
  check((await readFloat(9, 0)) === undefined, 'unit 9 answers and is not there');
  await world.ask({ do: 'rig', fault: 'meterSilent:1' });
  check((await readFloat(1, 0)) === undefined, 'unit 1 answers and is to be silent');
  await world.ask({ do: 'rig', fault: 'meterSilent:1', present: false });
  close((await readFloat(3, 4)) ?? 0, 230, 3, 'voltage of phase 3, unit 3');
  await new Promise<void>((resolve) => port.close(resolve));
  return `a meter answers in ${answerMs.toFixed(0)} ms`;
}

async function cardPhase(world: WorldClient): Promise<string> {
  const { openSync: openSpi } = require('spi-device') as {
    openSync(bus: number, device: number, options: { mode: number; maxSpeedHz: number }): SpiDevice;
  };
  const Library = require('mfrc522-rpi') as new (spi: object) => CardLibrary;
  const device = openSpi(0, 0, { mode: 0, maxSpeedHz: 1_000_000 });
  const transfer = (bytes: Uint8Array): Buffer => {
    const receiveBuffer = Buffer.alloc(bytes.length);
    device.transferSync([
      { sendBuffer: Buffer.from(bytes), receiveBuffer, byteLength: bytes.length, speedHz: 1_000_000 },
    ]);
    return receiveBuffer;
  };
  check(transfer(Buffer.from([0xee, 0]))[1] === 0x92, 'the reader does not tell its version');
  const reader = new Library({ open: () => undefined, write: transfer, transfer });
  reader.reset();
  check(!reader.findCard().status, 'there is a card and none was presented');
  await world.ask({ do: 'present', uid: card, side: 'right' });
  const begun = performance.now();
  await until('card found', () => reader.findCard().status);
  const uid = reader.getUid();
  const readMs = performance.now() - begun;
  check(Buffer.from(uid.data.slice(0, 4)).toString('hex').toUpperCase() === card, `the card reads ${uid.data}`);
  await world.ask({ do: 'rig', fault: 'readerGone:right' });
  let failure = '';
  try {
    transfer(Buffer.from([0xee, 0]));
  } catch (error) {
    failure = String(error);
  }
  check(failure.includes('ENODEV'), `a reader that is gone says "${failure}"`);
  await world.ask({ do: 'rig', fault: 'readerGone:right', present: false });
  check(transfer(Buffer.from([0xee, 0]))[1] === 0x92, 'the reader does not come back');
  device.closeSync();
  return `a card is read in ${readMs.toFixed(0)} ms`;
}

async function watchdogPhase(): Promise<string> {
  const identity = readFileSync('/sys/class/watchdog/watchdog0/identity', 'utf8').trim();
  const timeout = readFileSync('/sys/class/watchdog/watchdog0/timeout', 'utf8').trim();
  const file = openSync('/dev/watchdog', 'w');
  writeSync(file, '1');
  writeSync(file, 'V');
  closeSync(file);
  return `${identity}, ${timeout} s`;
}

const phases: readonly (readonly [string, (world: WorldClient) => Promise<string>])[] = [
  ['lines', gpioPhase],
  ['pilot and converter', chargePhase],
  ['meters', meterPhase],
  ['card reader', cardPhase],
  ['watchdog', watchdogPhase],
];

/** Needs --boots 2: in the first boot the watchdog is armed and starved, the second tells what the reset left. */
async function resetPhase(world: WorldClient): Promise<void> {
  if (process.env.GREENUP_VM_BOOT === '1') {
    await world.ask({ do: 'plug', connector: 1 });
    writeSync(openSync('/dev/watchdog', 'w'), '1');
    console.log(`armed after ${readFileSync('/proc/uptime', 'utf8').split(' ')[0]} s`);
    await new Promise((resolve) => setTimeout(resolve, watchdogWaitMs));
    throw new Error(`the watchdog did nothing within ${watchdogWaitMs} ms`);
  }
  const { snapshot } = await world.snapshot();
  check(snapshot.connectors[0]?.plugged === true, 'the reset took the vehicle away');
  console.log('ok reset by the watchdog: the machine is back, and the vehicle is where it was');
}

async function main(): Promise<void> {
  const world = await WorldClient.connect();
  if (process.argv[2] === 'watchdog') {
    await resetPhase(world);
    world.close();
    return;
  }
  for (const [name, phase] of phases) {
    const begun = performance.now();
    const found = await phase(world);
    console.log(`ok ${name}: ${found} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  }
  world.close();
}

main().catch((error: unknown) => {
  console.error('FAILED', error);
  process.exit(1);
});
