/** Which part of a fleet a process runs: what says so, in which order, and that the parts are the whole. */
import fc from 'fast-check';
import { shardOf, stationsOf } from '../../../src/simulator/fleet/shard';

const array = (id: number, min: number, max: number, count: number, step = 1) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_COUNT: String(count),
  SLURM_ARRAY_TASK_STEP: String(step),
});
const step = (rank: number, count: number) => ({ SLURM_PROCID: String(rank), SLURM_STEP_NUM_TASKS: String(count) });
const mpi = (rank: number, count: number) => ({
  OMPI_COMM_WORLD_RANK: String(rank),
  OMPI_COMM_WORLD_SIZE: String(count),
});
const kubernetes = (index: number) => ({ JOB_COMPLETION_INDEX: String(index) });

test.each([
  ['nothing', {}, {}, '1/1'],
  ['--shard', { shard: '3/8' }, {}, '3/8'],
  ['--shard before Slurm', { shard: '3/8' }, { ...array(1, 0, 3, 4), ...step(1, 2) }, '3/8'],
  ['--shard 1/1 against all that is set', { shard: '1/1' }, { ...array(1, 0, 3, 4), ...kubernetes(2) }, '1/1'],
  ['an array from 0', {}, array(0, 0, 3, 4), '1/4'],
  ['an array from 1', {}, array(4, 1, 4, 4), '4/4'],
  ['an array that goes on at 100', {}, array(102, 100, 103, 4), '3/4'],
  ['an array with steps', {}, array(5, 1, 7, 4, 2), '3/4'],
  ['processes of a step', {}, step(0, 16), '1/16'],
  ['an array whose tasks are steps of processes', {}, { ...array(2, 0, 3, 4), ...step(1, 2) }, '6/8'],
  ['a batch script, which is one process of those to come', {}, { SLURM_PROCID: '0', SLURM_NTASKS: '8' }, '1/1'],
  ['Slurm before Open MPI', {}, { ...step(1, 2), ...mpi(0, 4) }, '2/2'],
  ['Open MPI', {}, mpi(3, 4), '4/4'],
  ['Open MPI before Kubernetes', { shards: 4 }, { ...mpi(0, 4), ...kubernetes(3) }, '1/4'],
  ['Kubernetes', { shards: 5 }, kubernetes(0), '1/5'],
  ['the last of Kubernetes', { shards: 5 }, kubernetes(4), '5/5'],
  ['--shards that say the same', { shards: 8, shard: '2/8' }, {}, '2/8'],
  ['--shards 1 alone', { shards: 1 }, {}, '1/1'],
  ['what is set to nothing', {}, { SLURM_ARRAY_TASK_ID: '', JOB_COMPLETION_INDEX: '' }, '1/1'],
])('%s', (_, options, environment, expected) => {
  const { index, count } = shardOf(options, environment);
  expect(`${index}/${count}`).toBe(expected);
});

test.each([
  ['a shard beyond the last', { shard: '9/8' }, {}, /--shard 9\/8: valid is .*1\/8 to 8\/8/],
  ['a shard 0', { shard: '0/8' }, {}, /--shard 0\/8/],
  ['words', { shard: 'three of eight' }, {}, /--shard three of eight/],
  ['--shards of which nobody knows the own', { shards: 8 }, {}, /JOB_COMPLETION_INDEX; use --shard 1\/8/],
  ['an index of Kubernetes without a total', {}, kubernetes(2), /JOB_COMPLETION_INDEX .*--shards/],
  ['an index beyond the total', { shards: 2 }, kubernetes(2), /JOB_COMPLETION_INDEX 2: --shards 2 has 0 to 1/],
  ['two that disagree', { shards: 4 }, step(1, 2), /--shards 4: Slurm says that there are 2/],
  ['a list of tasks', {}, array(4, 1, 9, 3), /task 4 of a Slurm array .*--array=0-2/],
  ['an uneven step', {}, array(2, 1, 7, 4, 2), /task 2 of a Slurm array/],
  ['an array without its count', {}, { SLURM_ARRAY_TASK_ID: '1' }, /SLURM_ARRAY_TASK_COUNT/],
  ['a rank beyond its count', {}, mpi(4, 4), /OMPI_COMM_WORLD_RANK 4: .*0 to 3/],
  ['no number', {}, { ...step(1, 2), SLURM_PROCID: 'x' }, /SLURM_PROCID "x"/],
])('%s is refused, with what is valid', (_, options, environment, message) => {
  expect(() => shardOf(options, environment)).toThrow(message);
});

test('the shards of a fleet are its stations, each once, and differ by one at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 64 }), (stations, count) => {
      let next = 1;
      const sizes: number[] = [];
      for (let index = 1; index <= count; index += 1) {
        const { first, last } = stationsOf({ index, count, from: '' }, stations);
        expect(first).toBe(next);
        next = last + 1;
        sizes.push(last - first + 1);
      }
      expect(next).toBe(stations + 1);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});
