/**
 * Whether pages that stay open cost more and more: a station at which ten pages look on beside one at which nobody does, both
 * with a charge each `chargeEveryMs`. Tells memory at five instants, how it grew, and what a stream sends.
 *
 * A page is a bare client of the live stream, five at each door, that reads whole lists after a change, which is more than a
 * page does; one of them is closed and opened again every `reopenEveryMs`. MINUTES=60 measures for an hour.
 */
const { spawn } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { request } = require('node:http');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { central, finish, judged, memory, program, until, wait } = require('./support');

const minutes = Number(process.env.MINUTES ?? 2);
const lastsMs = minutes * 60_000;
/** Shares of the whole; that of an hour are 5, 15, 30, 45 and 60 minutes. The first is what the others are held against. */
const marks = [1 / 12, 1 / 4, 1 / 2, 3 / 4, 1];
const pagesOfEachDoor = 5;
const chargeEveryMs = lastsMs / 12;
const chargeLastsMs = chargeEveryMs * 0.8;
const reopenEveryMs = lastsMs / 60;
/** Before the time is counted: V8 takes more at first for a load that lasts. */
const settlesMs = 60_000;
const mb = 1_048_576;

/** With its heap to be asked for, and its power restored by nobody. */
function run(url, id) {
  const state = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const options = { csms: url, id, state, supervised: 'mains', port: 0, 'web-port': 0 };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--require', join(__dirname, 'web-hour', 'heap.js'), program, 'run', ...words],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const station = { child, text: '' };
  child.stdout.on('data', (data) => {
    station.text = (station.text + data).slice(0, 10_000);
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  station.end = async () => {
    child.kill('SIGINT');
    await ended;
    rmSync(state, { recursive: true });
  };
  return station;
}

/** Of the whole process, and of its heap after a collection, in MB. */
async function memoryOf({ child }) {
  const told = new Promise((resolve) => child.once('message', resolve));
  child.send('heap');
  const { heapUsed, external } = await told;
  return { rss: memory(child.pid).rss, heap: heapUsed / mb, external: external / mb };
}

async function portOf(station, what) {
  const pattern = new RegExp(`${what.source}\\s+http://127\\.0\\.0\\.1:(\\d+)`);
  await until(() => pattern.test(station.text));
  return Number(pattern.exec(station.text)[1]);
}

async function post(port, path, body, cookie = '') {
  const origin = `http://127.0.0.1:${port}`;
  const headers = { 'Content-Type': 'application/json', Origin: origin, 'greenup-page': '1', Cookie: cookie };
  const response = await fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Logs in for the first time. */
async function cookieOf(port) {
  const newcomer = await post(port, '/api/log-in', { user: 'admin', password: 'admin' });
  return post(port, '/api/password', { current: 'admin', next: 'correct horse' }, newcomer);
}

/** A page that looks on and reads `lists` after a change, at most one at a time. */
function openPage({ port, path, cookie, lists }, heard) {
  const headers = { Cookie: cookie };
  let reads = false;
  let isOpen = true;
  // It is cut by this side alone.
  const onError = (error) => {
    if (isOpen) throw error;
  };
  const readLists = async () => {
    if (reads) return;
    reads = true;
    for (const list of lists) await (await fetch(`http://127.0.0.1:${port}${list}`, { headers })).arrayBuffer();
    reads = false;
  };
  const asked = request({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
    response.on('data', (data) => {
      heard.bytes += data.length;
      if (!data.includes('event: change')) return;
      heard.changes += 1;
      void readLists();
    });
    response.on('error', onError);
  });
  asked.on('error', onError);
  asked.end();
  return () => {
    isOpen = false;
    asked.destroy();
  };
}

/** A charge again and again, as long as `goesOn`. */
async function charge(bench, goesOn) {
  while (goesOn()) {
    await post(bench, '/commands/plug', { connector: 1 });
    await post(bench, '/commands/tap', { card: 'CAFE0001' });
    await wait(chargeLastsMs);
    await post(bench, '/commands/stop', { connector: 1 });
    await post(bench, '/commands/unplug', { connector: 1 });
    await wait(chargeEveryMs - chargeLastsMs);
  }
}

function tell(name, at, { rss, heap, external }) {
  const minute = ((at * lastsMs) / 60_000).toFixed(1).padStart(5);
  const figures = `RSS ${rss.toFixed(1)} MB, heap ${heap.toFixed(2)} MB, beside it ${external.toFixed(2)} MB`;
  console.log(`${minute} min, ${name}: ${figures}`);
}

async function main() {
  const [serverOfOne, serverOfOther] = [await central(), await central()];
  const watched = run(serverOfOne.url, 'WATCHED');
  const alone = run(serverOfOther.url, 'ALONE');
  const [bench, port] = [await portOf(watched, /The bench/), await portOf(watched, /Its pages/)];
  const benchOfOther = await portOf(alone, /The bench/);
  const cookie = await cookieOf(port);
  let begun = Number.POSITIVE_INFINITY;
  const goesOn = () => !(performance.now() - begun > lastsMs);
  const charges = [bench, benchOfOther].map((one) => charge(one, goesOn));

  const doors = [
    { port: bench, path: '/live', cookie: '', lists: ['/pilots?after=0'], heard: { bytes: 0, changes: 0 } },
    {
      ...{ port, path: '/api/live', cookie, heard: { bytes: 0, changes: 0 } },
      lists: ['/api/frames', '/api/charges', '/api/events'],
    },
  ];
  // What serves pages is loaded by the first.
  for (const door of doors) {
    const first = { bytes: 0, changes: 0 };
    const close = openPage(door, first);
    await until(() => first.changes > 0);
    await wait(1_000);
    close();
  }
  await wait(3_000);
  const before = await memoryOf(watched);
  const open = Array.from({ length: 2 * pagesOfEachDoor }, (_, index) => {
    const door = doors[index % 2];
    return { door, close: openPage(door, door.heard) };
  });
  await until(() => doors.every(({ heard }) => heard.bytes > 0));
  await wait(3_000);
  const opened = await memoryOf(watched);
  await wait(settlesMs);
  begun = performance.now();
  for (const { heard } of doors) Object.assign(heard, { bytes: 0, changes: 0 });
  let next = 0;
  const reopening = setInterval(() => {
    const page = open[next % open.length];
    next += 1;
    page.close();
    page.close = openPage(page.door, page.door.heard);
  }, reopenEveryMs);

  const seen = { watched: [], alone: [] };
  for (const at of marks) {
    await wait(Math.max(0, at * lastsMs - (performance.now() - begun)));
    for (const [name, station] of Object.entries({ watched, alone })) {
      const one = await memoryOf(station);
      seen[name].push(one);
      tell(name, at, one);
    }
  }
  clearInterval(reopening);

  const each = ((opened.heap - before.heap + opened.external - before.external) * 1024) / open.length;
  console.log(`memory of a page that looks on, by the heap: ${each.toFixed(0)} KB`);
  for (const { path, heard } of doors) {
    const perMinute = heard.bytes / pagesOfEachDoor / ((performance.now() - begun) / 60_000);
    console.log(
      `${path}: ${(perMinute / 1_000).toFixed(1)} kB a minute for each page, ${(heard.bytes / heard.changes).toFixed(0)} bytes for a change`,
    );
  }
  const growth = (name, what) => seen[name].at(-1)[what] / seen[name][0][what];
  for (const what of ['rss', 'heap']) {
    const grown = judged(`growth of ${what} with pages`, growth('watched', what), { goal: 1.1, limit: 1.3 });
    const ratio = seen.watched.at(-1)[what] / seen.alone.at(-1)[what];
    console.log(
      `${what} at the end / at the first: ${grown}, without pages ${growth('alone', what).toFixed(2)}; with pages / without, at the end: ${judged(`${what} with pages`, ratio, { goal: 1.5, limit: 2 })}`,
    );
  }
  for (const { close } of open) close();
  await Promise.all(charges);
  await Promise.all([watched.end(), alone.end()]);
  for (const { server } of [serverOfOne, serverOfOther]) server.close();
  finish();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
