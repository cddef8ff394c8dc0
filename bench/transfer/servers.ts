/** Starts one server of Debian for each protocol, with a file in its folder; tells where they are in one line, and waits for its end. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DebianServer, nginx, openssh, password, proftpd, user } from '../../test/support/debian-servers';
import { newHostKey } from '../../test/support/sftp-server';

const bytes = Number(process.argv[2]);
const nobody = 65_534;

function selfSigned(): { key: string; cert: string } {
  const place = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const [key, cert] = [join(place, 'key'), join(place, 'cert')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
  execFileSync('openssl', ['req', '-x509', ...names, ...kind, '-out', cert], { stdio: 'pipe' });
  const proof = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(place, { recursive: true });
  return proof;
}

async function main(): Promise<void> {
  const proof = selfSigned();
  const hostKey = newHostKey('ecdsa');
  const servers: Record<string, DebianServer> = {
    ftp: await proftpd('ftp', { ...proof, hostKey }),
    ftps: await proftpd('ftps', { ...proof, hostKey }),
    sftp: await openssh(hostKey),
    http: await nginx(undefined),
    https: await nginx(proof),
  };
  for (const server of Object.values(servers)) {
    const path = join(server.folder, 'in', 'x');
    writeFileSync(path, '');
    truncateSync(path, bytes);
    chownSync(path, nobody, nobody);
    await server.start();
  }
  const places = Object.entries(servers).map(([scheme, { port, folder }]) => ({ scheme, port, folder }));
  console.log(JSON.stringify({ places, user, password, cert: proof.cert }));
  process.stdin.resume().on('end', async () => {
    await Promise.all(Object.values(servers).map((server) => server.remove()));
    process.exit(0);
  });
}

void main();
