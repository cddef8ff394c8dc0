/** Each kind of certificate of a central system, and of the station, with each security profile, at servers of Node.js and of OpenSSL. */
import { X509Certificate } from 'node:crypto';
import { securityEventOf } from '../../../src/ocpp/features/security-events';
import type { EndpointSecurity } from '../../../src/ocpp/link/endpoint';
import type { LinkEnd } from '../../../src/ocpp/link/transport';
import { CertificateJudge } from '../../../src/ocpp/security/certificate-judge';
import type { SecurityEvent } from '../../../src/ocpp/security/security-events';
import { Authority, type KeyAndCertificate, testWithOpenSsl as test } from '../../support/certificates';
import { nodePeer, opensslPeer, outcomeAt, type TlsPeer, type TlsPeerOptions } from '../../support/tls-peers';

const password = Buffer.from('the-password-of-it');
const authorization = `Basic ${Buffer.concat([Buffer.from('CP 1:'), password]).toString('base64')}`;

const authorities: Authority[] = [];
function authority(...words: ConstructorParameters<typeof Authority>): Authority {
  const made = new Authority(...words);
  authorities.push(made);
  return made;
}

let central: Authority;
let between: Authority;
let stranger: Authority;
let stations: Authority;
let loner: Authority;
let ofStation: KeyAndCertificate;
let revoked: KeyAndCertificate;
beforeAll(() => {
  central = authority('Central authority');
  between = authority('Between', { authority: central });
  stranger = authority('Somebody else');
  stations = authority('Authority of stations');
  loner = authority('Loner');
  ofStation = stations.issue({ commonName: 'CP 1', names: null });
  revoked = central.issue();
});

let peer: TlsPeer | undefined;
afterEach(() => {
  peer?.close();
  peer = undefined;
});
afterAll(() => {
  for (const one of authorities) one.remove();
});

const judge = new CertificateJudge({
  time: () => undefined,
  revocations: {
    isRevoked: ({ fingerprint256 }) => fingerprint256 === new X509Certificate(revoked.cert).fingerprint256,
  },
});

type Profile = EndpointSecurity['profile'];
function securityOf(profile: Profile): EndpointSecurity {
  if (profile === 0) return { profile };
  return profile === 3 ? { profile, chain: ofStation.cert, key: ofStation.key } : { profile, password };
}
const profiles: readonly Profile[] = [0, 1, 2, 3];
const kinds = { 'Node.js': nodePeer, OpenSSL: opensslPeer };

/** What follows from a certificate of the server: `open`, or why not, in words as well, and what is told of it. */
interface ServerRow {
  server(): Omit<TlsPeerOptions, 'wants'>;
  /** The station reaches it by its address instead of its name. */
  byAddress?: boolean;
  end: LinkEnd | 'open';
  words?: RegExp;
  event?: SecurityEvent;
  /** With profiles 0 and 1, where Node.js has its own bounds of strength: those of OpenSSL 3.0 (level 1), and of 3.2 and newer. */
  lax?: { level1: LinkEnd | 'open'; level2: LinkEnd | 'open' };
  /** Where profile 2 and 3 take more than Node.js does (A00.FR.308). */
  laxEnd?: LinkEnd;
}

const wrong = 'InvalidCentralSystemCertificate';
const rows: Readonly<Record<string, ServerRow>> = {
  'good, RSA': { server: () => ({ own: central.issue({ key: 'rsa:2048' }) }), end: 'open' },
  'good, EC': { server: () => ({ own: central.issue() }), end: 'open' },
  'good, with one between': { server: () => ({ own: between.issue(), between: between.cert }), end: 'open' },
  expired: {
    server: () => ({ own: central.issue({ fromDays: -9, toDays: -2 }) }),
    ...{ end: 'certificateExpired', words: /has expired/, event: wrong },
  },
  'not yet valid': {
    server: () => ({ own: central.issue({ fromDays: 2, toDays: 9 }) }),
    ...{ end: 'certificateEarly', words: /not valid yet/, event: wrong },
  },
  'for another host': {
    server: () => ({ own: central.issue({ names: 'DNS:other.test' }) }),
    ...{ end: 'certificateName', words: /is for other\.test, not for localhost/, event: wrong },
  },
  'with a common name alone': {
    server: () => ({ own: central.issue({ names: null, commonName: 'localhost' }) }),
    end: 'open',
  },
  'with the address as common name': {
    server: () => ({ own: central.issue({ names: null, commonName: '127.0.0.1' }) }),
    ...{ byAddress: true, end: 'open', laxEnd: 'certificateName', words: /for another name/, event: wrong },
  },
  'of an authority that is not trusted': {
    server: () => ({ own: stranger.issue() }),
    ...{ end: 'certificateUnknown', words: /unknown authority/, event: wrong },
  },
  'without the one between': {
    server: () => ({ own: between.issue() }),
    ...{ end: 'certificateUnknown', words: /unknown authority/, event: wrong },
  },
  'with an RSA key of 1024 bits': {
    server: () => ({ own: central.issue({ key: 'rsa:1024' }), weak: true }),
    ...{ end: 'certificateWeak', words: /too weak/, event: wrong },
    lax: { level1: 'open', level2: 'certificateWeak' },
  },
  // The curve is among none that the station offers, so that no handshake comes about.
  'with a curve of 192 bits': {
    server: () => ({ own: central.issue({ key: 'ec:prime192v1' }), weak: true }),
    ...{ end: 'tlsSuites', words: /cipher suites/, event: 'InvalidTLSCipherSuite' },
  },
  'signed with SHA-1': {
    server: () => ({ own: central.issue({ digest: 'sha1' }), weak: true }),
    ...{ end: 'certificateWeak', words: /too weak/, event: wrong },
  },
  revoked: {
    server: () => ({ own: revoked }),
    ...{ end: 'certificateRevoked', words: /on a list of revoked ones/, event: wrong },
  },
  'signed by itself and not installed': {
    server: () => ({ own: loner.asServer() }),
    ...{ end: 'certificateUnknown', words: /is self-signed/, event: wrong },
  },
};

/** Each is issued once. */
const issued = new Map<string, ReturnType<ServerRow['server']>>();
function serverOf(name: string, row: ServerRow): ReturnType<ServerRow['server']> {
  const server = issued.get(name) ?? row.server();
  issued.set(name, server);
  return server;
}

const isLevel2 = ([major = 0, minor = 0] = process.versions.openssl.split('.').map(Number)) =>
  major > 3 || (major === 3 && minor >= 2);

function expectedEnd({ end, lax, laxEnd }: ServerRow, profile: Profile): LinkEnd | 'open' {
  if (profile >= 2) return end;
  if (laxEnd) return laxEnd;
  return lax ? lax[isLevel2() ? 'level2' : 'level1'] : end;
}

describe.each(profiles)('profile %d over wss', (profile) => {
  describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('at a server of %s', (kind) => {
    test.each(Object.keys(rows))('whose certificate is %s', async (name) => {
      const row = rows[name] as ServerRow;
      peer = await kinds[kind]({ ...serverOf(name, row), ...(profile === 3 && { wants: stations.cert }) });
      const url = `wss://${row.byAddress ? '127.0.0.1' : 'localhost'}:${peer.port}`;
      const endpoint = { url, security: securityOf(profile), judge };
      const { end, words } = await outcomeAt(endpoint, { ca: central.cert });
      const expected = expectedEnd(row, profile);
      expect([end, words]).toEqual([expected, expected === 'open' ? '' : expect.stringMatching(row.words ?? /^$/)]);
      expect(words).not.toContain('\n');
      expect(securityEventOf(end)).toBe(expected === 'open' ? undefined : row.event);
      const told = profile === 1 || profile === 2 ? authorization : undefined;
      // Nothing but the handshake has reached a server that is not believed.
      expect(peer.authorizations).toEqual(expected === 'open' ? [told] : []);
    });
  });
});

/** The certificate of the station, as a server of OpenSSL judges it. One of Node.js cuts without a word. */
const stationRows: Readonly<Record<string, { proof: () => KeyAndCertificate; end: LinkEnd | 'open' }>> = {
  good: { proof: () => ofStation, end: 'open' },
  'of another authority': { proof: () => stranger.issue({ names: null }), end: 'ownCertificateRefused' },
  expired: { proof: () => stations.issue({ names: null, fromDays: -9, toDays: -2 }), end: 'ownCertificateExpired' },
};

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('profile 3 at a server of %s', (kind) => {
  describe.each([undefined, 'TLSv1.2'] as const)('with %s at most', (maxVersion) => {
    test.each(Object.keys(stationRows))('whose station has a certificate that is %s', async (name) => {
      const { proof, end } = stationRows[name] as (typeof stationRows)[string];
      const { cert, key } = proof();
      const version = maxVersion && { maxVersion };
      peer = await kinds[kind]({ own: central.issue(), wants: stations.cert, ...version });
      const security = { profile: 3 as const, chain: cert, key };
      const outcome = await outcomeAt({ url: `wss://localhost:${peer.port}`, security }, { ca: central.cert });
      const isWordless = kind === 'Node.js' && end !== 'open';
      expect(outcome.end).toBe(isWordless ? 'cutInTls' : end);
      expect(securityEventOf(outcome.end)).toBe(
        end === 'open' || isWordless ? undefined : 'FailedToAuthenticateAtCentralSystem',
      );
    });

    test('which wants a certificate of a station that has none', async () => {
      const version = maxVersion && { maxVersion };
      peer = await kinds[kind]({ own: central.issue(), wants: stations.cert, ...version });
      const endpoint = { url: `wss://localhost:${peer.port}`, security: securityOf(2) };
      const outcome = await outcomeAt(endpoint, { ca: central.cert });
      // TLS 1.2 has one alert for all (RFC 5246, 7.4.6), which a server without common suites sends as well.
      const told = maxVersion ? 'tlsSuites' : 'ownCertificateMissing';
      expect(outcome.end).toBe(told);
      expect(peer.authorizations).toEqual([]);
    });
  });
});

test('a key that is not the one of the certificate never reaches the wire', async () => {
  peer = await nodePeer({ own: central.issue(), wants: stations.cert });
  const security = { profile: 3 as const, chain: ofStation.cert, key: stations.issue({ names: null }).key };
  const { end, words } = await outcomeAt({ url: `wss://localhost:${peer.port}`, security }, { ca: central.cert });
  expect([end, words]).toEqual(['ownCertificateUnusable', expect.stringMatching(/key values mismatch/)]);
});
