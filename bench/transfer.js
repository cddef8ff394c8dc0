/**
 * A large file by each protocol and either way, against what curl or scp does at the same server: memory above that at rest,
 * before anything of the protocol is loaded (most of it is what Node.js collects late, some 40 MB however large the file is),
 * throughput, processor time, and whether a beat of another thread or the answers of the main thread come later meanwhile.
 * Needs root, ProFTPD, OpenSSH, nginx, curl and openssl.
 *
 * MEGABYTES=200
 */
const { execFileSync, spawn } = require('node:child_process');
const { chmodSync, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { WebSocketServer } = require('ws');
const { bundled, finish, judged, quantile } = require('./support');

const bytes = Number(process.env.MEGABYTES ?? 200) << 20;
const needed = [
  '/usr/sbin/proftpd',
  '/usr/lib/proftpd/mod_tls.so',
  '/usr/sbin/sshd',
  '/usr/sbin/nginx',
  '/usr/bin/curl',
];
const root = join(__dirname, '..');
const env = { ...process.env, NODE_PATH: join(root, 'node_modules') };

/** Asks again as soon as there is an answer, as long as the other side moves a file or is quiet. */
async function asker() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const times = { quiet: [], moving: [], done: [] };
  let phase = 'quiet';
  server.on('connection', (socket) => {
    let asked = 0;
    const ask = () => {
      asked = performance.now();
      socket.send('ask');
    };
    socket.on('message', (data) => {
      const text = String(data);
      if (text !== 'ask') phase = text;
      else times[phase].push(performance.now() - asked);
      if (text === 'quiet') ask();
      else if (text === 'ask' && phase !== 'done') setTimeout(ask, 5);
    });
  });
  return {
    url: `ws://127.0.0.1:${server.address().port}`,
    /** The median of each phase since the last question, in ms. */
    medians() {
      const [quiet, moving] = [quantile(times.quiet, 0.5), quantile(times.moving, 0.5)];
      for (const list of Object.values(times)) list.length = 0;
      phase = 'quiet';
      return { quiet, moving };
    },
    close: () => server.close(),
  };
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve({ child, facts: JSON.parse(text.slice(0, text.indexOf('\n'))) });
    });
    child.on('exit', (code) => reject(new Error(`${program} ended with code ${code}`)));
  });
}

/** What the usual program needs for the same, in MB a second. */
function others({ scheme, port }, way, { user, password, path, askpass }) {
  const begun = performance.now();
  if (scheme === 'sftp') {
    const there = `${user}@localhost:in/${way === 'sent' ? 'other' : 'x'}`;
    const options = ['-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null', '-oLogLevel=ERROR'];
    const files = way === 'sent' ? [path, there] : [there, '/dev/null'];
    const asks = { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    execFileSync('scp', ['-q', '-P', String(port), ...options, ...files], { env: asks, stdio: 'pipe' });
  } else {
    const url = `${scheme === 'ftps' ? 'ftp' : scheme}://localhost:${port}/in/${way === 'sent' ? 'other' : 'x'}`;
    const secure = scheme === 'ftps' ? ['--ssl-reqd', '-k'] : ['-k'];
    const move = way === 'sent' ? ['-T', path] : ['-o', '/dev/null'];
    execFileSync('curl', ['-s', '-f', ...secure, '-u', `${user}:${password}`, ...move, url], { stdio: 'pipe' });
  }
  return bytes / (1 << 20) / ((performance.now() - begun) / 1_000);
}

async function main() {
  const missing = needed.filter((path) => !existsSync(path));
  if (missing.length > 0 || process.getuid() !== 0) {
    console.log(
      `transfers: not measured, ${missing.length > 0 ? `there is no ${missing.join(', no ')}` : 'this is not root'}`,
    );
    return;
  }
  const place = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const path = join(place, 'file');
  writeFileSync(path, '');
  truncateSync(path, bytes);
  const mover = bundled('transfer/mover.ts', ['ssh2', 'basic-ftp']);
  const servers = await run(bundled('transfer/servers.ts', ['ssh2']), [String(bytes)]);
  const { places, user, password, cert } = servers.facts;
  const askpass = join(place, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho '${password}'\n`);
  chmodSync(askpass, 0o700);
  const central = await asker();
  const shared = { user, password, cert, path, bytes, central: central.url, askpass };
  try {
    for (const server of places) {
      for (const way of ['fetched', 'sent']) {
        const home = server.scheme === 'sftp' ? '/~' : '';
        const url = `${server.scheme}://localhost:${server.port}${home}/in${way === 'fetched' ? '/x' : ''}`;
        const { facts } = await run(mover, [JSON.stringify({ ...shared, way, url })]);
        const { quiet, moving } = central.medians();
        const other = others(server, way, shared);
        const what = `${server.scheme}, ${way}`;
        console.log(
          `${what}: memory above rest ${judged(`memory of ${what}`, facts.moreMb, { goal: 40, limit: 80 }, 1)} MB, ` +
            `its second half adds ${judged(`growth of ${what}`, facts.growsMb, { goal: 5, limit: 20 }, 1)} MB; ` +
            `${facts.mbPerSecond.toFixed(0)} MB/s, ${server.scheme === 'sftp' ? 'scp' : 'curl'} ${other.toFixed(0)} MB/s, ` +
            `ratio ${(facts.mbPerSecond / other).toFixed(2)}, processor ${facts.cpuSeconds.toFixed(2)} s; ` +
            `a beat of another thread late by ${facts.busy.beatMs.toFixed(2)} ms (quiet ${facts.quiet.beatMs.toFixed(2)}), ` +
            `main loop p99 ${facts.busy.loopMs.toFixed(1)} ms (quiet ${facts.quiet.loopMs.toFixed(1)}), ` +
            `an answer ${moving.toFixed(2)} ms (quiet ${quiet.toFixed(2)})`,
        );
      }
    }
  } finally {
    servers.child.removeAllListeners('exit');
    servers.child.stdin.end();
    await new Promise((resolve) => servers.child.once('exit', resolve));
    central.close();
    rmSync(place, { recursive: true, force: true });
  }
  finish();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
