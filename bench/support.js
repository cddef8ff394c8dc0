/** Shared by the benchmarks: a central system, a bare `ws` client for comparison, the station as a child process. */
const { spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');
const { WebSocketServer } = require('ws');

const program = join(__dirname, '..', 'dist', 'greenup.js');
const bareClient = join(__dirname, 'bare-client.js');

/** A central system that accepts everything at once; `onCall(action, payload, frame)` may answer otherwise or not. */
function central(onCall = () => undefined) {
  return new Promise((resolve) => {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      perMessageDeflate: false,
      handleProtocols: () => 'ocpp1.6',
    });
    const state = { server, socket: undefined, waiting: new Map(), transactionId: 1, onCall, frames: [] };
    state.call = (action, payload) =>
      new Promise((done) => {
        const id = `c${Math.random()}`;
        state.waiting.set(id, done);
        state.socket.send(JSON.stringify([2, id, action, payload]));
      });
    server.on('connection', (socket) => {
      state.socket = socket;
      socket.on('message', (data) => {
        const frame = JSON.parse(data.toString());
        if (frame[0] !== 2) {
          state.waiting.get(frame[1])?.(frame);
          state.waiting.delete(frame[1]);
          return;
        }
        state.frames.push(frame);
        const answer = state.onCall(frame[2], frame[3], frame) ?? defaultAnswer(state, frame[2]);
        if (answer !== 'silence') socket.send(JSON.stringify([3, frame[1], answer]));
      });
    });
    server.on('listening', () => {
      state.url = `ws://127.0.0.1:${server.address().port}/ocpp`;
      resolve(state);
    });
  });
}

function defaultAnswer(state, action) {
  const idTagInfo = { status: 'Accepted' };
  switch (action) {
    case 'BootNotification':
      return { status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 };
    case 'Heartbeat':
      return { currentTime: new Date().toISOString() };
    case 'Authorize':
      return { idTagInfo };
    case 'StartTransaction':
      return { transactionId: state.transactionId++, idTagInfo };
    default:
      return {};
  }
}

/** Starts the station as a harness does. `send` resolves with the answer of the machine interface. */
function station(url, { dataDir = mkdtempSync(join(tmpdir(), 'greenup-bench-')), config = {} } = {}) {
  const init = join(dataDir, 'init.json');
  writeFileSync(init, JSON.stringify({ url, cp_id: 'BENCH', connectors: 1, config, data_dir: join(dataDir, 'data') }));
  const child = spawn(process.execPath, [program, 'bench', init], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = [];
  let rest = '';
  child.stdout.on('data', (data) => {
    const lines = (rest + data).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const answer = JSON.parse(line);
      if (!answer.ready) answers.shift()?.(answer);
    }
  });
  const send = (command) =>
    new Promise((resolve) => {
      answers.push(resolve);
      child.stdin.write(`${JSON.stringify(command)}\n`);
    });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  return {
    child,
    send,
    dataDir,
    ended,
    kill: () => child.kill('SIGKILL'),
    remove: () => rmSync(dataDir, { recursive: true }),
  };
}

/** The station of `greenup run` with its pages and its control, without the process that would restore its power. */
function stationWithPages(url) {
  const state = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const options = { csms: url, id: 'BENCH', state, supervised: 'mains', port: 0, 'web-port': 0 };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [program, 'run', ...words], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  return { child, ended, kill: () => child.kill('SIGKILL'), remove: () => rmSync(state, { recursive: true }) };
}

function bare(url) {
  return spawn(process.execPath, [bareClient, url], { stdio: 'ignore' });
}

/**
 * A source of this folder as a program of its own, with all that it imports; it is gone when this process ends. `packages`
 * stay outside: whoever runs it finds them by NODE_PATH.
 */
function bundled(source, packages = []) {
  // Below the project, where a bundle finds the board files.
  const directory = mkdtempSync(join(__dirname, '..', 'node_modules', '.bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const outfile = join(directory, 'program.js');
  const external = ['bufferutil', 'utf-8-validate', ...packages];
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning', external };
  buildSync({ ...common, entryPoints: [join(__dirname, source)], outfile });
  return outfile;
}

/** Resident and proportional memory of a process in MB. */
function memory(pid) {
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  const pss = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  return { rss, pss };
}

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

/** Limits that were broken, by what was measured. */
const broken = [];

/** Something that must not be at all. */
function wrong(line) {
  broken.push(line);
  return `WRONG: ${line}`;
}

/** `value` as text with its goal and limit; a value above its limit ends the benchmark with an error. */
function judged(what, value, { goal, limit }, digits = 2) {
  if (!(value <= limit)) broken.push(`${what}: ${value.toFixed(digits)} is over its limit of ${limit}`);
  return `${value.toFixed(digits)} (goal ${goal}, limit ${limit})`;
}

/** The end of a benchmark: with code 1 where a limit was broken. */
function finish() {
  for (const line of broken) console.error(`limit broken: ${line}`);
  process.exit(broken.length > 0 ? 1 : 0);
}

const median = (values) => quantile(values, 0.5);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isTrue, withinMs = 60_000) {
  const end = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${isTrue}`);
    await wait(2);
  }
}

module.exports = {
  ...{ bare, bundled, central, finish, judged, median, memory, program, quantile, station, stationWithPages },
  ...{ until, wait, wrong },
};
