/** `greenup status`: what goes on at a running station, once or again and again. */

import { statusPage } from '../simulator/status-page';
import { exitCodes } from '../terminal/exit';
import { paintFor } from '../terminal/words';
import { BenchClient, type BenchStatus } from './bench-client';

export interface StatusOptions {
  port?: number | undefined;
  state?: string | undefined;
  json?: boolean | undefined;
  watch?: boolean | undefined;
}

const watch_interval_ms = 1_000;
const misses_max = 3;
const clearScreen = '\u001b[2J\u001b[H';

export async function showStatus(options: StatusOptions): Promise<number> {
  for (let shown = '', misses = 0; ; ) {
    let page = shown;
    try {
      page = pageOf(await BenchClient.find(options).status(), options);
      misses = 0;
    } catch (error) {
      misses += 1;
      // At a power cut nobody answers for a moment.
      if (shown === '' || misses > misses_max) throw error;
    }
    const onScreen = options.watch === true && process.stdout.isTTY && !options.json;
    if (page !== shown) process.stdout.write(onScreen ? `${clearScreen}${page}` : page);
    shown = page;
    if (!options.watch) return exitCodes.ok;
    await new Promise((resolve) => setTimeout(resolve, watch_interval_ms));
  }
}

function pageOf(status: BenchStatus, { json }: StatusOptions): string {
  if (json) return `${JSON.stringify(status)}\n`;
  if (status.power === 'off') return 'the power is off; "greenup power on" brings it back\n';
  return statusPage(status, paintFor(process.stdout));
}
