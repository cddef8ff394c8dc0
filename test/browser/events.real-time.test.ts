/** The page "Event log" in a real browser: what happens is a sentence at once, chosen by level, and over a restart. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { StaticFiles } from '../../src/web/static-files';
import { singleBoard } from '../support/boards';
import { describeInBrowser, firstLogIn, launch, openPage, pageFiles, StationInBrowser } from './station-in-browser';

describeInBrowser('the event log', () => {
  let files: StaticFiles;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    files = pageFiles();
    browser = await launch();
  });

  beforeEach(async () => {
    station = await StationInBrowser.start(singleBoard(), files);
    context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    station.watch(page);
    await firstLogIn(page, station.url);
    await openPage(page, '#events');
  });

  afterEach(async () => {
    await context.close();
    await station.end();
    expect(station.complaints).toEqual([]);
  });

  afterAll(() => browser?.close());

  const line = (text: string | RegExp) => page.locator('.event-line', { hasText: text });

  test('what happens is there at once, and can be chosen by level, source and text, and downloaded', async () => {
    await page.getByText('when the program started').waitFor();
    await line('station started').waitFor();
    station.simulation.world.fault(1, 'overTemperature', true);
    await line('The socket is too hot.').filter({ hasText: 'Socket 1' }).waitFor();
    await page.getByLabel('Level').selectOption('fault');
    await line('station started').waitFor({ state: 'detached' });
    station.simulation.world.fault(1, 'overTemperature', false);
    await page.getByLabel('Level').selectOption('info');
    await line('Over: The socket is too hot').waitFor();
    await page.getByLabel('Source').selectOption('Socket 1');
    await page.getByLabel('Search').fill('over:');
    await page.getByText(/^1 of \d+ shown$/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^greenup-events-[\d-]+\.txt$/);
    expect(readFileSync(await download.path(), 'utf8')).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z\tInfo\tSocket 1\tOver: The socket is too hot\n$/,
    );
  });
});
