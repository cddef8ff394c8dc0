/** The bench page of a real process: the power is cut, the page stays, and switches it on again. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { buildIfOld, Program } from '../cli/built-program';
import { describeInBrowser, launch } from './station-in-browser';

describeInBrowser('the bench of a process', () => {
  let browser: Browser;
  let station: Program;

  beforeAll(async () => {
    buildIfOld();
    browser = await launch();
  });

  beforeEach(() => {
    const state = mkdtempSync(join(tmpdir(), 'greenup-test-'));
    station = new Program('run', '--state', state, '--port', '0', '--web-port', '0');
  });

  afterEach(async () => {
    station.child.kill('SIGTERM');
    await station.ended;
  });

  afterAll(() => browser?.close());

  test('what is plugged in is still there after a power cut, and so is the page', async () => {
    await station.says(/central system: connected/);
    const address = /The bench +(http:\S+)/.exec(station.out)?.[1] ?? '';
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(address);
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await button('Plug in').click();
    await page.locator('.state.wait', { hasText: 'Preparing' }).waitFor();
    await button('Cut the power').click();
    await page.getByText('A real power cut: the process of the station is killed at once').waitFor();
    await page.locator('.told.stop').getByRole('button', { name: 'Cut the power' }).click();
    await page.getByText('The power is off: nothing works but switching it on again.').waitFor();
    await page.reload();
    await page.getByText('The power is off').waitFor();
    await button('Switch the power on').click();
    await page.locator('.state.wait', { hasText: 'Preparing' }).waitFor();
    await page.locator('.bench-messages', { hasText: 'BootNotification' }).waitFor();
    expect(station.out).toMatch(/the power is off[\s\S]*the power is on/);
  });
});
