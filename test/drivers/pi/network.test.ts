/** Addresses of an interface, from what the machine says and from a routing table in a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesOf } from '../../../src/drivers/pi/network';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
const row = (face: string, destination: string, gateway: string): string =>
  `${face}\t${destination}\t${gateway}\t0003\t0\t0\t100\t00000000\t0\t0\t0`;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-network-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

type Interfaces = ReturnType<typeof networkInterfaces>;
const own = { netmask: '255.255.255.0', mac: '00:00:00:00:00:01', internal: false, cidr: null };
const both: Interfaces = {
  lo: [{ ...own, family: 'IPv4', address: '127.0.0.1', internal: true }],
  eth0: [
    { ...own, family: 'IPv6', address: 'fe80::1', netmask: 'ffff::', scopeid: 2 },
    { ...own, family: 'IPv4', address: '192.168.1.200' },
  ],
  wlan0: [{ ...own, family: 'IPv4', address: '10.0.0.7' }],
};

function addresses(name: string, routes: readonly string[], interfaces: Interfaces = both) {
  const table = join(directory, 'route');
  writeFileSync(table, `${[head, ...routes].join('\n')}\n`);
  return addressesOf(name, () => interfaces, table);
}

test('the IPv4 address and mask of the named interface, and the gateway of its default route', () => {
  const routes = [
    row('wlan0', '00000000', '0100000A'),
    row('eth0', '0001A8C0', '00000000'),
    row('eth0', '00000000', 'FE01A8C0'),
  ];
  expect(addresses('eth0', routes)).toEqual({
    address: '192.168.1.200',
    netmask: '255.255.255.0',
    gateway: '192.168.1.254',
  });
  expect(addresses('wlan0', routes).gateway).toBe('10.0.0.1');
});

test.each([
  ['no default route', [row('eth0', '0001A8C0', '0101A8C0')]],
  ['a default route without a gateway', [row('eth0', '00000000', '00000000')]],
  ['another interface has it', [row('wlan0', '00000000', '0101A8C0')]],
  ['a table that is none', ['eth0 00000000 what']],
  ['an empty table', []],
])('%s: the gateway is an empty text', (_what, routes) => {
  expect(addresses('eth0', routes).gateway).toBe('');
});

test('an interface that is not there, or has no IPv4 address, gives empty texts', () => {
  const nothing = { address: '', netmask: '', gateway: '' };
  expect(addresses('eth7', [])).toEqual(nothing);
  const { eth0 = [] } = both;
  expect(addresses('eth0', [], { eth0: eth0.slice(0, 1) })).toEqual(nothing);
});

test('a machine without a routing table has no gateway', () => {
  expect(addressesOf('eth0', () => both, join(directory, 'nothing')).gateway).toBe('');
});

test('it is asked anew each time: addresses come and go', () => {
  let interfaces: Interfaces = {};
  const table = join(directory, 'route');
  expect(addressesOf('eth0', () => interfaces, table).address).toBe('');
  interfaces = both;
  writeFileSync(table, row('eth0', '00000000', '0101A8C0'));
  expect(addressesOf('eth0', () => interfaces, table)).toMatchObject({
    address: '192.168.1.200',
    gateway: '192.168.1.1',
  });
});
