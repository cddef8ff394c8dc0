/**
 * Makes the code caches of the built program, one a use: what a station of `greenup bench` and of `greenup run` has compiled after
 * one charge, and what `greenup demo` has. Without them the program runs as well.
 */
const { spawn, spawnSync } = require('node:child_process');
const { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { WebSocketServer } = require('ws');

const dist = join(__dirname, '..', 'dist');
const env = { ...process.env, GREENUP_CODE_CACHE: 'keep' };
/** A machine that is busy has as many caches as were done by then. */
const withinMs = 120_000;
const pollMs = 50;
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

/** Starts a station, has `work` use it, and waits for its end. */
async function used(words, work) {
  const stdio = ['pipe', 'ignore', 'ignore'];
  const child = spawn(process.execPath, [join(dist, 'greenup.js'), ...words], { env, stdio });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const timeout = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await Promise.race([work(child), ended]);
  await ended;
  clearTimeout(timeout);
}

async function bench(url, folder) {
  const init = join(folder, 'init.json');
  writeFileSync(init, JSON.stringify({ url, cp_id: 'CACHE', speed, data_dir: join(folder, 'bench') }));
  await used(['bench', init], async ({ stdin }) => {
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
  });
}

async function run(url, folder) {
  const options = {
    // One that is read together with the catalogue: a board that names no reference needs less.
    board: join(dist, '../board/simulated-single.yaml'),
    ...{ csms: url, id: 'CACHE', state: join(folder, 'run'), speed, supervised: 'mains', port: 0, 'web-port': 0 },
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await used(['run', ...words], async (child) => {
    const port = await portIn(join(options.state, 'bench.json'));
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
  });
}

/** The station writes the file when commands are taken. */
async function portIn(file) {
  for (let waitedMs = 0; !existsSync(file); waitedMs += pollMs) {
    if (waitedMs > withinMs) throw new Error(`the station did not come up within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return JSON.parse(readFileSync(file, 'utf8')).port;
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
