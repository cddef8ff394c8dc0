/** Which part of a fleet this process runs: as it was told, or as the batch system says that has started many of it. */
import { GreenupError } from '../../hal/errors';

export interface Shard {
  /** From 1. */
  index: number;
  count: number;
  /** Where that is from, for people. */
  from: string;
}

export interface ShardOptions {
  /** `--shard`, such as 3/8. */
  shard?: string | undefined;
  /** `--shards`: how many there are, where the batch system tells only which one this is. */
  shards?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A rank from 0, of so many. */
interface Rank {
  rank: number;
  count: number;
}

const shardPattern = /^(\d{1,6})\/(\d{1,6})$/;

/**
 * The first of these that is there: `--shard`; Slurm's array of jobs, and in each of its tasks the processes of `srun`; the
 * rank of Open MPI; the index of an indexed job of Kubernetes with `--shards`. Else the whole fleet. Throws `config.invalid`
 * for what cannot be, and where `--shards` contradicts what is there: two shards that overlap would be worse than none.
 */
export function shardOf(options: ShardOptions, environment: Environment): Shard {
  const told = options.shard === undefined ? undefined : toldShard(options.shard);
  const shard = told ?? ofSlurm(environment) ?? ofOpenMpi(environment) ?? ofKubernetes(options, environment);
  const { shards } = options;
  if (shard === undefined) {
    if (shards === undefined || shards === 1) return { index: 1, count: 1, from: 'one process' };
    throw invalid(
      `--shards ${shards}: nothing says which of them this is: neither Slurm, nor Open MPI, nor JOB_COMPLETION_INDEX; use --shard 1/${shards}`,
    );
  }
  if (shards !== undefined && shards !== shard.count)
    throw invalid(`--shards ${shards}: ${shard.from} says that there are ${shard.count}`);
  return shard;
}

/** The stations of a shard: their global indices from `first` to `last`, which is one less where it has none. */
export function stationsOf({ index, count }: Shard, stations: number): { first: number; last: number } {
  return { first: Math.floor(((index - 1) * stations) / count) + 1, last: Math.floor((index * stations) / count) };
}

function toldShard(text: string): Shard {
  const [, index = '', count = ''] = shardPattern.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count), from: '--shard' };
  if (index === '' || shard.index < 1 || shard.index > shard.count)
    throw invalid(`--shard ${text}: valid is NUMBER/COUNT, such as 1/8 to 8/8`);
  return shard;
}

/** An array of jobs and the processes of a step are two ranks, of which the second counts faster. */
function ofSlurm(environment: Environment): Shard | undefined {
  const task = ofArray(environment);
  const process = rankIn(environment, 'SLURM_PROCID', 'SLURM_STEP_NUM_TASKS');
  if (task === undefined && process === undefined) return undefined;
  const outer = task ?? { rank: 0, count: 1 };
  const inner = process ?? { rank: 0, count: 1 };
  return {
    index: outer.rank * inner.count + inner.rank + 1,
    count: outer.count * inner.count,
    from: 'Slurm',
  };
}

/** `--array=1-15:2` has the tasks 1, 3, 5 …; a list such as `--array=1,4,9` has no order that a task could know. */
function ofArray(environment: Environment): Rank | undefined {
  const id = numberIn(environment, 'SLURM_ARRAY_TASK_ID');
  if (id === undefined) return undefined;
  const [count, min, max] = ['COUNT', 'MIN', 'MAX'].map((name) => numberIn(environment, `SLURM_ARRAY_TASK_${name}`));
  const step = numberIn(environment, 'SLURM_ARRAY_TASK_STEP') ?? 1;
  if (count === undefined || min === undefined || count < 1 || step < 1)
    throw invalid(
      'SLURM_ARRAY_TASK_ID is set, and SLURM_ARRAY_TASK_COUNT and SLURM_ARRAY_TASK_MIN are not: use --shard',
    );
  const rank = (id - min) / step;
  const isRegular = max === undefined || (max - min) / step === count - 1;
  if (!Number.isInteger(rank) || rank < 0 || rank >= count || !isRegular)
    throw invalid(
      `task ${id} of a Slurm array that is no row of ${count} from ${min}: use --array=0-${count - 1}, or --shard`,
    );
  return { rank, count };
}

function ofOpenMpi(environment: Environment): Shard | undefined {
  const found = rankIn(environment, 'OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE');
  return found && { index: found.rank + 1, count: found.count, from: 'Open MPI' };
}

function ofKubernetes({ shards }: ShardOptions, environment: Environment): Shard | undefined {
  const index = numberIn(environment, 'JOB_COMPLETION_INDEX');
  if (index === undefined) return undefined;
  if (shards === undefined)
    throw invalid(
      'JOB_COMPLETION_INDEX is set, and says not how many there are: give the completions of the job as --shards, or --shard 1/1 for the whole fleet',
    );
  if (index >= shards) throw invalid(`JOB_COMPLETION_INDEX ${index}: --shards ${shards} has 0 to ${shards - 1}`);
  return { index: index + 1, count: shards, from: 'JOB_COMPLETION_INDEX' };
}

/** Undefined where one of the two is not there: a batch script of Slurm has a rank and is no process of a step. */
function rankIn(environment: Environment, rankName: string, countName: string): Rank | undefined {
  const rank = numberIn(environment, rankName);
  const count = numberIn(environment, countName);
  if (rank === undefined || count === undefined) return undefined;
  if (rank >= count) throw invalid(`${rankName} ${rank}: ${countName} ${count} has 0 to ${count - 1}; use --shard`);
  return { rank, count };
}

function numberIn(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`${name} ${JSON.stringify(text)}: is no number; use --shard`);
  return Number(text);
}

function invalid(message: string): GreenupError {
  return new GreenupError('config.invalid', message);
}
