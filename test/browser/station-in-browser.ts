/** A simulated station with its pages and a central system, on the machine's own time, and Chromium to look at it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageStation } from '../../src/control/pages/page-station';
import { CentralSystem } from '../../src/csms/central-system';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { SimulatedClock } from '../../src/drivers/clock/simulated-clock';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { Board } from '../../src/hal/board';
import type { Clock } from '../../src/hal/clock';
import type { JsonValue } from '../../src/hal/store';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import { benchOf } from '../../src/simulator/bench';
import { simulationControl } from '../../src/simulator/control';
import { beginSession } from '../../src/simulator/session/begin';
import { RecordedTransport, recordedControl } from '../../src/simulator/session/recording';
import { Simulation } from '../../src/simulator/simulation';
import type { ListeningServer } from '../../src/web/listen';
import { startPageServer } from '../../src/web/page-server';
import { PasswordHasher } from '../../src/web/password';
import { startControlServer } from '../../src/web/server';
import type { StaticFiles } from '../../src/web/static-files';

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

/** The files of the pages as the build makes them. */
export function pageFiles(): StaticFiles {
  const { writePages } = require('../../tools/pages.js') as { writePages(target: string): number };
  const folder = mkdtempSync(join(tmpdir(), 'greenup-pages-'));
  try {
    const target = join(folder, 'pages.json');
    if (writePages(target) !== 0) throw new Error('the pages cannot be bundled');
    const files = JSON.parse(readFileSync(target, 'utf8')) as Record<
      'path' | 'type' | 'etag' | 'bytes' | 'brotli',
      string
    >[];
    const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
    return new Map(files.map((file) => [file.path, { ...file, bytes: bytes(file.bytes), brotli: bytes(file.brotli) }]));
  } finally {
    rmSync(folder, { recursive: true });
  }
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
  ): Promise<StationInBrowser> {
    const clock = new RealClock({ unref: true });
    const central = new CentralSystem();
    const { url } = await central.start();
    const store = new MemoryStore();
    let world: JsonValue | undefined;
    const memory = {
      load: () => world,
      save: (value: JsonValue) => {
        world = structuredClone(value);
      },
    };
    const keys = { serverReconnectionTime: '1', ...configuration };
    // A session is kept on simulated time alone.
    const session =
      stationClock instanceof SimulatedClock
        ? beginSession({ board, clock: stationClock, memory, seed: 1, configuration: keys })
        : undefined;
    const transport = new WsTransport();
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
    });
    let benchUrl: string | undefined;
    const server = await startPageServer({
      station: pageStation(
        () => (simulation.isRunning ? simulation.running : undefined),
        () => benchUrl,
      ),
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
    const benchServer = await startControlServer(control, { port: 0 }, { bench, files, clock });
    benchUrl = `http://127.0.0.1:${benchServer.port}/`;
    return new StationInBrowser(simulation, central, url, server, benchServer);
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
