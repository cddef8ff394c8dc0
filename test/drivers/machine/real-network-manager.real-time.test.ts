/** Changes of the network with Debian's own NetworkManager: taken back, kept, and through its restarts. */
import { answerMs, confirmMaxMs, NetworkChanges, tryAgainMs } from '../../../src/control/network/network-changes';
import type { WiredWish } from '../../../src/control/network/wish';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { NetworkManager } from '../../../src/drivers/machine/network-manager';
import type { WiredProfile, WiredSettings } from '../../../src/hal/ports';
import { RealNetworkManager, testWithNetworkManager } from '../../support/real-network-manager';
import { ScriptedMark } from '../../support/scripted-network';
import { until } from '../../support/until';

const fixed: WiredSettings = {
  by: 'fixed',
  addresses: ['192.0.2.7/24'],
  router: '192.0.2.1',
  nameServers: ['192.0.2.1', '192.0.2.2'],
  ownServersOnly: false,
};
const other: WiredSettings = {
  ...{ by: 'fixed', addresses: ['198.51.100.9/25'], router: '198.51.100.1', ownServersOnly: false },
  nameServers: ['9.9.9.9'],
};
const wish: WiredWish = {
  ...{ interfaceName: 'eth0', by: 'fixed', address: '198.51.100.9', mask: '255.255.255.128' },
  ...{ router: '198.51.100.1', nameServers: '9.9.9.9' },
};
const somebody = 'somebody';

let real: RealNetworkManager;
let network: NetworkManager;
let clock: VirtualClock;
let mark: ScriptedMark;
let changes: NetworkChanges;

async function begin(): Promise<void> {
  real = await RealNetworkManager.start();
  network = new NetworkManager(real.run);
  clock = new VirtualClock();
  mark = new ScriptedMark();
  changes = started();
  real.addProfile(
    ...['ipv4.method', 'manual', 'ipv4.addresses', '192.0.2.7/24', 'ipv4.gateway', '192.0.2.1'],
    ...['ipv4.dns', '192.0.2.1,192.0.2.2', 'ipv4.may-fail', 'no', 'ipv6.method', 'disabled'],
  );
  await isAt('192.0.2.7/24', '192.0.2.1');
}

afterEach(async () => {
  changes?.close();
  await real?.remove();
});

function started(): NetworkChanges {
  const log = { info: () => {}, warn: () => {} };
  return new NetworkChanges({ clock, network, mark, log });
}

async function profile(): Promise<WiredProfile> {
  const profiles = await network.profiles();
  if (typeof profiles === 'string' || !profiles[0]) throw new Error(String(profiles));
  return profiles[0];
}

async function isAt(address: string, router: string): Promise<void> {
  const now = (): string => [...real.addresses(), ...real.routers()].join(' ');
  await until(
    () => now() === `${address} ${router}`,
    () => `the interface has ${now()}`,
  );
}

/** Changed, and the interface has it. */
async function change(): Promise<void> {
  expect(await changes.begin(wish, somebody)).toBeUndefined();
  await clock.advance(answerMs);
  await isAt('198.51.100.9/25', '198.51.100.1');
}

async function isOver(outcome: string): Promise<void> {
  await until(
    () => changes.open === undefined,
    () => JSON.stringify(changes.open),
  );
  expect(changes.last).toMatchObject({ outcome });
  expect(mark.value).toBeUndefined();
}

testWithNetworkManager('a change that nobody confirms is taken back; the disk never had it', async () => {
  await begin();
  expect(await profile()).toMatchObject({
    name: 'Cable: a\\b',
    interfaceName: 'eth0',
    settings: fixed,
    isLasting: true,
  });
  const before = real.onDisk();
  await change();
  expect(real.onDisk()).toBe(before);
  expect(await profile()).toMatchObject({ settings: other });
  await clock.advance(confirmMaxMs);
  await isOver('notConfirmed');
  await isAt('192.0.2.7/24', '192.0.2.1');
  expect(await profile()).toMatchObject({ settings: fixed, isLasting: true });
  // What else the profile has is as it was.
  const rest = (text: string): string => text.replace(/^timestamp=.*\n/m, '');
  expect(rest(real.onDisk())).toBe(rest(before));
  await real.restartMachine();
  await isAt('192.0.2.7/24', '192.0.2.1');
});

testWithNetworkManager('one that is confirmed stays, over a restart of the machine', async () => {
  await begin();
  await change();
  expect(await changes.keep(somebody)).toBeUndefined();
  await clock.advance(2 * confirmMaxMs);
  expect(await profile()).toMatchObject({ settings: other, isLasting: true });
  await real.restartMachine();
  await isAt('198.51.100.9/25', '198.51.100.1');
});

testWithNetworkManager('a restart of the machine brings back what was there', async () => {
  await begin();
  await change();
  changes.close();
  await real.restartMachine();
  await isAt('192.0.2.7/24', '192.0.2.1');
  changes = started();
  await changes.takeUp();
  await clock.advance(0);
  await isOver('ended');
  await isAt('192.0.2.7/24', '192.0.2.1');
});

testWithNetworkManager('NetworkManager ends while a change is open, and comes back too late', async () => {
  await begin();
  await change();
  await real.end('SIGTERM');
  expect(await network.profiles()).toBe('noManager');
  await clock.advance(confirmMaxMs);
  await until(async () => {
    await clock.advance(tryAgainMs);
    return changes.open?.phase === 'takingBack';
  });
  await real.begin();
  await until(async () => {
    await clock.advance(tryAgainMs);
    return changes.open === undefined;
  });
  await isOver('notConfirmed');
  await isAt('192.0.2.7/24', '192.0.2.1');
});

testWithNetworkManager('it is changed to DHCP, which nobody answers, and taken back', async () => {
  await begin();
  expect(await changes.begin({ ...wish, by: 'given', nameServers: '' }, somebody)).toBeUndefined();
  await clock.advance(answerMs);
  await until(() => real.addresses().length === 0);
  // Other programs may ask meanwhile.
  expect(await profile()).toMatchObject({ settings: { by: 'given', addresses: [], router: null, nameServers: [] } });
  expect(changes.back(somebody)).toBeUndefined();
  await clock.advance(answerMs);
  await isOver('asked');
  await isAt('192.0.2.7/24', '192.0.2.1');
});

testWithNetworkManager('what NetworkManager refuses is told with its words', async () => {
  await begin();
  const { id } = await profile();
  const wrong = { ...other, addresses: ['198.51.100.9/33'] };
  await expect(network.write(id, wrong, false)).rejects.toMatchObject({
    code: 'machine.refused',
    message: expect.stringContaining("invalid prefix '33'"),
  });
  await expect(network.use(id, 'eth7')).rejects.toMatchObject({ message: expect.stringContaining('eth7') });
  expect(await network.settings('00000000-0000-4000-8000-000000000000')).toBeUndefined();
});

testWithNetworkManager(
  'the user of the service may change it when it was allowed by the rule of the package',
  async () => {
    await begin();
    const { id } = await profile();
    network = new NetworkManager(real.runAsService);
    expect(await network.profiles()).toBe('notAllowed');
    await expect(network.write(id, other, false)).rejects.toMatchObject({ code: 'machine.refused' });
    real.allowService();
    await until(async () => typeof (await network.profiles()) !== 'string');
    changes = started();
    await change();
    expect(await changes.keep(somebody)).toBeUndefined();
    expect(real.onDisk()).toContain('198.51.100.9/25,198.51.100.1');
  },
);
