/**
 * What the store writes to flash in a year: commits, flushes and bytes of one charge and of a rest are counted at the store
 * port, in virtual time, and multiplied. CHARGES=4 a day of HOURS=2 with a meter value each INTERVAL=60 s.
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { finish, judged } = require('./support');

const charges = Number(process.env.CHARGES ?? 4);
const hours = Number(process.env.HOURS ?? 2);
const sampleIntervalS = Number(process.env.INTERVAL ?? 60);
const hourMs = 3_600_000;
/**
 * What a flush of some hundred bytes at the end of a file makes an ext4 disk write: the page, and the journal's record of
 * the new length. Measured once with the block layer's counters.
 */
const bytesOfFlush = 8_400;
/** A value that is only written leaves the page cache by itself, half a minute later, in the same way. */
const bytesOfWriteBack = bytesOfFlush;

const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

function build() {
  const external = ['onoff', 'spi-device', 'mfrc522-rpi', 'bufferutil', 'utf-8-validate'];
  const alias = { 'classic-level': require.resolve('classic-level') };
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };
  const entryPoints = [join(__dirname, 'flash/station.ts')];
  buildSync({ ...common, entryPoints, outdir: directory, external: [...external, alias['classic-level']], alias });
}

const MB = (bytes) => (bytes / 1e6).toFixed(0);

build();
const job = { chargeMs: hours * hourMs, restMs: hourMs, sampleIntervalS };
const { charge, rest, storeBytes } = JSON.parse(
  execFileSync(process.execPath, [join(directory, 'station.js'), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  }),
);
const values = Math.floor((hours * 3_600) / sampleIntervalS);
const restHours = 24 - charges * hours;
const perYear = (what) => 365 * (charges * charge[what] + restHours * rest[what]);
// The value and the answer to it leave together.
const writeBacks = 365 * charges * values;
const most = perYear('flushes') * bytesOfFlush + writeBacks * bytesOfWriteBack + 3 * perYear('bytes');
console.log(
  `one charge of ${hours} h with ${values} meter values: ${judged('flushes of a charge', charge.flushes, { goal: 3 + 12 * hours, limit: 5 + 13 * hours }, 0)} flushes, ` +
    `${charge.commits} commits, ${(charge.bytes / 1024).toFixed(1)} KB of keys and values, ${(charge.diskBytes / 1024).toFixed(0)} KB of dirty pages`,
);
console.log(`one hour of rest: ${rest.flushes} flushes, ${rest.commits} commits, ${rest.bytes} bytes`);
console.log(
  `a year with ${charges} charges a day: ${perYear('flushes')} flushes, ${perYear('commits')} commits, ${MB(perYear('bytes'))} MB of keys and values; ` +
    `written to the medium ${judged('MB a year', most / 1e6, { goal: 6_000, limit: 20_000 }, 0)} MB at most, with page, journal and tables; store ${(storeBytes / 1024).toFixed(0)} KB`,
);
finish();
