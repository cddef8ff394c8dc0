/** The process that is measured: simulated stations with their worlds, each with a connection of its own. */
import { RealClock } from '../../src/drivers/clock/real-clock';
import { SimulatedWorld } from '../../src/drivers/sim/world';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { loadBoard } from '../../src/hal/board/board-file';
import type { Clock } from '../../src/hal/clock';
import { seeded } from '../../src/hal/random';
import { type RunningStation, startStation } from '../../src/main';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import { job, measure, wait } from './measured';

const board = loadBoard('board/simulated-double.yaml');
const log = { info: () => {}, warn: (_fields: object, message: string) => process.stderr.write(`${message}\n`) };
/** So many connect at once. */
const batch = 50;
/** Their batteries are not full before the measurement ends. */
const thirsty = { batteryWh: 1_000_000, stateOfCharge: 0 };

interface Simulated {
  world: SimulatedWorld;
  running: RunningStation;
}

async function start(url: string, number: number, clock: Clock): Promise<Simulated> {
  const world = new SimulatedWorld({ board, clock });
  const running = await startStation({
    board,
    parts: world.parts,
    clock,
    store: new MemoryStore(),
    transport: new WsTransport(),
    random: seeded(number),
    log,
    initialConfiguration: { URL: url, UID: `FLEET${number}` },
  });
  return { world, running };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await wait(20);
}

async function charge({ world, running }: Simulated): Promise<void> {
  const session = () => running.station.state.connectors[0]?.session.kind;
  world.plug(1, { ev: thirsty });
  await until(() => session() === 'waiting');
  world.present('04A1B2C3', 'right');
  await until(() => session() === 'running');
}

async function main(): Promise<void> {
  const own = job();
  const clock = new RealClock();
  for (let begun = 0; begun < own.stations; begun += batch) {
    const numbers = Array.from({ length: Math.min(batch, own.stations - begun) }, (_, index) => begun + index);
    const stations = await Promise.all(numbers.map((number) => start(own.url, number, clock)));
    await until(() => stations.every(({ running }) => running.chargePoint.registration === 'Accepted'));
    if (own.charging) await Promise.all(stations.map(charge));
  }
  // What a start leaves to be told, and what a vehicle does until it draws its whole current.
  await wait(10_000);
  await measure(own);
}

void main();
