/**
 * Works the package and its service under systemd, as root in the virtual machine: `service.js`. First boot: installs the
 * package, charges, kills, stops, tries a broken release. Second boot: the service comes by itself; the package goes.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Health } from '../../../src/rig/health';
import { WorldClient } from './world-client';

const share = '/run/share';
const unit = 'greenup.service';
const select = '/usr/lib/greenup/greenup-select';
const board = `${share}/board.yaml`;
/** Line of the coil in hil-vm.yaml. */
const coil = 'a:0';
const broken = '9.9.9-broken';
/** What health says as long as that release is installed. */
const givenUp = new RegExp(`^release ${broken} was given up: `);
/** TimeoutStopSec of the unit, in ms. */
const stopMaxMs = 30_000;
/** Of the guest's clock. */
const look_again_ms = 500;
/** Group and user nobody. */
const nobody = '65534';

/** What is different here from a Raspberry Pi: plain files stand for PWM, and CUSE for the SPI bus. */
const dropIn = `[Service]
ReadWritePaths=/run/pwm
DeviceAllow=/dev/spidev0.0 rw
DeviceAllow=/dev/spidev0.1 rw
`;
const rules = 'SUBSYSTEM=="cuse", KERNEL=="spidev*", GROUP="spi", MODE="0660"\n';
/**
 * What may be said here, and nothing else: the watchdog of this machine waits longer than the board file says, so that
 * systemd can show its own; while programs start, its one slow core keeps the safety loop waiting now and then; and the
 * broken release stays installed once it was tried.
 */
const expectedWarnings = [
  /^watchdog \S+ .*\b60 s\b/,
  /^connector \d: pilot: (no measurement for \d+ ms|measured again)$/,
  givenUp,
];

function check(right: boolean, what: string): void {
  if (!right) throw new Error(what);
}

function ok(what: string): void {
  console.log(`ok ${what}`);
}

/** Runs a program; its output. Throws when it ends with another code than 0. */
function run(command: string, ...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
  return stdout.trim();
}

async function until(what: string, limitS: number, ready: () => boolean | Promise<boolean>): Promise<number> {
  const begun = Date.now();
  while (!(await ready())) {
    if (Date.now() - begun > limitS * 1_000) throw new Error(`${what}: not within ${limitS} s`);
    await new Promise((resolve) => setTimeout(resolve, look_again_ms));
  }
  return (Date.now() - begun) / 1_000;
}

function property(name: string): string {
  return run('systemctl', 'show', '--value', `--property=${name}`, unit);
}

function isActive(): boolean {
  return property('ActiveState') === 'active';
}

/** What the station says of itself; undefined while it does not run. Read here, since each program that is started takes long. */
function word(): Health | undefined {
  try {
    return JSON.parse(readFileSync('/run/greenup/health.json', 'utf8')) as Health;
  } catch {
    return undefined;
  }
}

/** The same, asked by a user without rights. */
function askedHealth(): Health {
  const words = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '/usr/bin/greenup', 'health', '--json'];
  const { stdout, stderr } = spawnSync('setpriv', [...words, '--wait', '60'], { encoding: 'utf8' });
  try {
    return JSON.parse(stdout) as Health;
  } catch {
    throw new Error(`health: ${stdout}${stderr}`);
  }
}

const statusOfFirst = (): string | undefined => word()?.connectors[0]?.status;

function warningsOf({ warnings }: Health): string[] {
  return (warnings ?? []).filter((warning) => !expectedWarnings.some((expected) => expected.test(warning)));
}

async function healthy(what: string): Promise<void> {
  const said = askedHealth();
  for (const warning of said.warnings ?? []) console.log(`  warning: ${warning}`);
  check(said.healthy, `${what}: not healthy: ${JSON.stringify(said)}`);
  const clean = (): boolean => {
    const now = word();
    return now?.healthy === true && warningsOf(now).length === 0;
  };
  await until('no warnings', 60, clean).catch((error: unknown) => {
    throw new Error(`${what}: ${String(error)}: ${JSON.stringify(word(), undefined, 1)}`);
  });
  ok(`${what}: healthy, every device works, ${word()?.safety.turns} turns a second`);
}

const inUse = (): string => run('readlink', '/opt/greenup/current').replace('releases/', '');

class Bench {
  constructor(private readonly world: WorldClient) {}

  async isClosed(): Promise<boolean> {
    return (await this.world.snapshot()).snapshot.connectors[0]?.contactorClosed === true;
  }

  async activeCoils(): Promise<string[]> {
    const { lines } = await this.world.snapshot();
    return lines.filter(({ line, active }) => line === coil && active).map(({ line }) => line);
  }

  async unplug(): Promise<void> {
    await this.world.ask({ do: 'unplug', connector: 1, force: true });
    await until('an available connector', 60, () => statusOfFirst() === 'Available');
  }

  /** A vehicle comes, and a card. */
  async charge(): Promise<void> {
    await this.world.ask({ do: 'plug', connector: 1 });
    await until('a vehicle that was noticed', 60, () => statusOfFirst() === 'Preparing');
    await this.world.ask({ do: 'present', uid: '04A1B2C3', side: 'right' });
    await until('a closed contactor', 60, () => this.isClosed());
    const active = await this.activeCoils();
    check(active.join() === coil, `active coils: ${active.join()}`);
  }
}

async function install(): Promise<string> {
  mkdirSync('/etc/greenup', { recursive: true });
  mkdirSync('/etc/systemd/system/greenup.service.d', { recursive: true });
  copyFileSync(board, '/etc/greenup/board.yaml');
  writeFileSync('/etc/systemd/system/greenup.service.d/vm.conf', dropIn);
  writeFileSync('/etc/udev/rules.d/61-vm.rules', rules);
  // The group is needed before the package makes it, for the nodes of CUSE get it from the rule above only.
  run('groupadd', '--system', 'spi');
  run('udevadm', 'control', '--reload');
  run('udevadm', 'trigger', '--settle', '--subsystem-match=cuse', '--action=add');
  const begun = Date.now();
  writeFileSync(`${share}/dpkg.log`, run('dpkg', '-i', `${share}/greenup.deb`));
  const release = run('ls', '/usr/lib/greenup/payload');
  check(inUse() === release, `${inUse()} is in use, not ${release}`);
  ok(`dpkg -i: release ${release} in ${Math.round((Date.now() - begun) / 1_000)} s`);
  return release;
}

async function firstStart(release: string): Promise<void> {
  const seconds = await until('an active unit', 120, isActive);
  ok(`the unit is active ${seconds.toFixed(0)} s after the installation, after ${property('NRestarts')} restarts`);
  check(property('NRestarts') === '0', 'the first start failed');
  await healthy('first start');
  const owner = run('ps', '-o', 'user=', '-p', property('MainPID'));
  check(owner === 'greenup', `the station runs as ${owner}`);
  const priorities = run('ps', '-L', '-o', 'ni=', '-p', String(word()?.pid)).split(/\s+/);
  check(priorities.includes('-20') && priorities.includes('-10'), `priorities of threads: ${priorities.join()}`);
  await until('a confirmed release', 120, () => existsSync('/opt/greenup/good'));
  check(new RegExp(`^good: +${release}$`, 'm').test(run(select, '--status')), run(select, '--status'));
  ok('the station confirmed the release on trial by itself');
}

async function killed(bench: Bench): Promise<void> {
  await bench.charge();
  ok('a vehicle charges: plug, card, contactor closed');
  const before = Number(property('ExecMainStartTimestampMonotonic'));
  const begun = Date.now();
  process.kill(Number(property('MainPID')), 'SIGKILL');
  await until('inactive coil lines', 20, async () => (await bench.activeCoils()).length === 0);
  const safeMs = Date.now() - begun;
  await until('the next start', 60, () => Number(property('ExecMainStartTimestampMonotonic')) > before && isActive());
  check(property('NRestarts') === '1', `${property('NRestarts')} restarts after a kill`);
  const journal = run('journalctl', '-b', '-u', unit, '-o', 'cat', '--no-pager');
  check(/Failed with result 'signal'/.test(journal), 'the journal does not tell of the kill');
  ok(
    `killed: coil lines inactive after ${safeMs} ms, active again after ${((Date.now() - begun) / 1_000).toFixed(1)} s`,
  );
  await healthy('after the kill');
  await bench.unplug();
}

async function stoodStill(bench: Bench): Promise<void> {
  await bench.charge();
  const restarts = Number(property('NRestarts'));
  const pid = word()?.pid ?? 0;
  check(pid > 1, 'the station does not tell its process');
  const begun = Date.now();
  process.kill(pid, 'SIGSTOP');
  await until('an end by the watchdog of systemd', 40, () => Number(property('NRestarts')) > restarts);
  const endedS = (Date.now() - begun) / 1_000;
  await until('an active unit', 60, isActive);
  const journal = run('journalctl', '-b', '-u', unit, '-o', 'cat', '--no-pager');
  check(/Failed with result 'watchdog'/.test(journal), 'the journal does not tell of the watchdog');
  ok(
    `standing still: started again after ${endedS.toFixed(1)} s, active after ${((Date.now() - begun) / 1_000).toFixed(1)} s`,
  );
  await healthy('after the watchdog');
  check((await bench.activeCoils()).length === 0, 'a coil is active after a new start');
  await bench.unplug();
}

async function brokenRelease(bench: Bench, good: string): Promise<void> {
  await bench.charge();
  const tree = '/root/broken';
  mkdirSync(`${tree}/bin`, { recursive: true });
  for (const name of ['greenup', 'greenup-station']) {
    writeFileSync(`${tree}/bin/${name}`, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
  run(select, '--install', tree, broken);
  run(select, '--try', broken);
  check(inUse() === broken, 'the broken release is not on trial');
  run('systemctl', 'restart', '--no-block', unit);
  const seconds = await until('the good release again', 120, () => inUse() === good && isActive());
  check(
    new RegExp(`^failed: +${broken} was started 3 times`, 'm').test(run(select, '--status')),
    run(select, '--status'),
  );
  ok(`a broken release: back to ${good} after ${seconds.toFixed(0)} s`);
  check((await bench.activeCoils()).length === 0, 'a coil is active after a broken release');
  await healthy('after the broken release');
  const isTold = (askedHealth().warnings ?? []).some((warning) => givenUp.test(warning));
  check(isTold, 'health does not say that the broken release was given up');
  await bench.unplug();
}

async function stopped(bench: Bench): Promise<void> {
  await bench.charge();
  const begun = Date.now();
  run('systemctl', 'stop', unit);
  const ms = Date.now() - begun;
  const [result, status] = [property('Result'), property('ExecMainStatus')];
  check(ms < stopMaxMs && result === 'success' && status === '0', `stop: ${ms} ms, ${result}, exit code ${status}`);
  const active = await bench.activeCoils();
  check(active.length === 0 && !(await bench.isClosed()), `active after the stop: ${active.join()}`);
  ok(`stopped while charging: ${ms} ms, exit code 0, contactor open`);
  run('systemctl', 'start', unit);
  await healthy('started again');
  await bench.unplug();
}

function security(): void {
  const report = run('systemd-analyze', 'security', '--no-pager', unit);
  writeFileSync(`${share}/security.txt`, `${report}\n`);
  const line = report.split('\n').find((text) => text.includes('Overall exposure')) ?? '';
  check(line !== '', 'systemd-analyze gives no exposure');
  ok(`systemd-analyze security:${line.replace(/^\W+/, ' ')}`);
}

async function firstBoot(bench: Bench): Promise<void> {
  const release = await install();
  await firstStart(release);
  security();
  await killed(bench);
  await stoodStill(bench);
  await brokenRelease(bench, release);
  await stopped(bench);
  run('systemctl', 'reboot', '--no-block');
}

async function secondBoot(bench: Bench): Promise<void> {
  await until('an active unit', 120, isActive);
  check(property('NRestarts') === '0', `${property('NRestarts')} restarts after a restart of the machine`);
  await healthy('after a restart of the machine');
  await bench.charge();
  run('dpkg', '--purge', 'greenup');
  check((await bench.activeCoils()).length === 0, 'a coil is active after the package went');
  for (const path of ['/opt/greenup', '/var/lib/greenup', '/usr/lib/greenup', '/etc/greenup']) {
    check(!existsSync(path), `${path} is there after dpkg --purge`);
  }
  ok('dpkg --purge: the station stopped, nothing is left');
}

function keepJournal(): void {
  const { stdout } = spawnSync('journalctl', ['-b', '--no-pager', '-o', 'short-monotonic'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  writeFileSync(`${share}/journal.log`, stdout, { flag: 'a' });
}

function end(code: number): void {
  keepJournal();
  writeFileSync(`${share}/exit-code`, `${code}\n`);
  spawnSync('systemctl', ['poweroff', '--force']);
}

async function test(): Promise<void> {
  const boots = existsSync(`${share}/boots`) ? Number(readFileSync(`${share}/boots`, 'utf8')) + 1 : 1;
  writeFileSync(`${share}/boots`, `${boots}\n`);
  const world = await WorldClient.connect();
  const bench = new Bench(world);
  if (boots === 1) {
    await firstBoot(bench);
    keepJournal();
    return;
  }
  check(boots === 2, 'the machine was restarted once too often');
  await secondBoot(bench);
  end(0);
}

test().catch((error: unknown) => {
  console.log(`not ok ${error instanceof Error ? error.message : String(error)}`);
  end(1);
});
