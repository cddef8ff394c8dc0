/**
 * Every page in both languages, narrow and wide, light and dark, at rest, in use and stale: nothing that axe finds, nothing
 * that runs over the edge. Each pair of these, or with GREENUP_ALL_LOOKS all.
 */
import type { Browser, Page, Request } from 'playwright-core';
import { doubleBoard } from '../../src/testing/boards';
import type { StaticFiles } from '../../src/web/static-files';
import { madeAuthority } from '../support/made-certificates';
import { until } from '../support/until';
import {
  describeInBrowser,
  findings,
  firstLogIn,
  launch,
  openPage,
  pageFiles,
  picture,
  StationInBrowser,
} from './station-in-browser';

interface Look {
  language: 'en' | 'fr';
  width: 360 | 1280;
  scheme: 'light' | 'dark';
  /** `rest`: nobody charges, no address; `busy`: a vehicle, a fault, a central system that is not there; `away`: stale. */
  state: 'rest' | 'busy' | 'away';
}

/** Each value of one of them meets each of every other. */
const pairs: readonly Look[] = [
  { language: 'en', width: 360, scheme: 'light', state: 'busy' },
  { language: 'fr', width: 1_280, scheme: 'dark', state: 'busy' },
  { language: 'en', width: 1_280, scheme: 'light', state: 'rest' },
  { language: 'fr', width: 360, scheme: 'dark', state: 'rest' },
  { language: 'en', width: 1_280, scheme: 'dark', state: 'away' },
  { language: 'fr', width: 360, scheme: 'light', state: 'away' },
];

const all: readonly Look[] = (['rest', 'busy', 'away'] as const).flatMap((state) =>
  (['en', 'fr'] as const).flatMap((language) =>
    ([360, 1_280] as const).flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => ({ language, width, scheme, state })),
    ),
  ),
);

const looks = process.env.GREENUP_ALL_LOOKS ? all : pairs;

test('the looks of the gate have each pair', () => {
  const pairsOf = (some: readonly Look[]): Set<string> => {
    const names = ['language', 'width', 'scheme', 'state'] as const;
    const found = some.flatMap((look) =>
      names.flatMap((one) => names.filter((other) => other > one).map((other) => `${look[one]} ${look[other]}`)),
    );
    return new Set(found);
  };
  expect(pairsOf(pairs)).toEqual(pairsOf(all));
});

/** The page has been drawn and has what it asked for then. */
async function answered(page: Page): Promise<void> {
  const waiting = new Set<Request>();
  const begin = (request: Request): unknown => waiting.add(request);
  const end = (request: Request): unknown => waiting.delete(request);
  page.on('request', begin).on('requestfinished', end).on('requestfailed', end);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  await until(() => waiting.size === 0);
  page.off('request', begin).off('requestfinished', end).off('requestfailed', end);
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

/** An update on its way, beside a version that was given up and one that can come back. */
async function noteUpdates({ firmware: { updates, slots } }: StationInBrowser): Promise<void> {
  await slots.install(__dirname, '0.9.1');
  await slots.install(__dirname, '1.2.0-rc.1+a-long-name-of-a-build');
  await slots.beginTrial('1.2.0-rc.1+a-long-name-of-a-build');
  await slots.back('not confirmed in time');
  await updates.order({ source: { from: 'handed' }, by: 'centralSystem', retries: 0, retryIntervalMs: 0 });
  updates.becomes({ step: 'downloading', doneBytes: 12_340_000, totalBytes: 40_000_000 });
}

/** What somebody opens on a page, which is looked at once more then. */
const opened: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  '#messages': (page) => page.locator('.frame-line', { hasText: 'Authorize' }).click(),
  '#charges': async (page) => {
    await page.locator('.charge-line', { hasText: '…B2C3' }).click();
    await page.locator('.curve').waitFor();
  },
  '#cards': async (page) => {
    for (const [number, label] of [
      ['04A1B2C3', 'Anna'],
      ['04D4E5F607', 'A vehicle of the house, which has a long name'],
    ] as const) {
      await page.locator('[name=card]').fill(number);
      await page.locator('[name=label]').fill(label);
      await page.locator('[name=lastDay]').fill('2026-01-31');
      await page.keyboard.press('Enter');
      await page.locator('.cards li', { hasText: label }).waitFor();
    }
    await page.locator('.cards li button').first().click();
    const table = { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('BB,Ben\nC C') };
    await page.locator('[type=file]').setInputFiles(table);
    await page.locator('.plan').waitFor();
  },
  '#backup': async (page) => {
    const keys = { HeartbeatInterval: '90', UID: 'ANOTHER', StopTxnSampledData: 'Voltage,Temperature' };
    const backup = { format: 1, board: 'b', uid: 'ANOTHER', program: '1', made: null, keys, connection: 'off' };
    const text = JSON.stringify({ ...backup, modes: { right: 'free', left: 'cards' } });
    const file = { name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await page.locator('[type=file]').setInputFiles(file);
    await page.locator('.changes li').first().waitFor();
  },
  '#security': async (page) => {
    await page.locator('[name=pem]').first().fill(madeAuthority('An authority with a name that is rather long').pem);
    await page.locator('[name=use]').last().check();
    await page
      .locator('form', { has: page.locator('[name=use]') })
      .locator('[type=submit]')
      .click();
    await page.locator('.socket code').waitFor();
    await page.locator('.socket .act').click();
    await page.locator('[name=profile]').nth(2).check();
    await page.locator('[name=password]').fill('short');
    await page.keyboard.press('Enter');
    await page.locator('.told.stop').waitFor();
  },
  '#network': async (page) => {
    await page.locator('[name=by]').last().check();
    await page.locator('[name=address]').fill('192.168.1.50');
    await page.locator('[name=router]').fill('192.168.2.1');
    await page.keyboard.press('Enter');
    await page.locator('.field .told.stop').waitFor();
    await page.locator('[name=router]').fill('192.168.1.1');
    await page.keyboard.press('Enter');
    await page.locator('.ask').waitFor();
  },
  '#firmware': async (page) => {
    await page.locator('[type=checkbox]').check();
    await page.locator('[name=url]').fill('files.example/a.zip');
    await page.keyboard.press('Enter');
    await page.locator('.told.stop').waitFor();
    await page.locator('.card').last().locator('button').click();
    await page.locator('[role=alert]').waitFor();
  },
  '#keys': async (page) => {
    for (const key of ['chargingStationMaxLimit', 'MeterValuesSampledData', 'LocalAuthListEnabled', 'URL']) {
      await page.locator('.keys summary', { hasText: key }).first().click();
    }
    await page.locator('[name=chargingStationMaxLimit]').fill('65');
    await page.keyboard.press('Enter');
    await page.locator('.keys .told.stop').waitFor();
  },
};

describeInBrowser('access', () => {
  let files: StaticFiles;
  let browser: Browser;
  let station: StationInBrowser;

  beforeAll(async () => {
    files = pageFiles();
    browser = await launch();
  });

  afterEach(async () => {
    await station.end();
    expect(station.complaints).toEqual([]);
  });

  afterAll(() => browser?.close());

  async function start(state: Look['state']): Promise<void> {
    const address = state === 'busy' ? { URL: 'ws://127.0.0.1:1/ocpp', UID: 'CP1' } : {};
    station = await StationInBrowser.start(doubleBoard(), files, address);
    if (state !== 'busy') return;
    station.simulation.world.plug(1, {});
    noteFrames(station);
    noteCharges(station);
    await noteUpdates(station);
    station.simulation.world.fault(3, 'overTemperature', true);
  }

  test.each(looks)('$state, in $language, $width px, $scheme', async ({ language, width, scheme, state }) => {
    await start(state);
    const viewport = { width, height: 800 };
    const context = await browser.newContext({ locale: language, viewport, colorScheme: scheme });
    const page = await context.newPage();
    station.watch(page);
    const found: string[] = [];
    const look = async (name: string): Promise<void> => {
      found.push(...(await findings(page)).map((finding) => `${name}: ${finding}`));
      await picture(page, `${name}-${state}-${language}-${width}-${scheme}`);
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
    // Whatever the rail leads to, so that a page that is new is looked at, too.
    const places = await page.locator('.rail a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(places.length).toBeGreaterThan(2);
    if (state === 'away') await page.clock.install();
    let isHot = false;
    for (const place of places) {
      await openPage(page, place ?? '');
      await answered(page);
      if (state === 'away') {
        await context.setOffline(true);
        await page.clock.fastForward(20_000);
        await page.locator('main.stale').waitFor();
      }
      const name = place === '#' ? 'home' : (place ?? '').slice(1);
      await look(name);
      const open = opened[place ?? ''];
      if (state === 'busy' && open) {
        await open(page);
        await look(`${name}-open`);
      }
      if (state === 'away') {
        await context.setOffline(false);
        // What is new is told at once, and a beat only after a while.
        isHot = !isHot;
        station.simulation.world.fault(3, 'overTemperature', isHot);
        await page.locator('main.stale').waitFor({ state: 'detached' });
      }
    }
    if (state !== 'away') {
      await page.goto(station.benchUrl);
      await page.locator('.bench-ribbon .bar').first().waitFor();
      await look('bench');
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.getByRole('button', { name: /^2 · / }).click();
      await look('bench-unfolded');
    }
    await context.close();
    station.complaints.splice(0, state === 'away' ? station.complaints.length : 0);
    expect(found).toEqual([]);
  });
});
