/** The network of a rig, changed at its pages: what the program left open when it ended, its next start takes back. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import { bareRig } from './bare-rig';
import { buildIfOld, PlainCentral, Program } from './built-program';

/** Like that of NetworkManager for one wired profile, which it keeps in files: on the disk, at present, and at the interface. */
const nmcli = (folder: string): string => `#!/bin/sh
cd ${folder} || exit 1
case "$*" in
  *'general permissions')
    echo org.freedesktop.NetworkManager.network-control:yes
    echo org.freedesktop.NetworkManager.settings.modify.system:yes ;;
  *'device status') echo eth0:ethernet:connected:Wired:wired-1 ;;
  *'UUID,FILENAME connection show') echo wired-1:/etc/NetworkManager/system-connections/Wired.nmconnection ;;
  *'UUID connection show') echo wired-1 ;;
  *'connection show uuid wired-1') cat present ;;
  'connection modify '*)
    lasts=yes
    [ "$3" != --temporary ] || { lasts=no; shift; }
    shift 4
    : >present
    while [ $# -gt 0 ]; do printf '%s:%s\n' "$1" "$2" >>present; shift 2; done
    [ $lasts = no ] || cp present disk ;;
  '--wait 0 connection up uuid wired-1 ifname eth0') cp present interface ;;
  *) echo "Error: $*" >&2; exit 2 ;;
esac
`;

const byDhcp = 'ipv4.method:auto\nipv4.addresses:\nipv4.gateway:\nipv4.dns:\nipv4.ignore-auto-dns:no\n';
const fixed =
  'ipv4.method:manual\nipv4.addresses:192.168.1.50/24\nipv4.gateway:192.168.1.1\nipv4.dns:192.168.1.1\nipv4.ignore-auto-dns:no\n';

let directory: string;
let central: PlainCentral;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-rig-network-'));
  writeFileSync(join(directory, 'rig.yaml'), bareRig);
  mkdirSync(join(directory, 'bin'));
  writeFileSync(join(directory, 'bin', 'nmcli'), nmcli(directory));
  chmodSync(join(directory, 'bin', 'nmcli'), 0o755);
  for (const name of ['disk', 'present', 'interface']) writeFileSync(join(directory, name), byDhcp);
  const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
  const path = `${join(directory, 'bin')}:${environment.PATH}`;
  jest.replaceProperty(process, 'env', { ...environment, PATH: path });
  central = await PlainCentral.start();
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  jest.restoreAllMocks();
  central.stop();
  rmSync(directory, { recursive: true, force: true });
});

function start(...words: string[]): Program {
  const given = ['--csms', central.url, '--board', join(directory, 'rig.yaml'), '--state', join(directory, 'state')];
  const run = new Program('run', ...given, ...words);
  programs.push(run);
  return run;
}

const has = (name: string): string => readFileSync(join(directory, name), 'utf8');
const mark = (): string => join(directory, 'state', 'network-change.json');

/** Asks as a browser does, and keeps the cookie. */
class Visitor {
  private cookie = '';

  constructor(private readonly url: string) {}

  static async logsIn(run: Program): Promise<Visitor> {
    await run.says(/^pages in a browser at port \d+ of every address$/m);
    const visitor = new Visitor(`http://127.0.0.1:${/pages in a browser at port (\d+)/.exec(run.out)?.[1]}`);
    await visitor.post('/api/log-in', { user: 'admin', password: 'admin' });
    await visitor.post('/api/password', { current: 'admin', next: 'correct horse' });
    return visitor;
  }

  async post(path: string, body: object): Promise<unknown> {
    const headers = { 'Content-Type': 'application/json', 'Greenup-Page': '1', Origin: this.url, Cookie: this.cookie };
    const response = await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    return response.json();
  }

  /** A fixed address, and waits until the interface has it. */
  async change(): Promise<void> {
    const wish = { interfaceName: 'eth0', by: 'fixed', address: '192.168.1.50', mask: '24', router: '192.168.1.1' };
    const answer = await this.post('/api/network/change', { ...wish, nameServers: '192.168.1.1' });
    expect(answer).toMatchObject({ ok: true, open: { interfaceName: 'eth0', phase: 'begun' } });
    await until(() => has('interface') === fixed);
    expect([has('present'), has('disk'), existsSync(mark())]).toEqual([fixed, byDhcp, true]);
  }
}

test.each(['SIGKILL', 'SIGTERM'] as const)('a program that ends by %s before anybody confirmed', async (signal) => {
  const run = start('--web-port', '0');
  await (await Visitor.logsIn(run)).change();
  await run.says(/somebody at the pages \(\S+\) changes the network at eth0: from DHCP to 192\.168\.1\.50\/24, /);
  run.child.kill(signal);
  await run.ended;
  expect([has('interface'), existsSync(mark())]).toEqual([fixed, true]);
  // It needs no pages for it.
  const next = start('--no-web');
  await next.says(/the network at eth0 is again DHCP: the program ended before it was confirmed/);
  expect(['disk', 'present', 'interface'].map(has)).toEqual([byDhcp, byDhcp, byDhcp]);
  expect(existsSync(mark())).toBe(false);
});

test('what was confirmed is not taken back', async () => {
  const run = start('--web-port', '0');
  const visitor = await Visitor.logsIn(run);
  await visitor.change();
  expect(await visitor.post('/api/network/confirm', { keeps: true })).toEqual({ ok: true });
  expect([has('disk'), existsSync(mark())]).toEqual([fixed, false]);
  run.child.kill('SIGKILL');
  await run.ended;
  const next = start('--no-web');
  await central.hears('StatusNotification', { connectorId: 1 }, central.heard.length);
  expect(['disk', 'present', 'interface'].map(has)).toEqual([fixed, fixed, fixed]);
  expect(next.out).not.toContain('the network at');
});
