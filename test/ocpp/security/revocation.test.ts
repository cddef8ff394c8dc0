/** Lists of revoked certificates: whose are taken, what they revoke, and that they outlive a restart. */
import { execFileSync } from 'node:child_process';
import { sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Batch, JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { nameOf, revocationList } from '../../../src/hal/x509/certificate-maker';
import { bitString, der, integer, objectId, sequence, tags, time } from '../../../src/hal/x509/der-writer';
import { readAuthority } from '../../../src/ocpp/security/certificate';
import { InstalledRoots } from '../../../src/ocpp/security/installed-roots';
import { RevocationLists, revocationBytesMax } from '../../../src/ocpp/security/revocation';
import { readRevocationList } from '../../../src/ocpp/security/revocation-list';
import { Authority, testWithOpenSsl as test } from '../../support/certificates';
import { madeAuthority, madeCertificate } from '../../support/made-certificates';

let authority: Authority;
let folder: string;

beforeAll(() => {
  authority = new Authority();
  folder = mkdtempSync(join(tmpdir(), 'greenup-crl-'));
});

afterAll(() => {
  authority.remove();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
};
const certificate = (pem: string): X509Certificate => new X509Certificate(pem);
const bytes = (text: string): Uint8Array => Buffer.from(text);

/** What the station has, over restarts. */
class Station {
  readonly values = new Map<string, JsonValue>();
  readonly told: string[] = [];
  roots = this.readRoots();
  lists = this.readLists();

  static async with(...pems: string[]): Promise<Station> {
    const station = new Station();
    for (const pem of pems) {
      const read = readAuthority(pem, undefined);
      if ('refused' in read) throw new Error(read.refused);
      await station.roots.install('ManufacturerRootCertificate', read);
    }
    return station;
  }

  restart(): void {
    this.roots = this.readRoots();
    this.lists = this.readLists();
  }

  private readonly commits = {
    commit: async ({ put, del }: Batch): Promise<void> => {
      for (const key of del) this.values.delete(key);
      for (const [key, value] of put) this.values.set(key, value);
    },
  };

  private stored(): StoredValues {
    return new StoredValues(new Map(this.values));
  }

  private readRoots(): InstalledRoots {
    return new InstalledRoots({ commit: (batch) => this.commits.commit(batch) }, this.stored());
  }

  private readLists(): RevocationLists {
    const commit = (batch: Batch) => this.commits.commit(batch);
    const made = new RevocationLists({ commit }, this.stored(), this.roots, () => Date.now());
    made.watch((what) => this.told.push(what));
    return made;
  }
}

const code = async (station: Station, given: Uint8Array): Promise<unknown> => {
  const found = await station.lists.install(given);
  return 'refused' in found ? found.code : found.map(({ certificates }) => certificates);
};

/** An authority made by hand, whose key and list may be of any kind. */
function authorityOf(
  name: string,
  kind: readonly string[],
  crl: readonly string[] = [],
  extensions: readonly string[] = [],
) {
  const key = ['-newkey', ...kind, '-nodes', '-keyout', file(`${name}.key`)];
  const ext = extensions.flatMap((line) => ['-addext', line]);
  openssl('req', '-x509', '-days', '30', '-subj', `/CN=${name}/O=Test`, ...key, ...ext, '-out', file(`${name}.pem`));
  writeFileSync(file(`${name}.idx`), 'R\t300101000000Z\t250101000000Z\t0F00ABCD\tunknown\t/CN=gone\n');
  writeFileSync(
    file(`${name}.cnf`),
    `[ca]\ndefault_ca=t\n[t]\ndatabase=${file(name)}.idx\ndefault_crl_days=7\ndefault_md=sha256\n`,
  );
  const signed = ['-cert', file(`${name}.pem`), '-keyfile', file(`${name}.key`), '-out', file(`${name}.crl`)];
  openssl('ca', '-gencrl', '-config', file(`${name}.cnf`), ...signed, ...crl);
  return { pem: readFileSync(file(`${name}.pem`), 'utf8'), list: readFileSync(file(`${name}.crl`)) };
}

const ec = ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:-1'];

test('what the list names is revoked, its siblings are not, also after a restart', async () => {
  const own = new Authority('Makers');
  try {
    const [gone, good] = [own.issue({ names: null }), own.issue({ names: null })];
    own.revoke(gone.cert);
    const station = await Station.with(own.cert);
    expect(station.lists.isRevoked(certificate(gone.cert))).toBe(false);
    const found = await station.lists.install(bytes(own.revocationList()));
    expect(found).toMatchObject([{ authority: 'CN=Makers', certificates: 1 }]);
    expect(station.told).toEqual(['a list of 1 revoked certificates of CN=Makers was installed']);
    for (const life of ['first', 'second']) {
      expect([life, station.lists.isRevoked(certificate(gone.cert))]).toEqual([life, true]);
      expect(station.lists.isRevoked(certificate(good.cert))).toBe(false);
      const block = /^-----BEGIN X509 CRL-----\n[A-Za-z0-9+/=\n]+-----END X509 CRL-----\n$/;
      expect(station.lists.asPem()).toEqual([expect.stringMatching(block)]);
      station.restart();
    }
  } finally {
    own.remove();
  }
});

test('the same number of another authority is not revoked', async () => {
  const one = authorityOf('one', ec);
  const station = await Station.with(one.pem);
  expect(await code(station, one.list)).toEqual([1]);
  const of = (name: string): X509Certificate => {
    openssl(
      'req',
      '-x509',
      '-subj',
      `/CN=${name}/O=Test`,
      '-set_serial',
      '0x0F00ABCD',
      '-newkey',
      ...ec,
      '-nodes',
      '-keyout',
      file('x'),
      '-out',
      file('y'),
    );
    return certificate(readFileSync(file('y'), 'utf8'));
  };
  expect([station.lists.isRevoked(of('one')), station.lists.isRevoked(of('other'))]).toEqual([true, false]);
});

test.each<[string, () => { pem: string; list: Uint8Array }]>([
  ['ECDSA, 256 bits', () => authorityOf('p256', ec)],
  [
    'ECDSA, 521 bits and SHA-512',
    () => authorityOf('p521', ['ec', '-pkeyopt', 'ec_paramgen_curve:secp521r1'], ['-md', 'sha512']),
  ],
  ['RSA, PKCS#1', () => authorityOf('rsa', ['rsa:2048'])],
  ['RSA-PSS', () => authorityOf('pss', ['rsa:2048'], pss)],
  ['RSA-PSS with SHA-384', () => authorityOf('pss384', ['rsa:2048'], ['-md', 'sha384', ...pss])],
  ['Ed25519', () => authorityOf('ed', ['ed25519'], ['-md', 'null'])],
])('a list signed by %s is taken, in PEM and in DER, and not with one byte changed', async (_, made) => {
  const { pem, list } = made();
  writeFileSync(file('list.pem'), list);
  openssl('crl', '-in', file('list.pem'), '-outform', 'DER', '-out', file('list.der'));
  const der = readFileSync(file('list.der'));
  const station = await Station.with(pem);
  expect(await code(station, list)).toEqual([1]);
  expect(await code(station, der)).toEqual([1]);
  const changed = Buffer.from(der);
  const at = changed.indexOf(Buffer.from('0f00abcd', 'hex'));
  changed[at + 3] = 0xce;
  expect(await code(station, changed)).toBe('authorityUnknown');
});

test('line feeds of Windows, and several lists in one file', async () => {
  const [one, other] = [authorityOf('one', ec), authorityOf('other', ec)];
  const station = await Station.with(one.pem, other.pem);
  const both = `words\r\n${one.list}${other.list}`.replaceAll('\n', '\r\n');
  expect(await code(station, bytes(both))).toEqual([1, 1]);
});

test.each<[string, string, () => Promise<[Station, Uint8Array]>]>([
  [
    'of nobody who is installed',
    'authorityUnknown',
    async () => [await Station.with(authority.cert), authorityOf('x', ec).list],
  ],
  [
    'of somebody with the same name',
    'authorityUnknown',
    async () => {
      const { pem } = authorityOf('same', ec);
      return [await Station.with(pem), authorityOf('same', ec).list];
    },
  ],
  [
    'of one who may not sign lists',
    'authorityUnknown',
    async () => {
      const made = authorityOf('no', ec, [], ['keyUsage=critical,keyCertSign']);
      return [await Station.with(made.pem), made.list];
    },
  ],
  [
    'signed with SHA-1',
    'unreadable',
    async () => {
      const made = authorityOf('sha1', ['rsa:2048'], ['-md', 'sha1']);
      return [await Station.with(made.pem), made.list];
    },
  ],
  ['that is none', 'unreadable', async () => [await Station.with(authority.cert), bytes('hello')]],
  ['that is empty', 'unreadable', async () => [await Station.with(authority.cert), new Uint8Array()]],
  [
    'that is cut',
    'unreadable',
    async () => [
      await Station.with(authority.cert),
      Buffer.from('-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----'),
    ],
  ],
  [
    'that is a certificate',
    'unreadable',
    async () => [await Station.with(authority.cert), certificate(authority.cert).raw],
  ],
  [
    'that is too large',
    'tooLarge',
    async () => [await Station.with(authority.cert), new Uint8Array(revocationBytesMax + 1)],
  ],
])('a list %s is refused', async (_, expected, made) => {
  const [station, given] = await made();
  expect(await code(station, given)).toBe(expected);
  expect([station.lists.asPem(), station.told]).toEqual([[], []]);
});

test('an older list does not take the place of a newer one, and one of two that is refused leaves both out', async () => {
  const own = new Authority('Makers');
  try {
    const station = await Station.with(own.cert);
    const [older, newer] = [own.revocationList({ fromDays: -3 }), own.revocationList({ fromDays: -2 })];
    expect(await code(station, bytes(newer))).toEqual([0]);
    expect(await code(station, bytes(older))).toBe('older');
    expect(await code(station, bytes(newer))).toEqual([0]);
    const [gone] = [own.issue()];
    own.revoke(gone.cert);
    expect(await code(station, bytes(own.revocationList() + authorityOf('x', ec).list))).toBe('authorityUnknown');
    expect(station.lists.isRevoked(certificate(gone.cert))).toBe(false);
  } finally {
    own.remove();
  }
});

test('a list whose next one is overdue goes on counting', async () => {
  const own = new Authority('Makers');
  try {
    const gone = own.issue();
    own.revoke(gone.cert);
    const station = await Station.with(own.cert);
    const found = await station.lists.install(bytes(own.revocationList({ fromDays: -9, toDays: -2 })));
    expect(found).toMatchObject([{ nextUpdateMs: expect.any(Number) }]);
    expect(station.lists.isRevoked(certificate(gone.cert))).toBe(true);
  } finally {
    own.remove();
  }
});

test('of an authority that stands between a list is taken with its certificate in the file, and only under an installed root', async () => {
  const upper = authorityOf('upper', ec);
  openssl(
    'req',
    '-new',
    '-subj',
    '/CN=lower',
    '-newkey',
    ...ec,
    '-nodes',
    '-keyout',
    file('lower.key'),
    '-out',
    file('lower.csr'),
  );
  writeFileSync(file('ext'), 'basicConstraints=critical,CA:TRUE');
  openssl(
    'x509',
    '-req',
    '-in',
    file('lower.csr'),
    '-CA',
    file('upper.pem'),
    '-CAkey',
    file('upper.key'),
    '-CAcreateserial',
    '-extfile',
    file('ext'),
    '-out',
    file('lower.pem'),
  );
  openssl(
    'ca',
    '-gencrl',
    '-config',
    file('upper.cnf'),
    '-cert',
    file('lower.pem'),
    '-keyfile',
    file('lower.key'),
    '-out',
    file('lower.crl'),
  );
  const [pem, list] = ['lower.pem', 'lower.crl'].map((name) => readFileSync(file(name), 'utf8')) as [string, string];
  const station = await Station.with(upper.pem);
  expect(await code(station, bytes(list))).toBe('authorityUnknown');
  expect(await code(station, bytes(list + pem))).toEqual([1]);
  expect(await code(await Station.with(authority.cert), bytes(list + pem))).toBe('authorityUnknown');
});

const extended = (name: string, section: string) => {
  const made = authorityOf(name, ec);
  writeFileSync(file(`${name}.cnf`), `${readFileSync(file(`${name}.cnf`), 'utf8')}crl_extensions=x\n[x]\n${section}\n`);
  const own = ['-cert', file(`${name}.pem`), '-keyfile', file(`${name}.key`), '-out', file(`${name}.crl`)];
  openssl('ca', '-gencrl', '-config', file(`${name}.cnf`), ...own);
  return { pem: made.pem, list: readFileSync(file(`${name}.crl`)) };
};

test.each([
  ['of users alone', 'issuingDistributionPoint=critical,@idp\n[idp]\nonlyuser=TRUE', [1]],
  ['of several authorities', 'issuingDistributionPoint=critical,@idp\n[idp]\nindirectCRL=TRUE', 'unreadable'],
  ['of changes alone', '2.5.29.27=critical,DER:020101', 'unreadable'],
  ['with something unknown that is critical', '1.2.3.4=critical,DER:0500', 'unreadable'],
  ['with something unknown that is not', '1.2.3.4=DER:0500', [1]],
] as const)('extensions: %s', async (_, section, expected) => {
  const made = extended('ext', section);
  expect(await code(await Station.with(made.pem), made.list)).toEqual(expected);
});

describe('lists that OpenSSL makes for nobody', () => {
  const { issuer, pem } = madeAuthority('Makers');
  const dates = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2040, 0, 1) };
  const serial = Buffer.from('0f00abcd', 'hex');

  /** A list whose one entry has an extension, and whose outer algorithm may be another than the inner one. */
  function madeList(entryExtension: Buffer, outer = '1.2.840.10045.4.3.2'): Uint8Array {
    const algorithm = sequence(objectId('1.2.840.10045.4.3.2'));
    const entry = sequence(integer(serial), time(dates.from), sequence(entryExtension));
    const version2 = integer(Buffer.from([1]));
    const body = sequence(version2, algorithm, issuer.name, time(dates.from), time(dates.to), sequence(entry));
    return sequence(body, sequence(objectId(outer)), bitString(sign('sha256', body, issuer.key)));
  }
  const extension = (id: string, critical: Buffer[]) =>
    sequence(objectId(id), ...critical, der(tags.octetString, Buffer.from([5, 0])));
  const critical = [der(tags.boolean, Buffer.from([0xff]))];

  test.each([
    ['an entry with something that need not be known', madeList(extension('1.2.3.4', [])), [1]],
    ['an entry with something that must be known', madeList(extension('1.2.3.4', critical)), 'unreadable'],
    ['two kinds of signature', madeList(extension('1.2.3.4', []), '1.2.840.10045.4.3.3'), 'unreadable'],
  ])('%s', async (_, list, expected) => {
    expect(await code(await Station.with(pem), list)).toEqual(expected);
  });

  test('in the name of another, with the key of one who is installed', async () => {
    const list = revocationList([serial], dates, { ...issuer, name: nameOf('Somebody else') });
    expect(await code(await Station.with(pem), bytes(list))).toBe('authorityUnknown');
  });

  test('of two authorities with one name, such as before and after a new key: both count', async () => {
    const other = madeAuthority('Makers');
    const station = await Station.with(pem, other.pem);
    const [first, second] = [serial, Buffer.from('0f00abce', 'hex')];
    expect(await code(station, bytes(revocationList([first], dates, issuer)))).toEqual([1]);
    expect(await code(station, bytes(revocationList([second], dates, other.issuer)))).toEqual([1]);
    const revoked = [first, second].map((number) => madeCertificate(other, 'x', { serial: number }).cert);
    expect(revoked.map((cert) => station.lists.isRevoked(certificate(cert)))).toEqual([true, true]);
    expect(station.lists.asPem()).toHaveLength(2);
  });
});

test('a list of changes alone is refused in words', async () => {
  const made = extended('delta', '2.5.29.27=critical,DER:020101');
  const refused = { refused: expect.stringContaining('a list of changes alone; valid: a whole list') };
  expect(await (await Station.with(made.pem)).lists.install(made.list)).toMatchObject(refused);
});

test('lists of more authorities than anybody has are not kept', async () => {
  const station = new Station();
  for (let n = 0; n < 17; n += 1) {
    const made = authorityOf(`many${n}`, ec);
    const read = readAuthority(made.pem, undefined);
    if ('refused' in read) throw new Error(read.refused);
    await station.roots.install('ManufacturerRootCertificate', read);
    expect(await code(station, made.list)).toEqual(n < 16 ? [1] : 'tooMany');
  }
  expect(station.lists.asPem()).toHaveLength(16);
});

test('whatever comes in as a list: an answer, and no fault', () => {
  const { list, pem } = authorityOf('fuzz', ec);
  writeFileSync(file('list.pem'), list);
  openssl('crl', '-in', file('list.pem'), '-outform', 'DER', '-out', file('list.der'));
  const der = readFileSync(file('list.der'));
  const key = certificate(pem).publicKey;
  const damaged = fc.tuple(fc.nat(der.length - 1), fc.nat(255), fc.nat(der.length)).map(([at, value, length]) => {
    const other = Buffer.from(der);
    other[at] = value;
    return other.subarray(0, length);
  });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array()), (given) => {
      try {
        const found = readRevocationList(given);
        if (found.isSignedBy(key)) expect([...found.serialNumbers]).toEqual(['f00abcd']);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }),
    { numRuns: 1_000 },
  );
});
