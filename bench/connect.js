/**
 * Time to an open WebSocket and memory by security profile, as ratios to plain ws: with the station's transport, in a process of
 * its own. A handshake that is resumed is shown beside for comparison: the station resumes none (ARCHITECTURE.md).
 */
const { execFileSync, spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
const http = require('node:http');
const https = require('node:https');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const tls = require('node:tls');
const { WebSocketServer } = require('ws');
const { bundled, finish, judged, median } = require('./support');

const times = Number(process.env.TIMES ?? 200);
const warmUp = 20;

const bounds = {
  'ws, profile 0': { goal: 1, limit: 1 },
  'ws, profile 1': { goal: 1.1, limit: 1.5 },
  'wss, profile 0': { goal: 4, limit: 8 },
  'wss, profile 2': { goal: 4, limit: 8 },
  'wss, profile 3': { goal: 5, limit: 10 },
};
const memoryBounds = { goal: 1.15, limit: 1.4 };

/** An authority of its own for the server, and one for the station: curves, as most are issued today. */
function certificates() {
  const folder = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const run = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  try {
    run('req', '-x509', '-days', '2', '-subj', '/CN=Bench', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem');
    writeFileSync(join(folder, 'names'), 'subjectAltName = DNS:localhost');
    for (const name of ['server', 'client']) {
      run('req', '-new', '-subj', `/CN=${name}`, ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`);
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
      run('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`);
    }
    const of = (name) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });
    return { ca: read('ca.pem'), server: of('server'), client: of('client') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function listening(server) {
  new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => 'ocpp1.6' });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

/** A process with the transport of the station: `once` has it connect, and resolves with what that took. */
function client(program, name, order) {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = [];
  createInterface({ input: child.stdout }).on('line', (line) => answers.shift()(JSON.parse(line)));
  const once = () =>
    new Promise((resolve) => {
      answers.push(resolve);
      child.stdin.write('\n');
    });
  return { name, once, took: [], rssMb: 0, end: () => child.kill() };
}

/** A handshake of TLS alone, in ms: whole, or resumed from the session of the last one. */
async function handshakes(port, ca, isResumed) {
  const took = [];
  let session;
  for (let n = 0; n <= times; n += 1) {
    const begun = performance.now();
    await new Promise((resolve, reject) => {
      const socket = tls.connect({ host: 'localhost', port, ca, maxVersion: 'TLSv1.2', ...(isResumed && { session }) });
      socket.on('error', reject);
      socket.on('secureConnect', () => {
        if (n > 0) took.push(performance.now() - begun);
        session = socket.getSession();
        if (n > 0 && socket.isSessionReused() !== isResumed) reject(new Error('the session was not as wanted'));
        socket.destroy();
        resolve();
      });
    });
  }
  return median(took);
}

(async () => {
  const { ca, server, client: own } = certificates();
  const plain = http.createServer();
  const secure = https.createServer(server);
  const mutual = https.createServer({ ...server, ca, requestCert: true, rejectUnauthorized: true });
  const [plainPort, securePort, mutualPort] = await Promise.all([plain, secure, mutual].map(listening));
  const program = bundled('connect/client.ts');
  const plainUrl = `ws://localhost:${plainPort}`;
  const secureUrl = `wss://localhost:${securePort}`;
  const clients = [
    client(program, 'ws, profile 0', { url: plainUrl, profile: 0 }),
    client(program, 'ws, profile 1', { url: plainUrl, profile: 1 }),
    client(program, 'wss, profile 0', { url: secureUrl, profile: 0, ca }),
    client(program, 'wss, profile 2', { url: secureUrl, profile: 2, ca }),
    client(program, 'wss, profile 3', { url: `wss://localhost:${mutualPort}`, profile: 3, ca, ...own }),
  ];
  // One of each in turn, so that all meet the same weather.
  for (let n = -warmUp; n < times; n += 1) {
    for (const one of clients) {
      const { tookMs, rssMb } = await one.once();
      if (n >= 0) one.took.push(tookMs);
      one.rssMb = rssMb;
    }
  }
  const [base] = clients;
  for (const { name, took, rssMb, end } of clients) {
    end();
    const [time, memory] = [median(took) / median(base.took), rssMb / base.rssMb];
    const ratios = `ratio to plain ws ${judged(name, time, bounds[name])}, of memory ${judged(`${name}, memory`, memory, memoryBounds)}`;
    console.log(`${name}: p50 ${median(took).toFixed(2)} ms, ${rssMb.toFixed(1)} MB; ${ratios}`);
  }
  const [whole, resumed] = [await handshakes(securePort, ca, false), await handshakes(securePort, ca, true)];
  console.log(
    `a handshake of TLS 1.2 alone: whole ${whole.toFixed(2)} ms, resumed ${resumed.toFixed(2)} ms, ratio ${(resumed / whole).toFixed(2)}`,
  );
  finish();
})();
