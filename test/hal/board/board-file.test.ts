/** A good board file becomes a Board, and a file that cannot be read says why. */
import fs, { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBoard, parseBoard } from '../../../src/hal/board/board-file';
import { boardText } from '../../../src/hal/board/board-schema';
import { rigHardware } from '../../../src/hal/board/hardware-schema';
import { pointWiring, socketWiring } from '../../../src/hal/board/wiring-schema';
import { GreenupError } from '../../../src/hal/errors';
import { changed, inDirectory, leftPoint } from './board-text';

describe('a good file', () => {
  test('gets units into its names and what it leaves out by default', () => {
    expect(parseBoard(changed('  - side: right\n    inst', '  - inst'), 'x.yaml')).toEqual({
      name: 'bench',
      drivers: 'simulated',
      vendor: 'Legrand',
      model: '059004',
      serialNumber: '260988',
      firmwareVersion: 'V01.01.65/V01.01.08',
      nominalVoltageV: 230,
      points: [
        {
          side: 'right',
          installationCurrentA: 32,
          cardReader: true,
          indicator: true,
          sockets: [
            {
              mode: 'mode3',
              phases: 3,
              ratedCurrentA: 32,
              lock: true,
              plugDetector: false,
              residualCurrentMonitor: true,
              thermometer: true,
              ventilation: false,
            },
            {
              mode: 'mode2',
              phases: 1,
              ratedCurrentA: 16,
              lock: false,
              plugDetector: true,
              residualCurrentMonitor: true,
              thermometer: true,
              ventilation: false,
            },
          ],
        },
      ],
    });
  });

  test('may say everything itself', () => {
    const text = `${changed(
      'ratedCurrent: 32',
      'ratedCurrent: 63\n        cable: { tethered: 20 }\n        ventilation: true\n        thermometer: false\n        residualCurrentMonitor: false',
    )}        plugDetector: false\n${changed('    sockets', '    cardReader: false\n    indicator: false\n    sockets', leftPoint)}nominalVoltage: 120\ntrustsUnknownFileServers: true\nreference: 0 590 99\n`;
    const catalogue = [{ reference: '059099', range: 'r', verified: true, source: 's' }];
    const board = parseBoard(text, 'x.yaml', catalogue);
    expect(board).toMatchObject({ nominalVoltageV: 120, trustsUnknownFileServers: true, reference: '059099' });
    expect(board.points[0]?.sockets[0]).toMatchObject({
      ratedCurrentA: 63,
      tetheredCableA: 20,
      lock: false,
      ventilation: true,
      thermometer: false,
      residualCurrentMonitor: false,
    });
    expect(board.points[0]?.sockets[1]?.plugDetector).toBe(false);
    expect(board.points[1]).toMatchObject({ side: 'left', cardReader: false, indicator: false });
  });

  test('may begin with a byte order mark, have Windows line ends, and one point on the left', () => {
    expect(parseBoard(`\uFEFF${changed('right', 'left').replaceAll('\n', '\r\n')}`, 'x.yaml').points[0]?.side).toBe(
      'left',
    );
  });

  test.each(['simulated-single', 'simulated-double', 'simulated-single-t2s'])('board/%s.yaml is one', (name) => {
    const path = `board/${name}.yaml`;
    expect(loadBoard(path)).toMatchObject({ name, vendor: 'Legrand', model: '059004', serialNumber: '260988' });
    expect(readFileSync(path, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/board\.schema\.json\n/);
  });
});

describe('docs/boards.md', () => {
  test('has an example that is a good board', () => {
    const example = /```yaml\n([^`]*)```/.exec(readFileSync('docs/boards.md', 'utf8'))?.[1] ?? '';
    const board = parseBoard(example, 'docs/boards.md');
    expect(board.points.map(({ side, sockets }) => [side, sockets.length])).toEqual([
      ['right', 2],
      ['left', 1],
    ]);
    expect(board.points[1]?.sockets[0]).toMatchObject({ tetheredCableA: 20, lock: false });
  });

  test.each([
    'boardText',
    'pointText',
    'socketText',
    'hardware',
    'pointWiring',
    'socketWiring',
  ])('explains every name of the format (%s)', (part) => {
    const table = readFileSync('docs/boards.md', 'utf8');
    const { properties } = boardText;
    const point = properties.points.items.properties;
    const names = {
      boardText: properties,
      pointText: point,
      socketText: point.sockets.items.properties,
      hardware: rigHardware.properties,
      pointWiring: pointWiring.properties,
      socketWiring: socketWiring.properties,
    };
    for (const name of Object.keys(names[part as keyof typeof names])) expect(table).toContain(`\n| \`${name}\` | `);
  });
});

describe('a file that cannot be read', () => {
  const loading = (path: string) => () => loadBoard(path);

  test('is missing', () => {
    expect(loading('board/simulated-singel.yaml')).toThrow(GreenupError);
    expect(loading('board/simulated-singel.yaml')).toThrow(
      /^board\/simulated-singel\.yaml: no such file; did you mean simulated-single\.yaml\? Board files in board: .*simulated-double\.yaml, /,
    );
    expect(loading('nowhere/x.yaml')).toThrow('nowhere/x.yaml: no such file; there is no directory nowhere');
    expect(loading('test/hal/x.yaml')).toThrow(
      /^test\/hal\/x\.yaml: no such file; test\/hal has no board files \(\*\.yaml\); those of the program are in .*board$/,
    );
    expect(loading('board/simulated-single.yaml/x.yaml')).toThrow(
      'no such file: a part of the path is not a directory',
    );
    expect(loading(`board/${'x'.repeat(300)}`)).toThrow('the name is too long');
    expect(loading('board/a\0b')).toThrow(GreenupError);
  });

  test('is a directory or a device', () => {
    expect(loading('board')).toThrow(/^board: is a directory; Board files in board: /);
    expect(loading('/dev/null')).toThrow('/dev/null: is not a regular file; give a board file');
  });

  test('may not be read', () => {
    // The superuser may read everything, so the operating system has to be played.
    const spy = jest.spyOn(fs, 'readFileSync').mockImplementationOnce(() => {
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    });
    expect(loading('board/simulated-single.yaml')).toThrow('board/simulated-single.yaml: may not be read by this user');
    spy.mockRestore();
  });

  test('is too large', () => {
    inDirectory((directory) => {
      const path = join(directory, 'x.yaml');
      writeFileSync(path, 'x'.repeat(65_537));
      expect(loading(path)).toThrow(`${path}: has 65537 bytes; a board file has at most 65536`);
    });
  });
});
