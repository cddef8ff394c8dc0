/**
 * From a pilot change at the converter to the command that opens the contactor: socket machines in the safety thread
 * against the same machines in line, while the main thread is idle, flooded with frames, stalled by a disk, or busy with
 * its heap. The drivers are the rig's; converter and lines are memory, so a transfer on the I2C bus takes no time unless
 * TRANSFER_MS says so (0.3 is a 400 kHz bus). Each measurement has a process of its own.
 *
 * CHANGES=1000 OUTLETS=48 TRANSFER_MS=0: many outlets, so that many changes fit into a short time.
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { cpus, loadavg, tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { finish, judged, quantile } = require('./support');

const transferMs = Number(process.env.TRANSFER_MS ?? 0);
/** Transfers that take time fit into the loop for the two converters of a double board only. */
const outlets = Number(process.env.OUTLETS ?? (transferMs > 0 ? 2 : 48));
const changes = Number(process.env.CHANGES ?? (transferMs > 0 ? 60 : 1_000));
/** Longest time of one measurement; in line under load some contactors hardly close again. */
const withinMs = 20_000;
const watchMs = 4_000;

const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

function build() {
  const sources = ['station', 'safety-thread', 'vehicles', 'flood'].map((name) => join(__dirname, `safety/${name}.ts`));
  const external = ['onoff', 'i2c-bus', 'bufferutil', 'utf-8-validate'];
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };
  buildSync({ ...common, entryPoints: sources, outdir: directory, external });
}

function run(job) {
  const all = { place: 'thread', load: 'idle', outlets, changes, transferMs, withinMs: withinMs, ...job };
  const stdio = ['ignore', 'pipe', 'inherit'];
  return JSON.parse(execFileSync(process.execPath, [join(directory, 'station.js'), JSON.stringify(all)], { stdio }));
}

const number = (value) => (Number.isFinite(value) ? value.toFixed(1) : '-').padStart(8);
const loadNames = { idle: 'idle', frames: 'frames', disk: 'disk stalls', heap: 'heap churn' };

function latencies() {
  console.log(
    `pilot change (6 V to 9 V) to contactor command, in ms; limit 100 with the contactor's own time; ${outlets} outlets in one loop, I2C transfer ${transferMs} ms`,
  );
  console.log(
    'main thread   machines  changes     p50     p99   p99.9     max  opened falsely  not measured  loop gap  main stall    waited',
  );
  const ratios = [];
  let late = 0;
  for (const load of ['idle', 'frames', 'disk', 'heap']) {
    const worst = {};
    for (const place of ['thread', 'inline']) {
      const result = run({ place, load });
      const values = result.latenciesMs;
      const cells = [0.5, 0.99, 0.999, 1].map((q) => number(quantile(values, q)));
      worst[place] = quantile(values, 0.99);
      if (place === 'thread') late = Math.max(late, quantile(values, 0.999));
      const { longestGapMs, falseOpenings, unmeasured, stallMaxMs, waitedMs } = result;
      const waited = place === 'thread' ? number(waitedMs) : number(Number.NaN);
      console.log(
        `${loadNames[load].padEnd(13)} ${place.padEnd(8)} ${String(values.length).padStart(8)}${cells.join('')}${String(falseOpenings).padStart(16)}${String(unmeasured).padStart(14)}  ${number(longestGapMs)}    ${number(stallMaxMs)}  ${waited}`,
      );
    }
    ratios.push(`${loadNames[load]} ${(worst.inline / worst.thread).toFixed(2)}`);
  }
  console.log(
    'not measured: pilots without a reading for 50 ms; loop gap, main stall: longest pause of loop and main thread; waited: in all, for a processor while ready to run',
  );
  console.log(`ratio of p99, in line to thread: ${ratios.join(', ')}`);
  const told = judged('ms from the pilot to the command in the thread, p99.9', late, { goal: 40, limit: 100 }, 1);
  console.log(`highest p99.9 of the thread, in ms: ${told}`);
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
