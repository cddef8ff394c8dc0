/** The page of the bench interface of a simulated station, with and without power. */
import type { Bench } from '../control/pages/bench';
import { RealClock } from '../drivers/clock/real-clock';
import type { BenchPage } from '../web/bench-page-routes';

/** What the page sees while the power is off: somebody else answers in the station's place. */
export const powerlessBench: Bench = {
  view: () => ({ power: 'off' }),
  facts: () => null,
  pilotSteps: () => ({ log: '', lastNumber: 0, steps: [] }),
};

/** undefined where there are to be no pages, or where they were not built, which who starts the others tells. */
export function benchPage(bench: Bench, { noWeb }: { noWeb: boolean }): BenchPage | undefined {
  if (noWeb) return undefined;
  const { builtFiles } = require('../web/static-files') as typeof import('../web/static-files');
  try {
    return { bench, files: builtFiles(), clock: new RealClock({ unref: true }) };
  } catch {
    return undefined;
  }
}
