/**
 * What an update costs: bytes written to flash as a ratio to the package, and the pause of the station, from the end of its
 * connection to the BootNotification of the new release, against a start that no update is part of. MB=40 is the size of the release.
 */
const { execFileSync } = require('node:child_process');
const { createServer } = require('node:http');
const { bundled, central, finish, judged, stationWithPages, until, wrong } = require('./support');

const releaseMB = Number(process.env.MB ?? 40);

function flash() {
  const engine = bundled('update/engine.ts');
  const { packageBytes, releaseBytes, written, ms } = JSON.parse(
    execFileSync(process.execPath, [engine, String(releaseMB)], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const MB = (bytes) => (bytes / 1e6).toFixed(1);
  // The file as it comes in, and the release out of it: what is unpacked is given to the slot by a second name.
  const least = packageBytes + releaseBytes;
  const limit = Number(((1.02 * least) / packageBytes).toFixed(2));
  const ratio = Object.values(written).reduce((sum, bytes) => sum + bytes, 0) / packageBytes;
  const parts = Object.entries(written).map(([what, bytes]) => `${what} ${MB(bytes)} MB`);
  console.log(
    `package of ${MB(packageBytes)} MB, release of ${MB(releaseBytes)} MB: written ` +
      `${judged('bytes to flash by those of the package', ratio, { goal: (least / packageBytes).toFixed(2), limit })} ` +
      `times the package (${parts.join(', ')}) in ${(ms / 1_000).toFixed(1)} s`,
  );
}

async function pause() {
  const system = await central();
  const files = createServer((_request, response) => response.end('a release'));
  await new Promise((resolve) => files.listen(0, '127.0.0.1', resolve));
  const boots = () => system.frames.filter(([, , action]) => action === 'BootNotification');
  const begun = performance.now();
  const run = stationWithPages(system.url);
  await until(() => boots().length === 1);
  const startMs = performance.now() - begun;
  let closedAt = 0;
  system.socket.on('close', () => {
    closedAt = performance.now();
  });
  const location = `http://127.0.0.1:${files.address().port}/fw-2.bin`;
  await system.call('UpdateFirmware', { location, retrieveDate: new Date(0).toISOString() });
  await until(() => boots().length === 2);
  const pauseMs = performance.now() - closedAt;
  const version = boots()[1][3].firmwareVersion;
  if (version !== 'fw-2') console.log(wrong(`the station runs ${version} after the update`));
  console.log(
    `from the end of the connection to the BootNotification of the new release ${(pauseMs / 1_000).toFixed(2)} s, ` +
      `${judged('pause by a start', pauseMs / startMs, { goal: 0.5, limit: 1.5 })} times the ${(startMs / 1_000).toFixed(2)} s ` +
      'of a start of the program, which a rig has on top',
  );
  run.kill();
  await run.ended;
  run.remove();
  files.close();
}

async function main() {
  flash();
  await pause();
  finish();
}

void main();
