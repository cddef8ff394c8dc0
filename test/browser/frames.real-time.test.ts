/** The page "OCPP messages" in a real browser: live, chosen, unfolded, paused, and taken away as a file. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInBrowser, endOf, launch, openNew, type StationInBrowser } from './station-in-browser';

describeInBrowser('OCPP messages', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#messages'));
  });

  afterEach(() => endOf({ station, context }));

  afterAll(() => browser?.close());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const rows = () => page.locator('button.frame-line');
  const row = (text: string) => rows().filter({ hasText: text });
  const note = (direction: 'sent' | 'received', frame: unknown) =>
    station.simulation.running.frames.note(direction, JSON.stringify(frame));

  test('without messages it says what to do; those that come are there at once, a request with its answer', async () => {
    await page.getByText('Connect the central system first.').waitFor();
    note('sent', [2, 'a', 'Authorize', { idTag: '04A1B2C3' }]);
    await row('Authorize').filter({ hasText: 'no answer yet' }).waitFor();
    note('received', [3, 'a', { idTagInfo: { status: 'Accepted' } }]);
    await row('Authorize').filter({ hasText: 'Accepted' }).waitFor();
    expect(await rows().count()).toBe(1);
    note('received', [2, 'b', 'UnlockConnector', { connectorId: 1 }]);
    note('sent', [4, 'b', 'InternalError', 'the lock is stuck', {}]);
    await row('UnlockConnector').filter({ hasText: 'InternalError' }).waitFor();
    // The newest is the first.
    expect(await rows().first().textContent()).toContain('UnlockConnector');
    await button('Oldest first').click();
    expect(await rows().first().textContent()).toContain('Authorize');
  });

  test('a row unfolds to both messages and what is wrong with them, by the keyboard as well', async () => {
    note('received', [2, 'a', 'Reset', { type: 'Warm' }]);
    await row('Not as OCPP says it').focus();
    await page.keyboard.press('Enter');
    await page.getByText('type: found "Warm", valid is one of Hard, Soft').waitFor();
    expect(await page.locator('.detail pre').textContent()).toBe('{\n  "type": "Warm"\n}');
    await page.getByText('There is no answer so far.').waitFor();
    note('sent', [4, 'a', 'PropertyConstraintViolation', 'no', {}]);
    await page.locator('.detail pre', { hasText: 'PropertyConstraintViolation' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.detail').waitFor({ state: 'detached' });
  });

  test('paused, the list stands still and counts what comes', async () => {
    note('sent', [2, 'a', 'Heartbeat', {}]);
    await row('Heartbeat').waitFor();
    await button('Pause').click();
    note('received', [3, 'a', { currentTime: '2026-05-04T08:00:00Z' }]);
    note('sent', [2, 'b', 'StatusNotification', {}]);
    await button('Go on (2 came meanwhile)').waitFor();
    expect(await rows().count()).toBe(1);
    await row('no answer yet').waitFor();
    await button('Go on (2 came meanwhile)').click();
    await row('StatusNotification').waitFor();
    expect(await rows().count()).toBe(2);
  });

  test('what is chosen is what is shown, copied and downloaded', async () => {
    note('sent', [2, 'a', 'Heartbeat', {}]);
    note('sent', [2, 'b', 'MeterValues', { connectorId: 1, meterValue: [] }]);
    note('sent', [2, 'c', 'MeterValues', { connectorId: 0, meterValue: [] }]);
    await page.getByLabel('Kind of message').selectOption('MeterValues');
    await page.getByLabel('Connector').selectOption('1');
    await page.getByText('1 of 3 shown').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), button('Download').click()]);
    expect(download.suggestedFilename()).toMatch(/^greenup-messages-[\d-]+\.jsonl$/);
    const saved = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(saved.map((line) => JSON.parse(line).id)).toEqual(['b']);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await button('Copy').click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('"id":"b"');
    await page.getByLabel('Search').fill('nobody says this');
    await page.getByText('None of the messages is of this choice.').waitFor();
    expect(await button('Download').isDisabled()).toBe(true);
  });
});
