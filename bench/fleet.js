/**
 * Many simulated double stations in one process, over real connections: the processor share of a thousand at rest and of a
 * thousand with a vehicle each that charges, and the memory of one more station; against bare `ws` clients that send a
 * Heartbeat as often. Then the command itself, `greenup fleet`: how long WHOLE stations take until all are accepted, and what
 * they need at rest.
 *
 * SECONDS=60: how long each share is measured; STATIONS=1000; MORE=5000: up to which number memory is measured; WHOLE=10000.
 */
const { spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { bundled, memory, program, wait } = require('./support');

const seconds = Number(process.env.SECONDS ?? 60);
const stations = Number(process.env.STATIONS ?? 1_000);
const more = Number(process.env.MORE ?? 5 * stations);
const whole = Number(process.env.WHOLE ?? 10_000);
/** What a start leaves to be told, in ms. */
const restMs = 10_000;
const root = join(__dirname, '..');

const programs = {
  central: bundled('fleet/central.ts'),
  stations: bundled('fleet/stations.ts'),
  bare: bundled('fleet/bare.ts'),
};

/** Starts a program; resolves with its first line, which is JSON. */
function first(name, job) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = spawn(process.execPath, ['--expose-gc', programs[name], JSON.stringify(job)], { cwd: root, stdio });
  const line = new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))));
    });
    child.on('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
  });
  return { child, line };
}

/** Seconds of processor time that a process has had. */
function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Runs `greenup fleet`; resolves with what its stations took until all were accepted, and what they take at rest. */
async function fleetCommand(url) {
  const state = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const words = ['fleet', '--stations', whole, '--csms', url, '--ramp', '0s', '--state', state, '--json'];
  const begun = Date.now();
  const child = spawn(process.execPath, [program, ...words.map(String)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve, reject) => {
      let rest = '';
      child.stdout.on('data', (data) => {
        const lines = (rest + data).split('\n');
        rest = lines.pop();
        for (const { event, central } of lines.map((line) => JSON.parse(line)))
          if (event === 'fleet' && central.BootNotification?.answered >= whole) resolve();
      });
      child.on('exit', (code) => reject(new Error(`greenup fleet ended with code ${code}`)));
    });
    const bootS = (Date.now() - begun) / 1_000;
    const bootCpuS = processorSeconds(child.pid);
    await wait(restMs);
    const before = processorSeconds(child.pid);
    await wait(1_000 * seconds);
    const share = (processorSeconds(child.pid) - before) / seconds;
    return { bootS, bootCpuS, share, rssMb: memory(child.pid).rss };
  } finally {
    child.kill('SIGKILL');
    rmSync(state, { recursive: true });
  }
}

async function main() {
  const central = first('central', {});
  const { url } = await central.line;
  const run = (name, job) => first(name, { url, seconds, ...job }).line;
  try {
    const bare = await run('bare', { stations });
    const idle = await run('stations', { stations });
    const charging = await run('stations', { stations, charging: true });
    const many = await run('stations', { stations: more, seconds: 0 });
    const percent = (share) => `${(100 * share).toFixed(2)} % of a core`;
    const ratio = (result) => `${(result.share / bare.share).toFixed(1)} times bare connections`;
    console.log(`${stations} bare ws connections, a Heartbeat a minute: ${percent(bare.share)}`);
    console.log(`${stations} stations at rest, a Heartbeat a minute: ${percent(idle.share)}, ${ratio(idle)}`);
    console.log(`${stations} stations with a vehicle charging: ${percent(charging.share)}, ${ratio(charging)}`);
    const each = (many.rssKb - idle.rssKb) / (more - stations);
    const command = await fleetCommand(url);
    console.log(
      `greenup fleet, ${whole} stations: all accepted after ${command.bootS.toFixed(1)} s (${command.bootCpuS.toFixed(1)} s of a core); ` +
        `at rest ${percent(command.share)}, ${command.rssMb.toFixed(0)} MB of RSS`,
    );
    console.log(`memory of one more station, from ${stations} to ${more} at rest: ${each.toFixed(0)} KB of RSS`);
  } finally {
    central.child.kill();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
