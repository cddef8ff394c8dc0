/** The embedded central system with security: whom it lets in, and how each of its faults looks from a station's transport. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { EmbeddedAuthority } from '../../src/csms/authority';
import { type CentralSecurity, CentralSystem } from '../../src/csms/central-system';
import { type CentralFault, centralFaultNames, centralFaults } from '../../src/csms/faults';
import type { CentralSystemEndpoint, EndpointSecurity } from '../../src/ocpp/link/endpoint';
import { encodeCall } from '../../src/ocpp/link/frame';
import type { LinkEnd } from '../../src/ocpp/link/transport';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import { makeRequest } from '../../src/ocpp/security/certificate-request';
import { until } from '../support/until';

const password = 'open-sesame-open';
const authority = EmbeddedAuthority.make(Date.now);
const station = authority.firstClient('260988');
const asClient: EndpointSecurity = { profile: 3, chain: station.cert, key: station.key };
const withPassword = (profile: 1 | 2, key = password): EndpointSecurity => ({ profile, password: Buffer.from(key) });

let central: CentralSystem;
let security: CentralSecurity;
let url: string;
let events: string[];
const links: { terminate(): void }[] = [];

async function open(profile: number): Promise<void> {
  events = [];
  security = { profile, authority, password, names: new Map([['CP1', '260988']]) };
  central = new CentralSystem({ security, onEvent: (line) => events.push(line) });
  url = (await central.start()).url;
}

afterEach(async () => {
  for (const link of links.splice(0)) link.terminate();
  await central.stop();
});

interface Tried {
  /** `open`, or how it ended. */
  how: 'open' | LinkEnd;
  reason: string;
  send(text: string): void;
  messages: string[];
}

/** An attempt of a station that trusts the authority. */
async function come(given: EndpointSecurity, change: Partial<CentralSystemEndpoint> = {}): Promise<Tried> {
  const tried: Tried = { how: 'other', reason: '', send: () => {}, messages: [] };
  let isOver = false;
  const endpoint: CentralSystemEndpoint = {
    ...{ url, identity: 'CP1', security: given, authorities: { pem: [authority.pem], alone: true } },
    ...change,
  };
  const link = new WsTransport({ handshakeTimeoutMs: 5_000 }).connect(endpoint, 'ocpp1.6', {
    open: () => {
      tried.how = 'open';
      isOver = true;
    },
    message: (data) => tried.messages.push(String(data)),
    pong: () => {},
    drained: () => {},
    close: (reason, how = 'other') => {
      if (isOver) return;
      tried.how = how;
      tried.reason = reason;
      isOver = true;
    },
  });
  links.push(link);
  tried.send = (text) => link.send(text);
  await until(() => isOver);
  return tried;
}

const plain = (): string => url.replace('wss:', 'ws:');
const encrypted = (): string => url.replace('ws:', 'wss:');

describe('whom it lets in', () => {
  test('profile 1: by the password, over either way', async () => {
    await open(1);
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ocpp$/);
    expect((await come(withPassword(1))).how).toBe('open');
    expect((await come(withPassword(1), { url: encrypted() })).how).toBe('open');
    expect((await come(withPassword(1, 'another-password'))).how).toBe('unauthorised');
    expect((await come({ profile: 0 })).how).toBe('unauthorised');
    expect(events).toContain('CP1: not let in: it tells no password');
    expect(events.join()).not.toContain(password);
  });

  test('profile 1: a password of hexadecimal digits as bytes, or as it is', async () => {
    await open(1);
    const digits = '0123456789abcdef0123456789abcdef';
    security.password = digits;
    expect((await come({ profile: 1, password: Buffer.from(digits, 'hex') })).how).toBe('open');
    expect((await come(withPassword(1, digits))).how).toBe('open');
  });

  test('profile 1: another identity than that of the password is refused', async () => {
    await open(1);
    const { how } = await come(withPassword(1), { identity: 'CP2' });
    expect(how).toBe('open');
    const stolen = `Basic ${Buffer.from(`CP1:${password}`).toString('base64')}`;
    const answer = await upgrade('/ocpp/CP2', stolen);
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="OCPP"/);
  });

  test('profile 2: by the password and over TLS alone', async () => {
    await open(2);
    expect(url).toMatch(/^wss:/);
    expect((await come(withPassword(2))).how).toBe('open');
    expect((await come(withPassword(2, 'another-password'))).how).toBe('unauthorised');
    expect((await come(withPassword(1), { url: plain() })).how).toBe('unauthorised');
    expect(events).toContain('CP1: not let in: it comes without TLS; security profile is 2');
  });

  test('profile 3: by a certificate of its authority, and a password counts nothing', async () => {
    await open(3);
    expect((await come(asClient)).how).toBe('open');
    expect((await come(withPassword(2))).how).toBe('ownCertificateMissing');
    const stranger = EmbeddedAuthority.make(Date.now, 'Another').firstClient('260988');
    expect((await come({ profile: 3, chain: stranger.cert, key: stranger.key })).how).not.toBe('open');
  });

  test('profile 3: the name in the certificate must be that of the identity', async () => {
    await open(3);
    const other = authority.firstClient('999');
    const asOther: EndpointSecurity = { profile: 3, chain: other.cert, key: other.key };
    expect((await come(asOther)).how).toBe('unauthorised');
    expect(events).toContain('CP1: not let in: its certificate is for 999, and that of CP1 is for 260988');
    // One whose name is not known yet is known by its first certificate.
    expect((await come(asOther, { identity: 'CP2' })).how).toBe('open');
    expect((await come(asClient, { identity: 'CP2' })).how).toBe('unauthorised');
  });

  test('a path that names nobody is answered with 404', async () => {
    await open(1);
    expect(await upgrade('/', undefined)).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
  });
});

/** The head of the answer to a handshake by hand. */
function upgrade(path: string, authorization: string | undefined): Promise<string> {
  const head = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: ocpp1.6',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(`${head.join('\r\n')}\r\n\r\n`));
    let text = '';
    socket.on('data', (piece) => {
      text += String(piece);
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

describe('a fault', () => {
  const expected: Partial<Record<CentralFault, [profile: 1 | 2 | 3, how: LinkEnd]>> = {
    serverExpired: [2, 'certificateExpired'],
    serverEarly: [2, 'certificateEarly'],
    serverName: [2, 'certificateName'],
    serverUnknown: [2, 'certificateUnknown'],
    serverWeak: [2, 'certificateWeak'],
    oldTls: [2, 'tlsVersion'],
    passwordRefused: [1, 'unauthorised'],
  };
  const comeFor = (profile: 1 | 2 | 3): Promise<Tried> => come(profile === 3 ? asClient : withPassword(profile));

  test.each(Object.entries(expected) as [CentralFault, [1 | 2 | 3, LinkEnd]][])('%s: %j', async (fault, [
    profile,
    how,
  ]) => {
    await open(profile);
    expect((await comeFor(profile)).how).toBe('open');
    expect(central.play(fault, true)).toBe(`central system: ${centralFaults[fault]}`);
    await until(() => central.stations().length === 0);
    expect((await comeFor(profile)).how).toBe(how);
    expect(central.play(fault, false)).toBe(`central system: ${fault} is cleared`);
    expect((await comeFor(profile)).how).toBe('open');
  });

  test('clientRefused: the alert of a server to which the authority is unknown', async () => {
    await open(3);
    expect((await come(asClient)).how).toBe('open');
    central.play('clientRefused', true);
    expect((await come(asClient)).how).toBe('ownCertificateRefused');
    central.play('clientRefused', false);
    expect((await come(asClient)).how).toBe('open');
  });

  test('serverRevoked: the certificate that its list names', async () => {
    await open(2);
    const { cert } = authority.server({ isRevoked: true });
    expect(new X509Certificate(cert).serialNumber).toBe(Buffer.from('REVOKED').toString('hex').toUpperCase());
    expect(authority.revoked()).toMatch(/^-----BEGIN X509 CRL-----\n/);
    central.play('serverRevoked', true);
    // Whoever has no list cannot know.
    expect((await come(withPassword(2))).how).toBe('open');
  });

  test('wrongTime: two days ahead, in every answer', async () => {
    await open(1);
    const tried = await come(withPassword(1));
    central.play('wrongTime', true);
    tried.send(encodeCall('m1', 'Heartbeat', {}));
    await until(() => tried.messages.length === 1);
    const [, , { currentTime }] = JSON.parse(tried.messages[0] ?? '');
    expect(Math.abs(Date.parse(currentTime) - Date.now() - 2 * 86_400_000)).toBeLessThan(60_000);
    expect(central.stations()).toEqual(['CP1']);
  });

  test.each([
    ['serverExpired', 1, /from security profile 2 on; this is 1/],
    ['clientRefused', 2, /from security profile 3 on; this is 2/],
    ['passwordRefused', 3, /no password is asked for/],
    ['passwordRefused', 0, /no password is asked for/],
  ] as [
    CentralFault,
    number,
    RegExp,
  ][])('%s with profile %i is refused, for it shows nowhere', async (fault, profile, why) => {
    await open(profile);
    expect(() => central.play(fault, true)).toThrow(why);
  });

  test('programs of this machine play it over plain HTTP, whatever stations speak', async () => {
    await open(3);
    const place = plain().replace('ws:', 'http:').replace('/ocpp', '');
    const play = (name: string, body: object) =>
      fetch(`${place}/faults/${name}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const played = await play('serverExpired', { present: true });
    expect([played.status, await played.json()]).toEqual([
      200,
      { message: 'central system: its certificate has expired' },
    ]);
    expect((await come(asClient)).how).toBe('certificateExpired');
    const [wrong, missing] = [await play('serverExpird', { present: true }), await play('serverExpired', {})];
    expect([wrong.status, await wrong.json()]).toEqual([
      404,
      { error: expect.stringContaining('did you mean serverExpired?') },
    ]);
    expect(missing.status).toBe(400);
  });

  test('each has a line', () => {
    expect(centralFaultNames.filter((name) => centralFaults[name].length < 10)).toEqual([]);
  });
});

describe('what the station accepts of its keys holds here, too', () => {
  /** A station that says Accepted to everything, or something else. */
  async function change(key: string, value: string, status = 'Accepted'): Promise<void> {
    const tried = await come(withPassword(1));
    const done = central.call('CP1', 'ChangeConfiguration', { key, value });
    await until(() => tried.messages.length > 0);
    const [, id] = JSON.parse(tried.messages[0] ?? '');
    tried.send(JSON.stringify([3, id, { status }]));
    await done;
  }

  test('a new password', async () => {
    await open(1);
    security.onChange = jest.fn();
    await change('authorizationKey', 'a-new-password-here');
    expect((await come(withPassword(1, 'a-new-password-here'))).how).toBe('open');
    expect((await come(withPassword(1))).how).toBe('unauthorised');
    expect(security.onChange).toHaveBeenCalledTimes(1);
  });

  test('a raised profile', async () => {
    await open(1);
    await change('SecurityProfile', '2');
    expect((await come(withPassword(2), { url: encrypted() })).how).toBe('open');
    expect((await come(withPassword(1))).how).toBe('unauthorised');
  });

  test.each([
    ['what is refused', 'AuthorizationKey', 'Rejected'],
    ['another key', 'HeartbeatInterval', 'Accepted'],
  ])('%s changes nothing', async (_what, key, status) => {
    await open(1);
    await change(key, 'a-new-password-here', status);
    expect((await come(withPassword(1))).how).toBe('open');
  });
});

describe('a request for a certificate', () => {
  const wish = { serialNumber: '260988', organisation: 'Somebody', rsaBits: 0 };

  /** The answer to the request, and the certificate that followed. */
  async function ask(csr: string): Promise<{ status: string; certificate: X509Certificate | undefined }> {
    const tried = await come(security.profile === 3 ? asClient : withPassword(1));
    tried.send(encodeCall('m1', 'SignCertificate', { csr }));
    await until(() => tried.messages.length > 0);
    const [, , { status }] = JSON.parse(tried.messages[0] ?? '');
    if (status !== 'Accepted') return { status, certificate: undefined };
    await until(() => tried.messages.length > 1);
    const [, id, action, { certificateChain }] = JSON.parse(tried.messages[1] ?? '');
    expect(action).toBe('CertificateSigned');
    tried.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    await until(() => events.includes('CP1: its certificate: Accepted'));
    return { status, certificate: new X509Certificate(certificateChain) };
  }

  test.each([0, 2_048])('is accepted, and CertificateSigned follows (RSA bits: %i)', async (rsaBits) => {
    await open(3);
    const { csr, key } = await makeRequest({ ...wish, rsaBits });
    const { certificate } = await ask(csr);
    expect(certificate?.subject).toBe('O=Somebody\nCN=260988');
    expect(certificate?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate?.verify(new X509Certificate(authority.pem).publicKey)).toBe(true);
    expect(certificate?.checkPrivateKey(createPrivateKey(key))).toBe(true);
    // And lets the station in.
    expect((await come({ profile: 3, chain: String(certificate), key })).how).toBe('open');
  });

  test('keyMismatch: what comes is for another key', async () => {
    await open(1);
    central.play('keyMismatch', true);
    const { csr, key } = await makeRequest(wish);
    const { status, certificate } = await ask(csr);
    expect(status).toBe('Accepted');
    expect(certificate?.checkPrivateKey(createPrivateKey(key))).toBe(false);
    expect(certificate?.subject).toBe('O=Somebody\nCN=260988');
  });

  test.each([
    [
      'for another station',
      async () => (await makeRequest({ ...wish, serialNumber: '999' })).csr,
      /it is for 999, and the station is 260988/,
    ],
    ['that is none', async () => 'hello', /no certificate request in PEM/],
    [
      'whose signature is wrong',
      async () => {
        const [csr, other] = [(await makeRequest(wish)).csr, (await makeRequest(wish)).csr];
        const bytes = derOf(csr);
        bytes.set(derOf(other).subarray(-40), bytes.length - 40);
        return pemOf(bytes);
      },
      /its signature is not that of its key|cannot be read/,
    ],
    ['that is cut', async () => pemOf(derOf((await makeRequest(wish)).csr).subarray(0, 100)), /cannot be read/],
  ])('%s is rejected', async (_what, csr, why) => {
    await open(1);
    expect((await ask(await csr())).status).toBe('Rejected');
    expect(events.find((line) => line.includes('Rejected'))).toMatch(why);
  });

  test('nobody signs it where there is no authority', async () => {
    events = [];
    central = new CentralSystem({ onEvent: (line) => events.push(line) });
    url = (await central.start()).url;
    const tried = await come({ profile: 0 });
    tried.send(encodeCall('m1', 'SignCertificate', { csr: (await makeRequest(wish)).csr }));
    await until(() => tried.messages.length > 0);
    expect(JSON.parse(tried.messages[0] ?? '')).toEqual([3, 'm1', { status: 'Rejected' }]);
  });
});

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64');
}

function pemOf(der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  return `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----\n`;
}

test('the authority is one, and its key is that of its certificate', () => {
  const root = new X509Certificate(authority.pem);
  expect([root.ca, root.checkIssued(root)]).toEqual([true, true]);
  expect(() => new EmbeddedAuthority(authority.pem, station.key, Date.now)).toThrow(/not that of the certificate/);
  const again = new EmbeddedAuthority(authority.pem, authority.key, Date.now);
  const certificate = new X509Certificate(again.server().cert);
  expect(certificate.verify(root.publicKey)).toBe(true);
  expect(createPublicKey(authority.key).equals(root.publicKey)).toBe(true);
});
