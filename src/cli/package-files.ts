/** What `greenup package` does: keys, packages of release folders, signatures, and all that can be found wrong with a package. */
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readBoard } from '../hal/board/board-file';
import { GreenupError, messageOf } from '../hal/errors';
import { baseOfProgram } from '../release/package/base';
import { unmetConditions } from '../release/package/conditions';
import { type Manifest, type PackageArchitecture, releaseBytes } from '../release/package/manifest';
import { type OpenedPackage, openPackage, type UnpackFiles } from '../release/package/reader';
import {
  fingerprintOf,
  privateKeyOf,
  publicKeyOf,
  shortFingerprint,
  signatureText,
  type TrustedKey,
} from '../release/package/signature';
import { trustedKeys, updateKeysFolder } from '../release/package/trust';
import { manifestBytes, manifestOf, writePackage } from '../release/package/writer';
import { ExitError, exitCodes, tellError } from '../terminal/exit';

export interface MakeOptions {
  out?: string;
  expires?: string;
  follows: string;
  models: string;
  json: boolean;
}

export interface CheckOptions {
  key?: string[];
  board?: string;
}

/** Long enough for a release to stay on a shelf, and short enough that none is good for ever. */
const validDays = 730;
const dayMs = 24 * 60 * 60 * 1000;

export function makeKeys(name: string): number {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [secret, open] = [`${name}.private.pem`, `${name}.public.pem`];
  writeNew(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  try {
    writeNew(open, publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644);
  } catch (error) {
    rmSync(secret);
    throw error;
  }
  process.stdout.write(`${secret}: signs packages; keep it secret, and a copy of it in another place\n`);
  process.stdout.write(`${open}: for stations (make flash UPDATE_KEY=${open}); key ${fingerprintOf(publicKey)}\n`);
  return exitCodes.ok;
}

/** A key that is there may be the only one: it is never replaced. */
function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: cannot be written as a new file: ${messageOf(error)}`);
  }
}

export function tellFingerprint(file: string): number {
  process.stdout.write(`${publicKeyOf(textOf(file), file).fingerprint}\n`);
  return exitCodes.ok;
}

export async function makeFile(folder: string, { out, expires, follows, models, json }: MakeOptions): Promise<number> {
  const version = versionIn(folder);
  const architecture = architectureOf(join(folder, 'bin', 'node'));
  const manifest = await manifestOf(folder, {
    version,
    fits: { architectures: [architecture], models: models === 'any' ? 'any' : models.split(',') },
    base: baseOfProgram(join(folder, 'board', 'pi', 'base')),
    expires: expires ?? new Date(sourcesMs() + validDays * dayMs).toISOString().slice(0, 10),
    follows,
  });
  const file = out ?? `greenup_${version}_${architecture}.zip`;
  await writePackage(file, folder, manifestBytes(manifest), manifest.files);
  if (json) process.stdout.write(`${JSON.stringify({ file, release: manifest.release, version, architecture })}\n`);
  else process.stdout.write(`${file}: release ${manifest.release}, not signed yet (greenup package sign)\n`);
  return exitCodes.ok;
}

function versionIn(folder: string): string {
  const file = join(folder, 'package.json');
  try {
    return String(JSON.parse(readFileSync(file, 'utf8')).version);
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${folder}: is no release: its version cannot be read: ${messageOf(error)}`);
  }
}

/** By the machine that stands at the begin of a program (ELF, e_machine). */
const machines: Readonly<Record<number, PackageArchitecture>> = { 183: 'arm64', 62: 'amd64' };

function architectureOf(program: string): PackageArchitecture {
  const begin = Buffer.alloc(20);
  try {
    const file = openSync(program, 'r');
    readSync(file, begin, 0, begin.length, 0);
    closeSync(file);
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${program}: is no Node.js of a release: ${messageOf(error)}`);
  }
  const architecture = begin.readUInt32BE(0) === 0x7f454c46 ? machines[begin.readUInt16LE(18)] : undefined;
  if (architecture !== undefined) return architecture;
  throw new ExitError(exitCodes.failed, `${program}: is no program for arm64 or amd64, for which there are packages`);
}

/** When the sources were made, where the build says so: the same sources then give the same package. */
function sourcesMs(): number {
  const seconds = process.env.SOURCE_DATE_EPOCH;
  return seconds !== undefined && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : Date.now();
}

export async function signFile(file: string, keyFile: string): Promise<number> {
  const key = privateKeyOf(textOf(keyFile), keyFile);
  const opened = await openPackage(file);
  // Beside the package, which may be larger than what /tmp has room for.
  const work = await mkdtemp(join(dirname(resolve(file)), '.sign-'));
  try {
    const tree = join(work, 'release');
    await opened.unpackTo(tree);
    const { manifest } = opened;
    if (manifest === undefined) throw new GreenupError('package.invalid', `${file}: is no package`);
    const bytes = manifestBytes(manifest);
    const signature = signatureText(bytes, key);
    await writePackage(file, tree, bytes, manifest.files, signature);
    const { key: fingerprint } = JSON.parse(signature) as { key: string };
    process.stdout.write(
      `${file}: release ${manifest.release} is signed by the key ${shortFingerprint(fingerprint)}\n`,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return exitCodes.ok;
}

export async function checkFile(file: string, { key, board }: CheckOptions): Promise<number> {
  const keys =
    key === undefined ? await trustedKeys(updateKeysFolder) : key.map((name) => publicKeyOf(textOf(name), name));
  const model = board === undefined ? undefined : readBoard(board).board.model;
  const opened = await openPackage(file);
  const { manifest } = opened;
  if (manifest === undefined) {
    // It rejects with what the file is instead of a package.
    await opened.signedBy(keys);
    return exitCodes.failed;
  }
  process.stdout.write(`${file}: release ${manifest.release}\n${factsOf(manifest)}`);
  const problems = [
    ...(await failuresOf(() => opened.unpackTo('', { files: nowhere }))),
    ...(await signatureProblems(opened, keys)),
    ...unmetAnywhere(manifest, model).map((unmet) => `${file}: ${unmet}`),
  ];
  if (problems.length > 0) {
    tellError(problems.join('\n'));
    return exitCodes.failed;
  }
  process.stdout.write('  files      are what the manifest says\n');
  return exitCodes.ok;
}

function factsOf(manifest: Manifest): string {
  const { version, follows, fits, base, expires, files } = manifest;
  const models = fits.models === 'any' ? 'any model' : `the models ${fits.models.join(', ')}`;
  return [
    `  version    ${version}, to be installed over ${follows} and later`,
    `  fits       ${fits.architectures.join(' and ')}, ${models}, base ${base} of the system and later`,
    `  expires    at the end of ${expires}, UTC`,
    `  release    ${files.length} files, ${Math.ceil(releaseBytes(files) / 1_000_000)} MB`,
    '',
  ].join('\n');
}

async function signatureProblems(opened: OpenedPackage, keys: readonly TrustedKey[]): Promise<string[]> {
  if (keys.length === 0 && opened.signer !== undefined) {
    const name = shortFingerprint(opened.signer);
    process.stdout.write(`  signature  of the key ${name}, it says; not checked: no key was given (--key)\n`);
    return [];
  }
  return failuresOf(async () => {
    const { fingerprint } = await opened.signedBy(keys);
    process.stdout.write(`  signature  of the key ${shortFingerprint(fingerprint)}, which is right\n`);
  });
}

/** Without what only a station knows of itself; `model` is that of a board, where one was given. */
function unmetAnywhere(manifest: Manifest, model: string | undefined): string[] {
  const { architectures, models } = manifest.fits;
  return unmetConditions(manifest, {
    keys: [],
    architecture: architectures[0],
    model: model ?? (models === 'any' ? '' : (models[0] ?? '')),
    base: manifest.base,
    runs: manifest.follows,
    highest: undefined,
    unixMs: Date.now(),
    allowsDowngrade: true,
  });
}

async function failuresOf(work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof GreenupError) return [error.message];
    throw error;
  }
}

/** Reads all, and writes nothing. */
const nowhere: UnpackFiles = {
  create: async (_, content) => {
    for await (const _portion of content);
  },
  entries: async () => [],
  flush: async () => {},
  makeDirectory: async () => {},
  remove: async () => {},
};

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: cannot be read: ${messageOf(error)}`);
  }
}
