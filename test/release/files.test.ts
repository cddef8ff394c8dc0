/** The files of a release are for every user of the machine, though the program that installs it keeps what else it writes to itself. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realFiles } from '../../src/release/files';

let directory: string;
let usualMask: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'files-'));
  usualMask = process.umask(0o077);
});
afterEach(() => {
  process.umask(usualMask);
  rmSync(directory, { recursive: true });
});

function modeOf(...names: string[]): string {
  return (statSync(join(directory, ...names)).mode & 0o777).toString(8);
}

async function* content(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('content');
}

test('directories, each that is made, and none that was there', async () => {
  await realFiles.makeDirectory(join(directory, 'a', 'b', 'c'));
  expect([modeOf('a'), modeOf('a', 'b'), modeOf('a', 'b', 'c')]).toEqual(['755', '755', '755']);
  expect(modeOf()).toBe('700');
  await realFiles.makeDirectory(join(directory, 'a', 'b', 'd'));
  await realFiles.makeDirectory(directory);
  expect([modeOf('a', 'b', 'd'), modeOf()]).toEqual(['755', '700']);
});

test('files, programs, facts and their copies', async () => {
  await realFiles.create(join(directory, 'plain'), content(), false);
  await realFiles.create(join(directory, 'program'), content(), true);
  await realFiles.write(join(directory, 'good'), 'r1');
  await realFiles.copy(join(directory, 'program'), join(directory, 'copy'));
  expect([modeOf('plain'), modeOf('program'), modeOf('good'), modeOf('copy')]).toEqual(['644', '755', '644', '755']);
});
