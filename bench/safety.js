/**
 * From a pilot change at the converter to the command that opens the contactor: the station's threads (machines in the safety
 * thread, each bus in its own), the buses in the safety loop, and all in line, while the main thread is idle, flooded with frames,
 * stalled by a disk, or busy with its heap, or while the bus of four other outlets is stuck. The drivers are the rig's; converter
 * and lines are memory, so a transfer on the I2C bus takes no time unless TRANSFER_MS says so (0.3 is a 400 kHz bus). Each
 * measurement has a process of its own. A vehicle that has left makes place for another one, which takes some seconds.
 *
 * CHANGES=1000 OUTLETS=16 WITHIN_S=20 TRANSFER_MS=0: more outlets, more changes, and more threads of buses (one for four).
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { cpus, loadavg, tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { finish, judged, quantile } = require('./support');

const transferMs = Number(process.env.TRANSFER_MS ?? 0);
/** Transfers that take time fit into the loop for the two converters of a double board only. */
const outlets = Number(process.env.OUTLETS ?? (transferMs > 0 ? 2 : 16));
const changes = Number(process.env.CHANGES ?? (transferMs > 0 ? 60 : 1_000));
/** Longest time of one measurement; in line under load some contactors hardly close again. */
const withinMs = 1_000 * Number(process.env.WITHIN_S ?? 20);
const watchMs = 4_000;

const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

function build() {
  const sources = ['station', 'safety-thread', 'bus-thread', 'vehicles', 'flood'].map((name) =>
    join(__dirname, `safety/${name}.ts`),
  );
  const external = ['onoff', 'i2c-bus', 'bufferutil', 'utf-8-validate'];
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };
  buildSync({ ...common, entryPoints: sources, outdir: directory, external });
}

function run(job) {
  const all = { place: 'station', load: 'idle', outlets, changes, transferMs, withinMs, ...job };
  const stdio = ['ignore', 'pipe', 'inherit'];
  return JSON.parse(execFileSync(process.execPath, [join(directory, 'station.js'), JSON.stringify(all)], { stdio }));
}

const number = (value) => (Number.isFinite(value) ? value.toFixed(1) : '-').padStart(8);
const loadNames = { idle: 'idle', frames: 'frames', disk: 'disk stalls', heap: 'heap churn', bus: 'stuck bus' };

function latencies() {
  console.log(
    `pilot change to contactor command, in ms; limit 100 with the contactor's own time; ${outlets} outlets in one loop, I2C transfer ${transferMs} ms`,
  );
  console.log(
    'main thread   machines   S2 opens     p50     p99     max  unplugged     p50     p99     max  opened falsely  not measured  loop gap  main stall    waited',
  );
  const ratios = [];
  let late = 0;
  for (const load of ['idle', 'frames', 'disk', 'heap', ...(outlets > 4 ? ['bus'] : [])]) {
    const worst = {};
    for (const place of ['station', 'thread', 'inline']) {
      const result = run({ place, load });
      const { latenciesMs, unpluggedMs } = result;
      worst[place] = quantile([...latenciesMs, ...unpluggedMs], 0.99);
      const cells = [latenciesMs, unpluggedMs].map(
        (values) =>
          `${String(values.length).padStart(8)}${[0.5, 0.99, 1].map((q) => number(quantile(values, q))).join('')}`,
      );
      if (place === 'station') late = Math.max(late, quantile([...latenciesMs, ...unpluggedMs], 0.999));
      const { longestGapMs, falseOpenings, unmeasured, stallMaxMs, waitedMs } = result;
      const waited = number(place === 'inline' ? Number.NaN : waitedMs);
      console.log(
        `${loadNames[load].padEnd(13)} ${place.padEnd(10)} ${cells.join('   ')}${String(falseOpenings).padStart(16)}${String(unmeasured).padStart(14)}  ${number(longestGapMs)}    ${number(stallMaxMs)}  ${waited}`,
      );
    }
    ratios.push(`${loadNames[load]} ${(worst.inline / worst.station).toFixed(2)}`);
  }
  console.log(
    'station: a thread for each bus beside the safety thread; thread: buses in the safety loop; inline: all on the main thread',
  );
  console.log(
    'not measured: pilots without a reading for 50 ms; loop gap, main stall: longest pause of loop and main thread; waited: in all, for a processor while ready to run',
  );
  console.log(`ratio of p99, in line to station: ${ratios.join(', ')}`);
  const told = judged('ms from the pilot to the command with all threads, p99.9', late, { goal: 40, limit: 100 }, 1);
  console.log(`highest p99.9 with all threads, in ms: ${told}`);
}

function processorTime() {
  const board = join(__dirname, '..', 'board', 'pi-bench-double.yaml');
  for (const cost of [0, 0.3]) {
    const job = { outlets: 4, transferMs: cost, watch: { board, ms: watchMs } };
    const { busyShare, processShare, threadShare } = run(job);
    const percent = (share) => (share === undefined ? 'not known' : `${(100 * share).toFixed(1)} %`);
    console.log(
      `safety loop of a double board at rest, I2C transfer ${cost} ms: at work ${percent(busyShare)} of the time, processor time of its thread ${percent(threadShare)} of a core, of the whole process ${percent(processShare)}`,
    );
  }
}

build();
console.log(`${cpus().length} processors, load ${loadavg()[0].toFixed(1)} at the start`);
latencies();
processorTime();
finish();
