/** Release trees, keys and packages for tests, made by the program's own writer. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PackageConditions } from '../../../src/release/package/conditions';
import type { Manifest } from '../../../src/release/package/manifest';
import { fingerprintOf, signatureText, type TrustedKey } from '../../../src/release/package/signature';
import { type ManifestFields, manifestBytes, manifestOf, writePackage } from '../../../src/release/package/writer';

const directories: string[] = [];

export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'package-'));
  directories.push(directory);
  return directory;
}

export function removeDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

export interface MakerKey extends TrustedKey {
  private: KeyObject;
  pem: string;
}

export function makeKey(): MakerKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { private: privateKey, key: publicKey, fingerprint: fingerprintOf(publicKey), pem };
}

export const releaseTexts: Readonly<Record<string, string>> = {
  'bin/greenup': '#!/bin/sh\necho new\n',
  'dist/program.js': 'x'.repeat(100_000),
  'docs/a name with blanks.md': 'text',
  'package.json': '{"version":"1.2.0"}',
  empty: '',
};

export function treeOf(texts: Readonly<Record<string, string>> = releaseTexts): string {
  const tree = join(freshDirectory(), 'tree');
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
    chmodSync(join(tree, path), path.startsWith('bin/') ? 0o755 : 0o644);
  }
  return tree;
}

export const fields: ManifestFields = {
  version: '1.2.0',
  fits: { architectures: ['arm64'], models: 'any' },
  base: 1,
  expires: '2027-06-30',
  follows: '1.0.0',
};

export interface MadePackage {
  path: string;
  manifest: Manifest;
  tree: string;
  bytes(): Buffer;
}

/** A package of a small release; signed where a key is given. */
export async function makePackage(key?: MakerKey, more: Partial<ManifestFields> = {}): Promise<MadePackage> {
  const tree = treeOf();
  const manifest = await manifestOf(tree, { ...fields, ...more });
  const bytes = manifestBytes(manifest);
  const path = join(freshDirectory(), 'package.zip');
  await writePackage(path, tree, bytes, manifest.files, key && signatureText(bytes, key.private));
  return { path, manifest, tree, bytes: () => readFileSync(path) };
}

/** Under which the package of `makePackage` may be installed. */
export function goodConditions(...keys: TrustedKey[]): PackageConditions {
  return {
    keys,
    architecture: 'arm64',
    model: '059004',
    base: 1,
    runs: '1.1.0',
    highest: '1.1.0',
    unixMs: Date.UTC(2027, 0, 1),
    allowsDowngrade: false,
  };
}
