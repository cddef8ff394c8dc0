/** Wired interfaces by nmcli: what it is asked, and what its answers mean. */
import { NetworkManager } from '../../../src/drivers/machine/network-manager';
import type { Ran } from '../../../src/drivers/machine/run-program';
import type { WiredSettings } from '../../../src/hal/ports';

const wired = '5d0c7a2e-0000-4000-8000-000000000001';
const other = '5d0c7a2e-0000-4000-8000-000000000002';
const external = '5d0c7a2e-0000-4000-8000-000000000004';
const radio = '5d0c7a2e-0000-4000-8000-000000000003';

const permissions = (control: string, modify: string): string =>
  [
    'org.freedesktop.NetworkManager.reload:no',
    `org.freedesktop.NetworkManager.network-control:${control}`,
    'org.freedesktop.NetworkManager.settings.modify.own:yes',
    `org.freedesktop.NetworkManager.settings.modify.system:${modify}`,
    '',
  ].join('\n');

const shown = (method: string, more: Record<string, string> = {}): string => {
  const values = { addresses: '', gateway: '', dns: '', 'ignore-auto-dns': 'no', ...more };
  return [`ipv4.method:${method}`, ...Object.entries(values).map(([name, value]) => `ipv4.${name}:${value}`), ''].join(
    '\n',
  );
};

const permissionsAsked = '-t -f PERMISSION,VALUE general permissions';
const devicesAsked = '-t -f DEVICE,TYPE,STATE,CONNECTION,CON-UUID device status';
const filesAsked = '-t -f UUID,FILENAME connection show';
const idsAsked = '-t -f UUID connection show';
const shownAsked = (id: string): string =>
  `-t -f ipv4.method,ipv4.addresses,ipv4.gateway,ipv4.dns,ipv4.ignore-auto-dns connection show uuid ${id}`;

let answers: Record<string, string>;
let asked: (readonly string[])[];
let refusal: string | undefined;

beforeEach(() => {
  asked = [];
  refusal = undefined;
  answers = {
    [permissionsAsked]: permissions('yes', 'yes'),
    [devicesAsked]: [
      `eth0:ethernet:connected:Wired\\: one\\\\two:${wired}`,
      `wlan0:wifi:connected:home:${radio}`,
      `eth1:ethernet:connected (externally):eth1:${external}`,
      `eth2:ethernet:unavailable::`,
      'lo:loopback:unmanaged::',
      '',
    ].join('\n'),
    [filesAsked]: `${wired}:/etc/NetworkManager/system-connections/Wired\\: one.nmconnection\n${radio}:/etc/x\n`,
    [idsAsked]: `${wired}\n${radio}\n${external}\n`,
    [shownAsked(external)]: shown('manual', { addresses: '192.0.2.8/24' }),
    [shownAsked(wired)]: shown('auto', { dns: '192.0.2.1,192.0.2.2', 'ignore-auto-dns': 'yes' }),
  };
});

const network = new NetworkManager(async (program, given): Promise<Ran> => {
  expect(program).toBe('nmcli');
  asked.push(given);
  if (refusal !== undefined) return { isDone: false, words: refusal };
  return { isDone: true, output: answers[given.join(' ')] ?? '' };
});

const byDhcp: WiredSettings = {
  by: 'given',
  addresses: [],
  router: null,
  nameServers: ['192.0.2.1', '192.0.2.2'],
  ownServersOnly: true,
};

test('the wired profile that is in use, whatever its name', async () => {
  expect(await network.profiles()).toEqual([
    { id: wired, name: 'Wired: one\\two', interfaceName: 'eth0', settings: byDhcp, isLasting: true },
  ]);
});

test('one that still waits for DHCP is in use, too', async () => {
  answers[devicesAsked] = `eth0:ethernet:connecting (getting IP configuration):a:${wired}\n`;
  expect(await network.profiles()).toMatchObject([{ interfaceName: 'eth0' }]);
});

test('fixed addresses, as different versions print lists of them', async () => {
  const values = { addresses: '192.0.2.7/24, 198.51.100.7/25', gateway: '192.0.2.1', dns: '192.0.2.1, 192.0.2.2' };
  answers[shownAsked(wired)] = shown('manual', values);
  expect(await network.settings(wired)).toEqual({
    by: 'fixed',
    addresses: ['192.0.2.7/24', '198.51.100.7/25'],
    router: '192.0.2.1',
    nameServers: ['192.0.2.1', '192.0.2.2'],
    ownServersOnly: false,
  });
});

test.each([
  ['of this boot alone', '/run/NetworkManager/system-connections/a.nmconnection'],
  ['in no file', ''],
])('a profile %s does not last', async (_, file) => {
  answers[filesAsked] = `${wired}:${file}\n`;
  expect(await network.profiles()).toMatchObject([{ isLasting: false }]);
});

test.each([
  ['auth', 'yes'],
  ['no', 'yes'],
  ['yes', 'auth'],
  ['yes', 'no'],
  ['yes', 'unknown'],
])('not allowed: network-control %s, settings.modify.system %s', async (control, modify) => {
  answers[permissionsAsked] = permissions(control, modify);
  expect(await network.profiles()).toBe('notAllowed');
});

test('why nothing can be changed', async () => {
  answers[shownAsked(wired)] = shown('shared');
  expect(await network.profiles()).toBe('otherKind');
  answers[devicesAsked] = `eth0:ethernet:connected:netplan-eth0:${wired}\n`;
  expect(await network.profiles()).toBe('foreignProfile');
  answers[devicesAsked] = `wlan0:wifi:connected:home:${radio}\neth0:ethernet:disconnected::\n`;
  expect(await network.profiles()).toBe('noProfile');
  refusal = 'Error: NetworkManager is not running.';
  expect(await network.profiles()).toBe('noManager');
});

test('a profile that is gone, and one that nobody answers for, are not the same', async () => {
  expect(await network.settings(other)).toBeUndefined();
  refusal = 'Error: NetworkManager is not running.';
  await expect(network.settings(wired)).rejects.toMatchObject({ code: 'machine.refused', message: refusal });
});

const fixed: WiredSettings = {
  by: 'fixed',
  addresses: ['192.168.1.50/24'],
  router: '192.168.1.1',
  nameServers: ['192.168.1.1', '192.0.2.1'],
  ownServersOnly: false,
};

test('what is written, until the next restart of the machine or for ever, each value as one word', async () => {
  await network.write(wired, fixed, false);
  await network.write(wired, byDhcp, true);
  expect(asked).toEqual([
    [
      ...['connection', 'modify', '--temporary', 'uuid', wired],
      ...['ipv4.method', 'manual', 'ipv4.addresses', '192.168.1.50/24', 'ipv4.gateway', '192.168.1.1'],
      ...['ipv4.dns', '192.168.1.1,192.0.2.1', 'ipv4.ignore-auto-dns', 'no'],
    ],
    [
      ...['connection', 'modify', 'uuid', wired],
      ...['ipv4.method', 'auto', 'ipv4.addresses', '', 'ipv4.gateway', ''],
      ...['ipv4.dns', '192.0.2.1,192.0.2.2', 'ipv4.ignore-auto-dns', 'yes'],
    ],
  ]);
});

test('it is put to use at its interface, without waiting for what comes of it', async () => {
  await network.use(wired, 'eth0');
  expect(asked).toEqual([['--wait', '0', 'connection', 'up', 'uuid', wired, 'ifname', 'eth0']]);
  refusal = 'Error: Connection activation failed: No suitable device found.';
  await expect(network.use(wired, 'eth0')).rejects.toMatchObject({ code: 'machine.refused', message: refusal });
});
