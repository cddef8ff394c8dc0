/** The routes for a monitoring system: whether the station is well, and its metrics. */
import { counter, gauge, type Metric, one, type StationWatch } from '../control/station-watch';
import { programVersion } from '../hal/program-version';
import type { LoopDelay } from './loop-delay';
import { prometheusText, prometheusType } from './prometheus';
import { HttpRefusal } from './refusal';
import { got, type Route } from './routes';

export function watchRoutes(watch: StationWatch, loopDelay: Pick<LoopDelay, 'read'>): Route[] {
  return [
    got('/healthz', ['bench', 'anyone'], 'Whether the station runs and its safety loop is heard; else 503.', () => {
      const why = watch.whyUnwell();
      if (why !== undefined) throw new HttpRefusal(503, why);
      return { json: { ok: true } };
    }),
    got(
      '/metrics',
      ['bench', 'metrics', 'session'],
      'Numbers of the station, for Prometheus (text format 0.0.4).',
      () => ({
        text: prometheusText([...watch.metrics(), ...processMetrics(loopDelay)]),
        type: prometheusType,
      }),
    ),
  ];
}

function processMetrics(loopDelay: Pick<LoopDelay, 'read'>): Metric[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const delays = loopDelay.read();
  const since = 'since it was asked for last';
  return [
    gauge('greenup_program_info', 'Always 1; the version of the program.', [
      { labels: { version: programVersion }, value: 1 },
    ]),
    gauge('greenup_process_uptime_seconds', 'How long the program runs.', one(process.uptime())),
    gauge('greenup_process_resident_memory_bytes', 'Memory of the process.', one(rss)),
    gauge('greenup_process_heap_used_bytes', "Memory of the main thread's objects.", one(heapUsed)),
    counter('greenup_process_cpu_seconds_total', 'Processor time of all threads.', one((user + system) / 1e6)),
    ...(delays
      ? [
          gauge('greenup_event_loop_delay_mean_seconds', `Of the main thread, ${since}.`, one(delays.meanS)),
          gauge('greenup_event_loop_delay_p99_seconds', `Of the main thread, ${since}.`, one(delays.p99S)),
          gauge('greenup_event_loop_delay_max_seconds', `Of the main thread, ${since}.`, one(delays.maxS)),
        ]
      : []),
  ];
}
