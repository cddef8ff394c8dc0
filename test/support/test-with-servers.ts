/** Tests with servers of Debian, where those are; they run as root, who may start them for another user. */
import { existsSync } from 'node:fs';

/** Where Debian has them, with what ProFTPD loads. */
const files = {
  proftpd: ['/usr/sbin/proftpd', '/usr/lib/proftpd/mod_tls.so', '/usr/lib/proftpd/mod_sftp.so'],
  nginx: ['/usr/sbin/nginx'],
  sshd: ['/usr/sbin/sshd', '/usr/lib/openssh/sftp-server'],
  openssl: ['/usr/bin/openssl'],
};

/** `test` where the servers are there, and this is root, who may start them for another user; else each is skipped, and why is printed. */
export const testWithServers: jest.It = whyNot() === undefined ? test : test.skip;

function whyNot(): string | undefined {
  const missing = Object.entries(files).flatMap(([name, paths]) =>
    paths.every((path) => existsSync(path)) ? [] : [name],
  );
  if (missing.length === 0 && process.getuid?.() === 0) return undefined;
  const why = missing.length > 0 ? `there is no ${missing.join(', no ')}` : 'this is not root';
  process.stderr.write(`tests of transfers with real servers: skipped, ${why}\n`);
  return why;
}
