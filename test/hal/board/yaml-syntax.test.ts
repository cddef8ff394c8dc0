/** Text that is no YAML, or that would hurt the YAML package, is refused like any other mistake. */
import { changed, good, leftPoint, messageFor } from './board-text';

describe('what is no board at all', () => {
  test.each([
    ['', '1:1 the file is empty'],
    ['# only a comment\n', '1:1 the file is empty'],
    ['name: [a\nb: 1\n', '2:1 YAML: '],
    ['name: a\nname: b\n', '2:1 YAML: this name stands here a second time; each name may stand once'],
    ['name: a\n\tmodel: b\n', '2:1 YAML: '],
    ['name: !danger a\n', '1:7 YAML: a tag (!name); plain values only, please'],
    ['name: !!binary aGVsbG8=\n', '1:7 YAML: a tag (!name); plain values only, please'],
    [`${good}---\nname: b\n`, '17:1 YAML: a second document begins here (---); one file holds one document'],
    ['name: *anchor\n', '1:7 name: aliases (*name) are not read here; write the value out'],
    [`# x\nname: ${'x'.repeat(1000)}\n`, '1:1 line 2 has more than 1000 characters; is it a board file?'],
    ['[\n'.repeat(20_000), '51:1 YAML: nested more than 50 levels deep; is it a board file?'],
    [`${'- '.repeat(490)}\n`.repeat(60), '1:101 YAML: nested more than 50 levels deep; is it a board file?'],
    [`${'? '.repeat(490)}\n`.repeat(60), '1:101 YAML: nested more than 50 levels deep; is it a board file?'],
    ['\0'.repeat(100), '1:1 found "\\u0000'],
  ])('%j', (text, problem) => {
    const message = messageFor(text);
    expect(message).toContain(`board/x.yaml:${problem}`);
    expect(message).not.toContain('    at ');
  });

  test('aliases are refused and never followed', () => {
    const bomb = Array.from({ length: 60 }, (_, level) => `b${level + 1}: &b${level + 1} [${`*b${level},`.repeat(9)}]`);
    expect(messageFor(`b0: &b0 x\n${bomb.join('\n')}\n`)).toContain('unknown name');
    expect(messageFor(changed('phases: 1', 'phases: *p', changed('phases: 3', 'phases: &p 3')))).toBe(
      'board/x.yaml:15:17 points[0].sockets[1].phases: aliases (*name) are not read here; write the value out',
    );
    const tail = changed('  - side: left', '  - *point', leftPoint).split('\n')[0];
    expect(messageFor(`${changed('  - side: right', '  - &point\n    side: right')}${tail}\n`)).toContain(
      'board/x.yaml:18:5 points[1]: aliases (*name) are not read here; write the value out',
    );
  });

  test('a failure of the YAML package is an error like the others', () => {
    const { Parser } = jest.requireActual<typeof import('yaml')>('yaml');
    const spy = jest.spyOn(Parser.prototype, 'parse').mockImplementationOnce(() => {
      throw new RangeError('Maximum call stack size exceeded');
    });
    expect(messageFor(good)).toBe('board/x.yaml:1:1 YAML: cannot be read (Maximum call stack size exceeded)');
    spy.mockRestore();
  });

  test('text of more than 64 KiB is not read', () => {
    expect(messageFor(`${good}${'#\n'.repeat(40_000)}`)).toBe(
      `board/x.yaml: has ${good.length + 80_000} bytes; a board file has at most 65536`,
    );
  });
});

describe('wrong indentation is told in words, at the line that has it', () => {
  const spoilt = (line: string, other: string): string => changed(line, other);
  test.each<[string, string, string]>([
    [
      'a name too far in',
      spoilt('        phases: 3', '         phases: 3'),
      '12:10 YAML: wrong indentation: found 9 spaces; must be one of 0, 2, 4, 6, 8',
    ],
    [
      'a name not far enough in',
      spoilt('        phases: 1', '       phases: 1'),
      '15:8 YAML: wrong indentation: found 7 spaces; must be one of 0, 2, 4, 6, 8',
    ],
    [
      'an item between two columns',
      spoilt('      - mode: mode2', '     - mode: mode2'),
      '14:6 YAML: wrong indentation: found 5 spaces; must be one of 0, 2, 4, 6, 8',
    ],
    [
      'a name in the column of items',
      spoilt('        phases: 3', '      phases: 3'),
      '12:7 YAML: wrong indentation: a name stands in the column of the items of a list (-)',
    ],
    [
      'an item among names',
      spoilt('      - mode: mode2', '        - mode: mode2'),
      '14:9 YAML: wrong indentation: an item of a list (-) stands in a column of names',
    ],
    [
      'the first name',
      spoilt('name: bench', '  name: bench'),
      '2:1 YAML: wrong indentation: found 0 spaces; must be 2, ',
    ],
  ])('%s', (_what, text, problem) => {
    const message = messageFor(text);
    expect(message).toContain(`board/x.yaml:${problem}`);
    expect(message.split('\n')).toHaveLength(1);
  });

  test('a name that another level has is asked about', () => {
    expect(messageFor(changed('        ratedCurrent: 32', '        installationCurrent: 32'))).toContain(
      'board/x.yaml:13:9 points[0].sockets[0].installationCurrent: unknown name; is it indented too far? It is a name of points[0]. Valid names: ',
    );
    expect(messageFor(changed('  - side: right', '  - side: right\n    drivers: pi'))).toContain(
      'points[0].drivers: unknown name; is it indented too far? It is a name of the whole file. Valid names: ',
    );
  });

  test('comments, quotes and brackets of several lines are no indentation', () => {
    const base = changed(
      '    installationCurrent: 32',
      "    installationCurrent: { x: 'a # b: [',\n      y: [1,\n      z] } # - x\n  # less",
    );
    expect(messageFor(base)).toContain('points[0].installationCurrent: found a mapping');
    expect(messageFor(changed('phases: 1', ' phases: 1', base))).toContain(
      'board/x.yaml:18:10 YAML: wrong indentation: found 9 spaces',
    );
  });
});

test.each([
  ['name: a: b\n', 'a value with a colon that needs quotes'],
  ['name: [a, b\nmodel: x\n', 'a bracket [ or { above that is not closed'],
  ['name: "a\nmodel: b\n', 'quotation mark or the colon and blank behind a name is missing'],
  ['name: a\nmodel\n', 'the colon and blank behind a name is missing'],
  ['name: @a\n', 'a value cannot begin with this character; put the value in quotes'],
  ['name: "\\q"\n', 'in single quotes it is a plain character'],
  ['name: "a" b\n', 'this cannot stand here'],
  ['name: }\n', 'this cannot stand here'],
])('a mistake of syntax is told in words of the project: %j', (text, words) => {
  expect(messageFor(text)).toMatch(/^board\/x\.yaml:\d+:\d+ YAML: /);
  expect(messageFor(text)).toContain(words);
});
