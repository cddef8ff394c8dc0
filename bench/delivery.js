/**
 * What delivery costs: disk work of a transaction, the drain of a backlog, transactions a second, memory over many of them;
 * and whether the books balance when each kind of message meets each kind of faulty answer.
 */
const { spawn, execSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { ClassicLevel } = require('classic-level');
const { Books, faults } = require('./faulty-answers');
const { central, finish, judged, memory, program, until, wait } = require('./support');

const backlog = Number(process.env.BACKLOG ?? 1_000);
const many = Number(process.env.TRANSACTIONS ?? 10_000);
/** Simulated seconds in a real one: locks, debouncing and vehicles take their time in the simulation as well. */
const speed = 50;

async function start(
  server,
  { wrapper = [], state = mkdtempSync(join(tmpdir(), 'greenup-delivery-')), ready = 'StatusNotification' } = {},
) {
  server.stops = 0;
  const onCall = server.onCall;
  server.onCall = (action, payload, frame) => {
    if (action === 'StopTransaction') server.stops += 1;
    // Ten thousand frames kept would be this process's memory, and its garbage collector in the way.
    if (server.frames.length > 1_000) server.frames.length = 0;
    return onCall(action, payload, frame);
  };
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
    // The process itself is measured and killed, not one that keeps it.
    '--supervised',
    'mains',
  ];
  const [command, ...rest] = [...wrapper, process.execPath, program, ...args.map(String)];
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'ignore'] });
  children.add(child);
  await until(() => server.frames.some((f) => f[2] === ready));
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
  // Simulated minutes are real milliseconds here: time-outs made for people must not strike.
  const patience = {
    ConnectionTimeOut: '86400',
    confBasicTime: '600',
    confAuthorizeTime: '600',
    MessageTimeout: '600',
  };
  for (const [key, value] of Object.entries({ ...patience, AllowOfflineTxForUnknownId: 'true' })) {
    await server.call('ChangeConfiguration', { key, value });
  }
  const status = async () => (await fetch(`http://127.0.0.1:${port}/status`)).json();
  const session = async () => (await status()).connectors[0].session;
  return { child, state, command: command1, session, status };
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

async function oneTransaction(own, chargeMs = 5) {
  await insist(own, 'plug', { connector: 1 }, (s) => s === 'waiting' || s === 'timedOut');
  await own.command('tap', { card: 'CARD0001' });
  for (let i = 0; (await own.session()) !== 'running' && i < 2_000; i += 1) await wait(1);
  await wait(chargeMs);
  await insist(own, 'tap', { card: 'CARD0001' }, (s) => ['finished', 'ending', 'none'].includes(s));
  await insist(own, 'unplug', { connector: 1 }, (s) => s === 'none');
}

/** Programs that must not outlive this one. */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

async function end(own, server) {
  await own.command('quit');
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
  const own = await start(server, {
    wrapper: ['strace', '-f', '-qq', '-y', '-e', 'trace=fsync,fdatasync,write,pwrite64,writev', '-o', trace],
  });
  await wait(1_000);
  const mark = readFileSync(trace, 'utf8').length;
  const before = server.frames.filter((f) => f[2] === 'MeterValues').length;
  await oneTransaction(own, 12_300);
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
    `disk work of a transaction with ${samples} meter values: ${judged('flushes of a transaction', flushes, { goal: 4, limit: 8 }, 0)} flushes, ${(bytes / 1024).toFixed(1)} KB written`,
  );
  await end(own, server);
}

/** A store as a station leaves it that was offline during `count` transactions of one meter value each. */
async function storeWithBacklog(state, count) {
  const db = new ClassicLevel(join(state, 'store'), { valueEncoding: 'json' });
  await db.open();
  const begin = Date.now() - count * 60_000;
  const batch = [];
  for (let i = 0; i < count; i += 1) {
    const bodies = [
      { kind: 'start', connectorId: 1, idTag: 'CARD0001', meterStart: i * 10, stamp: stamp(begin + i * 60_000) },
      {
        kind: 'meter',
        connectorId: 1,
        sample: { stamp: stamp(begin + i * 60_000 + 20_000), values: [{ value: String(i * 10 + 5) }] },
      },
      {
        kind: 'stop',
        idTag: 'CARD0001',
        meterStop: i * 10 + 10,
        reason: 'Local',
        stamp: stamp(begin + i * 60_000 + 40_000),
        data: [],
      },
    ];
    for (const [place, body] of bodies.entries()) {
      const seq = i * 3 + place + 1;
      const value = { seq, tx: `0-${i + 1}`, messageId: `backlog${seq}`, failures: 0, body };
      batch.push({ type: 'put', key: `outbox/${String(seq).padStart(12, '0')}`, value });
    }
  }
  await db.batch(batch);
  await db.close();
}

const stamp = (wall) => ({ boot: 0, at: 0, wall });

async function drainBacklog(count) {
  const server = await central();
  const state = mkdtempSync(join(tmpdir(), 'greenup-delivery-'));
  await storeWithBacklog(state, count);
  const own = await start(server, { state, ready: 'StartTransaction' });
  const begun = performance.now();
  const stops = () => server.stops;
  const marks = [];
  for (let quarter = 1; quarter <= 4; quarter += 1) {
    await until(() => stops() >= (count * quarter) / 4, 600_000);
    marks.push(`${memory(own.child.pid).rss.toFixed(0)} MB`);
  }
  const seconds = (performance.now() - begun) / 1_000;
  console.log(
    `backlog of ${count} transactions, 3 messages each: ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)} transactions/s; resident memory at each quarter ${marks.join(', ')}`,
  );
  await end(own, server);
}

async function faultyAnswers() {
  const books = new Books();
  const server = await central((_action, _payload, frame) => books.onCall(server, frame));
  const own = await start(server);
  // Time-outs must strike here, and soon.
  const impatience = {
    confBasicTime: '5',
    TransactionMessageRetryInterval: '5',
    serverReconnectionTime: '1',
    MeterValueSampleInterval: '10',
  };
  for (const [key, value] of Object.entries(impatience)) await server.call('ChangeConfiguration', { key, value });
  let transactions = 0;
  const unmet = [];
  const begun = performance.now();
  for (const [name, fail] of Object.entries(faults)) {
    for (const action of ['StartTransaction', 'MeterValues', 'StopTransaction']) {
      books.next = { action, fail };
      await oneTransaction(own, 600);
      transactions += 1;
      await until(() => books.stops.length >= transactions, 120_000);
      if (books.next) unmet.push(`${action} answered ${name}`);
    }
  }
  const seconds = (performance.now() - begun) / 1_000;
  const { connectors } = await own.status();
  const wrong = [
    ...books.wrong(connectors[0].energyWh, transactions),
    ...unmet.map((text) => `never came about: ${text}`),
  ];
  const verdict = wrong.length === 0 ? 'the books are equal to the world' : `WRONG: ${wrong.join('; ')}`;
  console.log(
    `${transactions} transactions, ${Object.keys(faults).length} kinds of faulty answers to each of their messages, ${seconds.toFixed(0)} s: ${verdict}`,
  );
  await end(own, server);
}

(async () => {
  await faultyAnswers();
  await diskWork();
  await drainBacklog(backlog);
  await drainBacklog(many);
  finish();
})();
