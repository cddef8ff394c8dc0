/** The emulated rig: chips, buses and files after a board file, joined with the parts of a simulated world. */
import type { SimulatedWorld } from '../../../../src/drivers/sim/world';
import type { Board, BoardPoint } from '../../../../src/hal/board';
import type { Clock } from '../../../../src/hal/clock';
import { connectorsOf } from '../../../../src/hal/connectors';
import { GreenupError } from '../../../../src/hal/errors';
import type { PointParts } from '../../../../src/hal/parts';
import type { LineWiring } from '../../../../src/hal/wiring';
import { AnalogInputs } from './analog';
import { ChargePump } from './charge-pump';
import { eastronUnit } from './eastron';
import { RigLines } from './lines';
import { Mfrc522 } from './mfrc522';
import { ModbusBus, type ModbusUnit } from './modbus-slave';
import { PwmTree } from './pwm-tree';
import { ReaderGlue } from './reader-glue';
import { type GlueRig, joinSocket } from './socket-glue';

export interface EmulatedReader {
  side: BoardPoint['side'];
  /** As `/dev/spidev0.0`. */
  device: string;
  chip: Mfrc522;
  glue: ReaderGlue;
}

export interface EmulatedRig {
  lines: RigLines;
  pump: ChargePump;
  readers: readonly EmulatedReader[];
  /** By the names of the board's serial buses. */
  buses: ReadonlyMap<string, ModbusBus>;
  /** Presses the reset button; throws `command.invalid` if the board has none. */
  setButton(pressed: boolean): void;
  /** The I2C bus: false, and nothing acknowledges. */
  setI2c(works: boolean): void;
}

/** What the rig asks of the machine it is emulated on. */
export interface RigHost {
  clock: Clock;
  /** Puts an answer on a serial bus. */
  send(bus: string, frame: Buffer): void;
}

/** Throws `config.invalid` for a board without wiring, or one that cannot be emulated. */
export function makeRig(board: Board, world: SimulatedWorld, host: RigHost): EmulatedRig {
  const { hardware } = board;
  if (hardware === undefined) {
    throw new GreenupError('config.invalid', `board ${board.name} has no hardware: give one with drivers: pi`);
  }
  const { clock } = host;
  const lines = new RigLines(hardware.gpioChips.map(({ name }) => name));
  const [busChip] = lines.chips.values();
  if (busChip === undefined) throw new GreenupError('config.invalid', `board ${board.name} has no GPIO chip`);
  const rig: GlueRig = {
    lines,
    analog: new AnalogInputs(busChip),
    pwm: new PwmTree(hardware.pwmRoot, clock),
    clock,
  };
  const pump = new ChargePump(hardware.pulse, lines, clock);
  joinSockets(board, world, rig, pump);
  if (hardware.supply !== undefined) joinSupply(hardware.supply, world, lines);
  const button = hardware.resetButton === undefined ? undefined : lines.input(hardware.resetButton);
  return {
    lines,
    pump,
    readers: board.points.flatMap((point, index) => readerOf(point, world.parts.points[index], lines, clock)),
    buses: new Map(hardware.serial.map(({ name }) => [name, busOf(name, board, world, host)])),
    setButton(pressed) {
      if (button === undefined) throw new GreenupError('command.invalid', `board ${board.name} has no reset button`);
      button(pressed);
    },
    setI2c(works) {
      busChip.setBusLost(!works);
    },
  };
}

function joinSockets(board: Board, world: SimulatedWorld, rig: GlueRig, pump: ChargePump): void {
  for (const { connectorId, pointIndex, socketIndex, socket } of connectorsOf(board)) {
    const parts = world.parts.points[pointIndex]?.sockets[socketIndex];
    if (socket.wiring === undefined || parts === undefined) {
      throw new GreenupError('config.invalid', `connector ${connectorId} of board ${board.name} is not wired`);
    }
    joinSocket(socket.wiring, parts, rig, pump, {
      residualTestFails: () => {
        const connector = world.snapshot().connectors[connectorId - 1];
        return connector?.faults.includes('residualTestFails') ?? false;
      },
    });
  }
}

function joinSupply(wiring: LineWiring, world: SimulatedWorld, lines: RigLines): void {
  const supply = lines.input(wiring);
  world.parts.supply?.watch((state) => supply(state === 'present'));
}

function readerOf(point: BoardPoint, parts: PointParts | undefined, lines: RigLines, clock: Clock): EmulatedReader[] {
  const wiring = point.wiring?.cardReader;
  if (wiring === undefined || parts?.reader === undefined) return [];
  const chip = new Mfrc522();
  if (wiring.reset !== undefined) lines.hear(wiring.reset, (active) => chip.setHeldInReset(active));
  return [{ side: point.side, device: wiring.device, chip, glue: new ReaderGlue(parts.reader, chip, clock) }];
}

function busOf(name: string, board: Board, world: SimulatedWorld, host: RigHost): ModbusBus {
  const units = new Map<number, ModbusUnit>();
  for (const { pointIndex, socketIndex, socket } of connectorsOf(board)) {
    const parts = world.parts.points[pointIndex]?.sockets[socketIndex];
    const meter = socket.wiring?.meter;
    if (meter?.bus === name && parts !== undefined) units.set(meter.unit, eastronUnit(meter.map, parts.meter));
  }
  const after = (delayMs: number, run: () => void): void => {
    host.clock.at(host.clock.now() + delayMs, run);
  };
  return new ModbusBus(units, (frame) => host.send(name, frame), after);
}
