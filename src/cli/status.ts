/** `greenup status`: what goes on at a running station, once or again and again. */

import type { PowerOffView, StationView } from '../station/view';
import { paintFor } from '../terminal/colour';
import { exitCodes } from '../terminal/exit';
import { statusPage } from '../terminal/status-page';
import { type AddCommand, type StationOption, withStation } from './command';
import { StationClient } from './station-client';

interface StatusOptions extends StationOption {
  json?: boolean;
  watch?: boolean;
}

const watchIntervalMs = 1_000;
const missesMax = 3;
const clearScreen = '\u001b[2J\u001b[H';

export const addStatus: AddCommand = (root, finish) => {
  const status = root
    .command('status')
    .description('tells what goes on: status, limits, transaction, connection; in simulation also what is true')
    .option('--json', 'as JSON')
    .option('--watch', 'again each second, until Ctrl-C');
  withStation(status).action(async (options: StatusOptions) => finish(await showStatus(options)));
};

async function showStatus(options: StatusOptions): Promise<number> {
  for (let shown = '', misses = 0; ; ) {
    let page = shown;
    try {
      page = pageOf(await StationClient.find(options).view(), options);
      misses = 0;
    } catch (error) {
      misses += 1;
      // At a power cut nobody answers for a moment.
      if (shown === '' || misses > missesMax) throw error;
    }
    const onScreen = options.watch === true && process.stdout.isTTY && !options.json;
    if (page !== shown) process.stdout.write(onScreen ? `${clearScreen}${page}` : page);
    shown = page;
    if (!options.watch) return exitCodes.ok;
    await new Promise((resolve) => setTimeout(resolve, watchIntervalMs));
  }
}

function pageOf(view: StationView | PowerOffView, { json }: StatusOptions): string {
  if (json) return `${JSON.stringify(view)}\n`;
  if (view.power === 'off') return 'the power is off; "greenup power on" brings it back\n';
  return statusPage(view, paintFor(process.stdout));
}
