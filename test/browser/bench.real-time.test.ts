/** The bench page in a real browser: what is done there is done to the world, and what the station makes of it is seen. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { SimulatedClock } from '../../src/drivers/clock/simulated-clock';
import { type RefusedCommand, refusedCommands } from '../../src/hal/command-refusal';
import { parseSession } from '../../src/simulator/session/session';
import { doubleBoard } from '../../src/testing/boards';
import { refusalWords } from '../../src/web/pages/bench/words';
import { benchFrench } from '../../src/web/pages/bench/words.fr';
import type { StaticFiles } from '../../src/web/static-files';
import { until } from '../support/until';
import { describeInBrowser, firstLogIn, launch, pageFiles, picture, StationInBrowser } from './station-in-browser';

describeInBrowser('the bench', () => {
  let files: StaticFiles;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;
  let clock: SimulatedClock;

  beforeAll(async () => {
    files = pageFiles();
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    clock = new SimulatedClock();
    station = await StationInBrowser.start(doubleBoard(), files, {}, clock);
    const { configuration, chargePoint } = station.simulation.running;
    await configuration.change('URL', station.centralUrl, 'person');
    await configuration.change('UID', 'BENCH', 'person');
    await until(() => chargePoint.registration === 'Accepted');
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 900 } });
    page = await context.newPage();
    station.watch(page);
    await page.goto(station.benchUrl);
    await page.getByRole('heading', { name: 'Bench', level: 1 }).waitFor();
  });

  afterEach(async () => {
    await context.close();
    await station.end();
    // A clock that stands still wakes nobody any more.
    clock.setPace({ stepped: true });
    expect(station.complaints).toEqual([]);
  });

  const named = (name: string) => page.getByRole('button', { name, exact: true });
  /** While an act of a part of the page is under way, another one of it is not taken. */
  const button = (name: string) => named(name).and(page.locator('body:not(:has([aria-busy=true])) button'));
  const truth = (connectorId: number) => station.simulation.world.snapshot().connectors[connectorId - 1];
  const scope = (text: string) => page.getByRole('img', { name: new RegExp(text) }).first();

  test('a whole charge by hand: plug, card, pause, limit of the cable, stop, unplug', async () => {
    await page.getByLabel('Vehicle', { exact: true }).selectOption('model-3-like');
    await page.getByLabel('Rating of the cable').selectOption('20');
    await button('Plug in').click();
    await scope('^State B').waitFor();
    expect(truth(1)).toMatchObject({ plugged: true, cableA: 20, ev: { maxCurrentA: 16 } });
    await page.getByText('A vehicle is plugged in already.').waitFor();
    await button('Show at the right reader').click();
    await scope('^State C2: \\+6 V above, −12 V below, duty cycle 33.3 %, which offers 20 A').waitFor();
    await page.locator('.bench-drawing .cable.live').waitFor();
    await page.locator('.state.go', { hasText: 'Charging' }).waitFor();
    await page.locator('.bench-messages', { hasText: 'StartTransaction' }).waitFor();
    await page.locator('.bench-ribbon .bar.C').first().waitFor();
    await picture(page, 'bench-charging', 1_460);
    await button('Wants none').click();
    await scope('^State B2').waitFor();
    await page.getByText('Suspended by the vehicle').waitFor();
    await button('Stop the charge').click();
    await page.getByText('There is no charge to stop.').waitFor();
    await until(() => truth(1)?.locked === false);
    await button('Unplug').click();
    await scope('^State A1').waitFor();
    expect(truth(1)?.plugged).toBe(false);
    await page.getByText('The same as a list').click();
    await page.locator('.bench-list', { hasText: 'OCPP: sent StopTransaction' }).waitFor();
    await page.locator('.bench-list', { hasText: '1 · T2S: C2' }).waitFor();
  });

  test('what is refused is not offered, and says why; what the station refuses is told in place', async () => {
    const unplug = button('Unplug');
    expect(await unplug.getAttribute('aria-disabled')).toBe('true');
    await unplug.click({ force: true });
    await page.getByText('Nothing is plugged in.').waitFor();
    const why = await unplug.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${why}"]`).textContent()).toBe('Nothing is plugged in.');
    await button('2 · 2P+E').click();
    await page.getByText('An ordinary outlet has no pilot').waitFor();
    await page.getByText('This outlet has no lock.').waitFor();
    await page.getByLabel('Number of the card').fill('two words');
    await button('Show at the right reader').click();
    await page
      .locator('.told.stop', { hasText: 'A number of a card has 1 to 20 letters, digits and signs, without spaces' })
      .waitFor();
  });

  test('every refusal is said in the language of the page', async () => {
    await page.getByRole('button', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Banc d’essai', level: 1 }).waitFor();
    await page.getByLabel('Numéro du badge').fill('deux mots');
    await button('Présenter au lecteur droit').click();
    await page.locator('.told.stop', { hasText: 'Un numéro de badge a de 1 à 20 lettres' }).waitFor();
    let refusal: RefusedCommand = 'requestUnfit';
    await page.route('**/commands/clear', (route) =>
      route.fulfill({ status: 409, json: { ok: false, error: `in English: ${refusal}`, refusal } }),
    );
    const told = page.locator('.bench-group', { has: named('Acquitter les défauts') }).locator('.told');
    for (refusal of refusedCommands) {
      await button('Acquitter les défauts').click();
      await told.getByText(refusalWords(benchFrench, refusal), { exact: true }).waitFor();
      expect(await told.getAttribute('lang')).toBeNull();
    }
    await page.unroute('**/commands/clear');
    // The browser itself complains of each answer that was made up.
    station.complaints.splice(0);
  });

  test('faults come and go, mains and network too', async () => {
    await page.locator('summary', { hasText: 'Faults' }).first().click();
    await button('contactor welded').click();
    await page.locator('.told.stop', { hasText: 'The contactor does not open.' }).waitFor();
    expect(await button('contactor welded').getAttribute('aria-pressed')).toBe('true');
    await page.getByText('Not together with the opposite fault.').waitFor();
    expect(truth(1)?.faults).toEqual(['welded']);
    await button('contactor welded').click();
    await until(() => truth(1)?.faults.length === 0);
    await page.locator('summary', { hasText: 'Faults' }).last().click();
    await button('mains lost').click();
    await page.getByText('0 V', { exact: true }).waitFor();
    await button('mains lost').click();
    await page.getByText('230 V', { exact: true }).waitFor();
    await button('Pull the network cable').click();
    await page.locator('.bench-line', { hasText: 'Disconnected' }).waitFor();
    await button('Plug the network cable in').click();
    await page.locator('.bench-line', { hasText: 'Connected' }).waitFor();
  });

  test('what was done is copied as a story, and kept as a file', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await button('Plug in').click();
    await page.locator('.bench-messages', { hasText: 'Preparing' }).waitFor();
    await button('Copy as story').click();
    await page.getByText('Copied.').waitFor();
    const story = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(story).toContain("rig.plug(1, { cableA: 32, ends: 'both' });\n  await rig.expectStatus(1, 'Preparing');");
    const downloaded = page.waitForEvent('download');
    await button('Save session').click();
    const download = await downloaded;
    expect(download.suggestedFilename()).toBe('session.jsonl');
    const { events } = parseSession(readFileSync(await download.path(), 'utf8'), 'session.jsonl');
    expect(events).toContainEqual(expect.objectContaining({ kind: 'command', name: 'plug' }));
  });

  test('time stands still, goes on step by step, and runs faster', async () => {
    expect(await button('Go on by 1 min').getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Time runs by itself: let it stand still first.').waitFor();
    await button('Stands still').click();
    await button('Go on by 1 min').and(page.locator('[aria-disabled=false]')).waitFor();
    const before = clock.now();
    await button('Go on by 1 min').click();
    await page.getByText('60000 ms have passed').waitFor();
    expect(clock.now()).toBe(before + 60_000);
    await button('60 times as fast').click();
    await button('Runs').click();
    await until(() => clock.now() > before + 180_000);
    await page.locator('.bench-line', { hasText: '60 times as fast' }).waitFor();
  });

  test('it leads to the pages of the guide, which ask for a password, and these lead back', async () => {
    await page.getByRole('link', { name: 'Pages of the station' }).click();
    await page.locator('[name=user]').waitFor();
    expect(page.url()).toBe(station.url);
    await firstLogIn(page, station.url);
    await page.getByRole('link', { name: 'Bench', exact: true }).click();
    await page.getByRole('heading', { name: 'Bench', level: 1 }).waitFor();
    expect(page.url()).toBe(station.benchUrl);
  });
});
