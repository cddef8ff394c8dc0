/**
 * Uploads to the servers that central systems really run, of Debian: ProFTPD (FTP, FTPS, SFTP) and nginx (HTTP, HTTPS).
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OutgoingFile } from '../../../src/hal/ports';
import { Authority } from '../../support/certificates';
import { type DebianServer, nginx, password, proftpd, testWithServers, user } from '../../support/debian-servers';
import { newHostKey } from '../../support/sftp-server';
import { until } from '../../support/until';
import { content, failure, fileName, TestFile, TestHosts, upload } from './support';

type Kind = 'ftp' | 'ftps' | 'implicit' | 'sftp' | 'http' | 'https';

const kinds: Kind[] = ['ftp', 'ftps', 'implicit', 'sftp', 'http', 'https'];
const secured: Kind[] = ['ftps', 'implicit', 'https'];
/** Those that can go on after a part; HTTP begins anew. */
const resuming: Kind[] = ['ftp', 'ftps', 'implicit', 'sftp'];
const credentials = { user, password };

let authority: Authority;
let server: DebianServer;
let hosts: TestHosts;

beforeEach(() => {
  authority = new Authority();
  hosts = new TestHosts();
});

afterEach(async () => {
  authority.remove();
  await server?.remove();
});

async function serve(kind: Kind): Promise<void> {
  const proof = authority.issue();
  if (kind === 'http' || kind === 'https') server = await nginx(kind === 'https' ? proof : undefined);
  else server = await proftpd(kind, { ...proof, hostKey: newHostKey('rsa') });
  await server.start();
}

function urlOf(kind: Kind, path: string): string {
  // Without a port it is tried where TLS begins at once.
  return kind === 'implicit' ? `ftps://localhost${path}` : `${kind}://localhost:${server.port}${path}`;
}

interface Send {
  given?: typeof credentials;
  trusts?: boolean;
  file?: OutgoingFile;
  resumes?: boolean;
}

function send(
  kind: Kind,
  path: string,
  { given = credentials, trusts = true, file, resumes }: Send = {},
): Promise<void> {
  const request = { credentials: given, ...(resumes ? { resumes } : {}) };
  const options = trusts ? { authorities: authority.cert } : {};
  return upload(urlOf(kind, path), request, { hosts, options, ...(file ? { file } : {}) });
}

describe.each(kinds)('%s', (kind) => {
  testWithServers('a file arrives whole, and replaces one of its name', async () => {
    await serve(kind);
    await send(kind, '/in');
    const path = join(server.folder, 'in', fileName);
    expect(readFileSync(path).equals(content)).toBe(true);
    await send(kind, '/in/');
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  testWithServers('a wrong password, no such folder, no permission and no room are told apart', async () => {
    await serve(kind);
    expect(await failure(send(kind, '/in', { given: { user, password: 'wrong' } }))).toMatchObject({
      code: 'transfer.refused',
    });
    // nginx says of a folder that is not there: Internal Server Error.
    const isHttp = !resuming.includes(kind);
    const missing = isHttp ? 'transfer.broken' : 'transfer.notFound';
    expect(await failure(send(kind, '/nowhere'))).toMatchObject({ code: missing });
    expect(await failure(send(kind, '/small'))).toMatchObject({ code: 'transfer.refused' });
    if (resuming.includes(kind)) {
      expect(await failure(send(kind, '/closed'))).toMatchObject({ code: 'transfer.refused' });
      expect(existsSync(join(server.folder, 'closed', fileName))).toBe(false);
    }
  });

  testWithServers('cut in its middle it is broken; the next try brings the whole', async () => {
    await serve(kind);
    const path = join(server.folder, 'in', fileName);
    let cut: Promise<void> | undefined;
    const slow: OutgoingFile = {
      bytes: content.length,
      from: async function* () {
        yield content.subarray(0, 1_000_000);
        if (resuming.includes(kind)) await until(() => existsSync(path) && statSync(path).size > 0);
        cut = server.kill();
        await cut;
        yield content.subarray(1_000_000);
      },
    };
    expect(await failure(send(kind, '/in', { file: slow }))).toMatchObject({
      code: expect.stringMatching(/broken|unreachable/),
    });
    await cut;
    await server.start();
    const file = new TestFile();
    await send(kind, '/in', { file, resumes: true });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect((file.begun[0] ?? 0) > 0).toBe(resuming.includes(kind));
  });
});

describe.each(secured)('%s', (kind) => {
  testWithServers('a server that nobody vouches for is not trusted', async () => {
    await serve(kind);
    expect(await failure(send(kind, '/in', { trusts: false }))).toMatchObject({ code: 'transfer.untrusted' });
    expect(existsSync(join(server.folder, 'in', fileName))).toBe(false);
  });
});

testWithServers('sftp: a server that shows another key is not trusted', async () => {
  await serve('sftp');
  await send('sftp', '/in');
  const [[place, key] = ['', '']] = hosts.keys;
  expect(key).toMatch(/^ssh-rsa SHA256:/);
  await server.remove();
  await serve('sftp');
  hosts.keys.set(`localhost:${server.port}`, key);
  expect(await failure(send('sftp', '/in'))).toMatchObject({ code: 'transfer.untrusted' });
  expect(place).toMatch(/^localhost:\d+$/);
});

testWithServers('http: where there is no PUT a form is taken, and a redirect is followed', async () => {
  await serve('http');
  await send('http', '/form');
  await send('http', '/moved/x.zip');
});
