/** The page "Security" in a real browser: password, profile and authorities, as somebody sets them who connects a station. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { madeAuthority } from '../support/made-certificates';
import { until } from '../support/until';
import { describeInBrowser, endOf, launch, openNew, picture, type StationInBrowser } from './station-in-browser';

describeInBrowser('the page "Security"', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let station: StationInBrowser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    ({ station, context, page } = await openNew(browser, '#security'));
  });

  afterEach(() => endOf({ station, context }));

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const says = (text: string | RegExp) => page.locator('main').getByText(text).first().waitFor();
  const keys = () => station.simulation.running.configuration;

  test('a profile with a password wants the password first; it is saved, shown to nobody, and used', async () => {
    await says('No password is set.');
    await page.getByRole('radio', { name: /^1:/ }).check();
    await says('Set the password first, below.');
    expect(await button('Use this profile').isDisabled()).toBe(true);
    await page.getByLabel('New password').fill('short');
    await button('Save the password').click();
    await says('Rejected: the key cannot hold this value.');
    await page.getByLabel('New password').fill('open-sesame-open');
    await button('Save the password').click();
    await says('A password is set. Nobody is shown it.');
    expect(keys().text('AuthorizationKey')).toBe('open-sesame-open');
    expect(await page.getByLabel('New password').inputValue()).toBe('');
    await button('Use this profile').click();
    await says('The profile is changed. The station connects anew.');
    expect(keys().integer('SecurityProfile')).toBe(1);
    await page.getByRole('radio', { name: /^0:/ }).check();
    await says('A lower profile protects less.');
    await picture(page, 'security-password');
  });

  test('the certificate of the station and lists of revoked ones are taken, or it is said what they must be', async () => {
    const certificate = page.locator('section', { hasText: 'Certificate of the station' }).last();
    await page.getByRole('radio', { name: /^3:/ }).check();
    await says('Install the authority and a certificate of the station first, below.');
    await page.getByLabel('Certificate in PEM', { exact: true }).fill('no certificate');
    await page.getByLabel('Private key in PEM').fill('no key');
    await button('Install the certificate').click();
    await says(/^This certificate cannot be used/);
    await page.getByLabel('List in PEM').fill('no list');
    await button('Install the list').click();
    await says(/^This is no list of revoked certificates/);
    expect(await certificate.getByText('No certificate is installed.').count()).toBe(1);
  });

  test('an authority comes from a file or by pasting, and goes after a question', async () => {
    const { pem, fingerprint } = madeAuthority('Authority of the operator');
    const root = page.getByLabel('Root certificate in PEM');
    await root.fill('no certificate');
    await button('Install').click();
    await says(/^This is no root certificate that can be trusted/);
    const file = { name: 'root.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(pem) };
    await page.locator('form', { has: root }).locator('[type=file]').setInputFiles(file);
    await until(async () => (await root.inputValue()) === pem);
    await button('Install').click();
    await says('CN=Authority of the operator');
    await says(fingerprint);
    await says('1 of at most 20 are installed.');
    await picture(page, 'security-roots');
    await button('Remove').click();
    await says('Remove this authority? What it vouches for is not trusted any more.');
    await button('Leave it').click();
    await button('Remove').click();
    await button('Yes, remove it').click();
    await says('No authority is installed.');
  });
});
