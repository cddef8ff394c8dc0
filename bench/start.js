/** Process start to BootNotification at the central system, and resident memory when idle: station against bare `ws`. */
const { bare, central, finish, judged, median, memory, station, until, wait } = require('./support');

const rounds = Number(process.env.ROUNDS ?? 15);

async function measure(server, start) {
  const seen = server.frames.length;
  const begun = performance.now();
  const process = start();
  await until(() => server.frames.slice(seen).some((f) => f[2] === 'BootNotification'));
  const took = performance.now() - begun;
  return { took, process };
}

(async () => {
  const server = await central();
  const times = { bare: [], station: [] };
  const sizes = { bare: [], station: [] };
  for (let round = 0; round < rounds; round += 1) {
    const floor = await measure(server, () => bare(server.url));
    times.bare.push(floor.took);
    const real = await measure(server, () => station(server.url));
    times.station.push(real.took);
    // Idle: after the statuses have been told and the first garbage is collected, as far as Node does it by itself.
    if (round < 3) {
      await wait(3_000);
      sizes.bare.push(memory(floor.process.pid));
      sizes.station.push(memory(real.process.child.pid));
    }
    floor.process.kill('SIGKILL');
    real.process.kill();
    await real.process.ended;
    real.process.remove();
  }
  server.server.close();
  const ratio = median(times.station) / median(times.bare);
  console.log(
    `start to BootNotification, median of ${rounds}: station ${median(times.station).toFixed(0)} ms, bare ws ${median(times.bare).toFixed(0)} ms, ratio ${judged('start to BootNotification', ratio, { goal: 1.4, limit: 2.5 })}`,
  );
  for (const kind of ['rss', 'pss']) {
    const own = median(sizes.station.map((s) => s[kind]));
    const floor = median(sizes.bare.map((s) => s[kind]));
    const ratio =
      kind === 'rss' ? judged('idle memory', own / floor, { goal: 1.35, limit: 1.6 }) : (own / floor).toFixed(2);
    console.log(`idle memory ${kind}: station ${own.toFixed(1)} MB, bare ws ${floor.toFixed(1)} MB, ratio ${ratio}`);
  }
  finish();
})();
