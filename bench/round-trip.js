/** Round trips of CALLs from the central system: GetConfiguration and durable ChangeConfiguration against a bare echo. */
const { bare, central, finish, judged, quantile, station, until } = require('./support');

const calls = Number(process.env.CALLS ?? 2_000);

async function timed(server, [action, payload], times) {
  const begun = performance.now();
  await server.call(action, payload);
  times.push(performance.now() - begun);
}

(async () => {
  const floorServer = await central();
  const floor = bare(floorServer.url);
  await until(() => floorServer.frames.length > 0);
  const server = await central();
  const real = station(server.url);
  await until(() => server.frames.some((f) => f[2] === 'StatusNotification'));
  const get = ['GetConfiguration', { key: ['HeartbeatInterval'] }];
  const echo = [];
  const got = [];
  const changed = [];
  // One of each in turn, so that all meet the same weather.
  for (let i = 0; i < calls; i += 1) {
    await timed(floorServer, get, echo);
    await timed(server, get, got);
    await timed(server, ['ChangeConfiguration', { key: 'ConnectionTimeOut', value: String(60 + (i % 2)) }], changed);
  }
  const warmUp = Math.floor(calls / 5);
  const base = quantile(echo.slice(warmUp), 0.5);
  for (const [name, all, bounds] of [
    ['bare echo', echo, undefined],
    ['GetConfiguration, one key', got, { goal: 1.3, limit: 1.5 }],
    ['ChangeConfiguration, durable', changed, { goal: 4, limit: 5 }],
  ]) {
    const times = all.slice(warmUp);
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(times, q).toFixed(3));
    const ratio = quantile(times, 0.5) / base;
    console.log(
      `${name}: p50 ${p50} ms, p95 ${p95}, p99 ${p99}, ratio of p50 ${bounds ? judged(name, ratio, bounds) : ratio.toFixed(2)}`,
    );
  }
  floor.kill('SIGKILL');
  real.kill();
  await real.ended;
  real.remove();
  finish();
})();
