/** The package for rigs: its scripts, its service, and that the same input gives the same bytes. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const project = join(__dirname, '..', '..');
const pi = join(project, 'board', 'pi');
const text = (...path: string[]) => readFileSync(join(project, ...path), 'utf8');
const isThere = (program: string) => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'package-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function run(program: string, words: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(program, words, { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });
}

/** A slot whose node prints its arguments, a line each, and a link to it as `current` is. */
function slotWithEcho(): string {
  const bin = join(directory, 'releases', 'a b', 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['greenup', 'greenup-station']) cpSync(join(pi, name), join(bin, name));
  writeFileSync(join(bin, 'node'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  spawnSync('ln', ['-s', 'releases/a b', join(directory, 'current')]);
  return join(directory, 'current', 'bin');
}

test('the wrapper runs the program of its own slot, whatever link led there', () => {
  const bin = slotWithEcho();
  spawnSync('ln', ['-s', join(bin, 'greenup'), join(directory, 'greenup')]);
  const { stdout } = run(join(directory, 'greenup'), ['board', 'check', 'a file']);
  const slot = join(directory, 'releases', 'a b');
  const [, program, ...words] = stdout.split('\n');
  expect([program, ...words]).toEqual([`${slot}/bin/../dist/greenup.js`, 'board', 'check', 'a file', '']);
});

test('the wrapper leaves neither a dump nor a debugger: both would have the passwords of the station', () => {
  const bin = slotWithEcho();
  writeFileSync(join(bin, 'node'), '#!/bin/sh\nprintf "%s\\n" "$(ulimit -c)" "$(ulimit -Hc)" "$1"\n', { mode: 0o755 });
  const words = ['-c', `ulimit -c 1000; exec "${join(bin, 'greenup')}" run`];
  expect(run('/bin/sh', words).stdout.split('\n')).toEqual(['0', '0', '--disable-sigusr1', '']);
});

test('the service keeps what it writes to itself, and leaves no dump', () => {
  const lines = text('board', 'pi', 'greenup.service').split('\n');
  expect(lines).toEqual(expect.arrayContaining(['UMask=0077', 'StateDirectoryMode=0700', 'LimitCORE=0']));
  // The socket of commands lies there, for the group, and the word of health, for all.
  expect(lines).toContain('RuntimeDirectoryMode=0755');
});

test('the launcher says only what is set', () => {
  const bin = slotWithEcho();
  const words = (env: NodeJS.ProcessEnv) =>
    run(join(bin, 'greenup-station'), [], env).stdout.trim().split('\n').slice(2);
  const always = ['run', '--board', '/etc/greenup/board.yaml', '--state', '/var/lib/greenup'];
  expect(words({})).toEqual([...always, '--flashed', '0']);
  const empty = { GREENUP_CSMS: '', GREENUP_CSMS_CA: '', GREENUP_ID: '', GREENUP_OPTIONS: '' };
  expect(words(empty)).toEqual([...always, '--flashed', '0']);
  const env = {
    GREENUP_FLASHED: '7',
    GREENUP_CSMS: 'ws://x/$(id) y',
    GREENUP_CSMS_CA: '/etc/a b.pem',
    GREENUP_ID: 'CP 1',
    GREENUP_OPTIONS: '--wire legrand',
  };
  const given = ['--csms', 'ws://x/$(id) y', '--csms-ca', '/etc/a b.pem', '--id', 'CP 1', '--flashed', '7'];
  expect(words(env)).toEqual([...always, ...given, '--wire', 'legrand']);
});

test('the service stays within what GPIO allows, and opens contactors before and after', () => {
  const lines = text('board', 'pi', 'greenup.service').split('\n');
  const values = (name: string) =>
    lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
  const safe = '/usr/lib/greenup/greenup-safe';
  const settled = '-+/usr/bin/udevadm settle --timeout=10';
  // Only after the end must it succeed: at the start a missing lamp is no reason to stay away.
  const select = '/usr/lib/greenup/greenup-select';
  // The settings follow the release that was chosen, and are root's.
  expect(values('ExecStartPre')).toEqual([settled, select, '-+/usr/lib/greenup/greenup-settings', `-${safe}`]);
  expect(values('ExecStopPost')).toEqual([safe, `${select} --ended`]);
  // What is swapped out comes back from a flash card.
  expect(values('MemorySwapMax')).toEqual(['0']);
  expect(values('Type')).toEqual(['notify']);
  expect(values('StartLimitIntervalSec')).toEqual(['0']);
  for (const forbidden of ['ProtectKernelTunables', 'PrivateDevices', 'MemoryDenyWriteExecute']) {
    expect(values(forbidden)).toEqual([]);
  }
  // Every group that the service takes is made by the package, or is Debian's own.
  const made = [...text('board', 'pi', 'sysusers.conf').matchAll(/^g (\S+)/gm)].map(([, group]) => group);
  // Of the operating system: serial ports, and the service's own journal for its report.
  const there = ['dialout', 'systemd-journal'];
  for (const group of (values('SupplementaryGroups')[0] ?? '').split(' ')) expect([...made, ...there]).toContain(group);
});

test('the first start finds every device with its group: also the plain watchdog, and only when udev is done', () => {
  const steps = text('tools', 'package', 'debian', 'postinst').split('\n');
  const place = (part: string) => steps.findIndex((step) => step.includes(part));
  expect(place('udevadm trigger --subsystem-match=misc --sysname-match=watchdog')).toBeGreaterThan(0);
  expect(place('udevadm settle')).toBeGreaterThan(place('--sysname-match=watchdog'));
  expect(place('systemctl restart')).toBeGreaterThan(place('udevadm settle'));
});

test.each(['prerm', 'postinst', 'postrm'])('%s is a sound script', (name) => {
  expect(run('/bin/sh', ['-n', join(project, 'tools', 'package', 'debian', name)])).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('a package for a machine that has none is refused in one line', () => {
  const { status, stderr } = run(process.execPath, [join(project, 'tools', 'package', 'build.js'), 'armhf']);
  expect([status, stderr]).toEqual([1, 'package: armhf: there are packages for arm64 and amd64 only\n']);
});

const whereDpkgIs = isThere('dpkg-deb') && isThere('xz') ? describe : describe.skip;

whereDpkgIs('packed by dpkg-deb', () => {
  const pack = (name: string, manner = 'healthy') => {
    const path = join(directory, name);
    const { status, stderr } = run(process.execPath, [join(__dirname, 'fake-package.js'), path, manner]);
    expect([status, stderr]).toEqual([0, '']);
    return path;
  };

  test('the same input gives the same bytes', () => {
    const [first, second, other] = [pack('first.deb'), pack('second.deb'), pack('other.deb', 'silent')];
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
    expect(readFileSync(other).equals(readFileSync(first))).toBe(false);
  });

  test('its files have their places and modes, and the scripts know the release', () => {
    const root = join(directory, 'root');
    const path = pack('first.deb');
    run('dpkg-deb', ['-R', path, root]);
    const listing = run('dpkg-deb', ['-c', path]).stdout;
    expect(listing).toMatch(/^-rwxr-xr-x root\/root .* \.\/usr\/lib\/greenup\/greenup-select$/m);
    expect(listing).toMatch(/^-rwxr-xr-x root\/root .* \.\/usr\/lib\/greenup\/greenup-command$/m);
    expect(listing).toMatch(/^-rw-r--r-- root\/root .* \.\/usr\/lib\/systemd\/system\/greenup\.service$/m);
    // Beside the settings that are for whoever wants them: nothing reads it there.
    expect(listing).toMatch(/^-rw-r--r-- root\/root .* \.\/usr\/share\/greenup\/50-greenup-network\.rules$/m);
    expect(listing).not.toContain('polkit');
    expect(listing).toMatch(/\.\/usr\/bin\/greenup -> \.\.\/lib\/greenup\/greenup-command$/m);
    expect(readFileSync(join(root, 'usr/lib/greenup/base'), 'utf8')).toMatch(/^[1-9]\d*\n$/);
    expect(readdirSync(join(root, 'usr/lib/greenup/payload'))).toEqual(['0.0.1-healthy']);
    expect(readFileSync(join(root, 'DEBIAN/conffiles'), 'utf8')).toBe('/etc/greenup/station.env\n');
    expect(readFileSync(join(root, 'DEBIAN/postinst'), 'utf8')).toContain("release='0.0.1-healthy'");
    expect(run('/bin/sh', ['-c', `cd ${root} && md5sum -c --quiet DEBIAN/md5sums`])).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(existsSync(join(root, 'etc/greenup/board.yaml'))).toBe(false);
  });
});
