/**
 * From a card on the reader to Authorize at the central system: modelled chip and cards in the reader's real thread,
 * the station in a process of its own, a WebSocket between. The reader is polled each 250 ms, so half of that is waiting;
 * on the modelled bus a transfer takes no time. CARDS=80.
 */
const { fork } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { loadavg, tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { central, quantile, until, wait } = require('./support');

const cards = Number(process.env.CARDS ?? 80);
/** After the answer, so that the station has done with the card before. */
const restMs = 150;

const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

function build() {
  const entryPoints = ['station', 'reader-thread'].map((name) => join(__dirname, `card/${name}.ts`));
  const external = ['onoff', 'spi-device', 'mfrc522-rpi', 'bufferutil', 'utf-8-validate'];
  // Packages with files of their own are found from here.
  const alias = { 'classic-level': require.resolve('classic-level') };
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };
  buildSync({ ...common, entryPoints, outdir: directory, external: [...external, alias['classic-level']], alias });
}

(async () => {
  build();
  const heard = new Map();
  const server = await central((action, payload) => {
    if (action !== 'Authorize') return undefined;
    heard.set(payload.idTag, process.hrtime.bigint());
    // Refused, so that the next card is asked for as well.
    return { idTagInfo: { status: 'Blocked' } };
  });
  const station = fork(join(directory, 'station.js'), [server.url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const placed = [];
  station.on('message', ({ at }) => placed.push(BigInt(at)));
  await until(() => server.frames.some((f) => f[2] === 'StatusNotification'));
  await wait(2_000);
  const times = [];
  for (let count = 0; count < cards; count += 1) {
    const uid = [4, count >> 8, count & 255, 1, 2, 3, 4];
    const idTag = Buffer.from(uid).toString('hex').toUpperCase();
    // At any moment between two polls.
    await wait(restMs + Math.random() * 250);
    station.send({ uid });
    await until(() => placed.length > count && heard.has(idTag), 10_000);
    times.push(Number(heard.get(idTag) - placed[count]) / 1e6);
  }
  const [p50, max] = [0.5, 1].map((q) => quantile(times, q).toFixed(1));
  console.log(
    `card on the reader to Authorize, ${times.length} cards: p50 ${p50} ms, max ${max} ms, least ${Math.min(...times).toFixed(1)} ms (a poll each 250 ms; load ${loadavg()[0].toFixed(1)})`,
  );
  station.disconnect();
  server.server.close();
  process.exit(0);
})();
