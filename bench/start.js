/**
 * Process start to BootNotification at the central system, and resident memory when idle: the station of a test program, and one
 * with pages and control at which nobody looks, against bare `ws`.
 */
const { bare, central, finish, judged, median, memory, station, stationWithPages, until, wait } = require('./support');

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
  const sizes = { bare: [], station: [], pages: [] };
  for (let round = 0; round < rounds; round += 1) {
    const floor = await measure(server, () => bare(server.url));
    times.bare.push(floor.took);
    const real = await measure(server, () => station(server.url));
    times.station.push(real.took);
    const pages = round < 3 ? await measure(server, () => stationWithPages(server.url)) : undefined;
    // Idle: after the statuses have been told and the first garbage is collected, as far as Node does it by itself.
    if (pages) {
      await wait(3_000);
      sizes.pages.push(memory(pages.process.child.pid));
      sizes.bare.push(memory(floor.process.pid));
      sizes.station.push(memory(real.process.child.pid));
    }
    floor.process.kill('SIGKILL');
    for (const { process } of [real, ...(pages ? [pages] : [])]) {
      process.kill();
      await process.ended;
      process.remove();
    }
  }
  server.server.close();
  const ratio = median(times.station) / median(times.bare);
  console.log(
    `start to BootNotification, median of ${rounds}: station ${median(times.station).toFixed(0)} ms, bare ws ${median(times.bare).toFixed(0)} ms, ratio ${judged('start to BootNotification', ratio, { goal: 1.4, limit: 2.5 })}`,
  );
  const bounds = {
    station: ['idle memory', { goal: 1.2, limit: 1.4 }],
    pages: ['idle memory with pages', { goal: 1.25, limit: 1.5 }],
  };
  for (const [who, [name, limits]] of Object.entries(bounds)) {
    for (const kind of ['rss', 'pss']) {
      const own = median(sizes[who].map((s) => s[kind]));
      const floor = median(sizes.bare.map((s) => s[kind]));
      const ratio = kind === 'rss' ? judged(name, own / floor, limits) : (own / floor).toFixed(2);
      console.log(`${name} ${kind}: station ${own.toFixed(1)} MB, bare ws ${floor.toFixed(1)} MB, ratio ${ratio}`);
    }
  }
  finish();
})();
