/**
 * What the rules of the socket machines do to a contactor, in virtual time: closings under what opens it again and again, and
 * the time from the loss of the pilot to the command. TREE=path of another checkout measures that one by the same script.
 */
const { execFileSync } = require('node:child_process');
const { copyFileSync, existsSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { buildSync } = require('esbuild-wasm');

const own = resolve(__dirname, '..');
const tree = resolve(process.env.TREE ?? own);
const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

const source = join(tree, 'bench/safety/closings.ts');
if (tree !== own && !existsSync(source)) copyFileSync(join(own, 'bench/safety/closings.ts'), source);
const outfile = join(directory, 'closings.js');
buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' });
const { rows, losses } = JSON.parse(execFileSync(process.execPath, [outfile]));

console.log('closings in ten minutes, and in the worst minute');
for (const { cause, mode, all, most } of rows) {
  console.log(`${mode}  ${cause.padEnd(52)} ${String(all).padStart(5)} ${String(most).padStart(5)}`);
}
console.log('from the change at the terminal to the command to open, in ms, with a sample each 10 ms');
for (const [cause, ms] of Object.entries(losses)) console.log(`       ${cause.padEnd(52)} ${String(ms).padStart(5)}`);
