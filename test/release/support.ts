/** Release trees in a directory of their own, the shell script beside the engine, and a power cut after any operation. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReleaseFiles, realFiles } from '../../src/release/files';
import { Releases } from '../../src/release/releases';

export const selectScript = join(__dirname, '..', '..', 'board', 'pi', 'greenup-select');

const directories: string[] = [];

export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'releases-'));
  directories.push(directory);
  return directory;
}

export function removeDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** A tree that can be installed: a program that prints its own name, and a file two directories deep. */
export function makeTree(name: string, directory = freshDirectory()): string {
  const tree = join(directory, `tree-${name}`);
  mkdirSync(join(tree, 'bin'), { recursive: true });
  mkdirSync(join(tree, 'lib', 'deep'), { recursive: true });
  writeFileSync(join(tree, 'bin', 'greenup'), `#!/bin/sh\necho ${name} $(cat "\${0%/*}/../lib/deep/data")\n`);
  chmodSync(join(tree, 'bin', 'greenup'), 0o755);
  writeFileSync(join(tree, 'lib', 'deep', 'data'), `data of ${name}`);
  return tree;
}

/** A root with these releases, the first the oldest. */
export async function rootWith(...names: string[]): Promise<string> {
  const root = freshDirectory();
  for (const [age, name] of names.entries()) await installAged(root, name, age);
  return root;
}

/** File times stand apart, so that which slot is newer does not hang on how fast the test runs. */
export async function installAged(root: string, name: string, age: number): Promise<void> {
  await new Releases(root).installRelease(makeTree(name), name);
  utimesSync(join(root, 'releases', name), 1_700_000_000 + age, 1_700_000_000 + age);
}

export interface ShellResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function select(root: string, words: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): ShellResult {
  const env = { PATH: process.env.PATH, GREENUP_RELEASES: root, ...environment };
  const { status, stdout, stderr } = spawnSync('/bin/sh', [selectScript, ...words], { env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** The service has ended with this result, as systemd tells it. */
export function endedBy(root: string, result: string, environment: NodeJS.ProcessEnv = {}): ShellResult {
  return select(root, ['--ended'], { SERVICE_RESULT: result, ...environment });
}

/** Stand-ins that do their work until a number of them ran; then the power is cut and none does anything. */
export function toolsWithPowerFor(operations: number): NodeJS.ProcessEnv {
  const directory = freshDirectory();
  const count = join(directory, 'count');
  writeFileSync(count, '');
  for (const tool of ['mv', 'ln', 'rm', 'cp', 'sync', 'touch', 'mkdir']) {
    const script = `[ "$(wc -c <${count})" -lt ${operations} ] || exit 1\nprintf x >>${count}\n`;
    writeFileSync(join(directory, tool), `#!/bin/sh\n${script}exec /bin/${tool} "$@"\n`, { mode: 0o755 });
  }
  return { PATH: `${directory}:${process.env.PATH}` };
}

/** What the service would run: the output of `current`, or undefined if nothing can be started. */
export function started(root: string): string | undefined {
  const program = join(root, 'current', 'bin', 'greenup');
  if (!existsSync(program)) return undefined;
  const { status, stdout } = spawnSync(program, [], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

export function fact(root: string, file: string): string | undefined {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export class PowerCut extends Error {}

/** Real files until `operations` changes were made; then every change fails. A torn write leaves half of its text, or the begin of a file. */
export function filesWithPowerFor(operations: number): { files: ReleaseFiles; made: () => number } {
  let made = 0;
  const change = async <T>(work: () => Promise<T>, torn?: () => Promise<void>): Promise<T> => {
    if (made >= operations) {
      if (made === operations) await torn?.();
      made += 1;
      throw new PowerCut('the power is cut');
    }
    made += 1;
    return await work();
  };
  const files: ReleaseFiles = {
    ...realFiles,
    makeDirectory: (path) => change(() => realFiles.makeDirectory(path)),
    write: (path, text) =>
      change(
        () => realFiles.write(path, text),
        () => realFiles.write(path, text.slice(0, text.length / 2)),
      ),
    create: (path, content, executable) =>
      change(
        () => realFiles.create(path, content, executable),
        () => realFiles.create(path, firstOf(content), executable),
      ),
    makeLink: (path, target) => change(() => realFiles.makeLink(path, target)),
    hardLink: (from, to) => change(() => realFiles.hardLink(from, to)),
    copy: (from, to) => change(() => realFiles.copy(from, to)),
    rename: (from, to) => change(() => realFiles.rename(from, to)),
    remove: (path) => change(() => realFiles.remove(path)),
    flush: (path) => change(() => realFiles.flush(path)),
  };
  return { files, made: () => made };
}

/** The first portion alone: as much of a file as a power cut left. */
async function* firstOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const portion of content) {
    yield portion;
    return;
  }
}
