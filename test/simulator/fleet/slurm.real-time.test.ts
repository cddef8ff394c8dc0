/**
 * The script for Slurm on a cluster of Debian's slurm-wlm: each task is a part of the fleet, and when a node is lost its task begins
 * again elsewhere and takes its stations up. Part of `make verify`, which sets GREENUP_SLURM and provides the daemons.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildIfOld, Program } from '../../cli/built-program';
import { hasSlurm, SlurmCluster } from '../../support/slurm-cluster';
import { until } from '../../support/until';
import { StrictBooks } from './strict-books';

const isWanted = process.env.GREENUP_SLURM === '1';
const stations = 40;
const parts = 4;

(isWanted ? describe : describe.skip)('a fleet on a cluster with Slurm', () => {
  const cluster = new SlurmCluster();
  const books = new StrictBooks();

  beforeAll(async () => {
    if (!hasSlurm) throw new Error('slurmctld and slurmd of Debian (slurm-wlm) are wanted, and root');
    buildIfOld();
    await cluster.start();
  });

  afterAll(async () => {
    await cluster.end();
    await books.close();
  });

  test('a lost node costs nothing: its part begins again on another one, and nothing is lost or doubled', async () => {
    const place = join(cluster.folder, 'fleet');
    const job = cluster.submit(
      resolve('docs/examples/fleet/greenup-fleet.sbatch'),
      ['--array=0-3', '--mem-per-cpu=0'],
      {
        CSMS: await books.listen(),
        STATIONS: String(stations),
        PLACE: place,
        GREENUP: greenup(cluster.folder),
        TRAFFIC: resolve('test/simulator/fleet/busy.yaml'),
        FOR: '40s',
        RAMP: '1s',
      },
    );
    await until(
      () => started() >= stations / 2,
      () => `${started()} stations have begun a charge\n${outputs(cluster.folder)}`,
    );
    const lost = cluster.ask('squeue', '-h', '-j', `${job}_1`, '-o', '%N');
    cluster.kill(lost as 'n1');
    await until(
      () => reportsIn(place).length === parts && cluster.ask('squeue', '-h', '-j', job) === '',
      () => `${reportsIn(place)}\n${cluster.ask('squeue')}\n${cluster.ask('sinfo')}\n${outputs(cluster.folder)}`,
    );
    expect(cluster.ask('sinfo', '-h', '-n', lost, '-o', '%t')).toMatch(/^down/);

    const whole = new Program('fleet', 'merge', ...reportsIn(place), '--report', join(cluster.folder, 'whole'));
    expect(await whole.ended).toMatchObject({ code: 0 });
    expect(whole.out).toMatch(/\b40 stations\b/);

    // What was open at the end is found by a last start of each part.
    for (let part = 1; part <= parts; part += 1) await finish(place, part, books);
    expect(books.faults).toEqual([]);
    expect(books.open).toEqual([]);
    expect(books.booked.filter(({ startIds, stopIds }) => startIds.size !== 1 || stopIds.size !== 1)).toEqual([]);
    expect(new Set(books.booked.map(({ identity }) => identity)).size).toBe(stations);
    expect(books.booked.some(({ reason }) => reason === 'PowerLoss')).toBe(true);
  });

  function started(): number {
    return new Set(books.booked.map(({ identity }) => identity)).size;
  }
});

function reportsIn(place: string): string[] {
  const folder = join(place, 'reports');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.map((name) => join(folder, name, 'report.json')).filter((path) => existsSync(path));
}

function outputs(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.startsWith('slurm-'));
  return names.map((name) => `${name}: ${readFileSync(join(folder, name), 'utf8').slice(-500)}`).join('\n');
}

/** The command as a node finds it. */
function greenup(folder: string): string {
  const path = join(folder, 'greenup');
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/greenup.js')}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function finish(place: string, part: number, books: StrictBooks): Promise<void> {
  const url = books.url;
  const words = [
    '--stations',
    String(stations),
    '--csms',
    url,
    '--shard',
    `${part}/${parts}`,
    '--ramp',
    '1s',
    '--json',
  ];
  const fleet = new Program('fleet', ...words, '--state', join(place, 'state'));
  const own = (identity: string): boolean => Math.ceil((Number(identity.slice(2)) * parts) / stations) === part;
  await fleet.says(/"started":10/);
  await until(
    () => !books.open.some(({ identity }) => own(identity)),
    () => `still open: ${JSON.stringify(books.open.slice(0, 5))}\n${fleet.error}`,
  );
  fleet.child.kill('SIGTERM');
  expect(await fleet.ended).toMatchObject({ code: 0 });
}
