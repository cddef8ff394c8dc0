/** The process that is measured: simulated stations in virtual time, one after the other, each of which charges a vehicle. */
import { simulate } from '../../src/simulator/simulate';

const rounds = Number(process.argv[2] ?? 30);
const chargeMs = 600_000;

/** From `simulate()` to a vehicle that charges, and from there through ten minutes to the end of the station, in ms. */
async function charge(): Promise<[number, number]> {
  const begun = performance.now();
  const station = await simulate();
  await station.untilRegistered();
  station.plug(1);
  await station.untilStatus(1, 'Preparing');
  station.tap('04A1B2C3');
  await station.untilStatus(1, 'Charging');
  const charging = performance.now();
  await station.advance(chargeMs);
  station.tap('04A1B2C3');
  await station.untilSent('StopTransaction');
  await station.stop();
  return [charging - begun, performance.now() - charging];
}

async function main(): Promise<void> {
  const times: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await charge());
  console.log(JSON.stringify(times));
}

void main();
