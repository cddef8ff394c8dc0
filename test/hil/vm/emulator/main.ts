/** The emulator: main.js --board FILE --memory FILE. Makes a board's devices in this machine, before a simulated world. */
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RealClock } from '../../../../src/drivers/clock/real-clock';
import { fileWorldMemory } from '../../../../src/drivers/sim/memory';
import { SimulatedWorld } from '../../../../src/drivers/sim/world';
import { loadBoard } from '../../../../src/hal/board/board-file';
import { messageOf } from '../../../../src/hal/errors';
import { plugChip } from './chip-thread';
import { answerTo } from './commands';
import { CuseSpi } from './cuse';
import { type EmulatedReader, makeRig } from './rig';
import { openSerialEnd } from './serial-end';
import { serveWorld } from './world-socket';

const slavesPort = '/dev/ttySlaves';
const worldSocket = '/run/world.sock';
const readyFile = '/run/world.ready';
const deviceWaitMs = 20_000;
const lookMs = 50;

async function emulate(boardFile: string, memoryFile: string): Promise<void> {
  const clock = new RealClock();
  const board = loadBoard(boardFile);
  const world = new SimulatedWorld({
    board,
    clock,
    memory: fileWorldMemory(memoryFile, { clock, warn: console.error }),
  });
  let send = (_frame: Buffer): void => undefined;
  const rig = makeRig(board, world, { clock, send: (_bus, frame) => send(frame) });
  if (rig.buses.size > 1) throw new Error(`board ${board.name} has ${rig.buses.size} serial buses; there is one cable`);
  const [bus] = rig.buses.values();
  if (bus !== undefined) send = openSerialEnd(slavesPort, (bytes) => bus.receive(bytes), fail);

  // One after the other: the kernel numbers devices in the order of their making.
  for (const [name, memory] of rig.lines.chips) {
    await plugChip(name, memory, (outputs) => rig.lines.drive(name, outputs), fail);
  }
  const spiDevices = new Map<EmulatedReader, CuseSpi>();
  for (const reader of rig.readers) {
    spiDevices.set(reader, new CuseSpi(reader.device.replace('/dev/', ''), reader.chip, fail));
    await appears(reader.device);
  }
  const busNumber = board.hardware?.i2cBus;
  if (busNumber !== undefined) await appears(`/dev/i2c-${busNumber}`);
  await serveWorld(worldSocket, (line) =>
    answerTo(line, {
      world,
      rig,
      clock,
      setReaderUnplugged: (reader, unplugged) => spiDevices.get(reader)?.setUnplugged(unplugged),
    }),
  );
  writeFileSync(readyFile, '');
}

async function appears(path: string): Promise<void> {
  const until = Date.now() + deviceWaitMs;
  while (!existsSync(path)) {
    if (Date.now() > until) throw new Error(`${path} did not appear within ${deviceWaitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

function fail(error: unknown): never {
  console.error(`emulator: ${messageOf(error)}`);
  process.exit(1);
}

const { values } = parseArgs({ options: { board: { type: 'string' }, memory: { type: 'string' } } });
if (values.board === undefined || values.memory === undefined) fail('usage: --board FILE --memory FILE');
emulate(values.board, values.memory).catch(fail);
