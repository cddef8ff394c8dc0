/** Every refusal of a command has a code, so that a page in any language has words for it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusedCommands } from '../../src/hal/command-refusal';
import { refusalWords } from '../../src/web/pages/bench/words';
import { benchEnglish } from '../../src/web/pages/bench/words.en';
import { benchFrench } from '../../src/web/pages/bench/words.fr';

const src = join(__dirname, '../../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const textOf = (name: string) => readFileSync(join(src, name), 'utf8');

/** What no command of the bench leads to: releases and rigs, the other ends, test programs and the demo. */
const elsewhere =
  /^(release|rig|hil|csms|drivers\/(pi|mock)|ocpp)\/|^simulator\/(demo|simulated-slots|json-lines-commands)\.ts$/;
const withoutCode = /new GreenupError\(\s*'command\.invalid'/;

test.each(files.filter((name) => !elsewhere.test(name)))('%s refuses no command without a code', (name) => {
  expect(textOf(name)).not.toMatch(withoutCode);
});

test('the pattern finds what it is for', () => {
  for (const text of ["new GreenupError('command.invalid', 'no')", "new GreenupError(\n  'command.invalid',\n"])
    expect(text).toMatch(withoutCode);
});

test('no code is without a refusal', () => {
  const texts = files
    .filter((name) => name !== 'hal/command-refusal.ts' && !name.startsWith('web/'))
    .map(textOf)
    .join('\n');
  expect(refusedCommands.filter((code) => !texts.includes(`'${code}'`))).toEqual([]);
});

test.each(refusedCommands)('%s is said in both languages', (code) => {
  const [english, french] = [benchEnglish, benchFrench].map((words) => refusalWords(words, code));
  expect(english).toMatch(/^[A-Z].*\.$/);
  expect(french).toMatch(/^[A-ZÀ-Ý].*\.$/);
  expect(french).not.toBe(english);
});
