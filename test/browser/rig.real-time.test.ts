/** The page of an armed rig in a real browser: what is pressed is done to the parts, twice where it must be, and what is live opens again. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { contactorClosedMaxMs } from '../../src/rig/panel/guard';
import { pageSilenceMaxMs } from '../../src/rig/panel/hand';
import type { StaticFiles } from '../../src/web/static-files';
import { until } from '../support/until';
import { RigInBrowser } from './rig-in-browser';
import { describeInBrowser, launch, pageFiles, picture } from './station-in-browser';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

describeInBrowser('an armed rig', () => {
  let files: StaticFiles;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let rig: RigInBrowser;
  let complaints: string[];

  beforeAll(async () => {
    files = pageFiles();
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    rig = await RigInBrowser.start(files);
    complaints = [];
    await look({ locale: 'en-GB', viewport: { width: 1_280, height: 900 } });
  });

  afterEach(async () => {
    await context.close();
    await rig.end();
    expect(complaints).toEqual([]);
  });

  async function look(looker: Parameters<Browser['newContext']>[0]): Promise<void> {
    context = await browser.newContext(looker);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(rig.url);
    await page.locator('.rig-parts').first().waitFor();
  }

  const outlet = (name: string) => page.getByRole('region', { name, exact: true });
  const button = (name: string, where = '1 · T2S') => outlet(where).getByRole('button', { name, exact: true });
  const said = (text: string | RegExp) => page.locator('.rig-above output', { hasText: text }).waitFor();
  const commands = () => rig.parts.log.words('contactor');

  /** As somebody does it who means it. */
  async function close(): Promise<void> {
    await button('Close').click();
    await button('Close: press again').click();
    await until(() => commands().includes('contactor.close'));
    rig.parts.type2.contactor.emit('closed');
    await page.getByText('The contactor of 1 · T2S is commanded closed').waitFor();
  }

  test('shows the parts as they are, and each act does to them what the key does', async () => {
    const { type2, log, clock } = rig.parts;
    await outlet('1 · T2S').getByText('221 Ω, a cable of 32 A').waitFor();
    await page
      .getByRole('img', { name: /^State C2: \+6 V above, −12 V below, duty cycle 10 %, which offers 6 A/ })
      .waitFor();
    await outlet('2 · 2P+E').getByText('does not answer').waitFor();
    await page.getByText('…B2C3').waitFor();
    expect(await page.getByText('04A1B2C3').count()).toBe(0);
    await page.getByText('look at its wires').waitFor();
    await button('+ 5 % duty').click();
    await said('connector 1: pilot duty 15 %');
    await page.getByRole('img', { name: /^State C2: .* duty cycle 15 %, which offers 9 A/ }).waitFor();
    for (const [name, word] of [
      ['+ 5 % duty', 'pilot.drive'],
      ['− 5 % duty', 'pilot.drive'],
      ['Steady +12 V', 'pilot.drive'],
      ['Unavailable −12 V', 'pilot.drive'],
      ['Unlock', 'lock.unlock'],
      ['Lock', 'lock.lock'],
      ['Self test', 'residual.selfTest'],
      ['Reset', 'residual.reset'],
      ['Next pattern', 'indicator.show'],
      ['Open', 'contactor.open'],
    ] as const) {
      log.clear();
      await button(name).click();
      await until(() => log.words().includes(word));
    }
    // The other outlet is another one.
    log.clear();
    await button('Open', '2 · 2P+E').click();
    await said('connector 2: contactor was commanded open');
    expect(await button('Lock', '2 · 2P+E').count()).toBe(0);
    type2.pilot.emit({ kind: 'invalid', reason: 'no measurement for 50 ms' });
    await outlet('1 · T2S').getByText('invalid: no measurement for 50 ms').waitFor();
    await clock.advance(1_000);
    type2.pilot.emit({ kind: 'volts', high: 9, low: -12 });
    await clock.advance(20_000);
    await page.locator('.bench-ribbon .bar.B').first().waitFor();
    await page.getByText('The same as a list').click();
    await page.locator('.bench-list', { hasText: '1 · T2S: B' }).first().waitFor();
  });

  test('a contactor is closed by two presses, is seen to be live, and opens by itself after 60 s', async () => {
    await button('Close').click();
    await said('press again within 3 s to CLOSE the contactor of connector 1 right T2S: its outlet becomes live');
    expect(commands()).toEqual([]);
    await picture(page, 'rig-asked', 900);
    await button('Close: press again').click();
    await said('connector 1: contactor commanded CLOSED; it opens by itself in 60 s');
    expect(commands()).toEqual(['contactor.close']);
    rig.parts.type2.contactor.emit('closed');
    await page.getByText('the outlet is live. It opens by itself in 60 s.').waitFor();
    await picture(page, 'rig-closed');
    // The other one waits, and says why.
    const other = button('Close', '2 · 2P+E');
    expect(await other.getAttribute('aria-disabled')).toBe('true');
    await outlet('2 · 2P+E').getByText('One at a time: that of 1 · T2S is closed.').waitFor();
    await outlet('1 · T2S').getByText('The contactor is closed: open it first.').first().waitFor();
    for (const name of ['Lock', 'Unlock', 'Self test']) {
      expect(await button(name).getAttribute('aria-disabled')).toBe('true');
    }
    expect(await button('Reset').getAttribute('aria-disabled')).toBe('false');
    // By the rig's clock, which stands but for this; the page says by the machine's that it is there.
    const stepMs = contactorClosedMaxMs / Math.ceil((contactorClosedMaxMs + 1) / pageSilenceMaxMs);
    for (let passedMs = 0; passedMs < contactorClosedMaxMs; passedMs += stepMs) {
      expect(commands()).toEqual(['contactor.close']);
      await heard();
      await rig.parts.clock.advance(stepMs);
    }
    await said('connector 1: contactor opened: it was closed for 60 s');
    expect(commands()).toEqual(['contactor.close', 'contactor.open']);
  });

  /** The page says that somebody looks at it. */
  async function heard(): Promise<void> {
    await page.waitForResponse((response) => response.url().endsWith('/here'));
  }

  /** What is pressed while an act is under way is not sent: a word that stands there already may be that of the act before. */
  async function pressAnswered(): Promise<void> {
    await page.keyboard.press('Enter');
    await page.locator('.rig-above output[aria-busy=false]').waitFor({ state: 'attached' });
  }

  test('without the second press nothing is closed, nor by a double click or a key that is held', async () => {
    await button('Close').dblclick();
    await said(/^press again/);
    // The second click of a slow double click, when the first has been answered already.
    await button('Close: press again').dispatchEvent('click', { detail: 2 });
    await heard();
    expect(commands()).toEqual([]);
    await rig.parts.clock.advance(3_001);
    await button('Close').waitFor();
    await button('Close').focus();
    await page.keyboard.down('Enter');
    await page.keyboard.down('Enter');
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await said(/^press again/);
    expect(commands()).toEqual([]);
    // In the rig the time is over before the page believes it: the press that comes too late asks anew.
    await rig.parts.clock.advance(3_001);
    await pressAnswered();
    await said(/^press again/);
    expect(commands()).toEqual([]);
    await pressAnswered();
    await until(() => commands().length > 0);
    expect(commands()).toEqual(['contactor.close']);
  });

  test('what speaks against it is told, and what is closed opens by one press from above', async () => {
    rig.parts.type2.residual.emit({ tripped: true, test: 'none' });
    await button('Close').click();
    await said('connector 1: not closed: its residual current monitor has tripped');
    expect(commands()).toEqual([]);
    rig.parts.type2.residual.emit({ tripped: false, test: 'none' });
    await close();
    await page.getByRole('button', { name: 'Open 1 · T2S now' }).click();
    await said('connector 1: contactor was commanded open');
    expect(rig.parts.log.last('contactor')?.command).toBe('open');
  });

  test('a page that is gone leaves nothing closed, though another one looks on', async () => {
    await close();
    const other = await context.newPage();
    await other.goto(rig.url);
    await page.close();
    await other.getByText('The contactor of 1 · T2S is commanded closed').waitFor();
    // What was on its way has come, and the other one is heard.
    await other.waitForResponse((response) => response.url().endsWith('/here'));
    await rig.parts.clock.advance(pageSilenceMaxMs / 2);
    await other.waitForResponse((response) => response.url().endsWith('/here'));
    await rig.parts.clock.advance(pageSilenceMaxMs / 2);
    expect(commands()).toEqual(['contactor.close', 'contactor.open']);
    await other
      .locator('.rig-above output', { hasText: 'connector 1: contactor opened: the page that closed it is gone' })
      .waitFor();
  });

  test('what the terminal asks for is not for the page to confirm', async () => {
    rig.parts.press('c');
    rig.parts.type2.thermometer.emit(31);
    await outlet('1 · T2S').getByText('31 °C').waitFor();
    expect(await page.locator('.rig-above output').textContent()).not.toContain('press c again');
    await button('Close').click();
    await said(/^press again/);
    expect(commands()).toEqual([]);
  });

  test('parts that cannot be set up are shown as missing, and not worked', async () => {
    const connector = rig.parts.made.model().connectors[0];
    Object.assign(connector?.has ?? {}, { lock: 'missing', pilot: 'missing' });
    await outlet('1 · T2S').getByText('missing: it could not be set up').first().waitFor();
    expect(await button('Lock').getAttribute('aria-disabled')).toBe('true');
    expect(await button('Steady +12 V').getAttribute('aria-disabled')).toBe('true');
  });

  describe.each([
    ['en-GB', 360, 'light'],
    ['fr-FR', 360, 'dark'],
    ['en-GB', 1_280, 'dark'],
    ['fr-FR', 1_280, 'light'],
  ] as const)('in %s, %i px, %s', (locale, width, colorScheme) => {
    test.each(['at rest', 'closed'])('%s: nothing that axe finds, nothing that runs over the edge', async (state) => {
      await context.close();
      await look({ locale, colorScheme, viewport: { width, height: 800 } });
      if (state === 'closed') {
        const model = () => rig.parts.made.model().connectors[0];
        for (const _press of [1, 2]) rig.parts.press('c');
        rig.parts.type2.contactor.emit('closed');
        await until(() => model()?.closedForS !== undefined);
        await page.locator('.rig-live').waitFor();
      }
      await picture(page, `rig-${state.replace(' ', '-')}-${locale.slice(0, 2)}-${width}-${colorScheme}`);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    });
  });
});
