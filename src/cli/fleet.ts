/** `greenup fleet`: many whole stations in one process, for a load test of a central system. */
import { InvalidArgumentError } from 'commander';
import type { FleetRunOptions } from '../simulator/fleet/run-options';
import { numberFrom, portMax } from './arguments';
import { type AddCommand, examples } from './command';

const stationsMax = 100_000;
const openingMax = 10_000;
const seedMax = 2 ** 32 - 1;
const shardsMax = 100_000;
const dayMs = 86_400_000;
const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: dayMs };

/** What stays open until the command is run. */
type GivenOptions = Omit<FleetRunOptions, 'forMs' | 'rampMs' | 'seed'> & { for?: number; ramp: number; seed?: number };

export const addFleet: AddCommand = (root, finish) => {
  root
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
    .requiredOption('--stations <n>', 'how many, on all machines together', numberFrom(1, stationsMax))
    .requiredOption('--csms <url>', 'central system, ws:// or wss://, without the identity')
    .option('--csms-ca <file>', "authorities in PEM to trust for wss, instead of the system's")
    .option('--id <pattern>', 'identities: a name with its first number in braces', 'CP{000001}')
    .option('--password-file <file>', 'passwords: a line for all, or a line for each; security profile 1, by wss 2')
    .option('--board <file>', 'board file of each (default: board/simulated-single-t2s.yaml of the program)')
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
    .action(async ({ for: forMs, ramp, seed, ...given }: GivenOptions) => {
      const { runFleet } = require('../simulator/fleet/process') as typeof import('../simulator/fleet/process');
      const chosen = seed ?? Math.floor(Math.random() * 1_000_000);
      finish(await runFleet({ ...given, forMs, rampMs: ramp, seed: chosen }));
    });
};

/** "90s", "10m", "2h": in ms. */
function duration(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(number) * (unitsMs[unit] ?? Number.NaN);
  if (ms <= 365 * dayMs) return Math.round(ms);
  throw new InvalidArgumentError('Must be a time such as 90s, 10m or 2h (ms, s, m, h, d; a year at most).');
}
