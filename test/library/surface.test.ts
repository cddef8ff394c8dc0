/** What the library exports: only what is listed here on purpose, each with words of its own and with types that have names. */
import { readFileSync } from 'node:fs';
import { apiPage, pagePath } from '../../tools/docs/api-page';
import { entries, readSurfaces } from '../../tools/docs/api-surface';
import { publicNames } from './public-names';

const { surfaces, hidden } = readSurfaces(process.cwd());
const surfaceOf = (name: string) => {
  const surface = surfaces.get(name);
  if (!surface) throw new Error(`there is no entry ${name}`);
  return surface;
};

test.each(entries)('$name exports what is listed, and nothing else', ({ name }) => {
  expect(surfaceOf(name).names.map((one) => one.name)).toEqual(publicNames[name]);
});

test.each(entries)('the page of $name is the one that its sources make', (entry) => {
  expect(readFileSync(pagePath(entry), 'utf8')).toBe(apiPage(entry, surfaceOf(entry.name)));
});

test('no signature needs a type that cannot be imported', () => {
  expect(hidden).toEqual([]);
});

/** Numbers say their unit in their name, or in words. */
const tellsUnit = /(Ms|Wh|W|A|V|S|Hz|C|Percent|Id)\??: number/;

test('each name, whatever can be called, and each number without a unit in its name says what it is', () => {
  const silent = [...surfaces].flatMap(([entry, { names }]) =>
    names.flatMap(({ name, doc, members }) => [
      ...(doc === '' ? [`${entry}: ${name}`] : []),
      ...members
        .filter((member) => member.doc === '')
        .filter(({ text }) => text.includes('(') || (/\bnumber\b/.test(text) && !tellsUnit.test(text)))
        .map(({ text }) => `${entry}: ${name}.${text}`),
    ]),
  );
  expect(silent).toEqual([]);
});

test('a page shows members with their types, and nothing that is private or internal', () => {
  const page = readFileSync('docs/api/testing.md', 'utf8');
  expect(page).toContain('- `plug(connectorId: number, options?: PlugOptions): void`');
  expect(page).toContain('- `static start(options?: StoryOptions): Promise<Story>`');
  expect(page).toContain('- `readonly clock: VirtualClock`');
  for (const hiddenName of ['noteClosing', 'stationClock', 'running:', 'spool']) expect(page).not.toContain(hiddenName);
  // What is taken out of another type is shown as it is.
  expect(readFileSync('docs/api/station.md', 'utf8')).toContain("'contactorWelded' | 'contactorStuckOpen'");
});
