/**
 * What the pages cost: start and idle memory with them and without, bytes and time of the first load on a slow processor,
 * and what ten open pages do to the round trip and to memory.
 */
const { execFileSync, spawn } = require('node:child_process');
const { existsSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { request } = require('node:http');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { central, finish, judged, median, memory, program, quantile, until, wait } = require('./support');

const rounds = Number(process.env.ROUNDS ?? 7);
const calls = Number(process.env.CALLS ?? 1_000);
/** With the pages open, in seconds. */
const seconds = Number(process.env.SECONDS ?? 20);
const openPages = 10;
const chromium = process.env.GREENUP_BROWSER ?? '/usr/bin/chromium';
/** How many times slower than this machine the processor of whoever looks is. */
const slowDown = 4;

function run(url, more) {
  const state = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const flags = ['--csms', url, '--id', 'BENCH', '--port', '0', '--web-port', '0', '--state', state, ...more];
  const child = spawn(process.execPath, [program, 'run', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const real = { child, state, text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      real.text += data;
    });
  }
  real.ended = new Promise((resolve) => child.on('exit', resolve));
  real.end = async () => {
    child.kill('SIGINT');
    await real.ended;
    rmSync(state, { recursive: true });
  };
  return real;
}

/** Of the process and of those that it keeps, in MB. */
function wholeMemory(pid) {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).match(/\d+/g) ?? [];
  return [pid, ...children.map(Number)].reduce((sum, one) => sum + memory(one).rss, 0);
}

async function started(server, more) {
  const seen = server.frames.length;
  const begun = performance.now();
  const real = run(server.url, more);
  await until(() => server.frames.slice(seen).some((frame) => frame[2] === 'BootNotification'));
  return { real, took: performance.now() - begun };
}

/** As `run` names it: `what` begins the line. */
async function addressOf(real, what) {
  const pattern = new RegExp(`${what.source}\\s+http://127\\.0\\.0\\.1:(\\d+)`);
  await until(() => pattern.test(real.text));
  return Number(pattern.exec(real.text)[1]);
}

function post(port, path, body, cookie = '') {
  const origin = `http://127.0.0.1:${port}`;
  const headers = { 'Content-Type': 'application/json', Origin: origin, 'greenup-page': '1', Cookie: cookie };
  return fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function logIn(port) {
  const first = await post(port, '/api/log-in', { user: 'admin', password: 'admin' });
  const newcomer = first.headers.get('set-cookie').split(';')[0];
  const chosen = await post(port, '/api/password', { current: 'admin', next: 'correct horse' }, newcomer);
  return chosen.headers.get('set-cookie').split(';')[0];
}

async function roundTrip(server) {
  const times = [];
  for (let i = 0; i < calls; i += 1) {
    const begun = performance.now();
    await server.call('GetConfiguration', { key: ['HeartbeatInterval'] });
    times.push(performance.now() - begun);
  }
  return quantile(times.slice(calls / 5), 0.5);
}

async function startAndMemory(server) {
  const times = { with: [], without: [] };
  const sizes = { with: [], without: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, more] of [
      ['without', ['--no-web']],
      ['with', []],
    ]) {
      const { real, took } = await started(server, more);
      times[name].push(took);
      if (round < 3) {
        // Where there are pages, they are there now.
        if (name === 'with') await addressOf(real, /Its pages/);
        await wait(3_000);
        sizes[name].push(wholeMemory(real.child.pid));
      }
      await real.end();
    }
  }
  const start = median(times.with) / median(times.without);
  console.log(
    `start to BootNotification, with pages / without: ${judged('start with pages', start, { goal: 1.05, limit: 1.3 })}`,
  );
  const more = median(sizes.with) - median(sizes.without);
  console.log(`idle memory without pages (RSS): ${median(sizes.without).toFixed(1)} MB`);
  console.log(`the pages add: ${judged('memory of the pages', more, { goal: 8, limit: 16 }, 1)} MB`);
}

/** Of the event loop that works the sockets in simulation, in ms; counts from one question to the next. */
async function lateness(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^greenup_event_loop_delay_p99_seconds (\S+)$/m.exec(text)?.[1] ?? Number.NaN) * 1_000;
}

/** Each looks on by the live stream of its door: the bench, and the pages behind a password. */
function look(port, path, Cookie, onData) {
  return request({ port, host: '127.0.0.1', path, headers: { Cookie } }, (response) =>
    response.on('data', onData),
  ).end();
}

async function manyPages(server) {
  const { real } = await started(server, []);
  const port = await addressOf(real, /Its pages/);
  const bench = await addressOf(real, /The bench/);
  const Cookie = await logIn(port);
  await lateness(bench);
  const alone = await roundTrip(server);
  await wait(seconds * 1_000);
  const quiet = await lateness(bench);
  const before = wholeMemory(real.child.pid);
  let heard = 0;
  const count = () => {
    heard += 1;
  };
  const open = Array.from({ length: openPages }, () => [
    look(bench, '/live', '', count),
    look(port, '/api/live', Cookie, count),
  ]).flat();
  await until(() => heard >= open.length);
  await lateness(bench);
  const watched = await roundTrip(server);
  await wait(seconds * 1_000);
  const busy = await lateness(bench);
  const after = wholeMemory(real.child.pid);
  const what = `${openPages} bench pages and ${openPages} others open`;
  console.log(
    `GetConfiguration, ${what} / none: ${judged('round trip with pages', watched / alone, { goal: 1.1, limit: 1.5 })}`,
  );
  console.log(
    `how late the event loop is, p99, the same: ${judged('lateness with pages', busy / quiet, { goal: 1.1, limit: 2 })}`,
  );
  console.log(`memory of them after ${seconds} s: ${(after - before).toFixed(1)} MB`);
  for (const one of open) one.destroy();
  await real.end();
}

/** Of what is loaded before anything is chosen; what the pages load later is counted by itself. */
function bytesOfFirstLoad() {
  const files = JSON.parse(readFileSync(join(__dirname, '..', 'dist', 'pages.json'), 'utf8'));
  const size = ({ brotli }) => Buffer.from(brotli, 'base64').length / 1_000;
  const text = (path) => Buffer.from(files.find((file) => file.path === path)?.bytes ?? '', 'base64').toString();
  const first = new Set(['/', '/icon.svg', '/style.css', '/stream.js', '/pages.js']);
  // What a file imports as it is loaded; `import()` comes later.
  for (const path of first)
    for (const [, name] of text(path).matchAll(/(?:from|import)\s*"\.(\/[^"]+\.js)"/g)) first.add(name);
  const sum = (some) => some.reduce((total, file) => total + size(file), 0);
  const early = files.filter(({ path }) => first.has(path));
  const late = files.filter(({ path }) => !first.has(path));
  console.log(
    `first load, both languages and styles, brotli: ${judged('first load', sum(early), { goal: 60, limit: 60 }, 1)} kB`,
  );
  console.log(`what is loaded later, brotli: ${judged('later load', sum(late), { goal: 30, limit: 40 }, 1)} kB`);
}

async function firstPaint(server) {
  if (!existsSync(chromium)) {
    console.log(`time to the first paint: not measured, there is no ${chromium} (GREENUP_BROWSER names another)`);
    return;
  }
  const { real } = await started(server, []);
  const port = await addressOf(real, /Its pages/);
  const browser = await require('playwright-core').chromium.launch({
    executablePath: chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  const paints = [];
  const ready = [];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator('[name=user]').waitFor();
    ready.push(await page.evaluate('performance.now()'));
    paints.push(await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"));
    await context.close();
  }
  await browser.close();
  await real.end();
  console.log(
    `first paint on a processor ${slowDown} times slower: ${median(paints).toFixed(0)} ms; a field to type in: ${median(ready).toFixed(0)} ms`,
  );
}

(async () => {
  const server = await central();
  bytesOfFirstLoad();
  await startAndMemory(server);
  await manyPages(server);
  await firstPaint(server);
  server.server.close();
  finish();
})();
