/** The routes of the bench page: its files, what there is, the live view, and the changes of the pilots. */
import type { Bench } from '../control/pages/bench';
import type { Clock } from '../hal/clock';
import { shape } from '../hal/shapes';
import type { Live } from './live';
import { liveRoute } from './live-route';
import { HttpRefusal } from './refusal';
import { type Access, asked, got, type Route } from './routes';
import { filesFor, type StaticFiles } from './static-files';

/** The page of the bench interface. */
export interface BenchPage {
  bench: Bench;
  files: StaticFiles;
  /** Of the machine: what is simulated faster is not looked at more often. */
  clock: Clock;
}

const who: readonly Access[] = ['bench'];

export function benchPageRoutes({ bench, files }: BenchPage, live: Live): Route[] {
  return [
    ...[...filesFor('bench', files)].map(([path, file]) =>
      got(path, who, 'A file of the bench page.', () => ({ file })),
    ),
    got('/bench', who, 'What there is at the bench: outlets, vehicles, cables, faults.', () => {
      const facts = bench.facts();
      if (!facts) throw new HttpRefusal(503, 'there is no station just now', { 'Retry-After': '1' });
      return { json: facts };
    }),
    liveRoute('/live', who, live, () => true),
    asked({
      path: '/pilots',
      who,
      summary: 'Changes of the pilots, as an oscilloscope would show them; of greater number than "after".',
      query: shape.Object({ after: shape.Optional(shape.Integer({ minimum: 0 })) }, { additionalProperties: false }),
      handle: ({ query: { after = 0 } }) => ({ json: bench.pilotSteps(after) }),
    }),
  ];
}
