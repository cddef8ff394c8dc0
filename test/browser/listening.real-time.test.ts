/** How pages hear of the station: many tabs by one stream, hidden ones not at all, and what was missed when they are shown. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { doubleBoard } from '../../src/testing/boards';
import {
  describeInBrowser,
  endOf,
  firstLogIn,
  launch,
  openPage,
  pageFiles,
  StationInBrowser,
} from './station-in-browser';

/** A browser allows six connections to one server (HTTP/1.1). */
const tabs = 8;

describeInBrowser('listening', () => {
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
    station = await StationInBrowser.start(doubleBoard(), files);
    context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    station.watch(page);
    await firstLogIn(page, station.url);
    await openPage(page, '#');
  });

  afterEach(() => endOf({ station, context }));

  const plug = (): void => station.simulation.world.plug(1, {});
  const seesPlug = (tab: Page): Promise<void> => tab.getByText('Waits for a card').first().waitFor();

  test('more tabs than a browser has connections all see what happens, and log out together', async () => {
    const others: Page[] = [];
    for (let tab = 1; tab < tabs; tab += 1) {
      const other = await context.newPage();
      station.watch(other);
      await other.goto(station.url);
      await other.getByText('No vehicle is plugged in.').waitFor();
      others.push(other);
    }
    plug();
    for (const tab of [page, ...others]) await seesPlug(tab);
    await page.getByRole('button', { name: 'Log out' }).click();
    for (const tab of [page, ...others]) await tab.locator('[name=user]').waitFor();
  });

  test('a browser without shared workers listens by itself', async () => {
    const other = await context.newPage();
    station.watch(other);
    await other.addInitScript('delete globalThis.SharedWorker');
    await other.goto(station.url);
    await other.getByText('No vehicle is plugged in.').waitFor();
    plug();
    await seesPlug(other);
  });

  const turn = (state: 'hidden' | 'visible'): Promise<unknown> =>
    page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'))`);

  test('a tab that is opened while the others are hidden sees what they saw, though nothing has changed since', async () => {
    await page.getByText('No vehicle is plugged in.').waitFor();
    await turn('hidden');
    const other = await context.newPage();
    station.watch(other);
    await other.goto(station.url);
    await other.getByText('No vehicle is plugged in.').waitFor();
  });

  test('a hidden page lets go and is not stale; shown again, it has what it missed', async () => {
    const other = await context.newPage();
    station.watch(other);
    await other.goto(station.url);
    await other.getByText('No vehicle is plugged in.').waitFor();
    await page.clock.install();
    await turn('hidden');
    await page.clock.fastForward(120_000);
    plug();
    await seesPlug(other);
    expect(await page.getByText('Nothing heard').count()).toBe(0);
    expect(await page.getByText('Waits for a card').count()).toBe(0);
    await turn('visible');
    await seesPlug(page);
    expect(await page.getByText('Nothing heard').count()).toBe(0);
  });
});
