/** The report of a fleet in a real browser: a file that needs nothing else, for bright and dark, wide and narrow screens. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { judge, ruleOf } from '../../src/simulator/fleet/report/thresholds';
import { writeReport } from '../../src/simulator/fleet/report/write-report';
import { answersOf, beganMs, reportWith, timesOf } from '../simulator/fleet/report/sample-report';
import { describeInBrowser, findings, launch, picture } from './station-in-browser';

const slots = Array.from({ length: 200 }, (_, slot) => ({
  ...{ atMs: beganMs + 4_000 * slot, times: timesOf([30 + slot, 40 * (1 + (slot % 20))]) },
  ...{
    connectedMs: slot < 20 ? 20_000 * slot : 400_000,
    chargingMs: 1_000 * slot,
    waitingMs: slot % 50 === 0 ? 9_000 : 0,
  },
  ...{ sent: 40 + (slot % 9), received: 38 + (slot % 7), errors: slot % 30 === 0 ? 3 : 0 },
}));
const report = reportWith({
  central: { StartTransaction: answersOf([20, 30, 800]), MeterValues: answersOf([1, 2, 3, 5_000], { unanswered: 2 }) },
  errors: { 'timeout: MeterValues': 2, 'notConnected: refused': 9 },
  acts: { 'arrive: done': 120, 'showCard: done': 110 },
  ledger: { started: 3, startsTold: 3, stopped: 2, stopsTold: 2, energyWh: 24_680, energyToldWh: 24_679 },
  timeline: { widthMs: 4_000, slots },
  untilMs: beganMs + 800_000,
  frames: { sent: 8_700, received: 8_300, sentCharacters: 1, receivedCharacters: 1 },
});

describeInBrowser('the report of a fleet', () => {
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    browser = await launch();
    const directory = mkdtempSync(join(tmpdir(), 'greenup-fleet-report-'));
    writeReport(directory, report, judge(['p95 of StartTransaction < 500 ms', '0 lost'].map(ruleOf), report));
    url = pathToFileURL(join(directory, 'report.html')).href;
  });

  afterAll(() => browser?.close());

  test.each([
    ['light', 1240],
    ['dark', 1240],
    ['light', 390],
  ] as const)('%s, %i pixels wide: everybody can read it, nothing runs over the edge, nothing is fetched', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const [fetched, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => fetched.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(url);
    await page.getByRole('heading', { name: '1 of 2 rules are not kept' }).waitFor();
    expect(await page.getByRole('img').count()).toBe(5);
    await picture(page, `fleet-report-${colorScheme}-${width}`, 2_400);
    expect(await findings(page)).toEqual([]);
    expect(fetched).toEqual([url]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
