/**
 * How much virtual time a second of processor time buys: a double station at rest, the same one with a vehicle at each Type 2
 * outlet, and random lives of an hour whose books are audited; each against bare timers of the same clock.
 *
 * SECONDS=2: processor time that each measurement takes at the least.
 */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');
const { bundled } = require('./support');

const root = join(__dirname, '..');
const file = bundled('virtual-time/measure.ts');
execFileSync(process.execPath, [file, process.env.SECONDS ?? '2'], { cwd: root, stdio: 'inherit' });
