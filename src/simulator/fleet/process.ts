/** The process of a fleet: it lives until its time is over or a signal comes, and ends with what it came to. */
import { join } from 'node:path';
import { SharedClock } from '../../drivers/clock/shared-clock';
import { SharedLevelStore } from '../../drivers/store/shared-level-store';
import type { Clock } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import { WsTransport } from '../../ocpp/link/ws-transport';
import { authoritiesOf } from '../../terminal/authorities';
import { endOfProcess } from '../../terminal/exit';
import { prepareStateDirectory } from '../../terminal/state-directory';
import { Fleet } from './fleet';
import { FleetLines } from './fleet-lines';
import { livesIn } from './fleet-lives';
import { shortagesOf, systemLimits } from './limits';
import { FleetMeasures } from './report/measures';
import { type FleetPlan, type FleetRunOptions, planOf } from './run-options';
import { loadTraffic } from './traffic/traffic-file';

const lookEveryMs = 1_000;

/** Resolves with the exit code when the fleet has ended. */
export async function runFleet(options: FleetRunOptions): Promise<number> {
  const plan = planOf(options, process.env);
  const ca = authoritiesOf(options.csmsCa);
  const traffic = options.traffic === undefined ? undefined : loadTraffic(options.traffic);
  const lines = new FleetLines(options.json);
  lookAtLimits(options, plan, lines);
  prepareStateDirectory(plan.state);
  // Before the first promise: a signal that comes meanwhile ends the fleet as any other.
  const ended = endOfProcess();
  const store = await SharedLevelStore.open(join(plan.state, 'store'));
  if (store.warning !== undefined) lines.warn(store.warning);
  const clock = new SharedClock();
  const { seed } = options;
  const measures = new FleetMeasures({
    ...{ clock, seed },
    stations: [plan.stations.first, plan.stations.last],
    members: () => fleet.members,
    ...(traffic ? { traffic: traffic.name } : {}),
  });
  const lives =
    traffic &&
    livesIn({
      traffic,
      board: plan.board,
      clock,
      seed,
      measures,
      calls: options.calls,
      warn: (line) => lines.warn(line),
    });
  const fleet: Fleet = new Fleet({
    ...{ board: plan.board, clock, seed, csms: options.csms, stations: plan.stations },
    ...{ identityOf: plan.identityOf, configurationOf: plan.configurationOf },
    rampMs: options.rampMs,
    openingMax: options.opening,
    storeOf: (identity) => store.store(identity),
    transport: new WsTransport({ ca, tell: (line) => lines.warnOnce(line) }),
    ...(lives ? { aroundGate: lives.aroundGate, onStarted: lives.begin } : {}),
    aroundNetwork: (index, network) => measures.watching(index, network),
    onNotice: (index, notice) => measures.notice(index, notice),
    onWarning: ({ identity }, message) => lines.warnOf(identity, message),
  });
  lines.introduce(plan, options);
  const begun = fleet.start().then(() => lines.started(fleet));
  const endLooking = everySecond(clock, () => lines.look(measures.look(), measures, fleet));
  await Promise.race([ended, timeOver(clock, options.forMs)]);
  lives?.end();
  const report = measures.report();
  endLooking();
  await fleet.stop();
  await begun;
  await store.close();
  return lines.finish(report, plan, options);
}

/** Throws `config.invalid` before anything is started, with a line for each limit that is too low. */
function lookAtLimits({ anyway }: FleetRunOptions, { stations }: FleetPlan, lines: FleetLines): void {
  const shortages = shortagesOf(stations.last - stations.first + 1, systemLimits());
  if (anyway) for (const line of shortages) lines.warn(line);
  else if (shortages.length > 0)
    throw new GreenupError('config.invalid', `${shortages.join('\n')}\n--anyway starts it nevertheless`);
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
