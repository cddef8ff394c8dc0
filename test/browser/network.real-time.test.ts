/** The page of network and time in a real browser: what the machine says, and the station's own time that goes on. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { answerMs, confirmMaxMs } from '../../src/control/network/network-changes';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { WiredProfile, WiredSettings } from '../../src/hal/ports';
import { ScriptedNetwork } from '../support/scripted-network';
import { until } from '../support/until';
import {
  describeInBrowser,
  endOf,
  findings,
  launch,
  networkChangesOn,
  openNew,
  openPage,
  picture,
  type StationInBrowser,
} from './station-in-browser';

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

describeInBrowser('a change of the network', () => {
  const byDhcp: WiredSettings = { by: 'given', addresses: [], router: null, nameServers: [], ownServersOnly: false };
  const fixed: WiredSettings = {
    ...{ by: 'fixed', addresses: ['192.168.1.50/24'], router: '192.168.1.1', ownServersOnly: false },
    nameServers: ['192.168.1.1', '9.9.9.9'],
  };
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;
  let clock: VirtualClock;
  let network: ScriptedNetwork;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    clock = new VirtualClock();
    network = new ScriptedNetwork(byDhcp);
    const networkChanges = networkChangesOn(clock, network);
    ({ station, context, page } = await openNew(browser, '#network', { networkChanges }));
  });

  afterEach(() => endOf({ station, context }));

  const press = (name: string) => page.getByRole('button', { name }).click();

  /** By the keyboard alone where it is about fields. */
  async function change(): Promise<void> {
    await page.getByLabel('fixed', { exact: true }).check();
    // What the network has given is there already.
    expect(await page.locator('[name=address]').inputValue()).toBe('192.0.2.7');
    expect(await page.locator('[name=mask]').inputValue()).toBe('255.255.255.0');
    expect(await page.locator('[name=nameServers]').inputValue()).toBe('192.0.2.1');
    await page.locator('[name=address]').fill('192.168.1.50');
    await page.locator('[name=mask]').fill('255.255.255.0');
    await page.locator('[name=router]').fill('192.168.1.1');
    await page.locator('[name=nameServers]').fill('192.168.1.1, 9.9.9.9');
    await page.keyboard.press('Enter');
    await page.locator('.ask .changes li').first().waitFor();
    expect(network.acts).toEqual([]);
    await press('Change it');
    await page.getByText(/^[56]\d s until it is taken back$/).waitFor();
  }

  async function acts(): Promise<void> {
    await clock.advance(answerMs);
    await page.getByText('The network has changed, and is not confirmed yet.').waitFor();
    await page
      .locator('.changes li', { hasText: /^Address\s*Before: from DHCP\s*Now: 192\.168\.1\.50\/24$/ })
      .waitFor();
    expect(network).toMatchObject({ onDisk: byDhcp, atInterface: fixed });
  }

  test('that nobody confirms is taken back, and whoever logs in later can see that it is open', async () => {
    await change();
    await page.getByText('The network is about to change.').waitFor();
    const port = new URL(station.url).port;
    expect(await page.locator('main a[href*="192.168.1.50"]').getAttribute('href')).toBe(
      `http://192.168.1.50:${port}/#network`,
    );
    await acts();
    const later = await context.newPage();
    station.watch(later);
    await later.goto(station.url);
    await openPage(later, '#network');
    await later.getByRole('button', { name: 'Keep it' }).waitFor();
    await later.getByText(/^[1-5]\d s until it is taken back$/).waitFor();
    expect(await findings(later)).toEqual([]);
    await picture(later, 'network-open');
    await clock.advance(confirmMaxMs - answerMs);
    for (const looker of [page, later]) {
      await looker.getByText('Nobody confirmed the change at eth0 within a minute: all is as it was.').waitFor();
    }
    expect(network).toMatchObject({ onDisk: byDhcp, present: byDhcp, atInterface: byDhcp });
  });

  test('tells where to go on, and when it is over, to a page that hears nothing any more', async () => {
    await page.getByLabel('fixed', { exact: true }).check();
    await page.locator('[name=address]').fill('192.0.2.50');
    await page.keyboard.press('Enter');
    await page.locator('.ask .changes li').first().waitFor();
    await page.clock.install();
    await page.route('**/api/network', (route) => route.abort());
    await press('Change it');
    await page.getByText(/^[56]\d s until it is taken back$/).waitFor();
    await context.setOffline(true);
    await page.locator('main a[href*="//192.0.2.50:"]').waitFor();
    await page.clock.fastForward(30_000);
    await page.getByText(/^(30|2\d) s until it is taken back$/).waitFor();
    await page.clock.fastForward(31_000);
    await page.getByText('The time is up: the change is being taken back. This page goes on by itself.').waitFor();
    // And so it does.
    await clock.advance(confirmMaxMs);
    await page.unroute('**/api/network');
    await context.setOffline(false);
    await page.clock.fastForward(10_000);
    await page.getByText('Nobody confirmed the change at eth0 within a minute: all is as it was.').waitFor();
    station.complaints.length = 0;
  });

  test('that is confirmed stays', async () => {
    await change();
    await press('Keep it');
    await page.getByText('The change does not act yet. Try again in a moment.').waitFor();
    await acts();
    await press('Keep it');
    await page.getByText('The change at eth0 is kept, also over a restart of the machine.').waitFor();
    await clock.advance(10 * confirmMaxMs);
    expect(network).toMatchObject({ onDisk: fixed, atInterface: fixed });
    expect(await page.locator('[name=address]').inputValue()).toBe('192.168.1.50');
  });

  test('is taken back at once when somebody wants it', async () => {
    await change();
    await acts();
    await press('Take it back now');
    await page.getByText('The change is being taken back.').waitFor();
    await clock.advance(answerMs);
    await page.getByText('The change at eth0 was taken back.').waitFor();
    expect(network).toMatchObject({ onDisk: byDhcp, atInterface: byDhcp });
  });

  test('that the operating system refuses is told with its words', async () => {
    network.failing = { write: 'Error: insufficient privileges.' };
    await page.getByLabel('fixed', { exact: true }).check();
    await press('See what changes');
    await press('Change it');
    await page.getByText('The operating system refused. Below stands what it said.').waitFor();
    await clock.advance(0);
    await page.getByText('Error: insufficient privileges.').waitFor();
    expect(network.atInterface).toEqual(byDhcp);
  });

  test('of a wrong value is refused at its field, which says what is valid', async () => {
    await page.getByLabel('fixed', { exact: true }).check();
    for (const [name, value, words] of [
      ['address', '192.168.1.256', /^Address: four numbers/],
      ['address', '192.0.2.255', /^Address: neither the first nor the last/],
      ['mask', '255.0.255.0', /^Mask: from 255.0.0.0/],
      ['router', 'fritz.box', /^Router: empty, or four numbers/],
      ['router', '192.168.1.1', /^Router: an address of another machine in the network/],
      ['nameServers', '::1', /^Name servers: IPv4 addresses/],
      ['nameServers', '9.9.9.1 9.9.9.2 9.9.9.3 9.9.9.4', /^Name servers: at most 3/],
    ] as const) {
      const input = page.locator(`[name=${name}]`);
      const valid = await input.inputValue();
      await input.fill(value);
      await page.keyboard.press('Enter');
      const field = page.locator('.field', { has: page.locator(`[name=${name}][aria-invalid=true]`) });
      await field.getByText(words).waitFor();
      expect(await page.locator('.ask').count()).toBe(0);
      await input.fill(valid);
    }
  });

  test('is one of the interface that was chosen, where there are several', async () => {
    const [first] = (await network.profiles()) as readonly WiredProfile[];
    if (!first) throw new Error('there is no profile');
    const other: WiredProfile = { ...first, id: 'wired-2', name: 'Other', interfaceName: 'eth1', settings: fixed };
    jest.spyOn(network, 'profiles').mockResolvedValue([first, other]);
    await press('Look again');
    await page.getByLabel('eth1 (Other)').check();
    expect(await page.locator('[name=address]').inputValue()).toBe('192.168.1.50');
    await page.locator('[name=address]').fill('192.168.1.51');
    await page.keyboard.press('Enter');
    await page
      .locator('.ask .changes li', { hasText: /^Address\s*Now: 192\.168\.1\.50\/24\s*Then: 192\.168\.1\.51\/24$/ })
      .waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test('that is not allowed: the page says how it is, and changes nothing', async () => {
    await page.getByText('A change that nobody confirms within a minute is taken back.').waitFor();
    network.refuses = 'notAllowed';
    await press('Look again');
    await page.getByText('50-greenup-network.rules /etc/polkit-1/rules.d/').waitFor();
    expect(await page.getByRole('button', { name: 'See what changes' }).count()).toBe(0);
    network.refuses = 'noManager';
    await press('Look again');
    await page.getByText('NetworkManager does not run on this machine').waitFor();
    network.refuses = undefined;
    await press('Look again');
    await page.getByRole('button', { name: 'See what changes' }).waitFor();
    await until(async () => (await findings(page)).length === 0);
  });
});
