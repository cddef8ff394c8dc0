/** Every page in both languages, narrow and wide, light and dark: nothing that axe finds, nothing that runs over the edge. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { StaticFiles } from '../../src/web/static-files';
import { doubleBoard } from '../support/boards';
import { describeInBrowser, firstLogIn, launch, openPage, pageFiles, StationInBrowser } from './station-in-browser';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Where somebody wants to look at the pages. */
const shotsFolder = process.env.GREENUP_SCREENSHOTS;

const looks = ['en', 'fr'].flatMap((language) =>
  [360, 1_280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ language, width, scheme }))),
);

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return [...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), ...(wide ? ['runs over the edge'] : [])];
}

/** Of each kind of row one. */
function noteFrames({ simulation }: StationInBrowser): void {
  const { frames } = simulation.running;
  const note = (direction: 'sent' | 'received', frame: unknown) => frames.note(direction, JSON.stringify(frame));
  note('sent', [2, 'f1', 'BootNotification', { chargePointModel: 'G', chargePointVendor: 'V' }]);
  note('received', [3, 'f1', { status: 'Accepted', currentTime: '2026-05-04T08:00:00', interval: 300 }]);
  note('sent', [2, 'f2', 'Authorize', { idTag: '04A1B2C3' }]);
  note('received', [3, 'f2', { idTagInfo: { status: 'Blocked' } }]);
  note('received', [2, 'f3', 'UnlockConnector', { connectorId: 1 }]);
  note('sent', [4, 'f3', 'PropertyConstraintViolation', 'there is no such connector', {}]);
  note('received', [2, 'f4', 'Reset', { type: 'Warm' }]);
  note('received', 'hello');
}

/** One that was told, and one that waits. */
function noteCharges({ simulation }: StationInBrowser): void {
  const { history } = simulation.running.local;
  const watts = Array.from({ length: 200 }, (_, index) => (index < 150 ? 22_000 : 22_000 - (index - 150) * 400));
  const common = { connectorId: 1, parent: undefined, startedAt: 1, meterStartWh: 0, lastWh: 0 };
  const stop = { kind: 'stop', at: 5_400_000, reading: undefined, reason: 'EVDisconnected', token: undefined } as const;
  for (const [key, token, meterWh] of [
    ['old-1', 'FLEET-0001', 7_230],
    ['old-2', '04A1B2C3', 28_400],
  ] as const) {
    const curveOf = () => (key === 'old-2' ? { stepS: 20, watts } : undefined);
    history.entriesFor([{ ...stop, meterWh, tx: { ...common, key, token } }], curveOf);
  }
  const answer = { how: 'answered', transactionId: 1001 } as const;
  history.delivered({ ...answer, tx: 'old-2', message: 'start', card: 'Accepted' });
}

describeInBrowser('access', () => {
  let files: StaticFiles;
  let browser: Browser;
  let station: StationInBrowser;

  beforeAll(async () => {
    files = pageFiles();
    browser = await launch();
  });

  beforeEach(async () => {
    station = await StationInBrowser.start(doubleBoard(), files, { URL: 'ws://127.0.0.1:1/ocpp', UID: 'CP1' });
    station.simulation.world.plug(1, {});
    noteFrames(station);
    noteCharges(station);
    station.simulation.world.fault(3, 'overTemperature', true);
  });

  afterEach(async () => {
    await station.end();
    expect(station.complaints).toEqual([]);
  });

  afterAll(() => browser?.close());

  test.each(looks)('in $language, $width px, $scheme', async ({ language, width, scheme }) => {
    const viewport = { width, height: 800 };
    const context = await browser.newContext({ locale: language, viewport, colorScheme: scheme });
    const page = await context.newPage();
    station.watch(page);
    const found: string[] = [];
    const look = async (name: string): Promise<void> => {
      found.push(...(await findings(page)).map((finding) => `${name}: ${finding}`));
      if (shotsFolder === undefined) return;
      mkdirSync(shotsFolder, { recursive: true });
      await page.screenshot({ path: join(shotsFolder, `${name}-${language}-${width}-${scheme}.png`), fullPage: true });
    };
    await page.goto(station.url);
    await page.locator('[name=user]').waitFor();
    await look('log-in');
    await page.locator('[name=user]').fill('admin');
    await page.locator('[name=password]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator('.told.stop').waitFor();
    await look('log-in-refused');
    await page.locator('[name=password]').fill('admin');
    await page.keyboard.press('Enter');
    await page.locator('[name=again]').waitFor();
    await look('new-password');
    await firstLogIn(page, station.url);
    await look('charging-mode');
    await openPage(page, '#');
    await page.locator('.socket').first().waitFor();
    await look('home');
    await openPage(page, '#charges');
    await page.locator('.charge-line', { hasText: '…B2C3' }).click();
    await page.locator('.curve').waitFor();
    await look('charges');
    await openPage(page, '#messages');
    await page.locator('.frame-line', { hasText: 'Authorize' }).click();
    await look('messages');
    await openPage(page, '#events');
    await page.locator('.event-line').first().waitFor();
    await look('events');
    await openPage(page, '#password');
    await page.locator('[name=again]').waitFor();
    await look('password');
    await context.close();
    expect(found).toEqual([]);
  });
});
