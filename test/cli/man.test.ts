/** The manual page: everything that the help has, in what man(7) can read. */
import { spawnSync } from 'node:child_process';
import { manualPage } from '../../src/cli/man';
import { program } from '../../src/cli/program';

const root = program('1.2.3', () => {});
const page = manualPage(root);

test('has every command with each of its options, and its examples', () => {
  const plain = page
    .replaceAll('\\-', '-')
    .replace(/\\\[u([0-9A-F]+)\]/g, (_all, number: string) => String.fromCodePoint(Number.parseInt(number, 16)));
  for (const command of root.commands.filter((one) => one.name() !== 'complete')) {
    expect(plain).toMatch(new RegExp(`^\\.SS greenup ${command.name()}\\b`, 'm'));
    for (const option of [command, ...command.commands].flatMap((one) => one.options.filter(({ hidden }) => !hidden))) {
      expect(plain).toContain(`.B ${option.flags}`);
    }
  }
  expect(plain).not.toContain('.SS greenup complete ');
  expect(plain).toContain('greenup plug 1 --end station');
});

test('is ASCII, and no line of its text is taken for a macro', () => {
  expect(page).toMatch(/^[\n -~]*$/);
  const macros = page.split('\n').flatMap((line) => /^[.'](\S*)/.exec(line)?.[1] ?? []);
  expect([...new Set(macros)].sort()).toEqual(['B', 'I', 'PP', 'SH', 'SS', 'TH', 'TP', 'fi', 'nf']);
  // A hyphen that is none of an option would be broken at the end of a line.
  expect(page.replaceAll('\\-', '')).not.toContain('--');
});

test('groff has nothing to say against it', () => {
  const read = spawnSync('groff', ['-man', '-ww', '-z'], { input: page, encoding: 'utf8' });
  // Not every machine has it.
  if (read.error === undefined) expect(read.stderr).toBe('');
});

test('printing it leaves the help of the commands as it was', () => {
  const before = root.commands[0]?.helpInformation();
  manualPage(root);
  expect(root.commands[0]?.helpInformation()).toBe(before);
  expect(manualPage(root)).toBe(page);
});
