/** Servers of Debian that tests start on free ports of this machine, each with a configuration and a folder of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyAndCertificate } from './certificates';
import { until } from './until';

export const user = 'station';
export const password = 'p@ss:w%rd';
/** User and group nobody of Debian. */
const nobody = 65_534;
const maxStoreMb = 2;

/** A server that listens; what it serves lies in `folder`. */
export class DebianServer {
  private child: ChildProcess | undefined;
  private said = '';

  constructor(
    readonly folder: string,
    readonly port: number,
    private readonly command: readonly [program: string, ...words: string[]],
    /** Where data is, beside it. */
    readonly dataPorts: readonly number[] = [],
  ) {}

  async start(): Promise<void> {
    const [program, ...words] = this.command;
    // In a group of its own: servers have a process for each connection.
    const child = spawn(program, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (words) => (this.said += words));
    let isOpen = false;
    const look = (): void => {
      const socket = connect(this.port, '127.0.0.1', () => {
        isOpen = true;
        socket.destroy();
      });
      socket.on('error', () => {});
    };
    await until(
      () => {
        if (!isOpen) look();
        return isOpen || child.exitCode !== null;
      },
      () => `${program} does not listen: ${this.said}`,
    );
    if (child.exitCode !== null) throw new Error(`${program} ended: ${this.said}`);
  }

  /** At once, with all its connections. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }
}

export type ProftpdKind = 'ftp' | 'ftps' | 'implicit' | 'sftp';

/** `more`: further lines of its configuration. */
export async function proftpd(
  kind: ProftpdKind,
  proof: KeyAndCertificate & { hostKey: string },
  more: readonly string[] = [],
): Promise<DebianServer> {
  const { place, folder } = newPlace();
  const dataPort = await freePort(2);
  // TLS from the first byte is what this port stands for.
  const port = kind === 'implicit' ? 990 : await freePort();
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: `${password}\n`, encoding: 'utf8' }).trim();
  secret(join(place, 'users'), `${user}:${hash}:${nobody}:${nobody}::${folder}:/bin/false\n`);
  secret(join(place, 'key.pem'), proof.key);
  secret(join(place, 'cert.pem'), proof.cert);
  secret(join(place, 'host.key'), proof.hostKey);
  const tls = [
    ...['LoadModule mod_tls.c', 'TLSEngine on', 'TLSRequired on', 'TLSProtocol TLSv1.2 TLSv1.3'],
    ...[`TLSECCertificateFile ${place}/cert.pem`, `TLSECCertificateKeyFile ${place}/key.pem`],
  ];
  const kinds: Record<ProftpdKind, string[]> = {
    ftp: [],
    ftps: tls,
    implicit: [...tls, 'TLSOptions UseImplicitSSL'],
    sftp: ['LoadModule mod_sftp.c', 'SFTPEngine on', `SFTPHostKey ${place}/host.key`, `SFTPLog ${place}/sftp.log`],
  };
  const lines = [
    'ModulePath /usr/lib/proftpd',
    ...[
      'ServerName test',
      'ServerType standalone',
      `Port ${port}`,
      'DefaultAddress 127.0.0.1',
      'SocketBindTight on',
      'UseIPv6 off',
    ],
    ...[
      `PidFile ${place}/pid`,
      `ScoreboardFile ${place}/scoreboard`,
      `DelayTable none`,
      'SystemLog none',
      'WtmpLog off',
    ],
    ...['User nobody', 'Group nogroup', 'AuthOrder mod_auth_file.c', `AuthUserFile ${place}/users`],
    ...['RequireValidShell off', 'DefaultRoot ~', 'UseReverseDNS off', 'MaxLoginAttempts 10'],
    ...[
      'AllowOverwrite on',
      'AllowStoreRestart on',
      'AllowRetrieveRestart on',
      `PassivePorts ${dataPort} ${dataPort + 1}`,
    ],
    ...kinds[kind],
    ...more,
    `<Directory ${folder}/small>`,
    `MaxStoreFileSize ${maxStoreMb} Mb`,
    '</Directory>',
    `<Directory ${folder}/closed>`,
    '<Limit WRITE>',
    'DenyAll',
    '</Limit>',
    '</Directory>',
  ];
  writeFileSync(join(place, 'conf'), `${lines.join('\n')}\n`);
  const command = ['/usr/sbin/proftpd', '--nodaemon', '--quiet', '--config', join(place, 'conf')] as const;
  return new DebianServer(folder, port, command, kind === 'sftp' ? [] : [dataPort, dataPort + 1]);
}

/**
 * OpenSSH. It takes users of the machine only: it gets an /etc/passwd of its own, in a mount namespace of its own, which also
 * has the directory that it wants under /run.
 */
export async function openssh(hostKey: string): Promise<DebianServer> {
  const { place, folder } = newPlace();
  const port = await freePort();
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: `${password}\n`, encoding: 'utf8' }).trim();
  const users = [
    'root:x:0:0::/root:/bin/sh',
    `sshd:x:102:${nobody}::/run/sshd:/usr/sbin/nologin`,
    `${user}:x:${nobody}:${nobody}::${folder}:/bin/sh`,
  ];
  writeFileSync(join(place, 'passwd'), `${users.join('\n')}\n`);
  secret(join(place, 'shadow'), `root:*:19000::::::\nsshd:!:19000::::::\n${user}:${hash}:19000::::::\n`);
  secret(join(place, 'host.key'), hostKey);
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${place}/host.key`, 'PidFile none', 'UsePAM no'],
    ...['PasswordAuthentication yes', 'PubkeyAuthentication no', 'StrictModes no', 'UseDNS no', 'MaxStartups 100'],
    'Subsystem sftp /usr/lib/openssh/sftp-server',
  ];
  writeFileSync(join(place, 'conf'), `${lines.join('\n')}\n`);
  const begin = [
    'mount -t tmpfs none /run && mkdir -m 755 /run/sshd',
    ...['passwd', 'shadow'].map((name) => `mount --bind ${place}/${name} /etc/${name}`),
    `exec /usr/sbin/sshd -D -e -f ${place}/conf`,
  ];
  chownSync(join(folder, 'closed'), 0, 0);
  return new DebianServer(folder, port, ['/usr/bin/unshare', '--mount', 'sh', '-c', begin.join(' && ')]);
}

export async function nginx(proof: KeyAndCertificate | undefined): Promise<DebianServer> {
  const { place, folder } = newPlace();
  const port = await freePort();
  const hash = execFileSync('openssl', ['passwd', '-apr1', '-stdin'], {
    input: `${password}\n`,
    encoding: 'utf8',
  }).trim();
  writeFileSync(join(place, 'users'), `${user}:${hash}\n`);
  if (proof) {
    secret(join(place, 'key.pem'), proof.key);
    secret(join(place, 'cert.pem'), proof.cert);
  }
  const tls = proof ? `ssl_certificate ${place}/cert.pem; ssl_certificate_key ${place}/key.pem;` : '';
  writeFileSync(
    join(place, 'conf'),
    `
    daemon off; master_process off; error_log ${place}/error.log; pid ${place}/pid;
    events {}
    http {
      access_log off; client_body_temp_path ${place}/body; proxy_temp_path ${place}/proxy;
      fastcgi_temp_path ${place}/fastcgi; uwsgi_temp_path ${place}/uwsgi; scgi_temp_path ${place}/scgi;
      server {
        listen 127.0.0.1:${port} ${proof ? 'ssl' : ''}; ${tls}
        root ${folder}; client_max_body_size 300m; auth_basic test; auth_basic_user_file ${place}/users;
        location / { dav_methods PUT; }
        location /circle { return 302 /circle; }
        location /closed { deny all; }
        location /small { client_max_body_size ${maxStoreMb}m; dav_methods PUT; }
        location /form { if ($request_method = POST) { return 200; } return 405; }
        location /moved/ { return 307 /in/x.zip; }
      }
    }`,
  );
  return new DebianServer(folder, port, ['/usr/sbin/nginx', '-c', join(place, 'conf'), '-e', join(place, 'error.log')]);
}

function newPlace(): { place: string; folder: string } {
  const place = mkdtempSync(join(tmpdir(), 'greenup-server-'));
  chmodSync(place, 0o755);
  const folder = join(place, 'home');
  for (const path of [folder, ...['in', 'small', 'closed'].map((name) => join(folder, name))]) {
    mkdirSync(path);
    chownSync(path, nobody, nobody);
  }
  return { place, folder };
}

function secret(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}

/** The first of so many in a row. */
async function freePort(inARow = 1): Promise<number> {
  for (;;) {
    const first = await portOf(0);
    const others = Array.from({ length: inARow - 1 }, (_, index) => portOf(first + 1 + index));
    const areFree = await Promise.all(others).then(
      () => true,
      () => false,
    );
    if (areFree) return first;
  }
}

/** That at which one can listen; rejects where the wanted one is taken. */
async function portOf(wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wanted, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
