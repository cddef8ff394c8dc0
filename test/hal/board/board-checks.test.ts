/** Values that are right each for itself but not together are refused with the reason. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBoard, parseBoard } from '../../../src/hal/board/board-file';
import type { CatalogueStation } from '../../../src/hal/board/catalogue';
import { changed, good, inDirectory, leftPoint, messageFor } from './board-text';

describe('values that do not go together', () => {
  test.each([
    [
      'phases: 1',
      'phases: 3',
      '15:17 points[0].sockets[1].phases: found 3; must be 1 in Mode 2: a 2P+E outlet has one phase',
    ],
    [
      'ratedCurrent: 16',
      'ratedCurrent: 20',
      '16:23 points[0].sockets[1].ratedCurrent: found 20; must be a number of amperes from 8 to 16 in Mode 2',
    ],
    [
      'ratedCurrent: 16',
      'ratedCurrent: 7',
      '16:23 points[0].sockets[1].ratedCurrent: found 7; must be a number of amperes from 8 to 16 in Mode 2',
    ],
    [
      'phases: 1',
      'phases: 1\n        cable: { tethered: 16 }',
      '16:16 points[0].sockets[1].cable: found a tethered cable; must be socket in Mode 2: only a Mode 3 cable can be attached',
    ],
    [
      'phases: 1',
      'phases: 1\n        lock: true',
      '16:15 points[0].sockets[1].lock: found true; must be false in Mode 2: a 2P+E outlet has no plug lock',
    ],
    [
      'phases: 1',
      'phases: 1\n        wakesVehicle: true',
      '16:23 points[0].sockets[1].wakesVehicle: found true; must be false in Mode 2: a 2P+E outlet has no pilot to wake a vehicle with',
    ],
    [
      'phases: 3',
      'phases: 3\n        cable: { tethered: 32 }\n        lock: true',
      '14:15 points[0].sockets[0].lock: found true; must be false with a tethered cable: there is no plug to lock',
    ],
    [
      'phases: 3',
      'phases: 3\n        plugDetector: true',
      '13:23 points[0].sockets[0].plugDetector: found true; must be false in Mode 3: the pilot and proximity contacts tell that a plug is in',
    ],
    [
      'mode: mode2',
      'mode: mode3',
      '14:15 points[0].sockets[1].mode: found mode3 a second time; a point has at most one socket of each mode',
    ],
  ])('%j as %j', (from, to, problem) => {
    expect(messageFor(changed(from, to))).toBe(`board/x.yaml:${problem}`);
  });

  test('the Mode 3 socket comes first', () => {
    const [head = '', three = '', two = ''] = good.split('      - ');
    expect(messageFor(`${head}      - ${two}      - ${three}`)).toBe(
      'board/x.yaml:14:15 points[0].sockets[1].mode: found mode3 after mode2; the Mode 3 socket comes first, because connectors are numbered in this order',
    );
  });

  test('a third socket, and a third point', () => {
    expect(messageFor(`${good}      - mode: mode2\n        phases: 1\n        ratedCurrent: 8\n`)).toBe(
      'board/x.yaml:11:7 points[0].sockets: found a list of 3; must be a list of 1 to 2 sockets\n' +
        'board/x.yaml:17:15 points[0].sockets[2].mode: found mode2 a second time; a point has at most one socket of each mode',
    );
    expect(messageFor(good + leftPoint + leftPoint)).toBe(
      'board/x.yaml:8:3 points: found a list of 3; must be a list of 1 to 2 charging points',
    );
  });

  test('two points are right, then left', () => {
    const misplaced = (problem: string) => `board/x.yaml:${problem}: of two points the right one comes first`;
    expect(messageFor(good + changed('left', 'right', leftPoint))).toBe(
      misplaced('17:11 points[1].side: found "right"; must be left'),
    );
    expect(messageFor(changed('right', 'left') + changed('left', 'right', leftPoint)).split('\n')).toHaveLength(2);
    expect(messageFor(changed('side: right\n    ', '') + leftPoint)).toBe(
      misplaced('8:5 points[0].side: missing; must be right'),
    );
    expect(messageFor(good + changed('left', 'lef', leftPoint))).toBe(
      'board/x.yaml:17:11 points[1].side: found "lef"; must be right or left; did you mean left?',
    );
  });

  test('every problem is listed, in the order of the file', () => {
    const text = changed(
      'phases: 1',
      'phases: 3',
      changed('name: bench', 'nam: bench', changed('32\n    sock', '200\n    sock')),
    );
    expect(messageFor(text).split('\n')).toEqual([
      expect.stringContaining('x.yaml:1:1 nam: unknown name; did you mean name?'),
      'board/x.yaml:1:1 name: missing; must be a text of 1 to 100 characters',
      expect.stringContaining('x.yaml:9:26 points[0].installationCurrent: found 200'),
      expect.stringContaining('x.yaml:15:17 points[0].sockets[1].phases: found 3'),
    ]);
  });

  test('after a hundred problems the rest is counted', () => {
    const lines = messageFor(good + Array.from({ length: 150 }, (_, index) => `x${index}: 1\n`).join('')).split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[100]).toBe('board/x.yaml: and 50 more problems');
  });
});

describe('the reference', () => {
  const row: CatalogueStation = {
    reference: '059099',
    range: 'Test',
    points: 1,
    sockets: ['mode3', 'mode2'],
    phases: 3,
    ratedCurrentA: 32,
    verified: true,
    source: 'a test',
  };
  const withReference = (reference: string) => changed('name: bench\n', `name: bench\nreference: ${reference}\n`);

  test('agrees with its row', () => {
    expect(messageFor(withReference('"059099"'), [row])).toBe('no error');
    expect(parseBoard(withReference('0 590 99'), 'x.yaml', [row]).reference).toBe('059099');
  });

  test('what a row leaves out is not compared', () => {
    const { points, sockets, phases, ratedCurrentA, ...known } = row;
    expect([points, sockets, phases, ratedCurrentA]).not.toContain(undefined);
    expect(messageFor(withReference('"059099"') + leftPoint, [known])).toBe('no error');
  });

  test('is in the catalogue', () => {
    expect(messageFor(withReference('"059098"'), [row])).toBe(
      'board/x.yaml:2:12 reference: found "059098", which is not in the catalogue; did you mean 059099? It has: 059099',
    );
    expect(messageFor(withReference('"123456"'), [row])).toContain('which is not in the catalogue; It has: 059099');
  });

  test.each<[string, Partial<CatalogueStation>, string]>([
    ['points', { points: 2 }, '9:3 points: found 1 point; the catalogue says of 059099: 2 points'],
    [
      'sockets',
      { sockets: ['mode3'] },
      '12:7 points[0].sockets: found mode3 and mode2; the catalogue says of 059099: mode3',
    ],
    ['phases', { phases: 1 }, '13:17 points[0].sockets[0].phases: found 3; the catalogue says of 059099: 1'],
    [
      'rated current',
      { ratedCurrentA: 16 },
      '14:23 points[0].sockets[0].ratedCurrent: found 32 A; the catalogue says of 059099: 16 A',
    ],
    [
      'points of a row not verified',
      { points: 2, verified: false },
      '9:3 points: found 1 point; the catalogue says of 059099 (row not verified): 2 points',
    ],
  ])('disagrees in %s', (_what, change, problem) => {
    expect(messageFor(withReference('"059099"'), [{ ...row, ...change }])).toBe(`board/x.yaml:${problem}`);
  });

  test('is looked up in the catalogue beside the board, else in ours', () => {
    expect(parseBoard(withReference('"059004"'), 'nowhere/x.yaml').reference).toBe('059004');
    inDirectory((directory) => {
      const catalogue = 'stations:\n  - { reference: "059099", range: r, phases: 1, verified: true, source: s }\n';
      writeFileSync(join(directory, 'catalogue.yaml'), catalogue);
      writeFileSync(join(directory, 'x.yaml'), withReference('"059099"'));
      expect(() => loadBoard(join(directory, 'x.yaml'))).toThrow('found 3; the catalogue says of 059099: 1');
    });
  });
});
