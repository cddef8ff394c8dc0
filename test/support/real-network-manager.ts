/** NetworkManager of Debian in a network, a mount table and with a bus of its own: nothing of this machine is touched. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Run, runProgram } from '../../src/drivers/machine/run-program';
import { until } from './until';

const programs = {
  'network-manager': ['/usr/sbin/NetworkManager', '/usr/bin/nmcli'],
  polkitd: ['/usr/lib/polkit-1/polkitd'],
  dbus: ['/usr/bin/dbus-daemon'],
  'util-linux': ['/usr/bin/unshare', '/usr/bin/nsenter'],
  iproute2: ['/usr/sbin/ip'],
};
const separate = ['--net', '--mount', '--uts'];

/** `test` where it can be had; else each is skipped, and why is printed. */
export const testWithNetworkManager: jest.It = whyNot() === undefined ? test : test.skip;

function whyNot(): string | undefined {
  const missing = Object.entries(programs).flatMap(([name, paths]) => (paths.every(existsSync) ? [] : [name]));
  const why =
    missing.length > 0
      ? `of Debian's packages ${missing.join(', ')} is missing`
      : spawnSync('unshare', [...separate, 'mount', '-t', 'tmpfs', 'none', '/run']).status === 0
        ? undefined
        : 'this user may make no network of its own';
  if (why !== undefined) process.stderr.write(`tests with NetworkManager: skipped, ${why}\n`);
  return why;
}

/** Who may ask whom is as Debian has it; nothing is started by being asked. */
const bus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
  </policy>
  <includedir>/usr/share/dbus-1/system.d</includedir>
  <includedir>/etc/dbus-1/system.d</includedir>
</busconfig>
`;

/** It makes no profiles of its own, and neither name servers nor the name of the machine are its business. */
const configuration = `[main]
plugins=keyfile
no-auto-default=*
dns=none
rc-manager=unmanaged
hostname-mode=none
`;
/** The service's, as the package makes it. */
const serviceUser = 64_999;

/** Two ends of a cable, of which one is the station's. Without /sys to write to, udev is not waited for. */
const surroundings = `set -e
mount -t tmpfs none /run
mkdir /run/dbus
mount -t tmpfs none /var/lib/NetworkManager
mount -t tmpfs none /etc/NetworkManager
mkdir /etc/NetworkManager/system-connections
cp "$1/NetworkManager.conf" /etc/NetworkManager/
mount -t tmpfs none /etc/polkit-1/rules.d
mount --bind "$1/passwd" /etc/passwd
mount -t sysfs -o ro none /sys
ip link set lo up
ip link add eth0 type veth peer name far0
ip link set far0 up
exec dbus-daemon --config-file="$1/bus.conf" --nofork --nopidfile
`;

export class RealNetworkManager {
  private manager: ChildProcess | undefined;
  private polkit: ChildProcess | undefined;
  private said = '';

  private constructor(
    private readonly folder: string,
    private readonly bus: ChildProcess,
  ) {}

  static async start(): Promise<RealNetworkManager> {
    const folder = mkdtempSync(join(tmpdir(), 'greenup-network-manager-'));
    writeFileSync(join(folder, 'bus.conf'), bus);
    writeFileSync(join(folder, 'NetworkManager.conf'), configuration);
    const users = readFileSync('/etc/passwd', 'utf8').replace(/^greenup:.*\n/m, '');
    writeFileSync(join(folder, 'passwd'), `${users}greenup:x:${serviceUser}:${serviceUser}::/:/usr/sbin/nologin\n`);
    const words = [...separate, 'sh', '-c', surroundings, 'sh', folder];
    const made = new RealNetworkManager(folder, spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'] }));
    for (const stream of [made.bus.stdout, made.bus.stderr]) stream?.on('data', (piece) => (made.said += piece));
    await until(
      () => made.bus.exitCode !== null || made.inside('test', '-S', '/run/dbus/system_bus_socket').status === 0,
      () => `there is no bus: ${made.said}`,
    );
    made.polkit = made.spawned('/usr/lib/polkit-1/polkitd', '--no-debug');
    await made.begin();
    return made;
  }

  /** As the driver runs programs, but in there. */
  readonly run: Run = (program, given, maxMs) => runProgram('nsenter', [...this.entry(program), ...given], maxMs);

  /** Waits until it answers. */
  async begin(): Promise<void> {
    const [program = '', ...words] = ['nsenter', ...this.entry('NetworkManager'), '--debug'];
    this.manager = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.manager.stdout, this.manager.stderr])
      stream?.on('data', (piece) => (this.said += piece));
    await until(
      () => this.inside('nmcli', 'general', 'status').status === 0,
      () => `NetworkManager does not answer: ${this.said}`,
    );
  }

  /** The same as the user of the service. */
  readonly runAsService: Run = (program, given, maxMs) => {
    const user = [`--reuid=${serviceUser}`, `--regid=${serviceUser}`, '--clear-groups'];
    return runProgram('nsenter', [...this.entry('setpriv'), ...user, program, ...given], maxMs);
  };

  /** As the documentation says. */
  allowService(): void {
    const rule = resolve('board/pi/50-greenup-network.rules');
    const { status, stderr } = this.inside('install', '-m', '644', rule, '/etc/polkit-1/rules.d/');
    if (status !== 0) throw new Error(stderr);
  }

  /** `SIGKILL`: as a crash ends it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await ended(this.manager, signal);
  }

  /** What /run holds goes, as with a restart of the machine; the interface is as new. */
  async restartMachine(): Promise<void> {
    await this.end('SIGKILL');
    this.inside('rm', '-rf', '/run/NetworkManager');
    this.inside('ip', 'address', 'flush', 'dev', 'eth0');
    await this.begin();
  }

  /** A profile that lies on the disk, with a name that has to be escaped. */
  addProfile(...settings: string[]): void {
    const { status, stderr } = this.inside(
      ...(['nmcli', 'connection', 'add', 'type', 'ethernet', 'ifname', 'eth0', 'con-name', 'Cable: a\\b'] as const),
      ...settings,
    );
    if (status !== 0) throw new Error(stderr);
  }

  /** What the kernel has. */
  addresses(): string[] {
    const { stdout } = this.inside('ip', '-json', 'address', 'show', 'dev', 'eth0');
    const [row] = JSON.parse(stdout) as { addr_info: { family: string; local: string; prefixlen: number }[] }[];
    return (row?.addr_info ?? [])
      .filter(({ family }) => family === 'inet')
      .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  }

  routers(): string[] {
    const { stdout } = this.inside('ip', '-json', 'route', 'show', 'default');
    return (JSON.parse(stdout.trim() || '[]') as { gateway?: string }[]).flatMap(({ gateway }) => gateway ?? []);
  }

  /** All profiles that lie on the disk, as text. */
  onDisk(): string {
    return this.inside('sh', '-c', 'cat /etc/NetworkManager/system-connections/*').stdout;
  }

  async remove(): Promise<void> {
    for (const child of [this.manager, this.polkit, this.bus]) await ended(child, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private spawned(program: string, ...words: string[]): ChildProcess {
    const child = spawn('nsenter', [...this.entry(program), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => (this.said += piece));
    return child;
  }

  private entry(program: string): string[] {
    return ['--target', String(this.bus.pid), '--net', '--mount', '--uts', program];
  }

  private inside(program: string, ...words: string[]) {
    return spawnSync('nsenter', [...this.entry(program), ...words], { encoding: 'utf8' });
  }
}

async function ended(child: ChildProcess | undefined, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await closed;
}
