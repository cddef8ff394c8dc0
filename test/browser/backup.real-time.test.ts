/** The page of the back-up in a real browser: the file, what it would change, and the change. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../support/until';
import { describeInBrowser, endOf, launch, openNew, type StationInBrowser } from './station-in-browser';

describeInBrowser('the page of the back-up', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#backup', { configuration: { UID: 'SITE 7' } }));
  });

  afterEach(() => endOf({ station, context }));

  const button = (name: string) => page.getByRole('button', { name, exact: true });

  test('a file is kept, shown with what it would change, and taken back', async () => {
    const { configuration, local } = station.simulation.running;
    await configuration.change('ConnectionTimeOut', '90', 'person');
    await local.cards.add('04A1B2C3', 'Anna');
    await page.getByLabel('With the known cards').check();
    const [download] = await Promise.all([page.waitForEvent('download'), button('Download the settings').click()]);
    expect(download.suggestedFilename()).toMatch(/^greenup-SITE-7-.*\.json$/);
    const text = readFileSync(await download.path(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      keys: { ConnectionTimeOut: '90', UID: 'SITE 7' },
      cards: [{ token: '04A1B2C3', label: 'Anna' }],
    });

    const file = (content: string) => ({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(content) });
    const input = page.getByLabel('File of settings');
    await input.setInputFiles(file(text));
    await page.getByText('Nothing: the station has these settings already.').waitFor();
    await configuration.change('ConnectionTimeOut', '60', 'person');
    await local.cards.remove('04A1B2C3');
    await input.setInputFiles(file(text));
    const line = (name: string) => page.locator('.changes li', { hasText: name });
    await line('ConnectionTimeOut').getByText('90').waitFor();
    await line('Known cards').waitFor();
    expect(configuration.integer('ConnectionTimeOut')).toBe(60);
    await button('Restore these settings').click();
    await page.getByText('The settings are restored.').waitFor();
    await until(() => configuration.integer('ConnectionTimeOut') === 90 && local.cards.knows('04A1B2C3'));
  });

  test('what is not valid is named, and there is nothing to press', async () => {
    const text = JSON.stringify({
      ...{ format: 1, board: '', uid: '', program: '', made: null, modes: {}, connection: 'on' },
      keys: { HeartbeatInterval: '5', Humidity: '1' },
    });
    const file = { name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await page.getByLabel('File of settings').setInputFiles(file);
    await page.getByText('keys/HeartbeatInterval: the key cannot hold this value').waitFor();
    await page.getByText('keys/Humidity: this station has no such key').waitFor();
    expect(await button('Restore these settings').count()).toBe(0);
  });
});
