/** A charge as the first page shows it: from the plug to the limit's reason, a fault with its remedy, and a station that was away. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { singleBoard } from '../../src/testing/boards';
import {
  describeInBrowser,
  endOf,
  firstLogIn,
  launch,
  openPage,
  pageFiles,
  picture,
  StationInBrowser,
} from './station-in-browser';

describeInBrowser('a charge', () => {
  const files = pageFiles();
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    station = await StationInBrowser.start(singleBoard(), files);
    station.simulation.running.station.post({ kind: 'mode', side: 'right', mode: 'free' });
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 900 } });
    page = await context.newPage();
    station.watch(page);
    await firstLogIn(page, station.url);
    await openPage(page, '#');
  });

  afterEach(() => endOf({ station, context }));

  const socket = (id: number) => page.locator('.socket', { has: page.getByRole('heading', { name: `${id} ·` }) });

  test('is seen live, with the reason of its limit; a fault tells its remedy, and its end', async () => {
    const { world } = station.simulation;
    await page.getByText('No vehicle is plugged in.').waitFor();
    world.plug(1, { cableA: 13 });
    await page.locator('.answer').getByText('Charging.', { exact: false }).first().waitFor();
    await socket(1).locator('.state').getByText('Charging').waitFor();
    await socket(1).getByText('At most 13 A, because of the cable.').waitFor();
    await socket(1)
      .getByText(/The other limits: the socket 32 A, the installation 32 A/)
      .waitFor();
    await socket(1)
      .getByText(/^Today [\d.]+ kWh, meter [\d.]+ kWh$/)
      .waitFor();
    await socket(1)
      .getByText(/^[1-9][0-9.]* kW$/)
      .waitFor();
    await picture(page, 'home-charging');
    await socket(2).getByText('One vehicle at a time').waitFor();

    world.fault(1, 'overTemperature', true);
    await socket(1).getByText('The socket is too hot.', { exact: false }).waitFor();
    world.fault(1, 'overTemperature', false);
    await page.locator('.told.stop', { hasText: 'The socket is too hot.' }).waitFor({ state: 'detached' });
    await socket(1)
      .getByText(/^Last fault, over: [\d:]+ until [\d:]+\. The socket is too hot\./)
      .waitFor();
  });

  test('a page that lost the station says so, and goes on by itself when it is back', async () => {
    await page.getByText('No vehicle is plugged in.').waitFor();
    await page.clock.install();
    await context.setOffline(true);
    await page.clock.fastForward(20_000);
    await page.getByText(/Nothing heard from the station since \d/).waitFor();
    expect(await page.locator('main.stale').count()).toBe(1);
    await context.setOffline(false);
    station.simulation.world.plug(1, {});
    await socket(1).locator('.state').getByText('Charging').waitFor();
    await page.getByText('Nothing heard').waitFor({ state: 'detached' });
    station.complaints.length = 0;
  });
});
