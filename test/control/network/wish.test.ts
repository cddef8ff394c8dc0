/** What is typed of a wired interface, made into settings, or refused by the name of the field that is wrong. */
import { settingsOf, type WiredWish } from '../../../src/control/network/wish';
import type { WiredSettings } from '../../../src/hal/ports';

const byDhcp: WiredSettings = { by: 'given', addresses: [], router: null, nameServers: [], ownServersOnly: false };
const fixed: WiredWish = {
  interfaceName: 'eth0',
  by: 'fixed',
  address: '192.168.1.50',
  mask: '255.255.255.0',
  router: '192.168.1.1',
  nameServers: '192.168.1.1, 9.9.9.9',
};
const given: WiredWish = { ...fixed, by: 'given', nameServers: '' };

const made = (wish: Partial<WiredWish>, before = byDhcp): unknown => settingsOf({ ...fixed, ...wish }, before);

test('a fixed address with router and name servers', () => {
  const settings = {
    by: 'fixed',
    addresses: ['192.168.1.50/24'],
    router: '192.168.1.1',
    nameServers: ['192.168.1.1', '9.9.9.9'],
    ownServersOnly: false,
  };
  expect(made({})).toEqual({ settings });
  expect(made({ address: ' 192.168.1.50 ', mask: ' /24', router: '192.168.1.1 ' })).toEqual({ settings });
  expect(made({ nameServers: '192.168.1.1;9.9.9.9  192.168.1.1' })).toEqual({ settings });
  expect(made({ router: ' ', nameServers: '' })).toMatchObject({ settings: { router: null, nameServers: [] } });
});

test.each([
  ['24', 24],
  ['/8', 8],
  ['30', 30],
  ['255.0.0.0', 8],
  ['255.255.254.0', 23],
  ['255.255.255.252', 30],
])('the mask %s', (mask, prefix) => {
  expect(made({ mask, router: '' })).toMatchObject({ settings: { addresses: [`192.168.1.50/${prefix}`] } });
});

test.each([
  '',
  '7',
  '31',
  '32',
  '33',
  '0',
  '255.255.0.255',
  '255.255.255.255',
  '0.0.0.0',
  '254.0.0.0',
  '24.0',
  'a',
])('no mask: "%s"', (mask) => expect(made({ mask })).toEqual({ refused: 'networkMaskInvalid' }));

const noAddresses = [
  '',
  '192.168.1',
  '192.168.1.256',
  '192.168.1.1.1',
  '192.168.01.5',
  '192.168.1.50/24',
  'eth0',
  '::1',
];
const noHosts = ['0.0.0.0', '0.1.2.3', '127.0.0.1', '224.0.0.1', '255.255.255.255'];

test.each([...noAddresses, ...noHosts])('no address, router or name server: "%s"', (text) => {
  expect(made({ address: text })).toEqual({ refused: 'networkAddressInvalid' });
  if (text !== '') expect(made({ router: text })).toEqual({ refused: 'networkRouterInvalid' });
  if (text !== '') expect(made({ nameServers: `9.9.9.9 ${text}` })).toEqual({ refused: 'networkServersInvalid' });
});

test.each([
  ['192.168.1.0', '24'],
  ['192.168.1.255', '24'],
  ['192.168.1.127', '25'],
  ['192.168.1.128', '25'],
  ['10.255.255.255', '8'],
  ['192.168.1.4', '30'],
])('no machine of its network: %s/%s', (address, mask) => {
  expect(made({ address, mask, router: '' })).toEqual({ refused: 'networkAddressNoHost' });
});

test.each([
  '192.168.2.1',
  '192.168.1.0',
  '192.168.1.255',
  '192.168.1.50',
  '10.0.0.1',
])('no router there: %s', (router) => {
  expect(made({ router })).toEqual({ refused: 'networkRouterOutside' });
});

test('a network that ends within a byte', () => {
  expect(made({ address: '192.168.1.130', mask: '25', router: '192.168.1.254' })).toMatchObject({
    settings: { router: '192.168.1.254' },
  });
  expect(made({ address: '192.168.1.130', mask: '25' })).toEqual({ refused: 'networkRouterOutside' });
});

test('at most three name servers, one that is named twice counts once', () => {
  expect(made({ nameServers: '9.9.9.1 9.9.9.2 9.9.9.3 9.9.9.1' })).toHaveProperty('settings');
  expect(made({ nameServers: '9.9.9.1 9.9.9.2 9.9.9.3 9.9.9.4' })).toEqual({ refused: 'networkServersMany' });
  expect(made({ ...given, nameServers: '9.9.9.1 9.9.9.2 9.9.9.3 9.9.9.4' })).toEqual({ refused: 'networkServersMany' });
});

const wasFixed: WiredSettings = {
  by: 'fixed',
  addresses: ['192.168.1.50/24'],
  router: '192.168.1.1',
  nameServers: ['192.168.1.1', '9.9.9.9'],
  ownServersOnly: false,
};

test('by DHCP what is typed of an address counts for nothing, and what was fixed goes', () => {
  expect(made({ ...given, address: 'nonsense', mask: '99', router: 'x' }, wasFixed)).toEqual({ settings: byDhcp });
});

test('by DHCP with name servers of one’s own, those of DHCP are not asked', () => {
  expect(made({ ...given, nameServers: '9.9.9.9' })).toEqual({
    settings: { ...byDhcp, nameServers: ['9.9.9.9'], ownServersOnly: true },
  });
});

test('a fixed address beside that of DHCP stays as long as there is DHCP', () => {
  const beside: WiredSettings = { ...byDhcp, addresses: ['192.168.1.200/24'], router: '192.168.1.1' };
  expect(made({ ...given, nameServers: '9.9.9.9' }, beside)).toMatchObject({
    settings: { by: 'given', addresses: ['192.168.1.200/24'], router: '192.168.1.1' },
  });
  expect(made({}, beside)).toMatchObject({ settings: { addresses: ['192.168.1.50/24'] } });
});

test('what is so already is no change', () => {
  expect(made({}, wasFixed)).toEqual({ refused: 'networkSame' });
  expect(made(given)).toEqual({ refused: 'networkSame' });
  const both = { ...byDhcp, nameServers: ['9.9.9.9'] };
  expect(made({ ...given, nameServers: '9.9.9.9' }, both)).toEqual({ refused: 'networkSame' });
  for (const wish of [{ address: '192.168.1.51' }, { mask: '25' }, { router: '' }, { nameServers: '9.9.9.9' }, given]) {
    expect(made(wish, wasFixed)).toHaveProperty('settings');
  }
});
