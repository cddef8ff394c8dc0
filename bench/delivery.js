/** What delivery costs: disk work of a transaction, the drain of a backlog, transactions a second, memory over many of them. */
const { spawn, execSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { central, memory, program, until, wait } = require('./support');

const backlog = Number(process.env.BACKLOG ?? 1_000);
const many = Number(process.env.TRANSACTIONS ?? 2_000);
/** Simulated seconds in a real one: locks, debouncing and vehicles take their time in the simulation as well. */
const speed = 1_000;

async function start(server, wrapper = []) {
  const state = mkdtempSync(join(tmpdir(), 'greenup-delivery-'));
  const board = join(__dirname, '..', 'board', 'simulated-single-t2s.yaml');
  const args = [
    'run',
    '--csms',
    server.url,
    '--id',
    'BENCH',
    '--board',
    board,
    '--state',
    state,
    '--speed',
    speed,
    '--port',
    0,
    '--json',
  ];
  const [command, ...rest] = [...wrapper, process.execPath, program, ...args.map(String)];
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  await until(() => server.frames.some((f) => f[2] === 'StatusNotification'));
  let port;
  await until(() => {
    try {
      port = JSON.parse(readFileSync(join(state, 'bench.json'), 'utf8')).port;
      return port > 0;
    } catch {
      return false;
    }
  });
  const command1 = async (name, body = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/commands/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const session = async () => (await (await fetch(`http://127.0.0.1:${port}/status`)).json()).connectors[0].session;
  return { child, state, command: command1, session };
}

/** A command that may come too early is given again. */
async function insist(own, name, body, isDone) {
  for (let tries = 0; tries < 400; tries += 1) {
    await own.command(name, body);
    for (let looks = 0; looks < 8; looks += 1) {
      if (isDone(await own.session())) return;
      await wait(1);
    }
  }
  throw new Error(`${name} had no effect`);
}

const kindOf = (session) => (typeof session === 'string' ? session : session.kind);

async function oneTransaction(own, chargeMs = 5) {
  await insist(own, 'plug', { connector: 1 }, (s) => kindOf(s) === 'waiting');
  await own.command('tap', { card: 'CARD0001' });
  await until(() => true);
  for (let i = 0; kindOf(await own.session()) !== 'running' && i < 2_000; i += 1) await wait(1);
  await wait(chargeMs);
  await insist(own, 'tap', { card: 'CARD0001' }, (s) => ['finished', 'ending', 'none'].includes(kindOf(s)));
  await insist(own, 'unplug', { connector: 1 }, (s) => kindOf(s) === 'none');
}

async function end(own, server) {
  own.child.kill('SIGKILL');
  await wait(100);
  rmSync(own.state, { recursive: true, force: true });
  server.server.close();
}

/** Flushes and bytes of one transaction with 20 meter values, counted by strace where it is installed. */
async function diskWork() {
  try {
    execSync('strace -V', { stdio: 'ignore' });
  } catch {
    console.log('disk work of a transaction: not measured, strace is not installed');
    return;
  }
  const server = await central();
  const trace = join(mkdtempSync(join(tmpdir(), 'greenup-strace-')), 'trace');
  const own = await start(server, [
    'strace',
    '-f',
    '-qq',
    '-y',
    '-e',
    'trace=fsync,fdatasync,write,pwrite64,writev',
    '-o',
    trace,
  ]);
  await own.command('tap', { card: 'NOBODY' });
  await wait(300);
  const mark = readFileSync(trace, 'utf8').length;
  const before = server.frames.filter((f) => f[2] === 'MeterValues').length;
  await oneTransaction(own, 620);
  await wait(500);
  const samples = server.frames.filter((f) => f[2] === 'MeterValues').length - before;
  const lines = readFileSync(trace, 'utf8')
    .slice(mark)
    .split('\n')
    .filter((line) => line.includes(`${own.state}/store`));
  const flushes = lines.filter((line) => /(fsync|fdatasync)\(/.test(line)).length;
  const bytes = lines.reduce(
    (sum, line) => sum + (/(?:write|pwrite64|writev)\(/.test(line) ? Number(/= (\d+)$/.exec(line)?.[1] ?? 0) : 0),
    0,
  );
  console.log(
    `disk work of a transaction with ${samples} meter values: ${flushes} flushes, ${(bytes / 1024).toFixed(1)} KB written`,
  );
  await end(own, server);
}

async function drainBacklog() {
  const server = await central();
  const own = await start(server);
  await own.command('network', { state: 'down' });
  for (let i = 0; i < backlog; i += 1) await oneTransaction(own);
  const seen = server.frames.length;
  await own.command('network', { state: 'up' });
  await until(() => server.frames.length > seen);
  const begun = performance.now();
  const stops = () => server.frames.filter((f) => f[2] === 'StopTransaction').length;
  await until(() => stops() >= backlog, 600_000);
  const seconds = (performance.now() - begun) / 1_000;
  const messages = server.frames.length - seen;
  console.log(
    `backlog of ${backlog} offline transactions: drained in ${seconds.toFixed(1)} s, ${(backlog / seconds).toFixed(0)} transactions/s, ${(messages / seconds).toFixed(0)} messages/s`,
  );
  await end(own, server);
}

async function flatMemory() {
  const server = await central();
  const own = await start(server);
  const begun = performance.now();
  const marks = [];
  for (let i = 1; i <= many; i += 1) {
    await oneTransaction(own);
    server.frames.length = 0;
    if (i % Math.ceil(many / 5) === 0) marks.push(`${i}: ${memory(own.child.pid).rss.toFixed(0)} MB`);
  }
  const seconds = (performance.now() - begun) / 1_000;
  console.log(
    `resident memory over ${many} transactions (${(many / seconds).toFixed(1)}/s of people, cars and locks at speed ${speed}): ${marks.join(', ')}`,
  );
  await end(own, server);
}

(async () => {
  await diskWork();
  await drainBacklog();
  await flatMemory();
  process.exit(0);
})();
