/** The page "Diagnostics" in a real browser: a fault comes and goes, a check is asked for again, and the report is a file. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { singleBoard } from '../../src/testing/boards';
import type { StaticFiles } from '../../src/web/static-files';
import {
  describeInBrowser,
  endOf,
  firstLogIn,
  launch,
  openPage,
  pageFiles,
  StationInBrowser,
} from './station-in-browser';

describeInBrowser('diagnostics', () => {
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
    station.simulation.running.station.post({ kind: 'mode', side: 'right', mode: 'free' });
    context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    station.watch(page);
    await firstLogIn(page, station.url);
    await openPage(page, '#diagnostics');
  });

  afterEach(() => endOf({ station, context }));

  afterAll(() => browser?.close());

  test('a fault is told with its remedy and at its part while it is there, and as over afterwards', async () => {
    await page.getByText('The self-check finds nothing wrong.').waitFor();
    station.simulation.world.fault(1, 'overTemperature', true);
    await page.getByText('Socket 1: The socket is too hot.').waitFor();
    await page.getByText('One thing needs a look.').waitFor();
    await page.locator('.part', { hasText: 'Thermometer' }).getByText('The socket is too hot.').waitFor();
    station.simulation.world.fault(1, 'overTemperature', false);
    await page.getByText('The self-check finds nothing wrong.').waitFor();
    await page.getByText('There is none.').waitFor();
    await page.getByText('Socket 1: The socket is too hot.').waitFor();
  });

  test('what is asked again is read again, and the report is a zip', async () => {
    await page.getByText('is measured from now on').waitFor();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('ms late on average').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'One report' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^greenup-.*\.zip$/);
    expect(
      readFileSync(await download.path())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });
});
