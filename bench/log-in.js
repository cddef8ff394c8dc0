/**
 * What attempts to log in cost the station: how much longer a commit takes while somebody tries passwords as fast as he is
 * answered, from an address of its own each. Hashes are bounded and made one at a time; the rest are refused unhashed.
 * ATTEMPTS=10000, COMMITS=200.
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { finish, judged, median, quantile, wrong } = require('./support');

const attempts = Number(process.env.ATTEMPTS ?? 10_000);
const commits = Number(process.env.COMMITS ?? 200);
/** Of all attempts in ten minutes, from addresses where nobody has logged in. */
const hashesMax = 60;

const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

const alias = { 'classic-level': require.resolve('classic-level') };
buildSync({
  ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' },
  entryPoints: [join(__dirname, 'log-in/attack.ts')],
  outdir: directory,
  external: [alias['classic-level']],
  alias,
});

const job = { directory: join(directory, 'store'), commits, attempts };
const output = execFileSync(process.execPath, [join(directory, 'attack.js'), JSON.stringify(job)]);
const { rest, attacked, hashes, hashMs } = JSON.parse(output);

console.log(`a hash: ${hashMs.toFixed(0)} ms; ${attempts} attempts: ${hashes} of them hashed`);
if (hashes > hashesMax) console.log(wrong(`${hashes} hashes, more than ${hashesMax}`));
console.log(
  `a flushed commit at rest: ${median(rest).toFixed(1)} ms, ${quantile(rest, 0.95).toFixed(1)} ms of twenty the slowest`,
);
console.log(
  `under attack (${attacked.length}): ${median(attacked).toFixed(1)} ms, ${quantile(attacked, 0.95).toFixed(1)} ms`,
);
console.log(
  `times as long: ${judged('commit under attack', median(attacked) / median(rest), { goal: 1.5, limit: 4 })}`,
);
finish();
