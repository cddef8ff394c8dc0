/** `greenup fleet`: many whole stations in one process, for a load test of a central system. */
import { type Command, InvalidArgumentError } from 'commander';
import { GreenupError } from '../hal/errors';
import type { MergeOptions } from '../simulator/fleet/merge-command';
import type { FleetRunOptions } from '../simulator/fleet/run-options';
import { ExitError, exitCodes } from '../terminal/exit';
import { numberFrom, portMax } from './arguments';
import { type AddCommand, examples } from './command';

const stationsMax = 100_000;
const openingMax = 10_000;
const seedMax = 2 ** 32 - 1;
const shardsMax = 100_000;
const dayMs = 86_400_000;
const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: dayMs };

/** Seeds that are made here have this many values, so that they are easily typed. */
const seedsMax = 1_000_000;

/** What stays open until the command is run. */
type GivenOptions = Omit<FleetRunOptions, 'forMs' | 'rampMs' | 'seed' | 'stations' | 'csms'> & {
  stations?: number;
  csms?: string;
  for?: number;
  ramp: number;
  seed?: number;
};

export const addFleet: AddCommand = (root, finish) => {
  const fleet = root
    .command('fleet')
    .description('runs thousands of whole stations in one process, for a load test of a central system')
    .addHelpText(
      'before',
      examples([
        ['greenup fleet --stations 500 --csms ws://localhost:9000/ocpp', '500 stations at rest, until Ctrl-C'],
        [
          'greenup fleet --stations 500 --csms ws://localhost:9000/ocpp --traffic workplace --for 10m',
          'people come and charge',
        ],
        ['greenup fleet --stations 10000 --shard 3/8 …', 'the third part of 10000, on the third of eight machines'],
        ['greenup fleet merge DIR/*/report.json', 'the reports of all parts as one'],
      ]),
    )
    .option('--stations <n>', 'how many, on all machines together', numberFrom(1, stationsMax))
    .option('--csms <url>', 'central system, ws:// or wss://, without the identity')
    .option('--csms-ca <file>', "authorities in PEM to trust for wss, instead of the system's")
    .option('--id <pattern>', 'identities: a name with its first number in braces', 'CP{000001}')
    .option('--password-file <file>', 'passwords: a line for all, or a line for each; security profile 1, by wss 2')
    .option('--certificates <dir>', 'certificate and key of each, or an authority that makes them; security profile 3')
    .option('--board <file>', 'board file of each (default: board/simulated-single-t2s.yaml of the program)')
    .option('--config <key=value>', 'a configuration key of each for its first start; may be repeated', collected, [])
    .option('--traffic <file>', 'who comes to charge, and what the network does: a file, or a name such as workplace')
    .option('--calls <url>', 'where the central system takes orders for its stations, for charges by app')
    .option('--seed <n>', 'makes lives and jitter repeatable (default: random, and shown)', numberFrom(0, seedMax))
    .option('--for <time>', 'ends after this, such as 10m (default: at Ctrl-C)', duration)
    .option('--ramp <time>', 'the starts are spread over this', duration, 60_000)
    .option('--opening <n>', 'links that are being opened at once', numberFrom(1, openingMax), 200)
    .option('--state <dir>', 'directory of what outlives the process', '.greenup/fleet')
    .option('--json', 'JSON events, one a line, instead of words', false)
    .option('--metrics-port <n>', 'port on 127.0.0.1 at which /metrics is served', numberFrom(0, portMax))
    .option('--report <dir>', 'directory for the report at the end')
    .option('--thresholds <file>', 'what the report is judged by; exit code 1 where it is not kept')
    .option('--shard <i/n>', 'which part this is (default: as Slurm, Open MPI or Kubernetes say)')
    .option(
      '--shards <n>',
      'how many parts there are, where only JOB_COMPLETION_INDEX is set',
      numberFrom(1, shardsMax),
    )
    .option('--anyway', "starts although the system's limits are too low", false)
    .action(async ({ for: forMs, ramp, seed, stations, csms, ...given }: GivenOptions, command: Command) => {
      // Not required of commander, which would ask them of `merge`, too.
      if (stations === undefined) return command.error("required option '--stations <n>' not specified");
      if (csms === undefined) return command.error("required option '--csms <url>' not specified");
      const { runFleet } = require('../simulator/fleet/process') as typeof import('../simulator/fleet/process');
      const chosen = seed ?? Math.floor(Math.random() * seedsMax);
      finish(await judged(() => runFleet({ ...given, stations, csms, forMs, rampMs: ramp, seed: chosen })));
    });
  fleet
    .command('merge')
    .description('joins the reports of the parts of a fleet into one, and judges it')
    .argument('<reports...>', 'files report.json of the parts')
    .option('--report <dir>', 'directory for the report of all')
    .option('--thresholds <file>', 'what it is judged by; exit code 1 where it is not kept')
    .option('--json', 'the report as JSON', false)
    .action(async (reports: string[], _given: object, command: Command) => {
      const { mergeFleetReports } =
        require('../simulator/fleet/merge-command') as typeof import('../simulator/fleet/merge-command');
      // The command above it knows options of the same names, and takes them wherever they stand.
      finish(await judged(async () => mergeFleetReports(reports, command.optsWithGlobals<MergeOptions>())));
    });
};

/** Exit code 1 is the verdict on a central system: what was wrong with the question has another one. */
async function judged(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GreenupError && error.code === 'config.invalid')
      throw new ExitError(exitCodes.usage, error.message);
    throw error;
  }
}

function collected(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

/** "90s", "10m", "2h": in ms. */
function duration(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(number) * (unitsMs[unit] ?? Number.NaN);
  if (ms <= 365 * dayMs) return Math.round(ms);
  throw new InvalidArgumentError('Must be a time such as 90s, 10m or 2h (ms, s, m, h, d; a year at most).');
}
