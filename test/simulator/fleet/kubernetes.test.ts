/** The job for Kubernetes: as the types of its interface want it, with options that the command has, and with one number of parts. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Job } from 'kubernetes-types/batch/v1';
import ts from 'typescript';
import { parse } from 'yaml';
import { program } from '../../../src/cli/program';
import { shardOf } from '../../../src/simulator/fleet/shard';

const text = readFileSync('docs/examples/fleet/indexed-job.yaml', 'utf8');
const job = parse(text) as Job;
const [container] = job.spec?.template.spec?.containers ?? [];

/** What the compiler says of a job as a literal, of which it wants every field to be known. */
function complaintsAbout(value: unknown): string[] {
  const file = resolve('node_modules/kubernetes-types/checked-job.ts');
  const source = `import type { Job } from './batch/v1';\nexport const job: Job = ${JSON.stringify(value)};\n`;
  const options: ts.CompilerOptions = { strict: true, noEmit: true, types: [], skipLibCheck: true };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  const checked = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  host.getSourceFile = (name, ...others) => (resolve(name) === file ? checked : getSourceFile(name, ...others));
  const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('it is what Kubernetes takes for an indexed job', () => {
  expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', spec: { completionMode: 'Indexed' } });
  expect(complaintsAbout(job)).toEqual([]);
});

test('a field that is misspelt, or of another kind, would be found', () => {
  expect(complaintsAbout({ ...job, spec: { ...job.spec, complitions: 8 } })).toHaveLength(1);
  expect(complaintsAbout({ ...job, spec: { ...job.spec, completions: '8' } })).toHaveLength(1);
});

test('each pod is told the number of all, and finds its own part', () => {
  const { completions = 0, parallelism } = job.spec ?? {};
  expect(container?.args).toContain(`--shards=${completions}`);
  expect(parallelism).toBe(completions);
  const part = shardOf({ shards: completions }, { JOB_COMPLETION_INDEX: String(completions - 1) });
  expect(part).toMatchObject({ index: completions, count: completions });
});

test.each([
  'indexed-job.yaml',
  'greenup-fleet.sbatch',
  'Containerfile',
])('%s names options that the command has', (name) => {
  const fleet = program('0', () => {}).commands.find((command) => command.name() === 'fleet');
  const known = fleet?.options.map(({ long }) => long) ?? [];
  const lines = readFileSync(join('docs/examples/fleet', name), 'utf8').split('\n');
  const used = lines.filter((line) => /^ +(- )?--|greenup fleet --/.test(line)).join(' ');
  const options = [...used.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option);
  expect(options.length).toBeGreaterThan(1);
  // Those of podman, and of the other command in the same line.
  expect(options.filter((option) => !known.includes(option) && !['--rm', '--network'].includes(option))).toEqual([]);
});
