/** A cluster of Debian's Slurm on this machine alone: a controller, and four nodes that are daemons with a processor each. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until';

/** Where Debian's slurmd and slurmctld are, and who may start them. */
export const hasSlurm = existsSync('/usr/sbin/slurmctld') && existsSync('/usr/sbin/slurmd') && process.getuid?.() === 0;

const nodes = ['n1', 'n2', 'n3', 'n4'] as const;
export type NodeName = (typeof nodes)[number];

/** Ports of a machine that has no other Slurm. */
const controllerPort = 16_817;
const firstNodePort = 17_001;

export class SlurmCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'greenup-slurm-'));
  private readonly daemons = new Map<string, ChildProcess>();

  /** Resolves when all nodes are idle. */
  async start(): Promise<void> {
    for (const name of ['state', 'spool']) mkdirSync(join(this.folder, name));
    writeFileSync(this.configuration, this.settings());
    this.daemon('controller', '/usr/sbin/slurmctld', ['-D']);
    for (const node of nodes) this.daemon(node, '/usr/sbin/slurmd', ['-D', '-N', node]);
    await until(
      () => this.ask('sinfo', '-h', '-o', '%D %t') === '4 idle',
      () => `sinfo: ${this.ask('sinfo', '-h', '-N', '-o', '%N %t')}\n${this.logOf('controller')}`,
    );
  }

  /** What a command of Slurm prints; empty where it fails, as while the controller begins. */
  ask(command: string, ...words: string[]): string {
    try {
      return execFileSync(command, words, {
        env: this.env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }).trim();
    } catch {
      return '';
    }
  }

  /** The number of a job that is handed in, with these variables. */
  submit(script: string, words: readonly string[], variables: Readonly<Record<string, string>>): string {
    const env = { ...this.env, ...variables };
    const said = execFileSync('sbatch', ['--parsable', ...words, script], { cwd: this.folder, env, encoding: 'utf8' });
    return said.trim();
  }

  /** As a node that loses its power: its daemon and all that it has started are gone at once. */
  kill(node: NodeName): void {
    const pid = this.daemons.get(node)?.pid;
    const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const rows = all.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null);
    // What runs a job is no child of the daemon any more, and says whose it is.
    const gone = new Set([String(pid)]);
    for (const [, own = '', , words = ''] of rows) {
      if (words.startsWith('slurmstepd:') && this.isOf(own, node)) gone.add(own);
    }
    for (let before = 0; before !== gone.size; ) {
      before = gone.size;
      for (const [, own = '', parent = ''] of rows) if (gone.has(parent)) gone.add(own);
    }
    for (const one of gone) if (one !== String(process.pid)) process.kill(Number(one), 'SIGKILL');
  }

  async end(): Promise<void> {
    this.ask('scancel', '--full', '--user', 'root');
    for (const child of this.daemons.values()) child.kill('SIGKILL');
    await until(() =>
      [...this.daemons.values()].every(({ exitCode, signalCode }) => (exitCode ?? signalCode) !== null),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What runs a job has the environment of its node's daemon. */
  private isOf(pid: string, node: NodeName): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`GREENUP_NODE=${node}`);
    } catch {
      return false;
    }
  }

  private daemon(name: string, program: string, words: string[]): void {
    const env = { ...this.env, GREENUP_NODE: name };
    this.daemons.set(name, spawn(program, words, { env, stdio: 'ignore' }));
  }

  private logOf(name: string): string {
    const path = join(this.folder, `${name}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8').slice(-2_000) : '';
  }

  private get env(): NodeJS.ProcessEnv {
    return { ...process.env, SLURM_CONF: this.configuration };
  }

  private get configuration(): string {
    return join(this.folder, 'slurm.conf');
  }

  /** Nobody is asked who he is (munge): the machine is our own. */
  private settings(): string {
    const [host = 'localhost'] = hostname().split('.');
    const { folder } = this;
    const last = firstNodePort + nodes.length - 1;
    return [
      'ClusterName=greenup',
      `SlurmctldHost=${host}(127.0.0.1)`,
      `SlurmctldPort=${controllerPort}`,
      'AuthType=auth/none\nCredType=cred/none\nSlurmUser=root\nSlurmdUser=root',
      `StateSaveLocation=${folder}/state\nSlurmdSpoolDir=${folder}/spool/%n`,
      `SlurmctldPidFile=${folder}/controller.pid\nSlurmdPidFile=${folder}/%n.pid`,
      `SlurmctldLogFile=${folder}/controller.log\nSlurmdLogFile=${folder}/%n.log`,
      'ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nMpiDefault=none',
      'SchedulerType=sched/backfill\nSelectType=select/cons_tres\nSelectTypeParameters=CR_CPU',
      // A node that says nothing is given up soon, and its jobs begin elsewhere when what they were let in by is void.
      'AuthInfo=cred_expire=10\nReturnToService=2\nSlurmdTimeout=10\nKillWait=5\nJobRequeue=1',
      `NodeName=n[1-4] NodeHostname=${host} NodeAddr=127.0.0.1 Port=[${firstNodePort}-${last}] CPUs=1 State=UNKNOWN`,
      'PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:2',
      '',
    ].join('\n');
  }
}
