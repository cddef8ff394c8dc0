/** A second way to work GPIO lines is one object: everything that a rig does with lines goes through it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as backends from '../../src/drivers/pi/gpio/backends';
import type { GpioBackend, LineHolder } from '../../src/drivers/pi/gpio/lines';
import { makeBoardSafe } from '../../src/drivers/pi/gpio/safe-state';
import { SafetyLoop } from '../../src/drivers/pi/loop';
import { rigParts } from '../../src/drivers/pi/rig-parts';
import type { Board } from '../../src/hal/board';
import { GreenupError } from '../../src/hal/errors';
import type { Trouble } from '../../src/hal/trouble';
import type { LineWiring } from '../../src/hal/wiring';
import { liveFindings } from '../../src/rig/check/live-check';
import { otherUserOf, type RigMachine, realMachine } from '../../src/rig/inspection';
import { benchHardware } from '../../src/rig/panel/hardware';
import { pressKey } from '../../src/rig/panel/keys';
import { during, type FakeRig, fakeRig, rigBoard } from './rig-machine';

/** Lines in memory: no file, no kernel, no package. */
class MemoryBackend implements GpioBackend {
  readonly made: LineWiring[] = [];
  readonly refused = new Set<number>();
  holder: LineHolder | undefined;

  constructor(private readonly rig: FakeRig) {}

  open() {
    return this.rig.gpio;
  }

  makeInactive(line: LineWiring): void {
    if (this.refused.has(line.line)) throw new GreenupError('part.failed', `line ${line.line}: refused`);
    this.made.push(line);
  }

  holderOf(lines: readonly LineWiring[]): LineHolder | undefined {
    return lines.some(({ line }) => line === this.holder?.line.line) ? this.holder : undefined;
  }
}

let root: string;
let rig: FakeRig;
let backend: MemoryBackend;
let board: Board;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'greenup-backend-'));
  const channel = join(root, 'pwmchip0', 'pwm0');
  mkdirSync(channel, { recursive: true });
  const files = { period: '1000000', duty_cycle: '530000', enable: '1', polarity: 'normal' };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(channel, name), `${value}\n`);
  board = rigBoard(['hardware.pwm', { root }], ['points.0.sockets.0.wiring.pilot.pwm.chip', 'pwmchip0']);
  rig = fakeRig();
  backend = new MemoryBackend(rig);
  jest.spyOn(backends, 'gpioBackendOf').mockReturnValue(backend);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true });
});

/** The fake rig, with what this machine takes from the backend. */
function machine(): RigMachine {
  const { gpio, makeSafe } = realMachine(board);
  return { ...rig.machine, gpio, makeSafe };
}

test('the safe state after a crash: coils first, and what refuses is named with its part', () => {
  backend.refused.add(27);
  expect(makeBoardSafe(board)).toEqual([
    { part: 'contactor', connectorId: 2, code: 'notSafe', text: 'line 27: refused' },
  ]);
  // The other coil, and the pulse that feeds both.
  expect(backend.made.slice(0, 2).map(({ line }) => line)).toEqual([17, 24]);
  expect(readFileSync(join(root, 'pwmchip0', 'pwm0', 'duty_cycle'), 'utf8')).toBe('0');
});

test('another program that holds a coil or its contact is found; one that holds another line is not', () => {
  const options = { healthFile: join(root, 'none.json') };
  const held = (line: number): LineWiring => ({ chip: 'header', line, activeLow: false });
  for (const line of [17, 5]) {
    backend.holder = { line: held(line), pid: 4242, command: 'blink' };
    expect(otherUserOf(board, options)).toMatch(
      new RegExp(`^process 4242 \\(blink\\) holds line ${line} of GPIO chip header: stop it first`),
    );
  }
  backend.holder = { line: held(53), pid: 4242, command: 'blink' };
  expect(otherUserOf(board, options)).toBeUndefined();
});

test('the live check takes its lines there, and makes them safe at the end', async () => {
  const findings = await during(rig.clock, liveFindings(board, machine()));
  expect(findings.filter(({ result }) => result === 'fail')).toEqual([]);
  expect(findings.find(({ part }) => part === 'connector 1 contactor')?.text).toBe('coil GPIO17 low, feedback open');
  expect(backend.made.length).toBeGreaterThan(10);
});

test('the panel closes a contactor there, and leaves it safe', async () => {
  const reported: Trouble[] = [];
  rig.machine.pwm({ root, chip: 'pwmchip0', channel: 0, report: () => {} }).drive(100);
  const { bench, release } = benchHardware({
    board,
    machine: machine(),
    armed: true,
    report: (trouble) => reported.push(trouble),
  });
  await rig.clock.advance(1_000);
  expect(reported).toEqual([]);
  for (const key of ['c', 'c']) pressKey(bench, key);
  await rig.clock.advance(100);
  expect(rig.gpio.chip('header').active(17)).toBe(true);
  expect(release()).toEqual([]);
  expect(rig.gpio.chip('header').active(17)).toBe(false);
  expect(backend.made.map(({ line }) => line)).toContain(17);
});

test('the parts of a station are made there', () => {
  const { clock, bus } = rig;
  const reported: Trouble[] = [];
  const loop = new SafetyLoop(clock);
  const parts = rigParts({ board, loop, clock, i2c: bus, watchdog: false, report: (one) => reported.push(one) });
  expect(reported).toEqual([]);
  parts.points[0]?.sockets[0]?.contactor.close();
  expect(rig.gpio.chip('header').active(17)).toBe(true);
  parts.release();
});
