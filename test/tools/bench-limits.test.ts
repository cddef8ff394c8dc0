/** A benchmark that breaks one of its own limits ends with an error. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Support {
  judged(what: string, value: number, bounds: { goal: number; limit: number }, digits?: number): string;
  wrong(line: string): string;
  finish(): void;
}

const folder = join(__dirname, '../../bench');

function support(): { own: Support; codes: unknown[]; told: unknown[] } {
  const codes: unknown[] = [];
  const told: unknown[] = [];
  jest.spyOn(process, 'exit').mockImplementation(((code: unknown) => codes.push(code)) as never);
  jest.spyOn(console, 'error').mockImplementation((line) => told.push(line));
  let own: Support | undefined;
  jest.isolateModules(() => {
    own = require('../../bench/support.js') as Support;
  });
  return { own: own as Support, codes, told };
}

afterEach(() => jest.restoreAllMocks());

test.each([
  [1.5, [0], []],
  [1.51, [1], ['limit broken: start: 1.51 is over its limit of 1.5']],
  // Nothing measured is nothing kept.
  [Number.NaN, [1], ['limit broken: start: NaN is over its limit of 1.5']],
])('a value of %d with a limit of 1.5 ends with code %p', (value, code, lines) => {
  const { own, codes, told } = support();
  own.judged('start', value, { goal: 1, limit: 1.5 });
  own.finish();
  expect([codes, told]).toEqual([code, lines]);
});

test('one broken limit among many is told, and so is what must not be at all', () => {
  const { own, codes, told } = support();
  own.judged('a', 1, { goal: 1, limit: 2 });
  expect(own.judged('b', 3.25, { goal: 1, limit: 2 }, 1)).toBe('3.3 (goal 1, limit 2)');
  expect(own.wrong('2 starts')).toBe('WRONG: 2 starts');
  own.judged('c', 1, { goal: 1, limit: 2 });
  own.finish();
  expect([codes, told]).toEqual([[1], ['limit broken: b: 3.3 is over its limit of 2', 'limit broken: 2 starts']]);
});

test('a benchmark that names a limit judges by it, and ends by what was judged', () => {
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js') && name !== 'support.js');
  const texts = scripts.map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  const judging = texts.filter(([, text]) => /\bjudged\(/.test(text));
  expect(judging.length).toBeGreaterThanOrEqual(5);
  for (const [name, text] of judging) {
    expect([name, /finish\(\);/.test(text), /process\.exit\(0\)/.test(text)]).toEqual([name, true, false]);
  }
  for (const [name, text] of texts) expect([name, /\(goal [^$]*limit/.test(text)]).toEqual([name, false]);
});
