/** The process of a fleet: it lives until its time is over or a signal comes, and ends with what it came to. */
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { SharedClock } from '../../drivers/clock/shared-clock';
import { SharedLevelStore } from '../../drivers/store/shared-level-store';
import type { Clock } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import { WsTransport } from '../../ocpp/link/ws-transport';
import { endOfProcess } from '../../terminal/exit';
import { prepareStateDirectory } from '../../terminal/state-directory';
import { Fleet } from './fleet';
import { livesIn } from './fleet-lives';
import { FleetOutput } from './fleet-output';
import type { FleetWarnings } from './fleet-warnings';
import { shortagesOf, systemLimits } from './limits';
import { serveMetrics } from './metrics-server';
import { LiveViews, liveMetrics } from './report/live';
import { FleetMeasures } from './report/measures';
import { loadThresholds, usualRules } from './report/thresholds';
import { type FleetPlan, type FleetRunOptions, planOf } from './run-options';
import { loadTraffic } from './traffic/traffic-file';

const lookEveryMs = 1_000;

/**
 * V8 lets a heap of this size grow to twice what lives before it collects, and a start leaves as much garbage as what stays. So
 * it collects more often; what that costs is small beside the starts themselves.
 */
const heapGrowthFlag = '--heap-growing-percent=20';

/** Resolves with the exit code when the fleet has ended. */
export async function runFleet(options: FleetRunOptions): Promise<number> {
  setFlagsFromString(heapGrowthFlag);
  const plan = planOf(options, process.env);
  const traffic = options.traffic === undefined ? undefined : loadTraffic(options.traffic);
  const rules = options.thresholds === undefined ? usualRules : loadThresholds(options.thresholds);
  const output = new FleetOutput(options.json);
  const { warnings } = output;
  lookAtLimits(options, plan, warnings);
  prepareStateDirectory(plan.state);
  // Before the first promise: a signal that comes meanwhile ends the fleet as any other.
  const ended = endOfProcess();
  const store = await SharedLevelStore.open(join(plan.state, 'store'));
  if (store.warning !== undefined) warnings.of(store.warning);
  const clock = new SharedClock();
  const { seed } = options;
  const measures = new FleetMeasures({
    ...{ clock, seed },
    stations: [plan.stations.first, plan.stations.last],
    members: () => fleet.members,
    ...(traffic ? { traffic: traffic.name } : {}),
  });
  const warn = (line: string): void => warnings.of(line);
  const lives =
    traffic && livesIn({ ...{ traffic, board: plan.board, clock, seed, measures, warn }, calls: options.calls });
  const fleet: Fleet = new Fleet({
    ...{ clock, seed, csms: options.csms, rampMs: options.rampMs, openingMax: options.opening },
    ...plan,
    storeOf: (identity) => store.store(identity),
    transport: new WsTransport({ ca: plan.ca, tell: warn }),
    ...(lives ? { aroundGate: lives.aroundGate, onStarted: lives.begin } : {}),
    aroundNetwork: (index, network) => measures.watching(index, network),
    onNotice: (index, notice) => {
      measures.notice(index, notice);
      // The report counts kinds; who looks for a cause wants the words.
      if (notice.kind === 'connectionChanged' && notice.connection === 'unreachable')
        warnings.ofStation(plan.identityOf(index), notice.reason);
    },
    onWarning: ({ identity }, message) => warnings.ofStation(identity, message),
  });
  const looking = await lookOn(options, output, clock, measures);
  output.introduce(plan, options);
  const begun = fleet.start().then(() => output.started(fleet));
  await Promise.race([ended, timeOver(clock, options.forMs)]);
  lives?.end();
  // Before the stations end, for they know what waits.
  const report = measures.report();
  looking.end();
  output.ending();
  await fleet.stop();
  await begun;
  await store.close();
  return output.finish(report, rules, plan.report);
}

/** Throws `config.invalid` before anything is started, with a line for each limit that is too low. */
function lookAtLimits({ anyway }: FleetRunOptions, { stations }: FleetPlan, warnings: FleetWarnings): void {
  const shortages = shortagesOf(stations.last - stations.first + 1, systemLimits());
  if (anyway) for (const line of shortages) warnings.of(line);
  else if (shortages.length > 0)
    throw new GreenupError('config.invalid', `${shortages.join('\n')}\n--anyway starts it nevertheless`);
}

/** Each second on the screen, and for who asks in between. */
async function lookOn(
  { metricsPort }: FleetRunOptions,
  output: FleetOutput,
  clock: Clock,
  measures: FleetMeasures,
): Promise<{ end(): void }> {
  const views = new LiveViews(measures, clock);
  let last = views.next();
  const server = metricsPort === undefined ? undefined : await serveMetrics(metricsPort, () => liveMetrics(last));
  if (server) output.serves(server.port);
  const endLooking = everySecond(clock, () => {
    last = views.next();
    output.look(last);
  });
  return {
    end: () => {
      endLooking();
      server?.close();
    },
  };
}

function timeOver(clock: Clock, ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (ms !== undefined) clock.at(clock.now() + ms, resolve);
  });
}

/** What it returns ends that. */
function everySecond(clock: Clock, look: () => void): () => void {
  let cancel = (): void => {};
  const again = (): void => {
    cancel = clock.at(clock.now() + lookEveryMs, () => {
      look();
      again();
    });
  };
  again();
  return () => cancel();
}
