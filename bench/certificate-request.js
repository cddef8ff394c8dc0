/**
 * What the first request for a certificate of the station costs a process: to load what makes it, to make a key on the curve
 * P-256 and the request, against the start of a bare Node.js; and the memory that stays. A second one is made for comparison.
 * ROUNDS=7.
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { rarePackages } = require('../tools/bundle');
const { finish, judged, median } = require('./support');

const rounds = Number(process.env.ROUNDS ?? 7);
const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

buildSync({
  ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' },
  entryPoints: [join(__dirname, '../src/ocpp/security/certificate-request.ts')],
  outdir: directory,
  external: rarePackages,
});

const script = `
  const wish = { serialNumber: '260988', organisation: 'An operator', rsaBits: 0 };
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  const { makeRequest } = require(${JSON.stringify(join(directory, 'certificate-request.js'))});
  (async () => {
    await makeRequest(wish);
    const first = performance.now() - begun;
    await makeRequest(wish);
    const second = performance.now() - begun - first;
    const bytes = process.memoryUsage().rss - before;
    console.log(JSON.stringify({ first, second, bytes }));
  })();`;
const environment = { ...process.env, NODE_PATH: join(__dirname, '../node_modules') };

const starts = [];
const found = [];
for (let round = 0; round < rounds; round += 1) {
  const begun = performance.now();
  execFileSync(process.execPath, ['-e', '0']);
  starts.push(performance.now() - begun);
  found.push(JSON.parse(execFileSync(process.execPath, ['-e', script], { env: environment })));
}

const first = median(found.map((one) => one.first));
const second = median(found.map((one) => one.second));
const megabytes = median(found.map((one) => one.bytes)) / 1e6;
const start = median(starts);
console.log(
  `first request for a certificate, median of ${rounds}: ${first.toFixed(0)} ms, the second ${second.toFixed(0)} ms, a bare start of Node.js ${start.toFixed(0)} ms, ratio ${judged('first request', first / start, { goal: 4, limit: 8 })}`,
);
console.log(
  `memory that it adds: ${judged('memory of the first request in MB', megabytes, { goal: 25, limit: 50 })} MB`,
);
finish();
