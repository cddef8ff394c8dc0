/** The file that is about to be sent: whole, read from any byte, for its user alone, and gone when it is not needed. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSpool } from '../../../src/drivers/transfer/file-spool';
import { bytesOf } from '../../support/unzip';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-spool-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

async function* portions(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('it is read more than once, and from any byte', async () => {
  const spool = new FileSpool(join(directory, 'new'));
  const file = await spool.keep(portions('abc', 'def'));
  expect(file.bytes).toBe(6);
  expect(String(await bytesOf(file.from(0)))).toBe('abcdef');
  expect(String(await bytesOf(file.from(4)))).toBe('ef');
  expect(String(await bytesOf(file.from(6)))).toBe('');
  expect(statSync(join(directory, 'new', 'outgoing.zip')).mode & 0o777).toBe(0o600);
  expect((await spool.keep(portions('x'))).bytes).toBe(1);
  await spool.clear();
  await spool.clear();
  expect(readdirSync(join(directory, 'new'))).toEqual([]);
});

test('what fails leaves nothing behind', async () => {
  const spool = new FileSpool(directory);
  const failing = (async function* () {
    yield Buffer.from('abc');
    throw new Error('it broke');
  })();
  await expect(spool.keep(failing)).rejects.toThrow('it broke');
  expect(readdirSync(directory)).toEqual([]);
  writeFileSync(join(directory, 'file'), '');
  await expect(new FileSpool(join(directory, 'file')).keep(portions('x'))).rejects.toMatchObject({
    code: 'store.failed',
  });
});
