/** Whether a good package may be installed: who signed it, and each condition of station and time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPromise } from 'yauzl';
import type { PackageConditions } from '../../../src/release/package/conditions';
import { openPackage } from '../../../src/release/package/reader';
import type { ManifestFields } from '../../../src/release/package/writer';
import { oddZip } from './odd-zip';
import { freshDirectory, goodConditions, type MakerKey, makeKey, makePackage, removeDirectories } from './support';

const key = makeKey();
afterAll(removeDirectories);

async function verdict(changed: Partial<PackageConditions>, more: Partial<ManifestFields> = {}): Promise<string> {
  const opened = await openPackage((await makePackage(key, more)).path);
  return opened.verify({ ...goodConditions(key), ...changed }).then(
    () => 'good',
    ({ code, message }) => `${code}: ${message.slice(message.indexOf(': ') + 2)}`,
  );
}

const endOfJune = Date.UTC(2027, 6, 1);

const rows: [
  what: string,
  changed: Partial<PackageConditions>,
  more: Partial<ManifestFields>,
  said: string | RegExp,
][] = [
  ['all as it shall be', {}, {}, 'good'],
  ['another architecture', { architecture: 'amd64' }, {}, 'package.unfit: it is for arm64, and this machine is amd64'],
  ['an architecture without packages', { architecture: undefined }, {}, /^package.unfit: .*this machine is neither/],
  [
    'one of two architectures',
    { architecture: 'amd64' },
    { fits: { architectures: ['arm64', 'amd64'], models: 'any' } },
    'good',
  ],
  [
    'another board',
    { model: '059005' },
    { fits: { architectures: ['arm64'], models: ['059004', '059006'] } },
    'package.unfit: it is for the models 059004, 059006, and this station is a 059005',
  ],
  [
    'a board that is named',
    { model: '059006' },
    { fits: { architectures: ['arm64'], models: ['059004', '059006'] } },
    'good',
  ],
  ['an older base', { base: 0 }, {}, /^package.unfit: it needs base 1 of the system, and there is 0: renew it first/],
  ['a newer base', { base: 2 }, {}, 'good'],
  ['the last instant', { unixMs: endOfJune - 1 }, {}, 'good'],
  [
    'the first instant after it',
    { unixMs: endOfJune },
    {},
    /^package.unfit: it has expired: 2027-06-30 was the last day/,
  ],
  ['a time that nobody knows', { unixMs: undefined }, { expires: '2024-01-01' }, 'good'],
  ['the lowest that it may follow', { runs: '1.0.0' }, {}, 'good'],
  ['a lower one', { runs: '0.9.0' }, {}, /^package.unfit: it may follow version 1.0.0 and later, and 0.9.0 runs/],
  ['a lower one, at a person’s word', { runs: '0.9.0', allowsDowngrade: true }, {}, /^package.unfit: it may follow/],
  ['a program that has no version', { runs: 'unbuilt' }, {}, 'good'],
  ['the same version', { runs: '1.2.0', highest: '1.2.0' }, {}, 'good'],
  [
    'a higher version that has run here',
    { highest: '1.2.1' },
    {},
    'package.unfit: its version 1.2.0 is lower than 1.2.1, which has run here: only a person may order that, as a downgrade',
  ],
  [
    'a higher version that runs',
    { runs: '1.3.0', highest: undefined },
    {},
    /^package.unfit: its version 1.2.0 is lower than 1.3.0/,
  ],
  [
    'the release before which this was a trial',
    { highest: '1.2.0' },
    { version: '1.2.0-rc.1' },
    /^package.unfit: its version/,
  ],
  ['a downgrade at a person’s word', { runs: '1.3.0', highest: '1.4.0', allowsDowngrade: true }, {}, 'good'],
  ['no key', { keys: [] }, {}, /^package.untrusted: no key is installed/],
];

test.each(rows)('%s', async (_, changed, more, said) => {
  expect(await verdict(changed, more)).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
});

test('the signature is asked for before all else: of a package that nobody signed nothing is told', async () => {
  const opened = await openPackage((await makePackage(undefined, { expires: '2024-01-01' })).path);
  await expect(opened.verify(goodConditions(key))).rejects.toMatchObject({
    code: 'package.untrusted',
    message: expect.stringContaining('it is not signed'),
  });
});

test('another key than the accepted ones is told by both names', async () => {
  const other = makeKey();
  const opened = await openPackage((await makePackage(other)).path);
  const names = [other, key].map(({ fingerprint }) => fingerprint.slice(0, 16));
  await expect(opened.verify(goodConditions(key))).rejects.toMatchObject({
    code: 'package.untrusted',
    message: expect.stringContaining(`signed by the key ${names[0]}, and accepted is ${names[1]}`),
  });
});

/** The manifest of one package with the signature of another. */
async function signedAs(signature: (text: string, maker: MakerKey) => string): Promise<string> {
  const made = await makePackage(key, { expires: '2028-01-01' });
  const other = await makePackage(key);
  const entries = new Map<string, Buffer>();
  for (const from of [other, made]) {
    const zip = await openPromise(from.path);
    for await (const entry of zip.eachEntry()) {
      if (from === made && entry.fileName === 'manifest.sig') continue;
      const portions: Buffer[] = [];
      for await (const portion of await zip.openReadStreamPromise(entry)) portions.push(portion as Buffer);
      entries.set(entry.fileName, Buffer.concat(portions));
    }
  }
  const text = signature(String(entries.get('manifest.sig')), key);
  const path = join(freshDirectory(), 'mixed.zip');
  const all = [...entries].map(([name, data]) => ({ name, data: name === 'manifest.sig' ? text : data }));
  writeFileSync(path, oddZip(all));
  return path;
}

const forged: [what: string, signature: (text: string, maker: MakerKey) => string][] = [
  ['of another manifest', (text) => text],
  ['of zeros', (text) => JSON.stringify({ ...JSON.parse(text), signature: `${'A'.repeat(86)}==` })],
  ['too short', (text) => JSON.stringify({ ...JSON.parse(text), signature: 'AAAA' })],
  ['of nothing', () => '{}'],
  ['that is no JSON', () => 'signed'],
  ['without a key', (text) => JSON.stringify({ signature: JSON.parse(text).signature })],
];

test.each(forged)('a signature %s is refused', async (_, signature) => {
  const opened = await openPackage(await signedAs(signature));
  await expect(opened.verify(goodConditions(key))).rejects.toMatchObject({ code: 'package.untrusted' });
});
