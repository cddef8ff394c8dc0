/** The check of a rig's parts: what it finds where all is well and with each fault, and that it energises nothing. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBoardLive } from '../../../src/cli/live-check';
import type { Board } from '../../../src/hal/board';
import { parseBoard } from '../../../src/hal/board/board-file';
import { findingLine, liveFindings } from '../../../src/rig/check/live-check';
import { during, type FakeRig, fakeRig, missing, rigBoard } from '../rig-machine';

/** The coils of both contactors, and the pulse that supplies them. */
const coils = [17, 27, 24];

async function lines(rig: FakeRig, board: Board = rigBoard()): Promise<string[]> {
  const findings = await during(rig.clock, liveFindings(board, rig.machine));
  return findings.map((finding) => findingLine(finding, (_colour, text) => text));
}

/** The lines of one part. */
async function linesOf(rig: FakeRig, part: string, board?: Board): Promise<string[]> {
  const all = await lines(rig, board);
  return all.filter((line) => line.slice(6).startsWith(`${part}: `));
}

test('a sound rig: a line for each part', async () => {
  expect(await lines(fakeRig())).toEqual([
    'ok    supply monitor: mains present',
    'ok    reset button: not pressed',
    'ok    coil pulse: at rest: line GPIO24 low',
    'ok    watchdog: /dev/null is there (not opened: that would start its countdown)',
    'ok    network rig0: 192.168.1.200, netmask 255.255.255.0, no gateway',
    'ok    network air0: 10.0.0.7, netmask 255.0.0.0, no gateway',
    'ok    ADC 0x48: A0 0.000 V (1 pilot high), A1 0.000 V (1 pilot low), A2 3.300 V (1 proximity), A3 1.650 V (1 temperature)',
    'ok    serial bus meters: /dev/ttyAMA0 opened, 9600 baud, parity none, 1 stop bit',
    'ok    connector 1 contactor: coil GPIO17 low, feedback open',
    'ok    connector 1 proximity: no plug',
    'ok    connector 1 pilot: +12.00 V (steady), −12.00 V (unavailable), +12.00 V / −12.00 V (duty 10 %)',
    'ok    connector 1 lock: unlocked; it was not moved',
    'ok    connector 1 residual current monitor: self test passed: it tripped (a click) and the trip went again',
    'ok    connector 1 thermometer: 25.0 °C',
    'ok    connector 1 meter: unit 1 on bus meters: 1.0 1.0 1.0 V, 1.00 1.00 1.00 A, 1 W, 1.000 kWh, 1.00 Hz',
    'ok    connector 1 emulator: at rest: plug slow 10 low, request slow 11 low',
    'ok    connector 2 contactor: coil GPIO27 low, feedback open',
    'ok    connector 2 plug detector: no plug',
    'ok    connector 2 residual current monitor: self test passed: it tripped (a click) and the trip went again',
    'ok    connector 2 meter: unit 2 on bus meters: 1.0 V, 1.00 A, 1 W, 1.000 kWh, 1.00 Hz',
    'ok    right card reader: /dev/spidev0.0: MFRC522 version 2.0 (0x92)',
    'ok    right indicator: at rest: red slow 13 low, blue slow 14 low',
    'ok    outputs: all at their safe levels, and let go',
  ]);
});

test('nothing is energised: no coil, no pulse, no lamp, no lock; −12 V is left on the pilot, and every line is let go', async () => {
  const rig = fakeRig();
  await lines(rig);
  const header = rig.gpio.chip('header');
  const slow = rig.gpio.chip('slow');
  expect(header.writes.filter(({ line }) => coils.includes(line))).toEqual([]);
  // What was written beside the reader's reset (7) is the tests of both monitors, and the reset of one that latches (2).
  expect(new Set(slow.writes.map(({ line }) => line))).toEqual(new Set([0, 1, 2, 7]));
  for (const line of [...coils, 5, 6, 18, 19, 20]) expect(header.use(line)).toBe('free');
  expect(rig.duties.at(-1)).toBe(0);
  expect(rig.safe.count).toBe(1);
  expect(rig.bus.closed).toBe(true);
  expect(rig.reader.closed).toBe(true);
  expect(rig.clock.pendingTimers).toBe(0);
});

test('a serial port is opened once: it is not free the moment it is closed', async () => {
  const rig = fakeRig();
  const { serialLine } = rig.machine;
  let opened = 0;
  rig.machine.serialLine = (bus) => {
    opened += 1;
    return serialLine(bus);
  };
  await lines(rig);
  expect(opened).toBe(1);
});

test('a vehicle is left alone: with a plug in the pilot is only read', async () => {
  const rig = fakeRig();
  rig.plug(220);
  rig.vehicle.share = 0.75;
  expect(await linesOf(rig, 'connector 1 pilot')).toEqual([
    'note  connector 1 pilot: +9.00 V (steady); a plug is in, so nothing else was driven',
  ]);
  // −12 V when the driver takes the output, steady, and −12 V when it lets go.
  expect(rig.duties).not.toContain(10);
});

test('one plateau that is off is enough', async () => {
  const rig = fakeRig();
  const { pwm } = rig.machine;
  rig.machine.pwm = (options) => {
    const made = pwm(options);
    const drive = (dutyPercent: number): void => {
      made.drive(dutyPercent);
      if (dutyPercent === 0) rig.ads.set(1, (-11 + 14.85) / 9);
    };
    return { drive, stop: () => made.stop(), broken: false };
  };
  expect(await linesOf(rig, 'connector 1 pilot')).toEqual([
    'FAIL  connector 1 pilot: +12.00 V (steady), −11.00 V (unavailable), +12.00 V / −12.00 V (duty 10 %); must be within 0.6 V of 12 V: check gain and offset, then generator and peak-holds',
  ]);
});

test('a peak hold that is late is measured where it comes to rest', async () => {
  const rig = fakeRig();
  const { pwm } = rig.machine;
  rig.machine.pwm = (options) => {
    const made = pwm(options);
    const drive = (dutyPercent: number): void => {
      made.drive(dutyPercent);
      if (dutyPercent !== 100) return;
      rig.ads.set(0, (11.85 + 14.85) / 9);
      rig.clock.at(rig.clock.now() + 100, () => rig.ads.set(0, (12 + 14.85) / 9));
    };
    return { drive, stop: () => made.stop(), broken: false };
  };
  expect(await linesOf(rig, 'connector 1 pilot')).toEqual([expect.stringContaining('+12.00 V (steady)')]);
});

test('a tethered cable has no proximity contact: the pilot itself tells of a vehicle', async () => {
  const board = () =>
    rigBoard(
      ['points.0.sockets.0.wiring.proximity', undefined],
      ['points.0.sockets.0.wiring.lock', undefined],
      ['points.0.sockets.0.cable', { tethered: 32 }],
    );
  const free = fakeRig();
  expect(await linesOf(free, 'connector 1 pilot', board())).toEqual([expect.stringContaining('(duty 10 %)')]);
  const connected = fakeRig();
  connected.vehicle.share = 0.75;
  expect(await linesOf(connected, 'connector 1 pilot', board())).toEqual([expect.stringContaining('a vehicle may be')]);
});

test.each<[string, string, (rig: FakeRig) => void, string]>([
  [
    'welded',
    'connector 1 contactor',
    ({ gpio }) => gpio.chip('header').set(5, true),
    'FAIL  connector 1 contactor: coil GPIO17 low, but feedback GPIO5 says closed',
  ],
  [
    'no feedback',
    'connector 1 contactor',
    ({ gpio }) => failReads(gpio, 5),
    'FAIL  connector 1 contactor: feedback: line 5: dead',
  ],
  [
    'weak generator',
    'connector 1 pilot',
    (rig) => {
      rig.vehicle.share = 0.94;
    },
    'FAIL  connector 1 pilot: +11.28 V (steady)',
  ],
  [
    'wrong resistor',
    'connector 1 proximity',
    (rig) => rig.plug(3_000),
    'note  connector 1 proximity: 3000 Ω (no cable has that)',
  ],
  [
    'bolt in',
    'connector 1 lock',
    ({ gpio }) => gpio.chip('slow').set(4, true),
    'note  connector 1 lock: locked; it was not moved',
  ],
  [
    'tripped',
    'connector 2 residual current monitor',
    ({ gpio }) => gpio.chip('header').set(20, true),
    'FAIL  connector 2 residual current monitor: tripped before the test: reset it, or is activeLow of GPIO20 wrong?',
  ],
  [
    'deaf monitor',
    'connector 2 residual current monitor',
    ({ gpio }) => {
      gpio.chip('slow').onWrite = () => {};
    },
    'FAIL  connector 2 residual current monitor: self test failed: it did not trip; check the test wire and its supply',
  ],
  [
    'plug',
    'connector 2 plug detector',
    ({ gpio }) => gpio.chip('slow').set(6, true),
    'ok    connector 2 plug detector: a plug is in',
  ],
  [
    'open sensor',
    'connector 1 thermometer',
    ({ ads }) => ads.set(3, 3.3),
    'FAIL  connector 1 thermometer: no temperature: is the sensor open or shorted? See A3 of the ADC above',
  ],
  [
    'silent meter',
    'connector 2 meter',
    ({ units }) => units.delete(2),
    'FAIL  connector 2 meter: energy meter eastron-sdm120, unit 2 on bus meters: no answer within 500 ms',
  ],
  [
    'no chip',
    'right card reader',
    ({ reader }) => {
      reader.unplugged = 'zeros';
    },
    'FAIL  right card reader: the chip does not answer (its version reads 0x00)',
  ],
  [
    'clone',
    'right card reader',
    ({ reader }) => {
      reader.version = 0x42;
    },
    'note  right card reader: /dev/spidev0.0: unknown chip 0x42, used as an MFRC522',
  ],
  ['mains off', 'supply monitor', ({ gpio }) => gpio.chip('header').set(18, false), 'note  supply monitor: mains lost'],
  ['button', 'reset button', ({ gpio }) => gpio.chip('header').set(4, true), 'note  reset button: pressed'],
  [
    'unplugged network',
    'network rig0',
    ({ machine }) => {
      machine.interfaces = () => ({});
    },
    'FAIL  network rig0: it has no IPv4 address',
  ],
  [
    'no radio',
    'network air0',
    ({ machine }) => {
      const { rig0 } = machine.interfaces();
      machine.interfaces = () => ({ rig0 });
    },
    'note  network air0: it has no IPv4 address: is it on, and the name right? Interfaces with addresses: rig0',
  ],
  [
    'no converter',
    'ADC 0x48',
    ({ ads }) => {
      ads.powered = false;
    },
    'FAIL  ADC 0x48: I2C bus 1, address 0x48: no device answers',
  ],
  [
    'above range',
    'ADC 0x48',
    ({ ads }) => ads.set(2, 5),
    'FAIL  ADC 0x48: A2 (1 proximity): above the range of the input (4.096 V)',
  ],
  [
    'unsafe',
    'outputs',
    ({ safe }) =>
      safe.problems.push({
        part: 'contactor',
        connectorId: 1,
        code: 'notSafe',
        text: 'line 17 of GPIO chip header: gone',
      }),
    'FAIL  outputs: not made safe: line 17 of GPIO chip header: gone',
  ],
])('%s: %s', async (_fault, part, spoil, expected) => {
  const rig = fakeRig();
  spoil(rig);
  const found = await linesOf(rig, part);
  expect(found).toHaveLength(1);
  expect(found[0]?.slice(0, expected.length)).toBe(expected);
});

/** An input that can be had but not read. */
function failReads(gpio: FakeRig['gpio'], line: number): void {
  const { input } = gpio;
  gpio.input = (wiring) => {
    const taken = input(wiring);
    if (wiring.line === line) gpio.chip(wiring.chip).fail(line, 'dead');
    return taken;
  };
}

test('a missing package is told in full once, then in short, and the rest goes on', async () => {
  const rig = fakeRig();
  rig.machine.gpio = () => missing('onoff');
  rig.machine.serialLine = async () => missing('serialport');
  const found = await lines(rig);
  const withAdvice = found.filter((line) => line.includes('npm install'));
  expect(withAdvice.map((line) => line.slice(6).split(':')[0])).toEqual(['supply monitor', 'serial bus meters']);
  expect(found).toContain(
    'FAIL  connector 1 contactor: coil: package onoff cannot be loaded: no such module (see supply monitor)',
  );
  expect(found).toContain(
    'FAIL  connector 2 meter: package serialport cannot be loaded: no such module (see serial bus meters)',
  );
  expect(found).toContain('ok    connector 1 proximity: no plug');
});

test('on a machine without devices each part of the bench rig has its line', async () => {
  const rig = fakeRig();
  rig.machine.gpio = () => missing('onoff');
  rig.ads.powered = false;
  const text = readFileSync('board/pi-bench-double.yaml', 'utf8').replace('/dev/watchdog', '/dev/nowhere');
  const found = await lines(rig, parseBoard(text, 'board.yaml'));
  expect(found.filter((line) => line.startsWith('FAIL  connector 3 '))).toHaveLength(8);
  expect(found).toContainEqual(expect.stringMatching(/^FAIL {2}watchdog: there is no \/dev\/nowhere: load/));
  expect(found).toContain('FAIL  connector 3 thermometer: I2C bus 1, address 0x49: no device answers (see ADC 0x49)');
  expect(found).toContainEqual(expect.stringMatching(/^FAIL {2}left card reader: package onoff/));
});

describe('the command', () => {
  /** Exit code, and what went to stdout and stderr. */
  async function run(path: string, json: boolean): Promise<[number, string]> {
    let text = '';
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation((piece) => {
        text += String(piece);
        return true;
      }),
    );
    try {
      return [await checkBoardLive(path, json), text];
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }

  test('refuses a simulated board', async () => {
    expect(await run('board/simulated-single.yaml', false)).toEqual([
      1,
      expect.stringMatching(/OK: .*\ngreenup: board simulated-single is simulated: only a board with drivers: pi/s),
    ]);
  });

  test('refuses a wrong board with what is wrong', async () => {
    const [code, text] = await run('board/catalogue.yaml', true);
    expect([code, JSON.parse(text)]).toEqual([1, { ok: false, problems: expect.any(Array) }]);
  });

  test('refuses while a station runs, in words and as JSON', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'live-check-'));
    const before = process.env.RUNTIME_DIRECTORY;
    process.env.RUNTIME_DIRECTORY = directory;
    try {
      const word = { at: new Date().toISOString(), pid: process.ppid, board: 'pi-bench-double' };
      writeFileSync(join(directory, 'health.json'), JSON.stringify(word));
      const reason = `a station runs (process ${process.ppid}, board pi-bench-double): stop it first`;
      expect(await run('board/pi-bench-double.yaml', false)).toEqual([1, expect.stringContaining(reason)]);
      const [code, text] = await run('board/pi-bench-double.yaml', true);
      expect([code, JSON.parse(text)]).toEqual([1, { ok: false, problems: [expect.stringContaining(reason)] }]);
    } finally {
      if (before === undefined) delete process.env.RUNTIME_DIRECTORY;
      else process.env.RUNTIME_DIRECTORY = before;
      rmSync(directory, { recursive: true });
    }
  });
});

test('a pilot that cannot be measured for a moment is looked at again; one that stays so has failed', async () => {
  const during = async (ms: number): Promise<string[]> => {
    const rig = fakeRig();
    const from = rig.clock.now();
    const driven = rig.duties.length;
    // From the first drive on, which comes long after the converter was found sound.
    let until: number | undefined;
    rig.bus.fails = () => {
      if (rig.duties.length > driven) until ??= rig.clock.now() + ms;
      return until !== undefined && rig.clock.now() < until && rig.clock.now() > from;
    };
    return linesOf(rig, 'connector 1 pilot');
  };
  expect(await during(900)).toEqual([
    'ok    connector 1 pilot: +12.00 V (steady), −12.00 V (unavailable), +12.00 V / −12.00 V (duty 10 %)',
  ]);
  expect((await during(60_000))[0]).toMatch(/^FAIL {2}connector 1 pilot: steady: /);
});
