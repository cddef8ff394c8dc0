/** Every page in both languages, narrow and wide, light and dark: nothing that axe finds, nothing that runs over the edge. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { StaticFiles } from '../../src/web/static-files';
import { doubleBoard } from '../support/boards';
import { describeInBrowser, firstLogIn, launch, openPage, pageFiles, StationInBrowser } from './station-in-browser';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Where somebody wants to look at the pages. */
const shotsFolder = process.env.GREENUP_SCREENSHOTS;

const looks = ['en', 'fr'].flatMap((language) =>
  [360, 1_280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ language, width, scheme }))),
);

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return [...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), ...(wide ? ['runs over the edge'] : [])];
}

describeInBrowser('access', () => {
  let files: StaticFiles;
  let browser: Browser;
  let station: StationInBrowser;

  beforeAll(async () => {
    files = pageFiles();
    browser = await launch();
  });

  beforeEach(async () => {
    station = await StationInBrowser.start(doubleBoard(), files, { URL: 'ws://127.0.0.1:1/ocpp', UID: 'CP1' });
    station.simulation.world.plug(1, {});
    station.simulation.world.fault(3, 'overTemperature', true);
  });

  afterEach(async () => {
    await station.end();
    expect(station.complaints).toEqual([]);
  });

  afterAll(() => browser?.close());

  test.each(looks)('in $language, $width px, $scheme', async ({ language, width, scheme }) => {
    const viewport = { width, height: 800 };
    const context = await browser.newContext({ locale: language, viewport, colorScheme: scheme });
    const page = await context.newPage();
    station.watch(page);
    const found: string[] = [];
    const look = async (name: string): Promise<void> => {
      found.push(...(await findings(page)).map((finding) => `${name}: ${finding}`));
      if (shotsFolder === undefined) return;
      mkdirSync(shotsFolder, { recursive: true });
      await page.screenshot({ path: join(shotsFolder, `${name}-${language}-${width}-${scheme}.png`), fullPage: true });
    };
    await page.goto(station.url);
    await page.locator('[name=user]').waitFor();
    await look('log-in');
    await page.locator('[name=user]').fill('admin');
    await page.locator('[name=password]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator('.told.stop').waitFor();
    await look('log-in-refused');
    await page.locator('[name=password]').fill('admin');
    await page.keyboard.press('Enter');
    await page.locator('[name=again]').waitFor();
    await look('new-password');
    await firstLogIn(page, station.url);
    await look('charging-mode');
    await openPage(page, '#');
    await page.locator('.socket').first().waitFor();
    await look('home');
    await openPage(page, '#password');
    await page.locator('[name=again]').waitFor();
    await look('password');
    await page.goto(station.benchUrl);
    await page.locator('.bench-ribbon .bar').first().waitFor();
    await look('bench');
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.getByRole('button', { name: /^2 · / }).click();
    await look('bench-unfolded');
    await context.close();
    expect(found).toEqual([]);
  });
});
