/** The metrics of the program itself: its version and memory, and the delay of its loop once that is measured. */
import type { StationWatch } from '../../src/control/station-watch';
import type { LoopDelays } from '../../src/web/loop-delay';
import type { RouteRequest } from '../../src/web/routes';
import { watchRoutes } from '../../src/web/watch-routes';

const watch: StationWatch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };
const request: RouteRequest<unknown> = {
  body: {},
  query: {},
  caller: { access: ['bench'], address: '' },
  name: '',
  gone: new AbortController().signal,
};

async function metricsWith(delays: LoopDelays | undefined): Promise<string> {
  const row = watchRoutes(watch, { read: () => delays }).find(({ path }) => path === '/metrics');
  const answer = await row?.handle(request);
  return answer && 'text' in answer ? answer.text : '';
}

test('without a station there are those of the program, each with its unit', async () => {
  const text = await metricsWith(undefined);
  for (const name of [
    'greenup_process_uptime_seconds',
    'greenup_process_resident_memory_bytes',
    'greenup_process_heap_used_bytes',
    'greenup_process_cpu_seconds_total',
  ]) {
    expect(text).toMatch(new RegExp(`^${name} [\\d.]+$`, 'm'));
  }
  expect(text).toMatch(/^greenup_program_info\{version="[^"]+"\} 1$/m);
  expect(text).not.toContain('event_loop');
});

test('the delay of the loop is told in seconds once it is measured', async () => {
  const text = await metricsWith({ meanS: 0.001, p99S: 0.02, maxS: 0.5 });
  for (const [name, value] of [
    ['mean', '0.001'],
    ['p99', '0.02'],
    ['max', '0.5'],
  ]) {
    expect(text).toContain(`\ngreenup_event_loop_delay_${name}_seconds ${value}\n`);
  }
});
