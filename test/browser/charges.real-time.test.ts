/** The page "Charges" in a real browser: empty, a charge that runs with its power, what was told of it, and the CSV. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../support/until';
import { describeInBrowser, endOf, launch, openNew, type StationInBrowser } from './station-in-browser';

describeInBrowser('charges', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#charges'));
  });

  afterEach(() => endOf({ station, context }));

  afterAll(() => browser?.close());

  test('from nothing to a charge that runs, ends, and is taken away as CSV', async () => {
    await page.getByText('Nothing has been charged yet.').waitFor();
    const { running, world } = station.simulation;
    running.station.post({ kind: 'mode', side: 'right', mode: 'free' });
    world.plug(1, {});
    const row = page.locator('button.charge-line');
    await row.filter({ hasText: 'runs now' }).filter({ hasText: 'T2S' }).waitFor();
    await row.click();
    await page.getByText('none: everybody may charge').waitFor();
    await page.getByText(/On average [\d.]+ kW, at most [\d.]+ kW\./).waitFor();
    await until(() => running.station.state.connectors[0]?.session.kind === 'running');
    world.unplug(1);
    await page.getByText('The vehicle was unplugged.').waitFor();
    await page.getByText(/^1 charge, [\d.]+ kWh in all\./).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^greenup-charges-[\d-]+\.csv$/);
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/,1,free,,\d\.\d{3},\d+,EVDisconnected,$/);
  });
});
