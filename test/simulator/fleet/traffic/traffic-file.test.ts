/** Traffic files: those of the program are good, each mistake is told with its place and what is valid, and nothing else passes. */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { readyVehicle } from '../../../../src/drivers/sim/ready-vehicles';
import { loadTraffic, ownTraffic, parseTraffic } from '../../../../src/simulator/fleet/traffic/traffic-file';
import { trafficSchemaText } from '../../../../src/simulator/fleet/traffic/traffic-schema';

const minimal = `
name: few
visits: { perDay: 2, stay: [{ share: 1, from: 10m, to: 1h }] }
cards: [{ share: 1, card: "A{00}", of: 100 }]
`;

test('home, motorway, storm and workplace come with the program and fit the published schema', () => {
  expect(ownTraffic()).toEqual(['home', 'motorway', 'storm', 'workplace']);
  const published = readFileSync('board/traffic.schema.json', 'utf8');
  expect(published).toBe(trafficSchemaText());
  const fits = new Ajv({ strict: true, strictTypes: false }).compile(JSON.parse(published));
  for (const name of ownTraffic()) {
    expect(loadTraffic(name).name).toBe(name);
    expect(fits(parse(readFileSync(`board/traffic/${name}.yaml`, 'utf8')))).toBe(true);
  }
});

test('storm has each event of the network that there is', () => {
  const events = loadTraffic('storm').network.map(({ event }) => event);
  expect(new Set(events)).toEqual(
    new Set([
      ...['outage', 'cableOut', 'centralRestart', 'reconnect', 'blackout', 'slowLink'],
      ...['drop', 'duplicate', 'delay', 'reorder'],
    ]),
  );
});

test('what a file leaves out is what docs/fleet.md says', () => {
  const { beginsMs, pace, visits, vehicles, drivers, faults, network } = parseTraffic(minimal, 'x.yaml');
  expect({ beginsMs, pace, faults, network }).toEqual({ beginsMs: 0, pace: 1, faults: [], network: [] });
  expect(visits).toMatchObject({ hours: [1], days: [1], domesticShare: 0 });
  expect(visits.stays).toEqual([{ share: 1, fromMs: 600_000, toMs: 3_600_000 }]);
  expect(vehicles).toEqual([{ share: 1, options: {}, chargeFrom: 10, chargeTo: 80 }]);
  expect(drivers).toEqual({
    ...{
      cardAfter: { fromMs: 3_000, toMs: 20_000 },
      byApp: 0,
      reserved: 0,
      forgetCard: 0,
      cardAtEnd: 0.5,
      overstay: 0,
    },
    reservedAhead: { fromMs: 300_000, toMs: 1_800_000 },
    overstayBy: { fromMs: 3_600_000, toMs: 21_600_000 },
  });
});

test('times, weights and ready-made vehicles become numbers', () => {
  const { beginsMs, visits, vehicles, network } = parseTraffic(
    `${minimal.replace('perDay: 2', `perDay: 2, days: [2, 2, 2, 2, 2, 2, 2], hours: [${Array(23).fill(0)}, 1]`)}
begins: tuesday 06:30
vehicles: [{ share: 1, like: zoe-like, chargeFrom: 1, chargeTo: 2 }]
network: [{ event: delay, at: 1.5h, lasts: 90s, every: 1d, groups: 4, apart: 500ms, frames: 0.5, by: { from: 1s, to: 2s } }]
`,
    'x.yaml',
  );
  expect(beginsMs).toBe(30.5 * 3_600_000);
  expect(visits.days).toEqual(Array(7).fill(1));
  expect(visits.hours[23]).toBe(24);
  expect(vehicles[0]?.options).toEqual(readyVehicle('zoe-like').options);
  expect(network).toEqual([
    {
      ...{ event: 'delay', share: 1, atMs: 5_400_000, lastsMs: 90_000, everyMs: 86_400_000, groups: 4, apartMs: 500 },
      ...{ spreadMs: 0, frameShare: 0.5, by: { fromMs: 1_000, toMs: 2_000 } },
    },
  ]);
});

const row = (text: string) => `${minimal}${text}\n`;

test.each([
  [
    'an event that is none',
    row('network: [{ event: outtage, at: 1m }]'),
    /^x\.yaml:5:20 network\[0\]\.event: found "outtage"; must be one of outage, cableOut, .*; did you mean outage\?$/m,
  ],
  [
    'an event without length',
    row('network: [{ event: outage, at: 1m }]'),
    /network\[0\]\.lasts: missing; outage lasts a time such as 10m/,
  ],
  [
    'a moment with a length',
    row('network: [{ event: reconnect, at: 1m, lasts: 1m }]'),
    /lasts: reconnect has no length/,
  ],
  [
    'one that comes again too soon',
    row('network: [{ event: drop, at: 1m, lasts: 1m, spread: 1m, every: 2m }]'),
    /every: found "2m"; must be more than lasts and spread together \(1m and 1m\)/,
  ],
  [
    'a delay where there is none',
    row('network: [{ event: drop, at: 1m, lasts: 1m, by: { from: 1s, to: 2s } }]'),
    /by: drop has no delay/,
  ],
  [
    'a time that is none',
    row('drivers: { cardAfter: { from: 3, to: 20s } }'),
    /drivers\.cardAfter\.from: found 3; must be a time such as 500ms, 90s/,
  ],
  [
    'a time that ends before it begins',
    row('drivers: { cardAfter: { from: 30s, to: 20s } }'),
    /x\.yaml:5:40 drivers\.cardAfter\.to: found "20s"; must not be less than from \(30s\)/,
  ],
  ['a stay that ends before it begins', minimal.replace('10m', '2h'), /visits\.stay\[0\]\.to: found "1h"/],
  [
    'a part above the whole',
    row('drivers: { byApp: 1.5 }'),
    /byApp: found 1\.5; must be a part of the whole from 0 to 1/,
  ],
  [
    'a fault that is none',
    row('faults: [{ fault: weldet, perYear: 1, lasts: { from: 1s, to: 1s } }]'),
    /did you mean welded\?/,
  ],
  [
    'a vehicle that is none',
    row('vehicles: [{ share: 1, like: zoe, chargeFrom: 1, chargeTo: 2 }]'),
    /vehicles\[0\]\.like: there is no vehicle "zoe"; did you mean zoe-like\?/,
  ],
  [
    'a charge that goes back',
    row('vehicles: [{ share: 1, chargeFrom: 3, chargeTo: 2 }]'),
    /chargeTo: found 2; must not be less than chargeFrom \(3\)/,
  ],
  ['weights of nothing', minimal.replace('{ share: 1, card', '{ share: 0, card'), /cards: all weights are 0/],
  [
    'hours of nothing',
    minimal.replace('perDay: 2', `perDay: 2, hours: [${Array(24).fill(0)}]`),
    /visits\.hours: all weights are 0/,
  ],
  [
    'too few hours',
    minimal.replace('perDay: 2', 'perDay: 2, hours: [1, 2]'),
    /visits\.hours: found a list of 2; must be a list of 24 to 24 weights/,
  ],
  [
    'more cards than digits',
    minimal.replace('of: 100', 'of: 101'),
    /cards\[0\]\.of: found 101 cards; 2 digits are for 100/,
  ],
  [
    'cards without a number',
    minimal.replace('A{00}', 'A'),
    /cards\[0\]\.of: found 100 cards; the card has no place for a number/,
  ],
  ['a card that is too long', minimal.replace('A{00}', 'ABCDEFGHIJKLMNOPQRS{00}'), /cards\[0\]\.card/],
  [
    'a day that is none',
    row('begins: someday 06:30'),
    /begins: found "someday 06:30"; must be a time of the week such as "monday 06:30"/,
  ],
  ['a name that is none', row('visit: {}'), /unknown name; did you mean visits\?/],
])('%s is refused with its place', (_, text, message) => {
  expect(() => parseTraffic(text, 'x.yaml')).toThrow(message);
});

test('a name that is no traffic is answered with those that there are; a file that is not there with its name', () => {
  expect(() => loadTraffic('hom')).toThrow(
    'there is no traffic "hom"; did you mean home? Valid: home, motorway, storm, workplace, or a file',
  );
  expect(() => loadTraffic('./no-such.yaml')).toThrow(/no-such\.yaml: cannot be read \(.*ENOENT/);
});
