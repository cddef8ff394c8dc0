/** The page of the cards in a real browser: typed, presented, removed, and taken from a file. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInBrowser, endOf, launch, openNew, type StationInBrowser } from './station-in-browser';

describeInBrowser('the page of the cards', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#cards'));
    await page.getByText('The station knows no card.').waitFor();
  });

  afterEach(() => endOf({ station, context }));

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const line = (label: string) => page.locator('.cards li', { hasText: label });
  const cards = () => station.simulation.running.local.cards;

  test('typed, masked, shown and removed after one question', async () => {
    await page.getByText('these cards let nobody charge now').waitFor();
    await page.getByLabel('Number on the card').fill('04 A1');
    await page.keyboard.press('Enter');
    await page.getByText('This is no card number').waitFor();
    await page.getByLabel('Number on the card').fill('04A1B2C3');
    await page.getByLabel('Label', { exact: true }).fill('Anna');
    await page.getByLabel('Last day', { exact: true }).fill('2099-12-31');
    await button('Add this number').click();
    await page.getByText('The card may charge.').waitFor();
    await line('Anna').getByText('…B2C3').waitFor();
    await line('Anna').getByText('until Dec 31, 2099').waitFor();
    expect(cards().list).toEqual([{ token: '04A1B2C3', label: 'Anna', lastDay: '2099-12-31' }]);
    await button('Show whole numbers').click();
    await line('Anna').getByText('04A1B2C3').waitFor();
    await button('Remove 04A1B2C3').click();
    await page.getByText('may not begin a charge any more').waitFor();
    expect(cards().list).toHaveLength(1);
    await button('Remove 04A1B2C3').click();
    await page.getByText('The station knows no card.').waitFor();
    expect(cards().list).toEqual([]);
  });

  test('presented at the reader, and the answer is seen at once', async () => {
    await page.getByLabel('Label', { exact: true }).fill('Ben');
    await button('Present a card now').click();
    await page.getByText(/Present the card at the reader of the station: \d+ s are left/).waitFor();
    expect(await button('Present a card now').isDisabled()).toBe(true);
    station.simulation.world.present('99A1B2C3', 'right');
    await page.getByText('The card …B2C3 (Ben) was presented and may charge.').waitFor();
    await line('Ben').waitFor();
    await button('Present a card now').click();
    await button('Do not wait').click();
    await page.getByText('No card was presented in time.').waitFor();
  });

  test('a file says what it would change before it does, and what is wrong by line', async () => {
    await cards().add('04A1B2C3', 'Anna');
    await line('Anna').waitFor();
    const file = (text: string) => ({ name: 'cards.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    const input = page.getByLabel('Take cards from a file').first();
    await input.setInputFiles(file('card,label\nB B,Ben\nCC,Carl,soon'));
    await page.getByText('Line 2: this is no card number (B B)').waitFor();
    await page.getByText('Line 3: the last day is no day').waitFor();
    expect(await button('Change the cards').count()).toBe(0);
    await input.setInputFiles(file('card;label\nBB;Ben\n'));
    await page.getByText('adds 1').waitFor();
    await page.getByLabel('Remove the cards that are not in the file').check();
    await page.getByText('removes 1').waitFor();
    expect(cards().list).toHaveLength(1);
    await button('Change the cards').click();
    await page.getByText('The cards are changed.').waitFor();
    expect(cards().list).toEqual([{ token: 'BB', label: 'Ben' }]);
    const [download] = await Promise.all([page.waitForEvent('download'), button('Download the cards').click()]);
    expect(download.suggestedFilename()).toMatch(/^greenup-cards-.*\.csv$/);
    expect(readFileSync(await download.path(), 'utf8')).toBe('card,label,last day\r\nBB,Ben,\r\n');
  });
});
