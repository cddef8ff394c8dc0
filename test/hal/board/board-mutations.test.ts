/** However a board text is spoilt, the loader answers with a board that fits the schema or with a GreenupError. */
import Ajv from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Board } from '../../../src/hal/board';
import { parseBoard } from '../../../src/hal/board/board-file';
import { boardSchema } from '../../../src/hal/board/board-schema';
import { GreenupError } from '../../../src/hal/errors';
import { runs } from '../../support/soak';
import { good, leftPoint } from './board-text';
import { rig } from './wiring-board';

const base = `${good}${leftPoint}nominalVoltage: 230\nreference: "059004"\n`;
const validate = new Ajv({ strict: false }).compile(boardSchema());
const catalogue = [{ reference: '059004', range: 'r', verified: true, source: 's' }];

/** The board, or undefined after a GreenupError that keeps its form; whatever else is thrown fails the test. */
function attempt(text: string): Board | undefined {
  try {
    return parseBoard(text, 'x.yaml', catalogue);
  } catch (error) {
    if (!(error instanceof GreenupError)) throw error;
    expect(error.code).toBe('board.invalid');
    const lines = text.split('\n');
    for (const problem of error.message.split('\n')) {
      expect(problem).toMatch(/^x\.yaml:( and |\d+:\d+ )/);
      const [, line, column] = /^x\.yaml:(\d+):(\d+) .{10}/.exec(problem) ?? [];
      if (line === undefined) continue;
      // The place is one of the text, or the end of it.
      expect(Number(line)).toBeLessThanOrEqual(lines.length);
      expect(Number(column)).toBeLessThanOrEqual((lines[Number(line) - 1]?.length ?? 0) + 1);
    }
    return undefined;
  }
}

const indicators = fc.constantFrom(
  ...[
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '!x ',
    '|',
    '>',
    '"',
    "'",
    '#',
    ': ',
    '- ',
    '? ',
    '---\n',
    '...\n',
    '\t',
    '\n',
    '\r',
    '%',
    '@',
    '`',
    '<<: ',
    '\0',
    '\uD800',
  ],
);
const words = fc.constantFrom(
  'mode2',
  'mode3',
  'true',
  'null',
  '1',
  '3',
  '6',
  '63',
  '64',
  '.inf',
  '-.nan',
  '1e999',
  '0x20',
  'left',
  'socket',
);
const piece = fc.oneof(indicators, words, fc.string({ unit: 'grapheme', maxLength: 8 }));

test('text cut, put in and doubled anywhere never does anything else', () => {
  const edit = fc.record({ at: fc.nat(base.length), cut: fc.nat(12), piece });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      let text = base;
      for (const { at, cut, piece: inserted } of edits) text = text.slice(0, at) + inserted + text.slice(at + cut);
      attempt(text);
    }),
    { numRuns: runs(1000) },
  );
});

test('text that has nothing to do with a board never does anything else', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => void attempt(pieces.join(''))),
    { numRuns: runs(500) },
  );
});

test.each([
  ['a station', base, 1000],
  ['a rig', rig, 200],
])('of each line of %s changed or left out, what is accepted also fits the published schema', (_what, text, count) => {
  const lines = text.split('\n');
  const change = fc.record({ line: fc.nat(lines.length - 1), value: fc.option(words) });
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
      const spoilt = lines
        .map((line, index) => {
          const found = changes.find((one) => one.line === index);
          return found ? (found.value === null ? '' : line.replace(/: .*/, `: ${found.value}`)) : line;
        })
        .join('\n');
      if (attempt(spoilt) === undefined) return;
      accepted++;
      expect(validate(parse(spoilt))).toBe(true);
    }),
    { numRuns: runs(count), seed: 1 },
  );
  expect(accepted).toBeGreaterThan(10);
});
