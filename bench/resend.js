/** Death and broken links: what is resent, how soon after link or process are back, and whether anything is lost or doubled. */
const { central, finish, judged, station, until, wait, wrong } = require('./support');

const config = { serverReconnectionTime: 1, MeterValueSampleInterval: 0, ClockAlignedDataInterval: 0 };

async function charging(server, own) {
  await until(() => server.frames.some((f) => f[2] === 'StatusNotification'));
  await own.send({ cmd: 'plug_in', connector: 1 });
  await own.send({ cmd: 'swipe', idTag: 'CARD1', connectors: [1] });
}

const count = (server, action) => new Set(server.frames.filter((f) => f[2] === action).map((f) => f[1])).size;

function report(name, server, resentMs) {
  const starts = count(server, 'StartTransaction');
  const stops = count(server, 'StopTransaction');
  const verdict =
    starts === 1 && stops === 1 ? 'nothing lost, nothing doubled' : wrong(`${name}: ${starts} starts, ${stops} stops`);
  const resent =
    resentMs === undefined ? '-' : judged(`${name}, ms to the first resend`, resentMs, { goal: 100, limit: 1_000 }, 0);
  console.log(`${name}: first resend, in ms after the link was back, ${resent}; ${verdict}`);
}

/** Time from the next connection after `begun` to the next frame of an action. */
async function resent(server, action) {
  let connectedAt;
  server.server.once('connection', () => {
    connectedAt = performance.now();
  });
  let at;
  const before = server.onCall;
  server.onCall = (name, payload, frame) => {
    if (name === action && at === undefined) at = performance.now();
    return before(name, payload, frame);
  };
  return async () => {
    await until(() => at !== undefined, 120_000);
    server.onCall = before;
    return at - connectedAt;
  };
}

async function killedWhileCharging() {
  const server = await central();
  let own = station(server.url, { config });
  await charging(server, own);
  await until(() => server.frames.some((f) => f[3].status === 'Charging'));
  await wait(1_500);
  const time = await resent(server, 'StopTransaction');
  own.kill();
  await own.ended;
  own = station(server.url, { config, dataDir: own.dataDir });
  report('S1 killed while charging', server, await time());
  return own;
}

async function killedAfterUnansweredStop() {
  const server = await central((action) => (action === 'StopTransaction' ? 'silence' : undefined));
  let own = station(server.url, { config });
  await charging(server, own);
  await until(() => server.frames.some((f) => f[3].status === 'Charging'));
  await own.send({ cmd: 'swipe', idTag: 'CARD1', connectors: [1] });
  await until(() => count(server, 'StopTransaction') === 1);
  server.onCall = () => undefined;
  const time = await resent(server, 'StopTransaction');
  own.kill();
  await own.ended;
  own = station(server.url, { config, dataDir: own.dataDir });
  report('S2 stop unanswered, killed', server, await time());
  return own;
}

async function cutOn(action, name) {
  let cut = false;
  const server = await central((called) => {
    if (called !== action || cut) return undefined;
    cut = true;
    server.socket.terminate();
    return 'silence';
  });
  const own = station(server.url, { config });
  await charging(server, own);
  if (action === 'StopTransaction') {
    await until(() => server.frames.some((f) => f[3].status === 'Charging'));
    await own.send({ cmd: 'swipe', idTag: 'CARD1', connectors: [1] });
  }
  await until(() => cut);
  const time = await resent(server, action);
  const took = await time();
  if (action === 'StartTransaction') {
    await until(() => server.frames.some((f) => f[3].status === 'Charging'));
    await own.send({ cmd: 'swipe', idTag: 'CARD1', connectors: [1] });
    await until(() => count(server, 'StopTransaction') === 1);
  }
  report(name, server, took);
  return own;
}

async function orderlyEnd() {
  const server = await central();
  let own = station(server.url, { config });
  await charging(server, own);
  await until(() => server.frames.some((f) => f[3].status === 'Charging'));
  const time = await resent(server, 'StopTransaction');
  own.child.kill('SIGTERM');
  await own.ended;
  own = station(server.url, { config, dataDir: own.dataDir });
  report('S5 SIGTERM while charging', server, await time());
  return own;
}

async function stoppedOffline() {
  const server = await central();
  let own = station(server.url, { config });
  await charging(server, own);
  await until(() => server.frames.some((f) => f[3].status === 'Charging'));
  await own.send({ cmd: 'disconnect_websocket' });
  await own.send({ cmd: 'swipe', idTag: 'CARD1', connectors: [1] });
  await wait(3_000);
  const time = await resent(server, 'StopTransaction');
  own.kill();
  await own.ended;
  own = station(server.url, { config, dataDir: own.dataDir });
  report('S6 stopped offline, killed, link back', server, await time());
  return own;
}

(async () => {
  const situations = [
    killedWhileCharging,
    killedAfterUnansweredStop,
    () => cutOn('StartTransaction', 'S3 link cut on StartTransaction'),
    () => cutOn('StopTransaction', 'S4 link cut on StopTransaction'),
    orderlyEnd,
    stoppedOffline,
  ];
  for (const situation of situations) {
    const own = await situation();
    own.kill();
    await own.ended;
    own.remove();
  }
  finish();
})();
