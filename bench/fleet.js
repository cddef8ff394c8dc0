/**
 * Many simulated double stations in one process, over real connections: the processor share of a thousand at rest and of a
 * thousand with a vehicle each that charges, and the memory of one more station; against bare `ws` clients that send a
 * Heartbeat as often.
 *
 * SECONDS=60: how long each share is measured; STATIONS=1000; MORE=5000: up to which number memory is measured.
 */
const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { bundled } = require('./support');

const seconds = Number(process.env.SECONDS ?? 60);
const stations = Number(process.env.STATIONS ?? 1_000);
const more = Number(process.env.MORE ?? 5 * stations);
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
    console.log(`memory of one more station, from ${stations} to ${more} at rest: ${each.toFixed(0)} KB of RSS`);
  } finally {
    central.child.kill();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
