/** A file that is written is there as a whole under its name, or what was there before is. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '../../src/hal/whole-file';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-whole-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

test('it takes the place of what lay there, and leaves nothing beside it', async () => {
  const path = join(directory, 'a');
  writeFileSync(path, 'before');
  await writeWhole(path, ['one ', 'two']);
  expect([readFileSync(path, 'utf8'), readdirSync(directory)]).toEqual(['one two', ['a']]);
});

test('where the content breaks off, what lay there stays, and nothing else', async () => {
  const path = join(directory, 'a');
  writeFileSync(path, 'before');
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    throw new Error('broken off');
  };
  await expect(writeWhole(path, content())).rejects.toThrow('broken off');
  expect([readFileSync(path, 'utf8'), readdirSync(directory)]).toEqual(['before', ['a']]);
});

test('with a mode, nothing of the content is ever in a file that others can read', async () => {
  const path = join(directory, 'a');
  writeFileSync(`${path}.part`, 'left by a power cut', { mode: 0o644 });
  let mode: number | undefined;
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    mode = statSync(`${path}.part`).mode & 0o777;
    yield Buffer.from(' and half');
  };
  await writeWhole(path, content(), { mode: 0o600, isDurable: true });
  expect([mode, statSync(path).mode & 0o777, readFileSync(path, 'utf8')]).toEqual([0o600, 0o600, 'half and half']);
});
