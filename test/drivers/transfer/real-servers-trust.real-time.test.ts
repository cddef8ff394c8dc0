/**
 * Whom the station trusts, by each protocol and either way: authorities, names and times of certificates, keys of SSH servers,
 * the session of FTPS, and the one machine to which data goes by FTP.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { existsSync } from 'node:fs';
import tls from 'node:tls';
import type { NetworkTransferOptions } from '../../../src/drivers/transfer/network-transfer';
import type { CertificateOptions } from '../../support/certificates';
import { testWithServers } from '../../support/test-with-servers';
import { credentials, type Kind, Place, sshKinds, tlsKinds } from './real-servers';
import { content, download, failure, fileName, Received, upload } from './support';

const ways = ['sent', 'fetched'] as const;

let place: Place;

afterEach(() => place?.remove());

/** A file goes one way; the answer is whether it is where it should be. */
async function move(
  way: (typeof ways)[number],
  options: Partial<NetworkTransferOptions> = {},
  told: string[] = [],
): Promise<boolean> {
  const tried = { ...place.trusting(options), told };
  if (way === 'sent') {
    await upload(place.urlOf('/in'), { credentials }, tried);
    return existsSync(place.pathOf(`in/${fileName}`));
  }
  const received = new Received();
  await download(place.urlOf('/in/x.zip'), { credentials }, { ...tried, received });
  return received.bytes.equals(content);
}

async function serve(kind: Kind, issued: CertificateOptions = {}, more: readonly string[] = []): Promise<void> {
  place = new Place(kind);
  await place.serve(issued, more);
  place.put('in/x.zip');
}

const untrusted: [string, CertificateOptions, Partial<NetworkTransferOptions>][] = [
  ['an authority that nobody knows', {}, { authorities: undefined }],
  ['another name', { names: 'DNS:other.test' }, {}],
  ['a certificate that has expired', { fromDays: -9, toDays: -2 }, {}],
  ['a certificate that is not valid yet', { fromDays: 2 }, {}],
];

describe.each(tlsKinds.flatMap((kind) => ways.map((way) => [kind, way] as const)))('%s, %s', (kind, way) => {
  for (const [what, issued, options] of untrusted) {
    testWithServers(`a server with ${what} is not trusted, unless the board says that nobody looks`, async () => {
      await serve(kind, issued);
      expect(await failure(move(way, options).then(() => {}))).toMatchObject({ code: 'transfer.untrusted' });
      expect(existsSync(place.pathOf(`in/${fileName}`))).toBe(false);
      expect(await move(way, { ...options, trustsUnknownServers: true })).toBe(true);
    });
  }
});

describe.each(sshKinds.flatMap((kind) => ways.map((way) => [kind, way] as const)))('%s, %s', (kind, way) => {
  testWithServers('an unknown key is told and kept; another one later is refused, whoever looks away', async () => {
    await serve(kind);
    const told: string[] = [];
    expect(await move(way, {}, told)).toBe(true);
    expect(told).toEqual([expect.stringMatching(/met for the first time; from now on .* SHA256:/)]);
    expect(await move(way, {}, told)).toBe(true);
    expect(told).toHaveLength(1);
    const [[host = '', key = ''] = []] = place.hosts.keys;
    expect(host).toBe(`localhost:${place.server.port}`);
    place.hosts.keys.set(host, `${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`);
    for (const trustsUnknownServers of [false, true]) {
      expect(await failure(move(way, { trustsUnknownServers }).then(() => {}))).toMatchObject({
        code: 'transfer.untrusted',
        message: expect.stringMatching(/its key has changed from .* to .*greenup hosts forget/),
      });
    }
    place.hosts.keys.set(host, key);
    expect(await move(way)).toBe(true);
  });
});

/** ProFTPD wants data in the TLS session of the login, unless it is told otherwise. */
describe.each(ways)('ftps, %s', (way) => {
  testWithServers.each(['TLSv1.2', 'TLSv1.3'])(
    'data goes in the session of the login, by %s alone',
    async (version) => {
      await serve('ftps', {}, [`TLSProtocol ${version}`]);
      expect(await move(way)).toBe(true);
    },
  );
});

testWithServers(
  'ftps: without the session of the login ProFTPD gives nothing, so that it is known to want it',
  async () => {
    await serve('ftps');
    const { connect } = tls;
    const withoutSession = jest
      .spyOn(tls, 'connect')
      .mockImplementation((({ session: _, ...options }: tls.ConnectionOptions, onSecure?: () => void) =>
        connect(options, onSecure)) as typeof tls.connect);
    try {
      expect(await failure(move('fetched').then(() => {}))).toMatchObject({
        code: 'transfer.broken',
      });
    } finally {
      withoutSession.mockRestore();
    }
    expect(await move('fetched')).toBe(true);
  },
);

/** Without EPSV, which names no machine, there is PASV, which does. */
const elsewhere = ['MasqueradeAddress 10.9.8.7', '<Limit EPSV>', 'DenyAll', '</Limit>'];

describe.each(ways)('ftp, %s', (way) => {
  testWithServers('data to another machine does not go', async () => {
    await serve('ftp', {}, elsewhere);
    expect(await failure(move(way).then(() => {}))).toMatchObject({
      code: 'transfer.broken',
      message: expect.stringMatching(/10\.9\.8\.7/),
    });
  });

  testWithServers('to the very machine it goes without EPSV, too', async () => {
    await serve('ftp', {}, elsewhere.slice(1));
    expect(await move(way)).toBe(true);
  });
});
