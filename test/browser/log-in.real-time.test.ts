/** Who gets in: attempts that are slowed, a password that is changed under somebody, a session that has ended, all by keyboard. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { singleBoard } from '../../src/testing/boards';
import { until } from '../support/until';
import {
  describeInBrowser,
  endOf,
  firstLogIn,
  launch,
  openPage,
  pageFiles,
  StationInBrowser,
} from './station-in-browser';

describeInBrowser('logging in', () => {
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
    station = await StationInBrowser.start(singleBoard(), files, { URL: 'ws://127.0.0.1:1/ocpp', UID: 'CP1' });
    context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    station.watch(page);
  });

  afterEach(() => endOf({ station, context }));

  const told = (words: string | RegExp): Promise<void> => page.locator('.told.stop').getByText(words).waitFor();

  async function attempt(password: string): Promise<void> {
    await page.locator('[name=user]').fill('admin');
    await page.locator('[name=password]').fill(password);
    await page.keyboard.press('Enter');
    // The field is emptied when the answer has come.
    await until(async () => (await page.locator('[name=password]').inputValue()) === '');
  }

  test('after some failures the next attempt must wait, which is told with the time', async () => {
    await page.goto(station.url);
    for (const password of ['one', 'two', 'three']) {
      await attempt(password);
      await told('Id or password is wrong.');
    }
    await attempt('admin');
    await told(/Too many attempts\..*\d+ s/);
    expect(await page.locator('[name=next]').count()).toBe(0);
  });

  test('a changed password ends the sessions of others, who are told why they are logged out', async () => {
    await firstLogIn(page, station.url);
    const elsewhere = await browser.newContext({ locale: 'en-GB' });
    const other = await elsewhere.newPage();
    station.watch(other);
    await other.goto(station.url);
    await other.locator('[name=user]').fill('admin');
    await other.locator('[name=password]').fill('correct horse');
    await other.keyboard.press('Enter');
    await other.getByText('No vehicle is plugged in.').waitFor();

    await openPage(page, '#password');
    await page.locator('[name=current]').fill('correct horse');
    await page.locator('[name=next]').fill('battery staple');
    await page.locator('[name=again]').fill('battery staple');
    await page.keyboard.press('Enter');
    await page.getByText('The password is changed.').waitFor();
    await other.getByText('You have been logged out').waitFor();
    // Whoever changed it goes on.
    await page.locator('.rail a[href="#password"][aria-current=page]').waitFor();
    await elsewhere.close();
  });

  test('the whole way by keyboard alone, from the log-in to a saved address', async () => {
    await page.goto(station.url);
    await page.locator('[name=user]').waitFor();
    const focused = (): Promise<string> =>
      page.evaluate(
        "document.activeElement.getAttribute('name') ?? document.activeElement.textContent.trim() ?? ''",
      ) as Promise<string>;
    /** Tab is pressed until something has the focus. */
    const reach = async (what: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        if ((await focused()) === what) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`the keyboard does not reach ${what}`);
    };
    const type = async (field: string, text: string): Promise<void> => {
      await reach(field);
      await page.keyboard.press('Control+A');
      await page.keyboard.type(text);
    };
    await type('user', 'admin');
    await type('password', 'admin');
    await page.keyboard.press('Enter');
    await page.locator('[name=next]').waitFor();
    await type('current', 'admin');
    await type('next', 'correct horse');
    await type('again', 'correct horse');
    await page.keyboard.press('Enter');
    await page.locator('[name=url]').waitFor();
    await type('url', station.centralUrl);
    await type('uid', 'CP 9');
    await page.keyboard.press('Enter');
    await page.getByText('Saved.').waitFor();
    await until(() => station.central.stations().includes('CP 9'));
  });
});
