/** The manifest: what is wrong with one is told with its place, what was found, and what would be right. */
import fc from 'fast-check';
import { type Manifest, parseManifest, releaseNameOf } from '../../../src/release/package/manifest';
import { runs } from '../../support/soak';
import { fields } from './support';

const digest = (digit: string) => digit.repeat(64);
const file = { path: 'bin/greenup', bytes: 19, sha256: digest('a'), executable: true as const };
const files = [file, { path: 'dist/program.js', bytes: 5, sha256: digest('b') }];

function manifestWith(changed: object): unknown {
  const manifest = { format: 1, name: 'greenup', ...fields, files, release: '', ...changed };
  const release = releaseNameOf(String(manifest.version), manifest.files);
  return { ...manifest, release: manifest.release || release };
}
const parse = (value: unknown): Manifest => parseManifest(Buffer.from(JSON.stringify(value)));

test('a right one is taken, with what later formats of today may add', () => {
  expect(parse(manifestWith({ remark: 'more' }))).toMatchObject({ version: '1.2.0', files });
  expect(parse(manifestWith({ fits: { architectures: ['arm64', 'amd64'], models: ['059004'] } }))).toMatchObject({
    fits: { models: ['059004'] },
  });
});

const wrong: [changed: object, said: RegExp][] = [
  [{ format: 2 }, /^manifest\.json: \/format: expected 1; found 2$/],
  [{ name: 'other' }, /\/name: expected 'greenup'; found "other"/],
  [{ version: '1.2' }, /\/version: must be as 1\.2\.0 or 1\.2\.0-rc\.1; found "1\.2"/],
  [{ follows: 'any' }, /\/follows: must be as 1\.2\.0/],
  [{ expires: 'soon' }, /\/expires: .*; found "soon"/],
  [{ expires: '2027-02-30' }, /\/expires: must be a day, YYYY-MM-DD; found 2027-02-30/],
  [{ base: -1 }, /\/base: .*0; found -1/],
  [{ base: '1' }, /\/base: .*integer; found "1"/],
  [{ fits: { architectures: [], models: 'any' } }, /\/fits\/architectures/],
  [{ fits: { architectures: ['armhf'], models: 'any' } }, /\/fits\/architectures\/0: .*; found "armhf"/],
  [{ fits: { architectures: ['arm64'], models: [] } }, /\/fits\/models/],
  [{ fits: { architectures: ['arm64'], models: 'all' } }, /\/fits\/models: .*; found "all"/],
  [{ files: [] }, /\/files/],
  [{ files: [{ ...file, sha256: 'A'.repeat(64) }] }, /\/files\/0\/sha256/],
  [{ files: [{ ...file, bytes: -1 }] }, /\/files\/0\/bytes/],
  [{ files: [{ ...file, bytes: 2 ** 40 }] }, /\/files\/0\/bytes/],
  [{ files: [{ ...file, bytes: 0.5 }] }, /\/files\/0\/bytes/],
  [{ files: [{ ...file, executable: false }] }, /\/files\/0\/executable/],
  [{ files: [file, file] }, /\/files: path bin\/greenup is there twice/],
  [{ files: [file, { ...file, path: 'bin' }] }, /\/files: bin is a file and a folder/],
  [
    { files: ['a', 'b', 'c'].map((path) => ({ ...file, path, bytes: 2 ** 28 })) },
    /\/files: are 805306368 bytes together/,
  ],
  [
    { release: '1.2.0-0123456789' },
    /\/release: must be 1\.2\.0-[0-9a-f]{10} for these files; found "1\.2\.0-0123456789"/,
  ],
];

test.each(wrong)('%j is told', (changed, said) => {
  expect(() => parse(manifestWith(changed))).toThrow(said);
});

test.each([
  '../more',
  'bin/../../more',
  '..',
  '/etc/passwd',
  'bin//more',
  './more',
  'bin/',
  'bin\\more',
  'bin/more\0',
  'grün',
  'a'.repeat(300),
])('%j is no path of a file', (path) => {
  expect(() => parse(manifestWith({ files: [file, { ...file, path }] }))).toThrow(/^manifest\.json: \/files: path /);
});

test('what is missing is told by its name', () => {
  const { base: _, ...rest } = manifestWith({}) as Manifest;
  expect(() => parse(rest)).toThrow(/\/base: .*; found nothing/);
});

test.each(['', 'no', '{', '\ufeff', '[]', 'null'])('%j is no manifest', (text) => {
  expect(() => parseManifest(Buffer.from(text))).toThrow(/^manifest\.json: /);
  expect(() => parseManifest(Buffer.from([0xff, 0xfe]))).toThrow(/is no JSON/);
});

test.each([
  ['[', ']'],
  ['{"format":', '}'],
])('%s without end is refused as any other', (open, close) => {
  const text = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
  expect(() => parseManifest(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'package.invalid' }));
});

test('whatever stands in a place of it, it is taken or refused with the place', () => {
  const right = manifestWith({}) as Manifest;
  const places = fc.constantFrom(
    ...Object.keys(right),
    'fits.architectures',
    'fits.models',
    'files.0',
    'files.0.path',
    'files.1.bytes',
  );
  fc.assert(
    fc.property(places, fc.jsonValue(), (place, value) => {
      const changed = structuredClone(right) as never;
      const names = place.split('.');
      const last = names.pop() ?? '';
      const inside = names.reduce((part: { [name: string]: never }, name) => part[name] ?? ({} as never), changed);
      Object.assign(inside, { [last]: value });
      try {
        parse(changed);
      } catch (error) {
        expect(error).toMatchObject({ code: 'package.invalid', message: expect.stringMatching(/^manifest\.json: \//) });
      }
    }),
    { numRuns: runs(300) },
  );
});

test('the name of a release is another one when anything of a file is', () => {
  const name = releaseNameOf('1.2.0', files);
  const others = [
    [{ ...file, path: 'bin/other' }],
    [{ ...file, bytes: 20 }],
    [{ ...file, sha256: digest('c') }],
    [{ path: file.path, bytes: file.bytes, sha256: file.sha256 }],
  ].map((changed) => releaseNameOf('1.2.0', [...changed, ...files.slice(1)]));
  expect(new Set([name, ...others]).size).toBe(5);
  expect(releaseNameOf('1.2.0', [...files].reverse())).toBe(name);
  expect(releaseNameOf('1.2.1', files)).toBe(name.replace('1.2.0', '1.2.1'));
});
