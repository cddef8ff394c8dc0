/** The guide's connection procedure, steps 1 to 6, in a real browser, until the central system sees the station. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { doubleBoard, singleBoard } from '../../src/testing/boards';
import type { StaticFiles } from '../../src/web/static-files';
import { until } from '../support/until';
import {
  describeInBrowser,
  endOf,
  firstLogIn,
  launch,
  pageFiles,
  picture,
  StationInBrowser,
} from './station-in-browser';

describeInBrowser('the connection procedure', () => {
  let files: StaticFiles;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    files = pageFiles();
    browser = await launch();
  });

  afterAll(() => browser?.close());

  async function open(board = doubleBoard(), configuration = {}): Promise<void> {
    station = await StationInBrowser.start(board, files, configuration);
    context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    station.watch(page);
  }

  afterEach(() => endOf({ station, context }));

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const status = (name: string) => page.locator(`dt:text-is("${name}") + dd`);
  const modes = () => station.simulation.running.station.state.points.map(({ mode }) => mode);

  async function completeAndConnect(): Promise<void> {
    await page.getByLabel('URL server').fill(station.centralUrl);
    await page.getByLabel('Charging station UID').fill('SITE 7');
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    await page.getByText(`The station calls ${station.centralUrl}/SITE%207`).waitFor();
  }

  test('a double station: the right side first, then OCPP on both, and connected', async () => {
    await open();
    station.simulation.running.station.post({ kind: 'mode', side: 'right', mode: 'free' });
    await station.simulation.running.chargePoint.connectionSwitch.switch(false);
    await firstLogIn(page, station.url);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Charging Mode');
    expect(await button('Right side').getAttribute('aria-pressed')).toBe('true');

    await button('Left side').click();
    expect(await button('OCPP').isDisabled()).toBe(true);
    await page.getByText('select the right side first').waitFor();
    expect(modes()).toEqual(['free', 'free']);

    await button('Right side').click();
    await button('OCPP').click();
    await page.locator('.told', { hasText: 'imposed on both sides' }).waitFor();
    expect(modes()).toEqual(['ocpp', 'ocpp']);

    await completeAndConnect();
    expect(await status('Activation').textContent()).toBe('0');
    expect(await status('Server connection').textContent()).toBe('Disconnected');
    await page.getByText('The OCPP server connection is switched off.').waitFor();

    await page.getByRole('switch', { name: 'OCPP server connection' }).click();
    await status('Server connection').getByText('Connected', { exact: true }).waitFor();
    await status('Activation').getByText('1').waitFor();
    expect(await status('Heartbeatinterval').textContent()).toMatch(/^\d+ s$/);
    await until(() => station.central.stations().includes('SITE 7'));
    await picture(page, 'charging-mode-connected');
  });

  test('a single station has no sides to choose between', async () => {
    await open(singleBoard());
    await firstLogIn(page, station.url);
    expect(await button('Right side').count()).toBe(0);
    expect(await button('OCPP').getAttribute('aria-pressed')).toBe('true');
    await completeAndConnect();
    await status('Server connection').getByText('Connected', { exact: true }).waitFor();
    await until(() => station.central.stations().includes('SITE 7'));
    await page.getByRole('link', { name: 'Station', exact: true }).click();
    await page.getByText('No vehicle is plugged in.').waitFor();
  });

  test('an address that leads nowhere is told in words, with the whole of it', async () => {
    await open(singleBoard());
    await firstLogIn(page, station.url);
    await page.getByLabel('URL server').fill('http://h');
    await page.getByLabel('Charging station UID').fill('CP1');
    await button('Save').click();
    await page.getByText('This is no URL for OCPP').waitFor();
    expect(await page.getByLabel('URL server').getAttribute('aria-invalid')).toBe('true');
    expect(station.simulation.running.configuration.text('UID')).toBe('');
    // Port 1 of this machine: nobody listens there.
    await page.getByLabel('URL server').fill('ws://127.0.0.1:1/ocpp');
    await button('Save').click();
    await page.getByText('nothing answers at this port').waitFor();
    expect(await status('Address').textContent()).toBe('ws://127.0.0.1:1/ocpp/CP1');
  });

  test('when it tries again is counted down, and somebody who does not want to wait tries at once', async () => {
    await open(singleBoard(), { URL: 'ws://127.0.0.1:1/ocpp', UID: 'CP1', serverReconnectionTime: '3600' });
    await firstLogIn(page, station.url);
    await status('Last try')
      .getByText(/\d:\d\d.* \(\d+ s ago\)/)
      .waitFor();
    const next = status('Next try').getByText(/\(in (2|3),\d\d\d s\)/);
    await next.waitFor();
    const first = (await next.textContent()) ?? '';
    await status('Next try').filter({ hasNotText: first }).waitFor();
    const { connection } = station.simulation.running.chargePoint;
    const { tries } = connection;
    await button('Try now').click();
    await until(() => connection.tries === tries + 1);
  });

  test('a wrong password is told and opens nothing; the right one does, in French as well', async () => {
    await open();
    await firstLogIn(page, station.url);
    await button('Log out').click();
    await button('Français').click();
    await page.getByLabel('Identifiant').fill('admin');
    await page.getByLabel('Mot de passe').fill('admin');
    await button('Se connecter').click();
    await page.getByText('L’identifiant ou le mot de passe est faux.').waitFor();
    expect(await page.locator('nav').count()).toBe(0);
    await page.getByLabel('Mot de passe').fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Mode de charge', level: 1 }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
  });

  test('a language that was chosen is remembered by this browser, over log-outs and reloads', async () => {
    await open();
    await firstLogIn(page, station.url);
    await page.getByRole('link', { name: 'Password and language', exact: true }).click();
    await page.getByRole('heading', { name: 'Password and language', level: 1 }).waitFor();
    expect(await button('English').getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('group', { name: 'Language' }).getByRole('button', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Mot de passe et langue', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Mot de passe et langue', level: 1 }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    await button('Se déconnecter').click();
    await page.reload();
    await page.getByLabel('Identifiant').waitFor();
  });

  test('two new passwords that differ are not sent', async () => {
    await open();
    await page.goto(station.url);
    await page.getByLabel('Id').fill('admin');
    await page.getByLabel('Password').fill('admin');
    await button('Log in').click();
    await page.getByLabel('Present password').fill('admin');
    await page.getByLabel('New password', { exact: true }).fill('correct horse');
    await page.getByLabel('New password again').fill('correct house');
    await button('Change the password').click();
    await page.getByText('The two new passwords are not the same.').waitFor();
    expect(station.simulation.running.pagePassword.hashed).toBeUndefined();
  });

  test('what happens at the station is seen at once, and since when nothing was heard is told', async () => {
    await open();
    await page.clock.install();
    await firstLogIn(page, station.url);
    await page.getByRole('link', { name: 'Station', exact: true }).click();
    await page.getByText('No vehicle is plugged in.').waitFor();
    station.simulation.world.plug(1, {});
    await page.getByText('Waits for a card').first().waitFor();
    await page.getByText('Not now').first().waitFor();
    await station.server.close();
    await page.clock.fastForward(20_000);
    await page.getByText(/Nothing heard from the station since \d/).waitFor();
    station.complaints.length = 0;
  });
});
