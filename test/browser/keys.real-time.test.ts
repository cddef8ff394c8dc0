/** The page of the configuration keys in a real browser: found by name, changed in its place, and who did it. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../support/until';
import { describeInBrowser, endOf, launch, openNew, type StationInBrowser } from './station-in-browser';

describeInBrowser('the page of the configuration keys', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#keys'));
    await line('HeartbeatInterval').waitFor();
  });

  afterEach(() => endOf({ station, context }));

  const line = (key: string) => page.locator('summary', { has: page.locator(`code:text-is("${key}")`) });
  const save = () => page.getByRole('button', { name: 'Save', exact: true });
  const configuration = () => station.simulation.running.configuration;

  test('a key is found by a part of its name, and an empty answer says what to do', async () => {
    await page.getByLabel('Filter by name').fill('HEART');
    await page.getByText(/^1 of \d+ keys$/).waitFor();
    expect(await page.locator('summary').count()).toBe(1);
    await page.getByLabel('Filter by name').fill('heartburn');
    await page.getByText('Delete a few letters').waitFor();
    await page.getByLabel('Filter by name').fill('');
    await page.getByRole('button', { name: 'Only what is not as delivered' }).click();
    await line('serverReconnectionTime').waitFor();
    expect(await line('HeartbeatInterval').count()).toBe(0);
  });

  test('a value is changed in its place by keyboard alone, and what is refused says what is valid', async () => {
    await line('ConnectionTimeOut').focus();
    await page.keyboard.press('Enter');
    const field = page.getByLabel('New value of ConnectionTimeOut, in s');
    await field.fill('0');
    await page.keyboard.press('Enter');
    await page.getByText('Rejected. Valid: a whole number from 1 to 86,400 s').waitFor();
    expect(configuration().text('UID')).toBe('');
    expect(configuration().integer('ConnectionTimeOut')).toBe(60);
    await field.fill('90');
    await page.keyboard.press('Enter');
    await page.getByText('Accepted: the value is stored and holds.').waitFor();
    expect(configuration().integer('ConnectionTimeOut')).toBe(90);
    await line('ConnectionTimeOut').getByText('90 s').waitFor();
    await line('ConnectionTimeOut').getByText('a person at the station').waitFor();
    await page.getByText(/^a person at the station, .*\d+:\d\d:\d\d/).waitFor();
  });

  test('true or false is chosen, words of a list are ticked, and the value as delivered comes back', async () => {
    await line('LocalPreAuthorize').click();
    await page.getByRole('radio', { name: 'true' }).check();
    await save().click();
    await until(() => configuration().boolean('LocalPreAuthorize'));
    await line('LocalPreAuthorize').click();
    await line('StopTxnSampledData').click();
    await page.getByRole('checkbox', { name: 'Voltage' }).check();
    await page.getByRole('checkbox', { name: 'Temperature' }).check();
    await save().click();
    await until(() => configuration().list('StopTxnSampledData').length === 2);
    await line('StopTxnSampledData').getByText('Voltage, Temperature').waitFor();
    await page.getByRole('button', { name: 'Take the value as delivered' }).click();
    await save().click();
    await until(() => configuration().list('StopTxnSampledData').length === 0);
  });

  test('what cannot be changed has no form, and what the central system changes is seen at once', async () => {
    await line('NumberOfConnectors').click();
    await page.getByText('Sockets of the station').waitFor();
    expect(await save().count()).toBe(0);
    await configuration().change('ResetRetries', '4', 'central system');
    await line('ResetRetries').getByText('4 times').waitFor();
    await line('ResetRetries').getByText('the central system').waitFor();
  });
});
