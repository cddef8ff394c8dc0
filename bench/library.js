/**
 * What a test pays that charges a simulated vehicle in virtual time, from `simulate()` on, against the start of a bare Node.js:
 * for the first station of a process, and for those that follow.
 *
 * ROUNDS=30: stations.
 */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');
const { bundled, finish, judged, median } = require('./support');

const root = join(__dirname, '..');
const run = (...words) => execFileSync(process.execPath, words, { cwd: root, encoding: 'utf8' });

function bareStartMs() {
  const begun = performance.now();
  run('-e', '0');
  return performance.now() - begun;
}

const bareMs = median(Array.from({ length: 9 }, bareStartMs));
const [first, ...others] = JSON.parse(run(bundled('library/measure.ts'), process.env.ROUNDS ?? '30'));
const chargingMs = median(others.map(([ms]) => ms));
const chargedMs = median(others.map(([, ms]) => ms));
console.log(`a bare start of Node.js: ${bareMs.toFixed(0)} ms`);
console.log(
  `simulate() to a vehicle that charges: ${chargingMs.toFixed(0)} ms, of the first station ${first[0].toFixed(0)} ms`,
);
console.log(`ten minutes of charging, the stop and its delivery: ${chargedMs.toFixed(0)} ms`);
const ratio = (chargingMs + chargedMs) / bareMs;
console.log(`all of it, in starts of Node.js: ${judged('a charge', ratio, { goal: 1.5, limit: 4 })}`);
finish();
