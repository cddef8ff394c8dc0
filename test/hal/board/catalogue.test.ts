/** The catalogue that comes with the program is well formed and honest about what it does not know. */
import { readFileSync } from 'node:fs';
import { catalogueFor, parseCatalogue } from '../../../src/hal/board/catalogue';
import { GreenupError } from '../../../src/hal/errors';

const stations = parseCatalogue(readFileSync('board/catalogue.yaml', 'utf8'), 'board/catalogue.yaml');

test('it has the station of the guide, and each reference once', () => {
  const references = stations.map(({ reference }) => reference);
  expect(references).toContain('059004');
  expect(new Set(references).size).toBe(references.length);
});

test('a row that is not verified says what is uncertain, a verified one states everything', () => {
  for (const { verified, uncertain, points, sockets, phases, ratedCurrentA } of stations) {
    if (verified) expect([points, sockets, phases, ratedCurrentA]).not.toContain(undefined);
    else expect(uncertain).toMatch(/\w/);
  }
});

test('it is found from a board file anywhere', () => {
  expect(catalogueFor('/nowhere/at/all/board.yaml')).toEqual(stations);
});

test('a wrong catalogue says where and why', () => {
  const attempt = () =>
    parseCatalogue('stations:\n  - { reference: 59004, range: r, verified: true, source: s }\n', 'c.yaml');
  expect(attempt).toThrow(GreenupError);
  expect(attempt).toThrow(
    'c.yaml:2:18 stations[0].reference: found 59004; must be a Legrand catalogue number of six digits in quotes; to make it a text put it in quotes: "59004"',
  );
});

test('ratedCurrent gets its unit', () => {
  const text = 'stations:\n  - { reference: "059099", range: r, ratedCurrent: 32, verified: true, source: s }\n';
  expect(parseCatalogue(text, 'c.yaml')[0]).toHaveProperty('ratedCurrentA', 32);
});
