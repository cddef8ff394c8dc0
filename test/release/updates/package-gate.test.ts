/** What may come into a slot: signed packages that fit, and in a simulation any file under a name of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HighestVersion } from '../../../src/release/package/trust';
import { AnyFile, SignedPackages } from '../../../src/release/updates/package-gate';
import { freshDirectory, type MakerKey, makeKey, makePackage, removeDirectories } from '../package/support';

afterAll(removeDirectories);

const fits = { architectures: ['arm64' as const, 'amd64' as const], models: 'any' as const };
const now = { name: undefined, unixMs: Date.UTC(2027, 0, 1), allowsDowngrade: false };

function signedBy(...keys: MakerKey[]): { gate: SignedPackages; highest: HighestVersion } {
  const place = freshDirectory();
  mkdirSync(join(place, 'keys'));
  for (const [index, { pem }] of keys.entries()) writeFileSync(join(place, 'keys', `${index}.pem`), pem);
  const highest = new HighestVersion(join(place, 'highest'));
  const rest = { model: 'any', runs: '1.0.0', base: () => 1 };
  return { gate: new SignedPackages({ keysFolder: join(place, 'keys'), highest, ...rest }), highest };
}

test('a package is taken by the key that is there, and by none where there is none', async () => {
  const [key, other] = [makeKey(), makeKey()];
  const { path, manifest } = await makePackage(key, { fits });
  const { gate } = signedBy(key);
  expect(await gate.trust()).toBe('signed');
  expect(await gate.verify(path, now)).toMatchObject({ names: [manifest.release], version: '1.2.0' });
  for (const refusing of [signedBy(other).gate, signedBy().gate]) {
    await expect(refusing.verify(path, now)).rejects.toMatchObject({ code: 'package.untrusted' });
  }
  expect(await signedBy().gate.trust()).toBe('nothing');
});

test('what has proved itself bars what is lower, but for a person', async () => {
  const key = makeKey();
  const { path } = await makePackage(key, { fits });
  const { gate } = signedBy(key);
  await gate.proven('1.3.0');
  await expect(gate.verify(path, now)).rejects.toMatchObject({ code: 'package.unfit' });
  expect(await gate.verify(path, { ...now, allowsDowngrade: true })).toMatchObject({ version: '1.2.0' });
});

test('another file is no package, and in a simulation a release of its name', async () => {
  const path = join(freshDirectory(), 'file');
  writeFileSync(path, 'something');
  await expect(signedBy(makeKey()).gate.verify(path, now)).rejects.toMatchObject({ code: 'package.invalid' });
  const namesOf = async (name: string | undefined) => (await new AnyFile().verify(path, { ...now, name })).names;
  const digest = '3fc9b68945';
  expect(await namesOf('fw-2.0.bin')).toEqual(['fw-2.0', `fw-2.0-${digest}`]);
  expect(await namesOf('fw')).toEqual(['fw', `fw-${digest}`]);
  expect(await namesOf('../ü b.bin')).toEqual(['b', `b-${digest}`]);
  expect(await namesOf('.bin')).toEqual(['bin', `bin-${digest}`]);
  for (const none of [undefined, '', '...']) {
    expect(await namesOf(none)).toEqual([`file-${digest}`, `file-${digest}-${digest}`]);
  }
  const [long = ''] = await namesOf(`${'x'.repeat(300)}.zip`);
  expect(long).toHaveLength(48);
});

test('in a simulation a package brings its own name, whoever has signed it', async () => {
  const { path, manifest } = await makePackage();
  expect((await new AnyFile().verify(path, now)).names).toEqual([manifest.release]);
});
