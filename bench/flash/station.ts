/** A station that charges for some hours of virtual time; what it commits to a real store is counted. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CentralSystem } from '../../src/csms/central-system';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { LevelStore } from '../../src/drivers/store/level-store';
import { plainBoard } from '../../src/hal/board/plain-board';
import type { JsonValue, Store } from '../../src/hal/store';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import { DemoTransport } from '../../src/simulator/demo-transport';
import { Simulation } from '../../src/simulator/simulation';
import { statusOf } from '../../src/station/status';

/** What the parent asks for. */
interface Job {
  /** Length of one charge, and of a rest without a vehicle, in ms. */
  chargeMs: number;
  restMs: number;
  sampleIntervalS: number;
}

/** Of one part of the time; bytes are those of keys and values as text. */
export interface Written {
  commits: number;
  flushes: number;
  bytes: number;
  /** Of pages that the process made dirty, as Linux counts them for the disk. */
  diskBytes: number;
}

const stepMs = 100;
const patienceMs = 120_000;

function diskBytes(): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0);
}

class Counted implements Store {
  commits = 0;
  flushes = 0;
  bytes = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {}

  load(): Promise<Map<string, JsonValue>> {
    return this.store.load();
  }

  commit(...[batch, durability]: Parameters<Store['commit']>): Promise<void> {
    this.commits += 1;
    if (durability !== 'written') this.flushes += 1;
    for (const key of batch.del) this.bytes += key.length;
    for (const [key, value] of batch.put) this.bytes += key.length + JSON.stringify(value).length;
    const done = this.store.commit(batch, durability);
    this.last = done.catch(() => undefined);
    return done;
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** Virtual time waits for the disk. */
  quiet(): Promise<void> {
    return this.last;
  }

  now(): Written {
    const { commits, flushes, bytes } = this;
    return { commits, flushes, bytes, diskBytes: diskBytes() };
  }
}

const difference = (after: Written, before: Written): Written => ({
  commits: after.commits - before.commits,
  flushes: after.flushes - before.flushes,
  bytes: after.bytes - before.bytes,
  diskBytes: after.diskBytes - before.diskBytes,
});

async function run({ chargeMs, restMs, sampleIntervalS }: Job): Promise<object> {
  const directory = mkdtempSync(join(tmpdir(), 'greenup-flash-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const store = new Counted(await LevelStore.open(join(directory, 'store')));
  const transport = new DemoTransport(new WsTransport());
  const settle = async (): Promise<void> => {
    await transport.quiet();
    await store.quiet();
  };
  const clock = new VirtualClock({ systemTimeMs: Date.now(), settle });
  const central = new CentralSystem({ now: () => clock.systemTime() ?? 0 });
  const { url } = await central.start();
  const simulation = await Simulation.start({
    board: plainBoard({ connectors: 1 }),
    clock,
    openStore: async () => store,
    memory: { load: () => undefined, save: () => {} },
    transport,
    log: { info: () => {}, warn: () => {} },
    configuration: { URL: url, UID: 'FLASH', MeterValueSampleInterval: String(sampleIntervalS) },
    seed: 1,
    followCentralTime: () => true,
    onNotice: () => {},
    onWarning: () => {},
    onReset: () => {},
    restarts: true,
  });
  const { station } = simulation.running;
  const until = async (wanted: string): Promise<void> => {
    for (let waitedMs = 0; statusOf(station.state, station.config, 1).status !== wanted; waitedMs += stepMs) {
      if (waitedMs > patienceMs) throw new Error(`status ${wanted} did not come to be`);
      await clock.advance(stepMs);
    }
  };
  const charge = async (): Promise<void> => {
    simulation.world.plug(1, { ev: { batteryWh: 500_000 } });
    await until('Preparing');
    simulation.world.present('04A1B2C3', 'right');
    await until('Charging');
    await clock.advance(chargeMs);
    simulation.world.present('04A1B2C3', 'right');
    await until('Finishing');
    simulation.world.unplug(1);
    await until('Available');
    // What may wait for its flush has been flushed then.
    await clock.advance(400_000);
  };
  await clock.advance(400_000);
  const begun = store.now();
  await charge();
  const charged = store.now();
  await clock.advance(restMs);
  const rested = store.now();
  const files = readdirSync(join(directory, 'store')).map((name) => statSync(join(directory, 'store', name)).size);
  await simulation.stop();
  await central.stop();
  return {
    charge: difference(charged, begun),
    rest: difference(rested, charged),
    storeBytes: files.reduce((sum, size) => sum + size, 0),
  };
}

run(JSON.parse(process.argv[2] ?? '{}') as Job).then(
  (result) => process.stdout.write(JSON.stringify(result), () => process.exit(0)),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
