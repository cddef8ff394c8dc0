/** Whatever a page says, it says in each language: what English has and French has not, and the other way about. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Glossary } from '../../../src/web/pages/words';

const pages = join(__dirname, '../../../src/web/pages');
/** glossaries.ts has the words of all pages, and each NAME.words.ts those of a page of its own. */
const files = readdirSync(pages).filter((name) => name === 'glossaries.ts' || name.endsWith('.words.ts'));

/** Every text of a glossary by its place. */
function textsOf(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, `${place}.${name}`));
}

/** The guide's own words, names and units. */
const shared = [
  '.kinds',
  '.menu',
  '.groups.service',
  '.mode.names.ocpp',
  '.connection.seconds',
  '.connection.heartbeat',
  '.connection.activation',
  '.units.bits',
];

test.each(files)('%s: no text is empty, and French is French', (file) => {
  const [glossary] = Object.values(require(join(pages, file)) as Record<string, Glossary<unknown>>);
  const french = new Map(textsOf(glossary?.fr));
  const english = textsOf(glossary?.en);
  expect(english.length).toBeGreaterThan(0);
  expect([...french.keys()].sort()).toEqual(english.map(([place]) => place).sort());
  const same = english.filter(([place, text]) => text === '' || french.get(place) === text);
  expect(same.filter(([place]) => !shared.some((one) => place.startsWith(one)))).toEqual([]);
});
