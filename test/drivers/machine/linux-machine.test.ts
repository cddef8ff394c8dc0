/** What Linux says of network and time, read from what its programs print. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinuxMachine } from '../../../src/drivers/machine/linux-machine';
import type { Run } from '../../../src/drivers/machine/run-program';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenup-machine-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function machine(printed: Readonly<Record<string, string | undefined>>, resolver?: string): LinuxMachine {
  const resolverFile = join(folder, 'resolv.conf');
  if (resolver !== undefined) writeFileSync(resolverFile, resolver);
  const run: Run = async (program, given) => {
    const output = printed[[program, ...given].join(' ')];
    return output === undefined ? { isDone: false, words: 'not found' } : { isDone: true, output };
  };
  return new LinuxMachine({ run, resolverFile });
}

const addresses = [
  {
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    operstate: 'UNKNOWN',
    addr_info: [{ local: '127.0.0.1', prefixlen: 8, scope: 'host' }],
  },
  {
    ifname: 'eth0',
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    operstate: 'UP',
    address: 'dc:a6:32:01:02:03',
    addr_info: [
      { family: 'inet', local: '192.0.2.7', prefixlen: 24, scope: 'global', dynamic: true },
      { family: 'inet', local: '192.168.1.200', prefixlen: 24, scope: 'global' },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
    ],
  },
  { ifname: 'wlan0', flags: ['BROADCAST'], operstate: 'DOWN', address: 'dc:a6:32:01:02:04', addr_info: [] },
];

test('interfaces, addresses given or fixed, routers, name servers, and whether the clock follows a server', async () => {
  const printed = {
    'ip -json address show': JSON.stringify(addresses),
    'ip -json route show default': JSON.stringify([
      { gateway: '192.0.2.1' },
      { gateway: '192.0.2.1' },
      { dev: 'tun0' },
    ]),
    'timedatectl show --property=NTPSynchronized --value': 'yes\n',
  };
  const resolver = '# made by somebody\nnameserver 192.0.2.1\nsearch test\nnameserver 2001:db8::1\n';
  expect(await machine(printed, resolver).facts()).toEqual({
    hostName: hostname(),
    interfaces: [
      {
        name: 'eth0',
        mac: 'dc:a6:32:01:02:03',
        isUp: true,
        addresses: [
          { address: '192.0.2.7/24', by: 'given' },
          { address: '192.168.1.200/24', by: 'fixed' },
        ],
      },
      { name: 'wlan0', mac: 'dc:a6:32:01:02:04', isUp: false, addresses: [] },
    ],
    gateways: ['192.0.2.1'],
    nameServers: ['192.0.2.1', '2001:db8::1'],
    timeZone: expect.any(String),
    followsTimeServer: true,
  });
});

test('what nobody says is not known, which is not the same as none', async () => {
  const unknown = { interfaces: null, gateways: [], nameServers: [], followsTimeServer: null };
  expect(await machine({}).facts()).toMatchObject(unknown);
  const odd = {
    'ip -json address show': '1: lo: <LOOPBACK>',
    'ip -json route show default': '{}',
    'timedatectl show --property=NTPSynchronized --value': 'perhaps',
  };
  expect(await machine(odd).facts()).toMatchObject(unknown);
  const none = {
    'ip -json address show': '[{}]',
    'ip -json route show default': '',
    'timedatectl show --property=NTPSynchronized --value': 'no',
  };
  expect(await machine(none).facts()).toMatchObject({ interfaces: [], gateways: [], followsTimeServer: false });
});
