/** Each value of a board file is refused with its place, what was found, and what must be there. */
import { changed, good, messageFor } from './board-text';

describe('a single value', () => {
  test.each([
    [
      'ratedCurrent: 16',
      'ratedCurrent: abc',
      '16:23 points[0].sockets[1].ratedCurrent: found "abc"; must be a number of amperes from 6 to 63',
    ],
    [
      'ratedCurrent: 32',
      'ratedCurrent: 64',
      '13:23 points[0].sockets[0].ratedCurrent: found 64; must be a number of amperes from 6 to 63',
    ],
    [
      'ratedCurrent: 32',
      'ratedCurrent: 5.9',
      '13:23 points[0].sockets[0].ratedCurrent: found 5.9; must be a number of amperes from 6 to 63',
    ],
    [
      'ratedCurrent: 32',
      'ratedCurrent: .nan',
      '13:23 points[0].sockets[0].ratedCurrent: found .nan; must be a number of amperes from 6 to 63',
    ],
    [
      'ratedCurrent: 32',
      'ratedCurrent:',
      '13:22 points[0].sockets[0].ratedCurrent: found nothing; must be a number of amperes from 6 to 63',
    ],
    [
      'installationCurrent: 32',
      'installationCurrent: 64',
      '9:26 points[0].installationCurrent: found 64; must be a number of amperes from 6 to 63',
    ],
    ['phases: 3', 'phases: 2', '12:17 points[0].sockets[0].phases: found 2; must be 1 or 3'],
    [
      'mode: mode3',
      'mode: mode4',
      '11:15 points[0].sockets[0].mode: found "mode4"; must be mode3 or mode2; did you mean mode3?',
    ],
    ['side: right', 'side: top', '8:11 points[0].side: found "top"; must be right or left'],
    [
      'drivers: simulated',
      'drivers: simulation',
      '2:10 drivers: found "simulation"; must be simulated or pi; did you mean simulated?',
    ],
    ['name: bench', 'name: ""', '1:7 name: found ""; must be a text of 1 to 100 characters'],
    ['name: bench', 'name: [a]', '1:7 name: found a list; must be a text of 1 to 100 characters'],
    [
      'model: "059004"',
      'model: 059004',
      '4:8 model: found 059004; must be a text (printable ASCII, no blanks at its ends) of 1 to 20 characters; to make it a text put it in quotes: "059004"',
    ],
    [
      'vendor: Legrand',
      'vendor: A23456789012345678901',
      '3:9 vendor: found "A23456789012345678901"; must be a text (printable ASCII, no blanks at its ends) of 1 to 20 characters',
    ],
    [
      '"059004"',
      '"A23456789012345678901"',
      '4:8 model: found "A23456789012345678901"; must be a text (printable ASCII, no blanks at its ends) of 1 to 20 characters',
    ],
    [
      '"260988"',
      '"12345678901234567890123456"',
      '5:15 serialNumber: found "12345678901234567890123456"; must be a text (printable ASCII, no blanks at its ends) of 1 to 25 characters',
    ],
    [
      'V01.01.65/V01.01.08',
      'V'.repeat(51),
      `6:18 firmwareVersion: found "${'V'.repeat(40)}…"; must be a text (printable ASCII, no blanks at its ends) of 1 to 50 characters`,
    ],
    [
      'vendor: Legrand',
      'vendor: Légrand',
      '3:9 vendor: found "Légrand"; must be a text (printable ASCII, no blanks at its ends) of 1 to 20 characters',
    ],
    [
      'vendor: Legrand',
      'vendor: "Legrand "',
      '3:9 vendor: found "Legrand "; must be a text (printable ASCII, no blanks at its ends) of 1 to 20 characters',
    ],
    [
      'name: bench',
      'name: bench\nnominalVoltage: 400',
      '2:17 nominalVoltage: found 400; must be a number of volts from 100 to 277',
    ],
    [
      'name: bench',
      'name: bench\nreference: "59004"',
      '2:12 reference: found "59004"; must be a Legrand catalogue number of six digits in quotes',
    ],
    [
      'phases: 3',
      'phases: 3\n        lock: maybe',
      '13:15 points[0].sockets[0].lock: found "maybe"; must be true or false',
    ],
    [
      'phases: 3',
      'phases: 3\n        cable: loose',
      '13:16 points[0].sockets[0].cable: found "loose"; must be socket, or { tethered: 6 to 63 amperes }',
    ],
    [
      'phases: 3',
      'phases: 3\n        cable: { tetherd: 32 }',
      '13:18 points[0].sockets[0].cable.tetherd: unknown name; did you mean tethered? Valid names: tethered',
    ],
    [
      'phases: 3',
      'phases: 3\n        cable: { tethered: 70 }',
      '13:28 points[0].sockets[0].cable.tethered: found 70; must be a number of amperes from 6 to 63',
    ],
    [
      'phases: 3',
      'phase: 3',
      '12:9 points[0].sockets[0].phase: unknown name; did you mean phases? Valid names: mode, phases, ratedCurrent, cable, lock, plugDetector, residualCurrentMonitor, thermometer, ventilation, wakesVehicle, meterBehindContactor, wiring',
    ],
    [
      '    installationCurrent: 32\n',
      '',
      '8:5 points[0].installationCurrent: missing; must be a number of amperes from 6 to 63',
    ],
    [
      'vendor: Legrand\n',
      '',
      '1:1 vendor: missing; must be a text (printable ASCII, no blanks at its ends) of 1 to 20 characters',
    ],
    [
      'name: bench',
      'name: bench\nconstructor: 1',
      '2:1 constructor: unknown name; Valid names: name, drivers, vendor, model, serialNumber, firmwareVersion, reference, nominalVoltage, trustsUnknownFileServers, points, hardware',
    ],
    [
      'name: bench',
      'name: bench\n__proto__: { drivers: simulated }',
      '2:1 __proto__: unknown name; Valid names: name, drivers, vendor, model, serialNumber, firmwareVersion, reference, nominalVoltage, trustsUnknownFileServers, points, hardware',
    ],
    [
      'name: bench',
      'name: bench\n7: 1',
      '2:1 7: unknown name; Valid names: name, drivers, vendor, model, serialNumber, firmwareVersion, reference, nominalVoltage, trustsUnknownFileServers, points, hardware',
    ],
    [
      'name: bench',
      'name: bench\n? [a, b]\n: 1',
      '2:3 a mapping or list: unknown name; Valid names: name, drivers, vendor, model, serialNumber, firmwareVersion, reference, nominalVoltage, trustsUnknownFileServers, points, hardware',
    ],
  ])('%j as %j', (from, to, problem) => {
    expect(messageFor(changed(from, to)).split('\n')).toContain(`board/x.yaml:${problem}`);
  });

  test('a point or socket that is none says which names it takes', () => {
    const head = good.slice(0, good.indexOf('points:'));
    expect(messageFor(`${head}points: [7]\n`)).toBe(
      'board/x.yaml:7:10 points[0]: found 7; must be a charging point with the names side, installationCurrent, cardReader, indicator, sockets, wiring',
    );
    expect(messageFor(`${head}points: 1\n`)).toBe(
      'board/x.yaml:7:9 points: found 1; must be a list of 1 to 2 charging points',
    );
    expect(messageFor(`${head}points: []\n`)).toBe(
      'board/x.yaml:7:9 points: found a list of 0; must be a list of 1 to 2 charging points',
    );
    expect(messageFor('just words')).toMatch(
      /^board\/x\.yaml:1:1 found "just words"; must be a board with the names name, /,
    );
  });

  test('a long or many-lined value is shown cut, on one line', () => {
    expect(messageFor(changed('vendor: Legrand', `vendor: "${'a\\nb'.repeat(30)}"`)).split('\n')).toHaveLength(1);
    expect(messageFor(changed('phases: 3', `phases: ${'9'.repeat(60)}`))).toContain(`found ${'9'.repeat(40)}…; must`);
  });
});
