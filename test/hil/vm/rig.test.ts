/** The emulated rig without a kernel: lines, voltages and files on one side, the simulated world on the other. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { SimulatedWorld } from '../../../src/drivers/sim/world';
import { loadBoard } from '../../../src/hal/board/board-file';
import { answerTo } from './emulator/commands';
import { RigLines } from './emulator/lines';
import { makeRig } from './emulator/rig';

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

/** Lines of chip a, where the first connector is. */
const line = { coil: 0, feedback: 1, lock: 2, unlock: 3, bolt: 4, trip: 5, test: 6, reset: 7 } as const;

function bench() {
  const root = mkdtempSync(join(tmpdir(), 'greenup-pwm-'));
  directories.push(root);
  const loaded = loadBoard('test/hil/vm/hil-vm.yaml');
  if (loaded.hardware === undefined) throw new Error('the board has no hardware');
  const board = { ...loaded, hardware: { ...loaded.hardware, pwmRoot: join(root, 'pwm') } };
  const clock = new VirtualClock();
  const world = new SimulatedWorld({ board, clock });
  const rig = makeRig(board, world, { clock, send: () => undefined });
  const driven = new Map<string, number>();
  const unplugged: boolean[] = [];
  return {
    clock,
    world,
    rig,
    unplugged,
    board,
    /** As the kernel's driver does: every line that was ever written is an output. */
    write(chip: string, index: number, high: boolean): void {
      const latch = driven.get(chip) ?? 0;
      const next = high ? latch | (1 << index) : latch & ~(1 << index);
      driven.set(chip, next);
      rig.lines.drive(chip, { directions: 0xff, latch: next });
    },
    level: (chip: string, index: number) => (((rig.lines.chips.get(chip)?.levels ?? 0) >> index) & 1) === 1,
    volts: (input: number) => rig.lines.chips.get('a')?.volts(0x48, input) ?? Number.NaN,
    setDuty(percent: number): void {
      const file = (name: string): string => join(root, 'pwm/pwmchip0/pwm0', name);
      writeFileSync(file('period'), '1000000\n');
      writeFileSync(file('duty_cycle'), `${percent * 10_000}\n`);
      writeFileSync(file('enable'), '1\n');
    },
    root,
    ask(request: object): { ok: boolean; error?: string; snapshot?: unknown } {
      const place = {
        world,
        rig,
        clock,
        setReaderUnplugged: (_reader: unknown, gone: boolean) => unplugged.push(gone),
      };
      return JSON.parse(answerTo(JSON.stringify(request), place));
    },
  };
}

type Bench = ReturnType<typeof bench>;

/** Keeps the charge pump going for so long. */
async function pumping(rig: Bench, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    rig.write('e', 0, (passed / 50) % 2 === 0);
    await rig.clock.advance(50);
  }
}

const pilotOf = (rig: Bench, input: number): number => rig.volts(input) * 8.8889 - 14.6667;

it('closes the contactor by its coil while the pump runs, and shows it on the feedback line', async () => {
  const rig = bench();
  await rig.clock.advance(20);
  rig.write('a', line.coil, true);
  await rig.clock.advance(100);
  expect(rig.level('a', line.feedback)).toBe(false);
  await pumping(rig, 200);
  expect(rig.level('a', line.feedback)).toBe(true);
  expect(rig.world.snapshot().connectors[0]?.contactorClosed).toBe(true);
  await rig.clock.advance(900);
  expect(rig.level('a', line.feedback)).toBe(true);
  await rig.clock.advance(200);
  expect(rig.level('a', line.feedback)).toBe(false);
});

it('shows a welded contactor', async () => {
  const rig = bench();
  rig.write('a', line.coil, true);
  await pumping(rig, 200);
  rig.ask({ do: 'fault', connector: 1, kind: 'welded' });
  rig.write('a', line.coil, false);
  await pumping(rig, 200);
  expect(rig.level('a', line.feedback)).toBe(true);
});

it('leads the duty to the vehicle, and its resistors to the converter', async () => {
  const rig = bench();
  await rig.clock.advance(20);
  expect(pilotOf(rig, 0)).toBeCloseTo(-12, 1);
  rig.setDuty(100);
  await rig.clock.advance(20);
  expect(pilotOf(rig, 0)).toBeCloseTo(12, 1);
  expect(pilotOf(rig, 1)).toBeCloseTo(12, 1);
  expect(rig.volts(2)).toBeCloseTo(3.3, 3);
  expect(rig.volts(3)).toBeCloseTo(1.65, 3);
  expect(rig.ask({ do: 'plug', connector: 1, options: { cableA: 20 } })).toEqual({ ok: true });
  await rig.clock.advance(20);
  expect(pilotOf(rig, 0)).toBeCloseTo(9, 0);
  expect((rig.volts(2) * 1000) / (3.3 - rig.volts(2))).toBeCloseTo(680, 0);
  rig.setDuty(26.7);
  await rig.clock.advance(20);
  expect(pilotOf(rig, 1)).toBeCloseTo(-12, 1);
  expect(rig.world.snapshot().connectors[0]?.offerA).toBeCloseTo(16, 1);
  await rig.clock.advance(1000);
  expect(pilotOf(rig, 0)).toBeCloseTo(6, 0);
});

it('takes an output that is off, or a duty of 0, for -12 V', async () => {
  const rig = bench();
  rig.setDuty(50);
  await rig.clock.advance(20);
  writeFileSync(join(rig.root, 'pwm/pwmchip0/pwm0/enable'), '0\n');
  await rig.clock.advance(20);
  expect(rig.world.snapshot().connectors[0]?.pilotOutput).toEqual({ kind: 'unavailable' });
  expect(readFileSync(join(rig.root, 'pwm/pwmchip0/npwm'), 'utf8')).toBe('2\n');
});

it('moves the bolt by a push of the motor, not by a blip, and not with both sides driven', async () => {
  const rig = bench();
  const locked = (): boolean => rig.level('a', line.bolt) === false; // active low
  await rig.clock.advance(20);
  expect(locked()).toBe(false);
  rig.write('a', line.lock, true);
  await rig.clock.advance(40);
  rig.write('a', line.lock, false);
  await rig.clock.advance(1000);
  expect(locked()).toBe(false);
  rig.write('a', line.lock, true);
  rig.write('a', line.unlock, true);
  await rig.clock.advance(1000);
  expect(locked()).toBe(false);
  rig.write('a', line.unlock, false);
  await rig.clock.advance(600);
  rig.write('a', line.lock, false);
  expect(locked()).toBe(true);
  rig.write('a', line.unlock, true);
  await rig.clock.advance(600);
  expect(locked()).toBe(false);
});

it('pushes a bolt on that is on its way, and shows it at its place until it has left', async () => {
  const rig = bench();
  const pushed = async (index: number): Promise<void> => {
    for (const high of [true, false]) {
      rig.write('a', index, high);
      await rig.clock.advance(75);
    }
  };
  await rig.clock.advance(20);
  await pushed(line.lock);
  await pushed(line.lock);
  await rig.clock.advance(100);
  expect(rig.level('a', line.bolt)).toBe(false);
  await pushed(line.unlock);
  await rig.clock.advance(100);
  expect(rig.level('a', line.bolt)).toBe(false);
  await rig.clock.advance(200);
  expect(rig.level('a', line.bolt)).toBe(true);
});

it('hears outputs as active or not, by their polarity, and undriven ones as inactive', () => {
  const lines = new RigLines(['one']);
  const heard: boolean[] = [];
  lines.hear({ chip: 'one', line: 3, activeLow: true }, (active) => heard.push(active));
  lines.drive('one', { directions: 0, latch: 0 });
  lines.drive('one', { directions: 8, latch: 0 });
  lines.drive('one', { directions: 8, latch: 8 });
  expect(heard).toEqual([true, false]);
});

it('leaves a jammed bolt where it is', async () => {
  const rig = bench();
  rig.ask({ do: 'fault', connector: 1, kind: 'lockJammed' });
  for (let pulse = 0; pulse < 3; pulse++) {
    rig.write('a', line.lock, true);
    await rig.clock.advance(600);
    rig.write('a', line.lock, false);
    await rig.clock.advance(1000);
  }
  expect(rig.level('a', line.bolt)).toBe(true);
});

it('trips by the test current, and stays tripped until the reset input is used', async () => {
  const rig = bench();
  await rig.clock.advance(20);
  rig.write('a', line.test, true);
  await rig.clock.advance(100);
  expect(rig.level('a', line.trip)).toBe(true);
  rig.write('a', line.test, false);
  await rig.clock.advance(100);
  expect(rig.level('a', line.trip)).toBe(true);
  rig.write('a', line.reset, true);
  await rig.clock.advance(20);
  expect(rig.level('a', line.trip)).toBe(false);
});

it('does not trip by the test when the self test is to fail', async () => {
  const rig = bench();
  rig.ask({ do: 'fault', connector: 1, kind: 'residualTestFails' });
  rig.write('a', line.test, true);
  await rig.clock.advance(500);
  expect(rig.level('a', line.trip)).toBe(false);
});

it('without a reset input is tripped only as long as the current flows', async () => {
  const rig = bench();
  const tripped = (): boolean => rig.level('b', 3);
  rig.write('b', 4, true);
  await rig.clock.advance(100);
  expect(tripped()).toBe(true);
  rig.write('b', 4, false);
  await rig.clock.advance(20);
  expect(tripped()).toBe(false);
  rig.ask({ do: 'fault', connector: 2, kind: 'residualCurrent' });
  await rig.clock.advance(300);
  expect(tripped()).toBe(true);
  rig.ask({ do: 'fault', connector: 2, kind: 'residualCurrent', present: false });
  await rig.clock.advance(300);
  expect(tripped()).toBe(false);
});

it('shows plug contact, supply and button', async () => {
  const rig = bench();
  await rig.clock.advance(20);
  expect([rig.level('b', 2), rig.level('e', 1), rig.level('e', 2)]).toEqual([true, true, true]);
  rig.ask({ do: 'plug', connector: 2 });
  rig.ask({ do: 'fault', connector: 0, kind: 'supplyLost' });
  rig.ask({ do: 'button', ms: 500 });
  await rig.clock.advance(20);
  expect([rig.level('b', 2), rig.level('e', 1), rig.level('e', 2)]).toEqual([false, false, false]);
  await rig.clock.advance(500);
  expect(rig.level('e', 2)).toBe(true);
});

it('lays a card on the reader of its side for a while, or several', async () => {
  const rig = bench();
  const readers = rig.rig.readers.map(({ chip }) => jest.spyOn(chip, 'setField'));
  const [right, left] = readers;
  await rig.clock.advance(20);
  expect(rig.ask({ do: 'present', uid: '04a1b2c3d4e5f6', side: 'left' })).toEqual({ ok: true });
  await rig.clock.advance(100);
  expect(left?.mock.calls).toEqual([[[expect.anything()]]]);
  expect(right).not.toHaveBeenCalled();
  await rig.clock.advance(1200);
  expect(left?.mock.calls.at(-1)).toEqual([[]]);
  rig.ask({ do: 'present', uids: ['01020304', '05060708'], side: 'right' });
  expect(right?.mock.calls).toEqual([[[expect.anything(), expect.anything()]]]);
});

it('switches the reader off with the fault of the world, and takes its device away with that of the rig', async () => {
  const rig = bench();
  await rig.clock.advance(20);
  rig.ask({ do: 'fault', connector: 1, kind: 'readerAbsent' });
  await rig.clock.advance(20);
  expect(rig.rig.readers.map(({ chip }) => chip.powered)).toEqual([false, true]);
  expect(rig.ask({ do: 'rig', fault: 'readerGone:left' })).toEqual({ ok: true });
  expect(rig.unplugged).toEqual([true]);
});

it('loses the bus and finds it again', async () => {
  const rig = bench();
  const chip = rig.rig.lines.chips.get('a');
  await rig.clock.advance(20);
  expect(chip?.acknowledges(0x49)).toBe(true);
  rig.ask({ do: 'rig', fault: 'i2cLost' });
  expect(chip?.acknowledges(0x49)).toBe(false);
  rig.ask({ do: 'rig', fault: 'i2cLost', present: false });
  expect(chip?.acknowledges(0x49)).toBe(true);
});

it.each([
  [
    'a command that is not there',
    { do: 'fly' },
    'there is no command fly; valid: plug, unplug, present, ev, fault, flicker, rig, button, snapshot',
  ],
  [
    'a fault that is not there',
    { do: 'rig', fault: 'fire' },
    'the rig has no fault fire; valid: i2cLost, readerGone, meterSilent, meterLate, meterGarbled',
  ],
  ['a unit that is not there', { do: 'rig', fault: 'meterSilent:9' }, 'there is no Modbus unit 9; valid: 1, 2, 3, 4'],
  [
    'a card that cannot be',
    { do: 'present', uid: 'ABC', side: 'right' },
    'card "ABC": valid are 8, 14 or 20 hexadecimal digits',
  ],
  ['a name of the wrong kind', { do: 'plug', connector: 'one' }, 'connector is "one"; it must be a number'],
  ['what the world refuses', { do: 'unplug', connector: 1 }, 'connector 1: nothing is plugged'],
])('refuses %s', (_name, request, error) => {
  expect(bench().ask(request)).toEqual({ ok: false, error });
});

it('unplugs, changes the vehicle and shows it all', async () => {
  const rig = bench();
  rig.ask({ do: 'plug', connector: 3 });
  expect(rig.ask({ do: 'ev', connector: 3, options: { maxCurrentA: 10 } })).toEqual({ ok: true });
  expect(rig.ask({ do: 'unplug', connector: 3, force: true })).toEqual({ ok: true });
  const shown = rig.ask({ do: 'snapshot' }) as unknown as { lines: object[]; coilsSupplied: boolean };
  expect(shown.coilsSupplied).toBe(false);
  expect(shown.lines).toContainEqual({ line: 'a:0', active: false });
});

it('needs a board with hardware', () => {
  const { world, clock } = bench();
  const board = loadBoard('board/simulated-single.yaml');
  expect(() => makeRig(board, world, { clock, send: () => undefined })).toThrow('has no hardware');
});
