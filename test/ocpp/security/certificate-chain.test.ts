/** What a certificate of the station must be to be used, as OpenSSL makes them (security whitepaper, A00.FR.501 to 512, A02.FR.06). */
import { X509Certificate } from 'node:crypto';
import { type ChainDemands, readChain } from '../../../src/ocpp/security/certificate-chain';
import { Authority, type CertificateOptions, testWithOpenSsl } from '../../support/certificates';
import { clientOptions, issueForStation, serialNumber } from '../../support/client-certificates';

const test = testWithOpenSsl;
const dayMs = 86_400_000;
const authorities: Authority[] = [];
const authorityOf = (...given: ConstructorParameters<typeof Authority>): Authority => {
  const authority = new Authority(...given);
  authorities.push(authority);
  return authority;
};
const under = (authority: Authority, name: string, options?: CertificateOptions): Authority =>
  authorityOf(name, options ? { authority, options } : { authority });
let root: Authority;
let middle: Authority;

beforeAll(() => {
  root = authorityOf();
  middle = under(root, 'Between');
});
afterAll(() => {
  for (const authority of authorities) authority.remove();
});

const judged = (text: string, key: string, demands: Partial<ChainDemands> = {}) =>
  readChain(text, { key, serialNumber, roots: [root.cert], nowMs: Date.now(), ...demands });
const refusal = (text: string, key: string, demands: Partial<ChainDemands> = {}) => {
  const outcome = judged(text, key, demands);
  if (!('refused' in outcome)) throw new Error('it was taken');
  expect(outcome.why).not.toBe('');
  return outcome.refused;
};

test('signed by an installed root: taken, with its dates', () => {
  const { cert, key } = issueForStation(root, { toDays: 7 });
  const { validFrom, validTo } = new X509Certificate(cert);
  expect(judged(cert, key)).toEqual({
    pem: new X509Certificate(cert).toString(),
    fromMs: Math.max(Date.parse(validFrom), Date.parse(new X509Certificate(root.cert).validFrom)),
    toMs: Date.parse(validTo),
  });
});

test.each([
  ['in order', (leaf: string, above: string, top: string) => [leaf, above, top].join('')],
  ['the other way round', (leaf: string, above: string, top: string) => [top, above, leaf].join('')],
  [
    'each twice, words between, CRLF',
    (leaf: string, above: string, top: string) =>
      `issued today\r\n${[above, leaf, top, above, leaf].join('\nsubject\n').replaceAll('\n', '\r\n')}`,
  ],
  ['without the root', (leaf: string, above: string) => [above, leaf].join('')],
])('a chain %s is kept in order, without its root', (_, write) => {
  const { cert, key } = issueForStation(middle);
  const [leaf, above] = [cert, middle.cert].map((pem) => new X509Certificate(pem).toString());
  expect(judged(write(cert, middle.cert, root.cert), key)).toMatchObject({ pem: `${leaf}${above}` });
});

test('what is between is missing, or of somebody else: not trusted', () => {
  const stranger = authorityOf('Test authority');
  const { cert, key } = issueForStation(middle);
  expect(refusal(cert, key)).toBe('untrusted');
  expect(refusal(`${cert}${under(stranger, 'Between').cert}`, key)).toBe('untrusted');
  expect(refusal(`${cert}${middle.cert}`, key, { roots: [stranger.cert] })).toBe('untrusted');
  // A root that came with it is no root of ours.
  expect(refusal(`${cert}${middle.cert}${root.cert}`, key, { roots: [stranger.cert] })).toBe('untrusted');
  expect(refusal(`${cert}${middle.cert}`, key, { roots: [] })).toBe('noRoot');
});

test('a certificate that is no authority issues none, and one that allows none below it neither', () => {
  const client = issueForStation(root);
  const forged = authorityOf('forged', { authority: root, options: clientOptions({ commonName: 'forged' }) });
  const { cert, key } = issueForStation(forged);
  expect(refusal(`${cert}${forged.cert}`, key)).toBe('untrusted');
  const extensions = ['basicConstraints = critical, CA:TRUE, pathlen:0', 'keyUsage = keyCertSign'];
  const last = under(root, 'Last', { extensions });
  const below = under(last, 'Below');
  const deep = issueForStation(below);
  expect(refusal(`${deep.cert}${below.cert}${last.cert}`, deep.key)).toBe('untrusted');
  const direct = issueForStation(last);
  expect(judged(`${direct.cert}${last.cert}`, direct.key)).toMatchObject({ pem: expect.any(String) });
  expect(refusal(client.cert, key)).toBe('keyDiffers');
});

test.each<[string, CertificateOptions, string]>([
  ['another common name', { commonName: '260989' }, 'wrongName'],
  ['the common name with more behind it', { commonName: `${serialNumber}.test` }, 'wrongName'],
  ['one for servers', { extensions: ['extendedKeyUsage = serverAuth'] }, 'wrongUse'],
  ['one that may not sign', { extensions: ['keyUsage = keyEncipherment'] }, 'wrongUse'],
  ['an authority', { extensions: ['basicConstraints = CA:TRUE'] }, 'isAuthority'],
  ['a key of RSA with 1024 bits', { key: 'rsa:1024' }, 'weak'],
  ['signed with SHA-1', { digest: 'sha1' }, 'weak'],
  ['expired', { fromDays: -9, toDays: -1 }, 'expired'],
])('%s is refused', (_, options, code) => {
  const { cert, key } = issueForStation(root, options);
  expect(refusal(cert, key)).toBe(code);
});

test.each<[string, CertificateOptions]>([
  ['RSA with 2048 bits', { key: 'rsa:2048' }],
  ['no word of what it is for', { extensions: ['basicConstraints = CA:FALSE'] }],
  ['for servers and clients', { extensions: ['extendedKeyUsage = serverAuth, clientAuth'] }],
  ['for anything', { extensions: ['extendedKeyUsage = anyExtendedKeyUsage'] }],
  ['signed with SHA-384', { digest: 'sha384' }],
  ['not valid yet: it waits for its day', { fromDays: 2, toDays: 9 }],
])('%s is taken', (_, options) => {
  const { cert, key } = issueForStation(root, options);
  expect(judged(cert, key)).toMatchObject({ pem: expect.any(String) });
});

test('one between that has expired counts as the whole; with a time that is not known nobody can say', () => {
  const old = under(root, 'Old', { fromDays: -9, toDays: -1, extensions: ['basicConstraints = CA:TRUE'] });
  const { cert, key } = issueForStation(old);
  expect(refusal(`${cert}${old.cert}`, key)).toBe('expired');
  const unknown = judged(`${cert}${old.cert}`, key, { nowMs: undefined });
  expect('toMs' in unknown && unknown.toMs < Date.now()).toBe(true);
  expect('toMs' in unknown && unknown.toMs > Date.now() - 2 * dayMs).toBe(true);
});

test('what is no certificate or no key, too many, and a key that wants a password', () => {
  const { cert, key } = issueForStation(root);
  expect(refusal('', key)).toBe('unreadable');
  expect(refusal('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', key)).toBe('unreadable');
  expect(refusal(cert, 'no key')).toBe('keyUnreadable');
  const others = Array.from({ length: 10 }, () => issueForStation(root).cert);
  expect(refusal([cert, ...others].join(''), key)).toBe('unreadable');
});

test('authorities that have issued each other cost no more than their number', () => {
  const { cert, key } = issueForStation(middle);
  const again = Array.from({ length: 6 }, () => middle.again('Between'));
  const verify = jest.spyOn(X509Certificate.prototype, 'verify');
  expect(refusal([cert, middle.cert, ...again].join(''), key, { roots: [authorityOf('Other').cert] })).toBe(
    'untrusted',
  );
  expect(verify.mock.calls.length).toBeLessThan(200);
  verify.mockRestore();
});
