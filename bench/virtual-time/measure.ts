/** The process that is measured: whole stations with their worlds and central systems, under a virtual clock. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { closeTheBooks, Rig } from '../../test/support/rig';
import { liveAnHour } from './life';

const secondsMin = Number(process.argv[2] ?? 2);
const hourMs = 3_600_000;
/** Vehicles whose batteries are not full before the measurement ends. */
const thirsty = { ev: { batteryWh: 1_000_000, stateOfCharge: 0, maxCurrentA: 8 } };

/** So many pieces of work a second of processor time; the first piece is for the compiler. */
async function perSecond(work: () => Promise<void>): Promise<number> {
  await work();
  const begun = process.cpuUsage();
  for (let done = 1; ; done += 1) {
    await work();
    const { user, system } = process.cpuUsage(begun);
    const seconds = (user + system) / 1e6;
    if (seconds >= secondsMin) return done / seconds;
  }
}

/** An hour in which one timer runs each second and does nothing: what the clock itself costs. */
async function bareHours(): Promise<number> {
  const clock = new VirtualClock();
  const run = (): void => void clock.at(clock.now() + 1_000, run);
  run();
  return perSecond(() => clock.advance(hourMs));
}

async function stationHours(charging: readonly number[]): Promise<number> {
  const rig = await Rig.start({ config: { HeartbeatInterval: '60' } });
  rig.central.answer('BootNotification', () => ({ status: 'Accepted', currentTime: rig.central.time(), interval: 60 }));
  for (const connectorId of charging) await rig.charge(connectorId, { plug: thirsty });
  await rig.advance(hourMs / 60);
  const pieceMs = charging.length > 0 ? hourMs / 4 : 6 * hourMs;
  const pieces = await perSecond(() => rig.advance(pieceMs));
  if (charging.some((connectorId) => rig.status(connectorId) !== 'Charging')) throw new Error('a vehicle has stopped');
  await closeTheBooks();
  return (pieces * pieceMs) / hourMs;
}

/** Seeds from 1 on, so that each run measures the same lives. */
async function lives(): Promise<number> {
  let seed = 0;
  return perSecond(async () => {
    seed += 1;
    await liveAnHour(seed);
    await closeTheBooks();
  });
}

async function main(): Promise<void> {
  const bare = await bareHours();
  const rows = [
    ['station-hours at rest', await stationHours([])],
    ['station-hours with two vehicles charging', await stationHours([1, 3])],
    ['lives of an hour with 20 events, audited', await lives()],
  ] as const;
  console.log(`bare clock: ${bare.toFixed(0)} hours of one empty timer a second, in a second of processor time`);
  for (const [what, count] of rows) {
    const timers = (3_600 * bare) / count;
    console.log(
      `${what}: ${count.toFixed(1)} a second of processor time; one costs as much as ${timers.toFixed(0)} empty timers`,
    );
  }
}

void main();
