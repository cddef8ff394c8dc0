/** `greenup package`: keys that are never replaced, packages of a release folder, signatures, and what is found wrong. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFile, makeFile, makeKeys, signFile, tellFingerprint } from '../../src/cli/package-files';
import { openPackage } from '../../src/release/package/reader';
import { publicKeyOf } from '../../src/release/package/signature';
import { freshDirectory, goodConditions, makePackage, removeDirectories } from '../release/package/support';

afterEach(removeDirectories);

interface Said {
  code: number | undefined;
  out: string;
  error: string;
}

/** What a command prints, and how it ends; what it throws is told as the program tells it. */
async function said(run: () => number | Promise<number>): Promise<Said> {
  const texts = { out: '', error: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((piece) => {
      texts[stream === 'stdout' ? 'out' : 'error'] += String(piece);
      return true;
    }),
  );
  try {
    return { code: await run(), ...texts };
  } catch (error) {
    return { code: undefined, ...texts, error: (error as Error).message };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const machineOf = { arm64: 183, amd64: 62 } as const;

/** The release folder of a machine, as the build lays it out. */
function release(architecture: keyof typeof machineOf = 'arm64', version = '1.2.0'): string {
  const folder = join(freshDirectory(), 'release');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'board', 'pi'), { recursive: true });
  const node = Buffer.alloc(64);
  node.writeUInt32BE(0x7f454c46, 0);
  node.writeUInt16LE(machineOf[architecture], 18);
  writeFileSync(join(folder, 'bin', 'node'), node, { mode: 0o755 });
  writeFileSync(join(folder, 'bin', 'greenup'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(folder, 'board', 'pi', 'base'), '3\n');
  return folder;
}

async function made(folder: string, more: object = {}): Promise<string> {
  const out = join(freshDirectory(), 'greenup.zip');
  const { code } = await said(() => makeFile(folder, { out, follows: '1.0.0', models: 'any', json: false, ...more }));
  expect(code).toBe(0);
  return out;
}

async function keys(): Promise<{ secret: string; open: string }> {
  const name = join(freshDirectory(), 'update-key');
  await said(() => makeKeys(name));
  return { secret: `${name}.private.pem`, open: `${name}.public.pem` };
}

describe('keygen', () => {
  test('writes a private key for its owner alone, and a public one', async () => {
    const { secret, open } = await keys();
    expect((statSync(secret).mode & 0o777).toString(8)).toBe('600');
    expect(readFileSync(secret, 'utf8')).toContain('BEGIN PRIVATE KEY');
    expect(readFileSync(open, 'utf8')).toContain('BEGIN PUBLIC KEY');
  });

  test('what keygen says a key is known by is its fingerprint', async () => {
    const name = join(freshDirectory(), 'mine');
    const { out } = await said(() => makeKeys(name));
    const { out: fingerprint } = await said(() => tellFingerprint(`${name}.public.pem`));
    expect(fingerprint).toMatch(/^[0-9a-f]{64}\n$/);
    expect(out).toContain(`key ${fingerprint}`);
    expect((await said(() => tellFingerprint(`${name}.private.pem`))).error).toMatch(/is a private key/);
  });

  test.each(['private', 'public'])('replaces no %s key, and leaves no half of a pair', async (part) => {
    const folder = freshDirectory();
    writeFileSync(join(folder, `mine.${part}.pem`), 'the only one');
    const { code, error } = await said(() => makeKeys(join(folder, 'mine')));
    expect([code, error]).toEqual([
      undefined,
      expect.stringMatching(/mine\.\w+\.pem: cannot be written as a new file/),
    ]);
    expect(readdirSync(folder)).toEqual([`mine.${part}.pem`]);
    expect(readFileSync(join(folder, `mine.${part}.pem`), 'utf8')).toBe('the only one');
  });
});

describe('make', () => {
  test.each(['arm64', 'amd64'] as const)('finds version, architecture and base in the release for %s', async (name) => {
    const { manifest } = await openPackage(
      await made(release(name), { expires: '2027-01-31', models: '059004,059005' }),
    );
    expect(manifest).toMatchObject({
      version: '1.2.0',
      fits: { architectures: [name], models: ['059004', '059005'] },
      base: 3,
      expires: '2027-01-31',
      follows: '1.0.0',
    });
  });

  test('says what it has made, to people and to programs', async () => {
    const out = join(freshDirectory(), 'greenup.zip');
    const options = { out, follows: '0.0.0', models: 'any' };
    const people = await said(() => makeFile(release(), { ...options, json: false }));
    expect(people.out).toMatch(/greenup\.zip: release 1\.2\.0-[0-9a-f]{10}, not signed yet/);
    const programs = await said(() => makeFile(release(), { ...options, json: true }));
    expect(JSON.parse(programs.out)).toMatchObject({ file: out, version: '1.2.0', architecture: 'arm64' });
  });

  test('is valid for two years from when the sources were made', async () => {
    const before = process.env.SOURCE_DATE_EPOCH;
    process.env.SOURCE_DATE_EPOCH = String(Date.UTC(2026, 0, 1) / 1000);
    try {
      expect((await openPackage(await made(release()))).manifest?.expires).toBe('2028-01-01');
    } finally {
      if (before === undefined) delete process.env.SOURCE_DATE_EPOCH;
      else process.env.SOURCE_DATE_EPOCH = before;
    }
  });

  test('a folder that is no release is told as such', async () => {
    const [empty, other, noNode] = [freshDirectory(), release(), release()];
    writeFileSync(join(other, 'bin', 'node'), '#!/bin/sh\necho no ELF, and long enough\n');
    cpSync(join(noNode, 'package.json'), join(noNode, 'bin', 'node'));
    for (const [folder, what] of [
      [empty, /its version cannot be read/],
      [other, /bin\/node: is no program for arm64 or amd64/],
      [noNode, /bin\/node: is no program for arm64 or amd64/],
      [release('arm64', 'one'), /\/version: must be as 1\.2\.0/],
    ] as const) {
      const { code, error } = await said(() => makeFile(folder, { follows: '0.0.0', models: 'any', json: false }));
      expect([code, error]).toEqual([undefined, expect.stringMatching(what)]);
    }
  });
});

describe('sign and check', () => {
  test('what is signed is good for a station that has the key, and may be signed again by another', async () => {
    const file = await made(release());
    for (const { secret, open } of [await keys(), await keys()]) {
      const { code, out } = await said(() => signFile(file, secret));
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(/release 1\.2\.0-[0-9a-f]{10} is signed by the key [0-9a-f]{16}\n/),
      ]);
      const checked = await said(() => checkFile(file, { key: [open] }));
      expect(checked).toMatchObject({ code: 0, error: '' });
      expect(checked.out).toMatch(/signature {2}of the key [0-9a-f]{16}, which is right\n {2}files {6}are what/);
      const key = publicKeyOf(readFileSync(open, 'utf8'), open);
      await (await openPackage(file)).verify({ ...goodConditions(key), base: 3 });
    }
    expect(readdirSync(join(file, '..'))).toEqual(['greenup.zip']);
  });

  test('signing changes the same package in the same way', async () => {
    const { secret } = await keys();
    const [one, two] = [await made(release()), await made(release())];
    for (const file of [one, two]) await said(() => signFile(file, secret));
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });

  test('what is no package is not signed, nor is a damaged one, which stays as it is', async () => {
    const { secret, open } = await keys();
    const damaged = await made(release());
    const bytes = readFileSync(damaged);
    bytes[bytes.indexOf('release/bin/greenup') + 'release/bin/greenup'.length] = 0xff;
    writeFileSync(damaged, bytes);
    for (const file of [open, damaged]) {
      const before = readFileSync(file);
      expect((await said(() => signFile(file, secret))).error).toContain(file);
      expect((await said(() => checkFile(file, { key: [open] }))).code).not.toBe(0);
      expect(readFileSync(file).equals(before)).toBe(true);
    }
    const file = await made(release());
    expect((await said(() => signFile(file, open))).error).toMatch(/is no private key in PEM/);
    expect((await said(() => signFile(file, '/nothing'))).error).toMatch(/^\/nothing: cannot be read/);
  });

  test('a package without a signature is told as such, with all else that is wrong', async () => {
    const file = await made(release(), { expires: '2024-01-01', models: '059005' });
    const { code, error } = await said(() => checkFile(file, { board: 'board/simulated-double.yaml' }));
    expect(code).toBe(1);
    expect(error.trim().split('\n')).toEqual([
      `greenup: ${file}: it is not signed`,
      `greenup: ${file}: it is for the models 059005, and this station is a 059004`,
      `greenup: ${file}: it has expired: 2024-01-01 was the last day on which it could be installed`,
    ]);
  });

  test('without a key to check it by, the signature is shown and no more', async () => {
    const { path } = await makePackage();
    const { secret } = await keys();
    await said(() => signFile(path, secret));
    const { code, out } = await said(() => checkFile(path, {}));
    expect([code, out]).toEqual([0, expect.stringContaining('it says; not checked: no key was given (--key)')]);
  });

  test('the key of another maker is told, and a private key is refused', async () => {
    const [mine, other] = [await keys(), await keys()];
    const file = await made(release());
    await said(() => signFile(file, other.secret));
    expect(await said(() => checkFile(file, { key: [mine.open] }))).toMatchObject({
      code: 1,
      error: expect.stringMatching(/it is signed by the key [0-9a-f]{16}, and accepted is [0-9a-f]{16}/),
    });
    expect((await said(() => checkFile(file, { key: [other.secret] }))).error).toMatch(
      /is a private key, which belongs on/,
    );
  });
});
