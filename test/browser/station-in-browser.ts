/** A simulated station with its pages and a central system, on the machine's own time, and Chromium to look at it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { NetworkChanges } from '../../src/control/network/network-changes';
import { pageStation } from '../../src/control/pages/page-station';
import { stationWatch } from '../../src/control/station-watch';
import { CentralSystem } from '../../src/csms/central-system';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { SimulatedClock } from '../../src/drivers/clock/simulated-clock';
import { ScriptedUpdates } from '../../src/drivers/mock/firmware-updates';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { Board } from '../../src/hal/board';
import type { Clock } from '../../src/hal/clock';
import type { UpdateInbox, UpdateTrust } from '../../src/hal/firmware-updates';
import type { Machine } from '../../src/hal/ports';
import type { JsonValue } from '../../src/hal/store';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import type { Updates } from '../../src/release/updates/updates';
import { benchOf } from '../../src/simulator/bench';
import { simulationControl } from '../../src/simulator/control';
import { beginSession } from '../../src/simulator/session/begin';
import { RecordedTransport, recordedControl } from '../../src/simulator/session/recording';
import { SimulatedSlots } from '../../src/simulator/simulated-slots';
import { Simulation, type SimulationOptions } from '../../src/simulator/simulation';
import { singleBoard } from '../../src/testing/boards';
import type { ListeningServer } from '../../src/web/listen';
import { startPageServer } from '../../src/web/page-server';
import { PasswordHasher } from '../../src/web/password';
import { startControlServer } from '../../src/web/server';
import { filesAt, type StaticFiles } from '../../src/web/static-files';
import { ScriptedMark, ScriptedNetwork } from '../support/scripted-network';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const chromiumPath = process.env.GREENUP_BROWSER ?? '/usr/bin/chromium';
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** `describe` where there is a browser; else it is skipped, with the reason, unless GREENUP_NEEDS_BROWSER is set. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(chromiumPath) || process.env.GREENUP_NEEDS_BROWSER) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`${name}: skipped, there is no ${chromiumPath} (GREENUP_BROWSER names another)\n`);
  describe.skip(name, tests);
}

/** With a new, empty profile. */
export function launch(): Promise<Browser> {
  const more = ['--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: chromiumPath, args: [...quiet, ...more] });
}

/** The files of the pages as the build makes them, bundled once for each state of their sources. */
export function pageFiles(): StaticFiles {
  const kept = join(root, 'node_modules', '.cache', `pages-${digestOfSources()}.json`);
  if (!existsSync(kept)) {
    const { writePages } = require('../../tools/pages.js') as { writePages(target: string): number };
    const own = `${kept}.${process.pid}`;
    if (writePages(own) !== 0) throw new Error('the pages cannot be bundled');
    renameSync(own, kept);
  }
  return filesAt(kept);
}

const root = join(__dirname, '..', '..');
/** What the bundle of the pages is made of, and what makes it. */
const sources = ['src', 'tools/pages.js', 'tools/bundle.js', 'package-lock.json'];

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
      : [path];
    for (const file of files.sort()) if (statSync(file).isFile()) hash.update(`${file}\n`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Such as a rig has: a cable, and no radio yet. */
const machine: Machine = {
  facts: async () => ({
    hostName: 'greenup',
    interfaces: [
      {
        name: 'eth0',
        mac: 'dc:a6:32:01:02:03',
        isUp: true,
        addresses: [
          { address: '192.0.2.7/24', by: 'given' },
          { address: '192.168.1.200/24', by: 'fixed' },
          { address: '2001:db8::dea6:32ff:fe01:203/64', by: 'given' },
        ],
      },
      { name: 'wlan0', mac: 'dc:a6:32:01:02:04', isUp: false, addresses: [] },
    ],
    gateways: ['192.0.2.1'],
    nameServers: ['192.0.2.1', '2001:db8::1'],
    timeZone: 'Europe/Paris',
    followsTimeServer: true,
  }),
};

/** What its pages may change of that machine, which nothing happens to. */
export function networkChangesOn(
  clock: Clock,
  network = new ScriptedNetwork({
    ...{ by: 'given', addresses: ['192.168.1.200/24'], router: null, nameServers: [], ownServersOnly: false },
  }),
): NetworkChanges {
  const log = { info: () => {}, warn: () => {} };
  return new NetworkChanges({ clock, network, mark: new ScriptedMark(), log });
}

/** Releases and updates that a test moves on. */
class FirmwareInBrowser {
  readonly updates = new ScriptedUpdates();
  readonly slots = new SimulatedSlots(memoryOf());
  trust: UpdateTrust = 'signed';
  /** What came as the file of a release. */
  readonly handed: string[] = [];
  /** Asked before a file is kept. */
  beforeKeep: () => Promise<void> = async () => {};

  get options(): Pick<SimulationOptions, 'slots' | 'updates'> {
    const inbox: UpdateInbox = {
      keep: async (_bytes, content) => {
        const text: string[] = [];
        for await (const portion of content) {
          await this.beforeKeep();
          text.push(Buffer.from(portion).toString('latin1'));
        }
        this.handed.push(text.join(''));
      },
    };
    const intake = { inbox, trust: async () => this.trust };
    // No release is on trial at the start, so that nothing has to prove itself.
    return {
      slots: this.slots,
      updates: { intake, updates: () => this.updates as unknown as Updates, prove: () => {} },
    };
  }
}

function memoryOf(): { load: () => JsonValue | undefined; save: (value: JsonValue) => void } {
  let kept: JsonValue | undefined;
  return {
    load: () => kept,
    save: (value) => {
      kept = structuredClone(value);
    },
  };
}

export class StationInBrowser {
  /** What the browser had to complain of: policies, scripts, failed requests. */
  readonly complaints: string[] = [];
  url = '';
  readonly benchUrl: string;

  private constructor(
    readonly simulation: Simulation,
    readonly central: CentralSystem,
    readonly centralUrl: string,
    readonly server: ListeningServer,
    readonly benchServer: ListeningServer,
    readonly firmware: FirmwareInBrowser,
  ) {
    this.url = `http://127.0.0.1:${server.port}/`;
    this.benchUrl = `http://127.0.0.1:${benchServer.port}/`;
  }

  /** Of a new station, without URL and UID. */
  static async start(
    board: Board,
    files: StaticFiles,
    configuration: Record<string, string> = {},
    stationClock: Clock = new RealClock({ unref: true }),
    networkChanges: NetworkChanges = networkChangesOn(new RealClock({ unref: true })),
  ): Promise<StationInBrowser> {
    const clock = new RealClock({ unref: true });
    const central = new CentralSystem();
    const { url } = await central.start();
    const store = new MemoryStore();
    const memory = memoryOf();
    const keys = { serverReconnectionTime: '1', ...configuration };
    // A session is kept on simulated time alone.
    const session =
      stationClock instanceof SimulatedClock
        ? beginSession({ board, clock: stationClock, memory, seed: 1, configuration: keys })
        : undefined;
    const transport = new WsTransport();
    const firmware = new FirmwareInBrowser();
    const simulation = await Simulation.start({
      board,
      clock: stationClock,
      openStore: async () => store,
      memory,
      transport: session ? new RecordedTransport(transport, session) : transport,
      log: { info: () => {}, warn: () => {} },
      configuration: keys,
      followCentralTime: () => true,
      onNotice: () => {},
      onWarning: () => {},
      onReset: () => {},
      restarts: false,
      ...firmware.options,
    });
    let benchUrl: string | undefined;
    const present = () => (simulation.isRunning ? simulation.running : undefined);
    const server = await startPageServer({
      station: pageStation(present, { bench: () => benchUrl, machine, networkChanges }),
      watch: stationWatch(present),
      files,
      clock,
      hasher: new PasswordHasher(1_024),
      host: '127.0.0.1',
      port: 0,
      onError: (error) => process.stderr.write(`${String(error)}\n`),
    });
    const bench = benchOf(simulation, `http://127.0.0.1:${server.port}/`);
    const played = simulationControl(simulation, { cutPower: () => {}, quit: () => {}, ...(session && { session }) });
    const control = session ? recordedControl(played, session) : played;
    const benchServer = await startControlServer(control, stationWatch(present), { port: 0 }, { bench, files, clock });
    benchUrl = `http://127.0.0.1:${benchServer.port}/`;
    return new StationInBrowser(simulation, central, url, server, benchServer, firmware);
  }

  watch(page: Page): void {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // The browser writes a line for each refusal as well: those are for the page to tell.
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) this.complaints.push(message.text());
    });
  }

  async end(): Promise<void> {
    await this.server.close();
    await this.benchServer.close();
    await this.simulation.stop();
    await this.central.stop();
  }
}

/** Logs in for the first time and chooses a password. */
export async function firstLogIn(page: Page, url: string, password = 'correct horse'): Promise<void> {
  await page.goto(url);
  await page.locator('[name=user], [name=current]').waitFor();
  if ((await page.locator('[name=user]').count()) > 0) {
    await page.locator('[name=user]').fill('admin');
    await page.locator('[name=password]').fill('admin');
    await page.keyboard.press('Enter');
  }
  await page.locator('[name=current]').fill('admin');
  await page.locator('[name=next]').fill(password);
  await page.locator('[name=again]').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('[name=url]').waitFor();
}

/** As somebody gets there who looks for it: by the menu, which a phone shows when it is asked to. */
export async function openPage(page: Page, hash: string): Promise<void> {
  const menu = page.locator('.rail .menu');
  if (await menu.isVisible()) await menu.click();
  await page.locator(`.rail a[href="${hash}"]`).click();
  await page.locator(`.rail a[href="${hash}"][aria-current=page]`).waitFor({ state: 'attached' });
}

/** What axe finds, and whether something runs over the edge. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return [...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), ...(wide ? ['runs over the edge'] : [])];
}

/** A picture of the page where GREENUP_SCREENSHOTS says so: of all of it, or of its upper part. */
export async function picture(page: Page, name: string, heightPx?: number): Promise<void> {
  const folder = process.env.GREENUP_SCREENSHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const width = page.viewportSize()?.width;
  const clip = heightPx !== undefined && width !== undefined ? { x: 0, y: 0, width, height: heightPx } : undefined;
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, ...(clip && { clip }) });
}

interface Opened {
  station: StationInBrowser;
  context: BrowserContext;
  page: Page;
}

/** A page of a new station with one charging point, at its place in the rail: somebody has just logged in for the first time. */
export async function openNew(
  browser: Browser,
  hash: string,
  {
    configuration,
    networkChanges,
    ...looker
  }: BrowserContextOptions & { configuration?: Record<string, string>; networkChanges?: NetworkChanges } = {},
): Promise<Opened> {
  const station = await StationInBrowser.start(singleBoard(), pageFiles(), configuration, undefined, networkChanges);
  const context = await browser.newContext({ locale: 'en-GB', ...looker });
  const page = await context.newPage();
  station.watch(page);
  await firstLogIn(page, station.url);
  await openPage(page, hash);
  return { station, context, page };
}

/** The browser must have had nothing to complain of. */
export async function endOf({ station, context }: Pick<Opened, 'station' | 'context'>): Promise<void> {
  await context.close();
  await station.end();
  expect(station.complaints).toEqual([]);
}
