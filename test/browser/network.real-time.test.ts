/** The page of network and time in a real browser: what the machine says, and the station's own time that goes on. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInBrowser, endOf, launch, openNew, type StationInBrowser } from './station-in-browser';

describeInBrowser('the page of network and time', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    // Whoever looks may be elsewhere: the time is that of the station's place.
    ({ station, context, page } = await openNew(browser, '#network', { timezoneId: 'Asia/Tokyo' }));
  });

  afterEach(() => endOf({ station, context }));

  const row = (name: string) => page.locator(`dt:text-is("${name}") + dd`);

  test('addresses, given or fixed, and the time of the place', async () => {
    await row('Addresses').first().getByText('192.168.1.200/24 fixed').waitFor();
    await row('Addresses').first().getByText('192.0.2.7/24 given by the network (DHCP)').waitFor();
    expect(await row('Name servers (DNS)').textContent()).toBe('192.0.2.1, 2001:db8::1');
    const now = row('Time of the station');
    const shown = (await now.textContent()) ?? '';
    const hour = new Date().toLocaleString('en', { timeZone: 'Europe/Paris', hour: '2-digit', hourCycle: 'h23' });
    expect(shown.split(', ').at(-1)?.slice(0, 2)).toBe(hour);
    await now.filter({ hasNotText: shown }).waitFor();
    await page.getByText('it has told no time since the start').waitFor();
  });

  test('asked again, it tells what is true then', async () => {
    await page.getByText('it has told no time since the start').waitFor();
    const { configuration } = station.simulation.running;
    await configuration.change('UID', 'CP1', 'person');
    await configuration.change('URL', station.centralUrl, 'person');
    for (const central = page.getByText('its clock said the same'); !(await central.isVisible()); ) {
      await page.getByRole('button', { name: 'Look again' }).click();
      await row('Time zone').waitFor();
    }
  });
});
