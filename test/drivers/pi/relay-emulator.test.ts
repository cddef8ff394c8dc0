/** The vehicle of relays and resistors, on scripted lines. */
import { RelayEmulator } from '../../../src/drivers/pi/relay-emulator';
import type { Board } from '../../../src/hal/board';
import { loadBoard } from '../../../src/hal/board/board-file';
import type { Deed } from '../../../src/hal/vehicle-emulator';
import { type Chips, chips } from './chips';
import type { FakeGpio } from './fake-gpio';

let board: Board;
let gpio: Chips;
let lights: FakeGpio;

beforeEach(() => {
  board = loadBoard('board/pi-bench-double.yaml');
  gpio = chips(() => 0);
  lights = gpio.chip('lights');
});

const changes = (): string[] => lights.writes.splice(0).map(({ line, active }) => `${line} ${active ? 'on' : 'off'}`);

test('a plug is the vehicle and its wish for energy; a request works S2 alone; unplugging takes S2 off first', async () => {
  const emulator = new RelayEmulator(board, gpio);
  expect(changes()).toEqual([]);
  await emulator.perform({ do: 'plug', connectorId: 1 });
  expect(changes()).toEqual(['8 on', '9 on']);
  await emulator.perform({ do: 'request', connectorId: 1, energy: false });
  await emulator.perform({ do: 'request', connectorId: 1, energy: true });
  expect(changes()).toEqual(['9 off', '9 on']);
  await emulator.perform({ do: 'unplug', connectorId: 1 });
  expect(changes()).toEqual(['9 off', '8 off']);
});

test('a domestic socket has a plug contact and no S2; connectors do not disturb one another', async () => {
  const emulator = new RelayEmulator(board, gpio);
  await emulator.perform({ do: 'plug', connectorId: 2 });
  await emulator.perform({ do: 'plug', connectorId: 3 });
  await emulator.perform({ do: 'plug', connectorId: 4 });
  await emulator.perform({ do: 'unplug', connectorId: 2 });
  expect(changes()).toEqual(['10 on', '11 on', '12 on', '13 on', '10 off']);
});

test.each<[Deed, boolean]>([
  [{ do: 'plug', connectorId: 1 }, true],
  [{ do: 'unplug', connectorId: 4 }, true],
  [{ do: 'plug', connectorId: 5 }, false],
  [{ do: 'request', connectorId: 1, energy: true }, true],
  [{ do: 'request', connectorId: 2, energy: true }, false],
  [{ do: 'present', uid: '04', side: 'right' }, false],
  [{ do: 'mishap', mishap: 'welded', connectorId: 1, present: true }, false],
])('%j: it says whether it can, and refuses what it cannot', async (deed, able) => {
  const emulator = new RelayEmulator(board, gpio);
  expect(emulator.can(deed)).toBe(able);
  const done = emulator.perform(deed);
  if (able) await done;
  else await expect(done).rejects.toMatchObject({ code: 'command.invalid', message: expect.stringContaining(deed.do) });
  if (!able) expect(changes()).toEqual([]);
});

test('a board without relays can nothing', () => {
  const emulator = new RelayEmulator(loadBoard('board/pi-retrofit-single.yaml'), gpio);
  expect(emulator.can({ do: 'plug', connectorId: 1 })).toBe(false);
  emulator.close();
});

test('a line that does not take a command is the error of the promise', async () => {
  const emulator = new RelayEmulator(board, gpio);
  lights.fail(8, 'its chip has gone');
  await expect(emulator.perform({ do: 'plug', connectorId: 1 })).rejects.toMatchObject({ code: 'part.failed' });
});

test('closed, it has let go of all lines', () => {
  const emulator = new RelayEmulator(board, gpio);
  expect([8, 9, 10, 11, 12, 13].map((line) => lights.use(line))).toEqual(Array(6).fill('output'));
  emulator.close();
  expect([8, 9, 10, 11, 12, 13].map((line) => lights.use(line))).toEqual(Array(6).fill('free'));
});

test('a line that cannot be had is thrown, and those taken before are let go', () => {
  lights.fail(12, 'in use');
  expect(() => new RelayEmulator(board, gpio)).toThrow('line 12: in use');
  expect([8, 9, 10, 11].map((line) => lights.use(line))).toEqual(Array(4).fill('free'));
});
