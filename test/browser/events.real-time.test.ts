/** The page "Event log" in a real browser: what happens is a sentence at once, chosen by level, and over a restart. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInBrowser, endOf, launch, openNew, type StationInBrowser } from './station-in-browser';

describeInBrowser('the event log', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#events'));
  });

  afterEach(() => endOf({ station, context }));

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
