/** The size of a store on its medium is that of its files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryBytes } from '../../../src/drivers/store/directory-size';

test('all files together; a directory that is not there is told', async () => {
  const path = mkdtempSync(join(tmpdir(), 'greenup-size-'));
  try {
    expect(await directoryBytes(path)).toBe(0);
    writeFileSync(join(path, 'one'), 'a'.repeat(1_000));
    writeFileSync(join(path, 'two'), 'b'.repeat(24));
    expect(await directoryBytes(path)).toBe(1_024);
  } finally {
    rmSync(path, { recursive: true });
  }
  await expect(directoryBytes(path)).rejects.toThrow('ENOENT');
});
