/**
 * Makes the code caches of the built program, one a use: what a station of `greenup bench` and of `greenup run` has compiled after
 * one charge, and what `greenup demo` has. Without them the program runs as well.
 */
const { spawn, spawnSync } = require('node:child_process');
const { mkdtempSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createInterface } = require('node:readline');
const { WebSocketServer } = require('ws');

const dist = join(__dirname, '..', 'dist');
const env = { ...process.env, GREENUP_CODE_CACHE: 'keep' };
/** A machine that is busy has as many caches as were done by then. */
const withinMs = 120_000;
const speed = 20;
const card = '04A1B2C3';

/** One that accepts everything. */
async function centralSystem() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  await new Promise((resolve) => server.on('listening', resolve));
  const idTagInfo = { status: 'Accepted' };
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      const [kind, id, action] = JSON.parse(String(data));
      const currentTime = new Date().toISOString();
      const answers = {
        BootNotification: { status: 'Accepted', currentTime, interval: 300 },
        Heartbeat: { currentTime },
        Authorize: { idTagInfo },
        StartTransaction: { transactionId: 1, idTagInfo },
      };
      if (kind === 2) socket.send(JSON.stringify([3, id, answers[action] ?? {}]));
      if (kind === 2 && action === 'StartTransaction') ask(socket);
    }),
  );
  return { url: `ws://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** What central systems ask most often. */
function ask(socket) {
  socket.send('[2,"1","GetConfiguration",{"key":["HeartbeatInterval"]}]');
  socket.send('[2,"2","ChangeConfiguration",{"key":"ConnectionTimeOut","value":"60"}]');
  socket.send('[2,"3","TriggerMessage",{"requestedMessage":"MeterValues","connectorId":1}]');
}

/** Starts a station, and has `work` use it; its lines are JSON. */
async function used(words, work) {
  const child = spawn(process.execPath, [join(dist, 'greenup.js'), ...words], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const timeout = setTimeout(() => child.kill('SIGKILL'), withinMs);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await work(child, async () => JSON.parse((await lines.next()).value));
  await ended;
  clearTimeout(timeout);
}

async function bench(url, folder) {
  const init = join(folder, 'init.json');
  writeFileSync(init, JSON.stringify({ url, cp_id: 'CACHE', speed, data_dir: join(folder, 'bench') }));
  await used(['bench', init], async ({ stdin }, next) => {
    const idTag = card;
    const lines = [
      { cmd: 'wait', for: 'registered' },
      { cmd: 'plug_in', connector: 1 },
      { cmd: 'swipe', idTag, connectors: [1] },
      { cmd: 'wait', for: 'energy', connector: 1, energyWh: 100 },
      { cmd: 'swipe', idTag, connectors: [1] },
      { cmd: 'wait', for: 'sent', message: 'StopTransaction' },
      { cmd: 'plug_out', connector: 1 },
      { cmd: 'state' },
    ];
    stdin.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (let answers = 0; answers <= lines.length; answers += 1) await next();
  });
}

async function run(url, folder) {
  const station = ['--csms', url, '--id', 'CACHE', '--state', join(folder, 'run'), '--speed', String(speed), '--json'];
  await used(['run', ...station, '--supervised', 'mains', '--port', '0', '--web-port', '0'], async (child, next) => {
    let port;
    while (port === undefined) ({ port } = await next());
    const told = async (command, parameters) => {
      const options = { method: 'POST', body: JSON.stringify(parameters) };
      await (await fetch(`http://127.0.0.1:${port}/commands/${command}`, options)).text();
    };
    await told('wait', { for: 'registered' });
    await told('plug', { connector: 1 });
    await told('tap', { card });
    await told('wait', { for: 'energy', connector: 1, energyWh: 100 });
    await told('tap', { card });
    await told('wait', { for: 'stopped', connector: 1 });
    await told('unplug', { connector: 1 });
    await (await fetch(`http://127.0.0.1:${port}/status`)).text();
    child.kill('SIGTERM');
    // What it still says must be read, or it waits.
    child.stdout.resume();
  });
}

async function makeCodeCaches() {
  for (const name of readdirSync(dist)) if (name.includes('.code-cache')) rmSync(join(dist, name));
  const folder = mkdtempSync(join(tmpdir(), 'greenup-code-cache-'));
  const { url, close } = await centralSystem();
  try {
    await bench(url, folder);
    await run(url, folder);
    spawnSync(process.execPath, [join(dist, 'greenup.js'), 'demo'], { env, stdio: 'ignore', timeout: withinMs });
  } finally {
    close();
    rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { makeCodeCaches };
