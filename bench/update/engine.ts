/** One update over real slots, of a signed package that it makes itself: how many bytes it writes, and where. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { MockFileTransfer } from '../../src/drivers/mock/file-transfer';
import { StoredValues } from '../../src/hal/stored';
import { type ReleaseFiles, realFiles } from '../../src/release/files';
import { signatureText } from '../../src/release/package/signature';
import { HighestVersion } from '../../src/release/package/trust';
import { manifestBytes, manifestOf, writePackage } from '../../src/release/package/writer';
import { ReleaseSlots } from '../../src/release/release-slots';
import { SignedPackages } from '../../src/release/updates/package-gate';
import { StagingFolder } from '../../src/release/updates/staging';
import { type IncomingRelease, UpdateDirectory } from '../../src/release/updates/update-files';
import { Updates } from '../../src/release/updates/updates';

const url = 'http://files.test/greenup.zip';
const fileBytes = 500_000;
const written = { file: 0, release: 0, facts: 0, store: 0 };

class CountedDirectory extends UpdateDirectory {
  override async open(keptBytes: number): Promise<IncomingRelease> {
    const file = await super.open(keptBytes);
    const append = async (portion: Uint8Array): Promise<void> => {
      written.file += portion.length;
      await file.append(portion);
    };
    return { append, flush: () => file.flush(), close: () => file.close() };
  }
}

async function* counted(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const portion of content) {
    written.release += portion.length;
    yield portion;
  }
}

const files: ReleaseFiles = {
  ...realFiles,
  create: (path, content, executable) => realFiles.create(path, counted(content), executable),
  copy: async (from, to) => {
    written.release += (await realFiles.nature(from))?.size ?? 0;
    await realFiles.copy(from, to);
  },
  write: async (path, text) => {
    written.facts += text.length;
    await realFiles.write(path, text);
  },
};

/** Half of a release is text that packs well, and half is not. */
function treeOf(place: string, bytes: number): string {
  const tree = join(place, 'tree');
  mkdirSync(join(tree, 'bin'), { recursive: true });
  writeFileSync(join(tree, 'bin', 'greenup'), '#!/bin/sh\n');
  chmodSync(join(tree, 'bin', 'greenup'), 0o755);
  for (let at = 0; at * fileBytes < bytes; at += 1) {
    writeFileSync(join(tree, `file-${at}`), at % 2 === 0 ? randomBytes(fileBytes) : Buffer.alloc(fileBytes, 'text '));
  }
  return tree;
}

async function packageOf(place: string, tree: string): Promise<{ path: string; releaseBytes: number }> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  mkdirSync(join(place, 'keys'));
  writeFileSync(join(place, 'keys', 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const fits = { architectures: ['arm64' as const, 'amd64' as const], models: 'any' as const };
  const manifest = await manifestOf(tree, { version: '2.0.0', fits, base: 0, expires: '2099-01-01', follows: '1.0.0' });
  const bytes = manifestBytes(manifest);
  const path = join(place, 'package.zip');
  await writePackage(path, tree, bytes, manifest.files, signatureText(bytes, privateKey));
  return { path, releaseBytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0) };
}

async function update(place: string): Promise<object> {
  const { path, releaseBytes } = await packageOf(place, treeOf(place, Number(process.argv[2]) * 1e6));
  const content = readFileSync(path);
  const transfer = new MockFileTransfer();
  transfer.files.set(url, content);
  transfer.portionBytes = 65_536;
  const slots = new ReleaseSlots(join(place, 'slots'), files);
  const begun = performance.now();
  await new Promise<void>((restart, fail) => {
    const host = {
      ...{ clock: new RealClock(), unixNow: () => Date.now(), boot: 1, transfer, restart },
      commits: {
        commit: async (batch: object) => {
          written.store += JSON.stringify(batch).length;
        },
      },
      stored: new StoredValues(new Map()),
      log: { info: () => {}, warn: (_fields: object, message: string) => fail(new Error(message)) },
      hold: { hold: () => {}, isFree: () => true, onChange: () => () => {} },
    };
    const highest = new HighestVersion(join(place, 'highest'), files);
    const keysFolder = join(place, 'keys');
    const gate = new SignedPackages({ keysFolder, model: 'any', runs: '1.0.0', base: () => 0, highest, files });
    const updates = new Updates(host, {
      ...{ slots, gate, staging: new StagingFolder(join(place, 'slots'), files) },
      files: new CountedDirectory(join(place, 'update'), join(place, 'handed')),
    });
    const source = { from: 'url', url } as const;
    updates.order({ source, by: 'person', retries: 0, retryIntervalMs: 1_000 }).catch(fail);
  });
  return { packageBytes: content.length, releaseBytes, written, ms: performance.now() - begun };
}

const place = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
update(place)
  .then((measured) => process.stdout.write(JSON.stringify(measured)))
  .finally(() => {
    rmSync(place, { recursive: true, force: true });
    process.exit();
  });
