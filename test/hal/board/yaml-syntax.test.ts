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
