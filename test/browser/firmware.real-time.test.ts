/** The page "Firmware" in a real browser: a file goes to the station, waits for a charge, fails or is installed, and goes back. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../support/until';
import { describeInBrowser, endOf, launch, openNew, picture, type StationInBrowser } from './station-in-browser';

describeInBrowser('the page "Firmware"', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#firmware'));
  });

  afterEach(() => endOf({ station, context }));

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const says = (text: string | RegExp) => page.locator('main').getByText(text).first().waitFor();
  const fileOf = (content: string) => ({
    name: 'greenup_1.2.0_arm64.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from(content),
  });
  const choose = (content: string) => page.getByLabel('File of the new version').setInputFiles(fileOf(content));

  test('a file is sent, waits for the charge, is installed, and the page says each step', async () => {
    const { updates, handed } = station.firmware;
    await choose('a new version');
    await button('Install this file').click();
    await until(() => updates.orders.length === 1);
    expect(handed).toEqual(['a new version']);
    expect(updates.orders).toMatchObject([{ source: { from: 'handed' }, by: 'person' }]);
    expect(updates.orders[0]).not.toHaveProperty('allowsDowngrade');
    await says('The update begins in a moment.');
    await says('Ordered by a person.');

    station.simulation.running.station.post({ kind: 'mode', side: 'right', mode: 'free' });
    station.simulation.world.plug(1, {});
    await until(() => station.simulation.running.view().connectors[0]?.transaction != null);
    updates.becomes({ step: 'downloaded', version: '1.2.0', waitsFor: 'transactions' });
    await says(/^The file is in order: 1\.2\.0 waits for the end of the charge at socket 1\./);
    await picture(page, 'firmware-waits');
    updates.becomes({ step: 'installing' });
    await says(/The station installs 1\.2\.0 and restarts/);
    await says('An update is being installed or tried.');
    expect(await button('Cancel the update').count()).toBe(0);
    expect(await button('Install this file').count()).toBe(0);
    updates.becomes({ step: 'trial', waitsFor: 'proof' });
    await says(/The station tries 1\.2\.0\. .*safety loop/);
    updates.becomes({ step: 'installed' });
    await says('The last update installed 1.2.0.');
    await button('Install this file').waitFor();
  });

  test('a large file shows how far it is, and can be stopped; the station then has none of it', async () => {
    const { firmware } = station;
    const hold: { release: () => void } = { release: () => {} };
    const held = new Promise<void>((resolve) => {
      hold.release = resolve;
    });
    firmware.beforeKeep = () => held;
    await choose('x'.repeat(8_000_000));
    await button('Install this file').click();
    await says('greenup_1.2.0_arm64.zip is being sent to the station.');
    await says(/of 8 MB, \d+ %$/);
    await picture(page, 'firmware-sends');
    // It goes on while another page is looked at.
    await page.locator('.rail a[href="#backup"]').click();
    await page.locator('.rail a[href="#firmware"]').click();
    await says('greenup_1.2.0_arm64.zip is being sent to the station.');
    await button('Stop sending').click();
    await button('Install this file').waitFor();
    hold.release();
    expect([firmware.handed, firmware.updates.orders]).toEqual([[], []]);
  });

  test('from an address: the download is told in figures, fails with its reason, and is cancelled', async () => {
    const { updates } = station.firmware;
    const address = page.getByLabel('Address of the file');
    await address.fill('gopher://files.example/a.zip');
    await page.keyboard.press('Enter');
    await says(/^This is no address of a file: it begins with https:/);
    await address.fill('https://files.example/greenup_1.2.0.zip');
    await page.getByLabel('Take a lower version, too').check();
    await says('A lower version may have faults that were mended since.');
    await button('Install from this address').click();
    await until(() => updates.orders.length === 1);
    expect(updates.orders).toMatchObject([
      { source: { url: 'https://files.example/greenup_1.2.0.zip' }, allowsDowngrade: true },
    ]);
    updates.becomes({ step: 'downloading', doneBytes: 12_000_000, totalBytes: 40_000_000 });
    await says('12 of 40 MB, 30 %');
    expect(await page.getByRole('progressbar', { name: 'Progress' }).getAttribute('value')).toBe('12000000');
    updates.becomes({ waitsFor: 'retry', reason: 'the connection ended before the file did', retriesLeft: 2 });
    await says('It waits for the next try; after it there are 2 more.');
    await says('the connection ended before the file did');
    updates.becomes({ step: 'downloadFailed', reason: 'https://files.example: there is no such file' });
    await says('The file of the last update could not be fetched.');
    await says('https://files.example: there is no such file');
    await picture(page, 'firmware-failed');

    await address.fill('https://files.example/greenup_1.2.0.zip');
    await page.keyboard.press('Enter');
    await until(() => updates.orders.length === 2);
    await button('Cancel the update').click();
    await says('The update is cancelled.');
    expect(updates.progress()).toBeUndefined();
  });

  test('the previous version comes back after one question', async () => {
    const { updates, slots } = station.firmware;
    await says('None is kept. After an update the version before it can come back from here.');
    await slots.install(process.cwd(), '0.0.9');
    await page.reload();
    await button('Bring 0.0.9 back').click();
    await says(/^When nobody charges any more the station restarts with 0\.0\.9, on trial/);
    await button('No, leave it').click();
    await button('Bring 0.0.9 back').click();
    expect(updates.previousAsked).toBe(0);
    await picture(page, 'firmware-asks');
    await button('Yes, restart with it').click();
    await until(() => updates.previousAsked === 1);
    await says('An update is being installed or tried.');
  });

  test('without a key there is nothing to press, and the remedy is told; in a simulation any file will do', async () => {
    station.firmware.trust = 'nothing';
    await page.reload();
    await says(/^Updates are refused: no key is installed\. .*make flash UPDATE_KEY=FILE/);
    expect(await button('Install this file').count()).toBe(0);
    station.firmware.trust = 'any';
    await page.reload();
    await says('This is a simulation: any file is taken for a new version.');
    await button('Install this file').waitFor();
  });
});
