/** The thread of a bus as a real thread: a transfer that does not return holds up nobody else, and all is well when it does. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { BusLink } from '../../src/drivers/pi/bus/bus-link';
import type { AdsSample } from '../../src/drivers/pi/i2c/ads1115';
import { SafetyLoop } from '../../src/drivers/pi/loop';
import { threadOf } from '../../src/rig/bus-workers';
import { until } from '../support/until';
import { busCells, busMemory } from './bus-cells';
import type { TestBusData } from './bus-thread-entry';

const typescript = join(__dirname, '../drivers/store/run-typescript.js');
const entry = join(__dirname, 'bus-thread-entry.ts');
const line = (number: number) => ({ chip: 'slow', line: number, activeLow: false });

let close: () => void = () => {};
afterEach(() => close());

function bench() {
  const origin = process.hrtime.bigint();
  const clock = new RealClock({ origin });
  const memory = busMemory();
  const cells = new Int32Array(memory);
  const loop = new SafetyLoop(clock);
  const troubles: string[] = [];
  let turns = 0;
  loop.add(() => {
    turns += 1;
  });
  const start: TestBusData = { memory, origin };
  const code = `require(${JSON.stringify(typescript)}); require(${JSON.stringify(entry)});`;
  const workers: Worker[] = [];
  const thread = threadOf((options) => {
    const worker = new Worker(code, { ...options, eval: true });
    workers.push(worker);
    return worker;
  }, start);
  const link = new BusLink({ thread, bus: 'i2c-1', loop, clock, report: ({ text }) => troubles.push(text) });
  const stick = (stuck: boolean): void => {
    Atomics.store(cells, busCells.stuck, Number(stuck));
    Atomics.notify(cells, busCells.stuck);
  };
  close = () => {
    stick(false);
    loop.stop();
    link.close();
  };
  return { cells, loop, link, troubles, workers, stick, turns: () => turns };
}

test('lines are set up while this thread waits, and refused with the reason of the other', () => {
  const { link } = bench();
  link.input(line(1));
  link.output(line(2));
  expect(() => link.input(line(7))).toThrow('there is no line 7');
});

test('a stuck transfer: the loop turns on, readings are lost in time, and come back with the bus', async () => {
  const { cells, loop, link, troubles, stick, turns } = bench();
  const samples: AdsSample[] = [];
  link.sampling(0x48).add(0, 'fast', (sample) => samples.push(sample));
  const contact = link.input(line(1));
  const motor = link.output(line(2));
  Atomics.store(cells, busCells.code, 8_000);
  Atomics.store(cells, busCells.input, 1);
  loop.start();
  motor.write(true);
  await until(() => motor.isTaken === true && samples.some(({ kind }) => kind === 'volts'));
  await until(() => contact.read());
  expect(Atomics.load(cells, busCells.output)).toBe(1);
  stick(true);
  await until(() => samples.at(-1)?.kind === 'invalid');
  expect(() => contact.read()).toThrow(/nothing was heard of i2c-1/);
  motor.write(false);
  const before = turns();
  const transfers = Atomics.load(cells, busCells.transfers);
  await until(() => turns() >= before + 100);
  expect(Atomics.load(cells, busCells.transfers)).toBe(transfers);
  expect([motor.isTaken, Atomics.load(cells, busCells.output)]).toEqual([false, 1]);
  stick(false);
  await until(() => samples.at(-1)?.kind === 'volts' && motor.isTaken === true);
  expect(Atomics.load(cells, busCells.output)).toBe(0);
  expect(troubles.some((text) => text.startsWith('I2C bus: nothing was heard'))).toBe(true);
});

test('the end makes outputs inactive before it goes on; one that is stuck is not waited for', async () => {
  const free = bench();
  free.link.output(line(2)).write(true);
  free.loop.start();
  await until(() => Atomics.load(free.cells, busCells.output) === 1);
  const ended = new Promise((resolve) => free.workers[0]?.on('exit', resolve));
  close();
  expect(Atomics.load(free.cells, busCells.output)).toBe(0);
  await ended;
  const stuck = bench();
  stuck.link.sampling(0x48).add(0, 'fast', () => {});
  stuck.loop.start();
  await until(() => Atomics.load(stuck.cells, busCells.transfers) > 0);
  stuck.stick(true);
  stuck.loop.stop();
  stuck.link.close();
  stuck.stick(false);
  close = () => {};
});
