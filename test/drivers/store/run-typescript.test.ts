/** A child process runs a TypeScript source as it is now, whatever was kept of an earlier text. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'greenup-typescript-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('each text of a source is run, also again', () => {
  const source = join(directory, 'source.ts');
  const told = ['one', 'two', 'two', 'one'].map((word) => {
    writeFileSync(source, `const word: string = '${word}';\nprocess.stdout.write(word);\n`);
    return spawnSync(process.execPath, ['-r', join(__dirname, 'run-typescript.js'), source], { encoding: 'utf8' })
      .stdout;
  });
  expect(told).toEqual(['one', 'two', 'two', 'one']);
});
