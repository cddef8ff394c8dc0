/** A change of the network: marked before it is made, taken back unless it is confirmed in time, whatever ends meanwhile. */
import { answerMs, confirmMaxMs, NetworkChanges, tryAgainMs } from '../../../src/control/network/network-changes';
import type { WiredWish } from '../../../src/control/network/wish';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { WiredSettings } from '../../../src/hal/ports';
import { ScriptedMark, ScriptedNetwork } from '../../support/scripted-network';

const byDhcp: WiredSettings = { by: 'given', addresses: [], router: null, nameServers: [], ownServersOnly: false };
const fixed: WiredSettings = { ...byDhcp, by: 'fixed', addresses: ['192.168.1.50/24'], router: '192.168.1.1' };
const wish: WiredWish = {
  interfaceName: 'eth0',
  by: 'fixed',
  address: '192.168.1.50',
  mask: '24',
  router: '192.168.1.1',
  nameServers: '',
};
const somebody = 'somebody at 192.0.2.9';

let clock: VirtualClock;
let network: ScriptedNetwork;
let mark: ScriptedMark;
let lines: string[];
let changes: NetworkChanges;

beforeEach(() => {
  clock = new VirtualClock({ startMs: 5_000 });
  network = new ScriptedNetwork(byDhcp);
  mark = new ScriptedMark();
  lines = [];
  changes = started();
});

function started(): NetworkChanges {
  const tell = (_fields: object, line: string): void => void lines.push(line);
  return new NetworkChanges({ clock, network, mark, log: { info: tell, warn: tell } });
}

const begin = (more: Partial<WiredWish> = {}) => changes.begin({ ...wish, ...more }, somebody);
const unchanged = { onDisk: byDhcp, present: byDhcp, atInterface: byDhcp };

test('what would change is told, and nothing does', async () => {
  expect(await changes.plan(wish)).toEqual({ interfaceName: 'eth0', before: byDhcp, after: fixed });
  expect(await changes.plan({ ...wish, mask: '' })).toEqual({ refused: 'networkMaskInvalid' });
  await clock.advance(10 * confirmMaxMs);
  expect({ acts: network.acts, mark: mark.value, open: changes.open }).toEqual({ acts: [] });
});

test('the interface changes when the answer has left, and only until the next restart of the machine', async () => {
  expect(await begin()).toBeUndefined();
  expect(network).toMatchObject({ onDisk: byDhcp, present: fixed, atInterface: byDhcp });
  expect(changes.open).toEqual({
    interfaceName: 'eth0',
    before: byDhcp,
    after: fixed,
    phase: 'begun',
    leftMs: confirmMaxMs,
  });
  await clock.advance(answerMs - 1);
  expect(network.atInterface).toBe(byDhcp);
  await clock.advance(1);
  expect(network).toMatchObject({ onDisk: byDhcp, present: fixed, atInterface: fixed });
  expect(changes.open).toMatchObject({ phase: 'open', leftMs: confirmMaxMs - answerMs });
  expect(lines).toEqual([`${somebody} changes the network at eth0: from DHCP to 192.168.1.50/24, router 192.168.1.1`]);
});

test('it is marked before anything is written', async () => {
  const write = jest.spyOn(network, 'write').mockImplementation(async () => {
    expect(mark.value).toMatchObject({ id: 'wired-1', interfaceName: 'eth0', before: byDhcp, after: fixed });
  });
  await begin();
  expect(write).toHaveBeenCalledTimes(1);
});

test('nobody confirms it: after a minute all is as it was', async () => {
  await begin();
  await clock.advance(confirmMaxMs - 1);
  expect(network.atInterface).toEqual(fixed);
  await clock.advance(1);
  expect(network).toMatchObject(unchanged);
  expect(changes.open).toBeUndefined();
  expect(changes.last).toMatchObject({ outcome: 'notConfirmed', words: null, before: byDhcp, after: fixed });
  expect(mark.value).toBeUndefined();
  expect(lines.at(-1)).toBe('the network at eth0 is again DHCP: nobody has confirmed it in time');
  // And it is the end of it.
  const acts = [...network.acts];
  await clock.advance(10 * confirmMaxMs);
  expect(network.acts).toEqual(acts);
});

test('confirmed, it stays, also over a restart of the machine', async () => {
  await begin();
  await clock.advance(answerMs);
  expect(await changes.keep(somebody)).toBeUndefined();
  expect(network).toMatchObject({ onDisk: fixed, present: fixed, atInterface: fixed });
  expect({ open: changes.open, mark: mark.value }).toEqual({});
  expect(changes.last).toMatchObject({ outcome: 'kept' });
  await clock.advance(10 * confirmMaxMs);
  expect(network.acts).toEqual(['write', 'use', 'write lasting']);
  expect(lines.at(-1)).toBe(`${somebody} keeps the network at eth0 as it is: 192.168.1.50/24, router 192.168.1.1`);
});

test('it cannot be confirmed before it has acted, nor when it is over', async () => {
  expect(await changes.keep(somebody)).toBe('networkNothing');
  expect(changes.back(somebody)).toBe('networkNothing');
  await begin();
  expect(await changes.keep(somebody)).toBe('networkEarly');
  await clock.advance(confirmMaxMs);
  expect(await changes.keep(somebody)).toBe('networkNothing');
  expect(network).toMatchObject(unchanged);
});

test.each([
  0,
  answerMs,
  confirmMaxMs / 2,
])('taken back at once, when somebody wants it %d ms later', async (afterMs) => {
  await begin();
  await clock.advance(afterMs);
  expect(changes.back(somebody)).toBeUndefined();
  expect(changes.open).toMatchObject({ phase: 'takingBack', leftMs: 0 });
  expect(changes.back(somebody)).toBe('networkNothing');
  expect(await changes.keep(somebody)).toBe('networkNothing');
  await clock.advance(answerMs);
  expect(network).toMatchObject(unchanged);
  expect(changes.last).toMatchObject({ outcome: 'asked' });
  await clock.advance(confirmMaxMs);
  expect(network).toMatchObject(unchanged);
});

test('one at a time, also of two who ask at once', async () => {
  const answers = await Promise.all([begin(), begin({ address: '192.168.1.51' })]);
  expect(answers).toEqual([undefined, 'networkChanging']);
  expect(await begin({ address: '192.168.1.52' })).toBe('networkChanging');
  await clock.advance(confirmMaxMs);
  expect(await begin({ address: '192.168.1.51' })).toBeUndefined();
});

describe('what is refused changes nothing', () => {
  test('a wish that is not valid, and an interface that is not there', async () => {
    expect(await begin({ address: 'x' })).toBe('networkAddressInvalid');
    expect(await begin({ interfaceName: 'eth1' })).toBe('networkNotHere');
    network.refuses = 'notAllowed';
    expect(await begin()).toBe('networkNotHere');
    expect(await changes.profiles()).toBe('notAllowed');
    expect({ acts: network.acts, mark: mark.value, open: changes.open }).toEqual({ acts: [] });
  });

  test('a disk that does not take the mark', async () => {
    mark.isBroken = true;
    expect(await begin()).toBe('notStored');
    expect({ acts: network.acts, open: changes.open }).toEqual({ acts: [] });
  });

  test('the operating system, before the interface has changed: it is left alone', async () => {
    network.failing = { write: 'Error: insufficient privileges.' };
    expect(await begin()).toBe('networkRefused');
    await clock.advance(0);
    expect(network).toMatchObject(unchanged);
    expect(network.acts).not.toContain('use');
    expect(mark.value).toBeUndefined();
    expect(changes.last).toMatchObject({ outcome: 'refused', words: 'Error: insufficient privileges.' });
    network.failing = {};
    expect(await begin()).toBeUndefined();
  });

  test('the operating system, when the interface shall change: it is taken back', async () => {
    network.failing = { use: 'Error: No suitable device found.' };
    expect(await begin()).toBeUndefined();
    await clock.advance(answerMs);
    expect(network).toMatchObject({ present: byDhcp, onDisk: byDhcp });
    expect(changes.open).toMatchObject({ phase: 'takingBack' });
    network.failing = {};
    await clock.advance(tryAgainMs);
    expect(changes.last).toMatchObject({ outcome: 'refused', words: 'Error: No suitable device found.' });
    expect(network).toMatchObject(unchanged);
  });
});

describe('what cannot be kept', () => {
  test.each([
    [
      'because the operating system refuses',
      () => (network.failing = { lasting: 'Error: read-only.' }),
      'networkRefused',
    ],
    ['because the mark stays', () => (mark.isBroken = true), 'notStored'],
  ])('%s, goes on to be open until its time is up', async (_, breaks, refused) => {
    await begin();
    await clock.advance(answerMs);
    breaks();
    expect(await changes.keep(somebody)).toBe(refused);
    expect(changes.open).toMatchObject({ phase: 'open', leftMs: confirmMaxMs - answerMs });
    network.failing = {};
    mark.isBroken = false;
    await clock.advance(confirmMaxMs - answerMs);
    expect(network).toMatchObject(unchanged);
    expect(mark.value).toBeUndefined();
  });
});

describe('what cannot be taken back', () => {
  test.each(['settings', 'write', 'use'] as const)('because of %s, is tried again until it is', async (what) => {
    await begin();
    await clock.advance(answerMs);
    network.failing = { [what]: 'Error: NetworkManager is not running.' };
    await clock.advance(confirmMaxMs + 5 * tryAgainMs);
    expect(changes.open).toMatchObject({ phase: 'takingBack', leftMs: 0 });
    expect(mark.value).toBeDefined();
    const told = lines.filter((line) => line.includes('cannot be taken back'));
    expect(told).toEqual([expect.stringContaining('Error: NetworkManager is not running.')]);
    network.failing = {};
    await clock.advance(tryAgainMs);
    expect(network).toMatchObject(unchanged);
    expect(mark.value).toBeUndefined();
  });

  test('because its profile is another one by now, is left alone', async () => {
    await begin();
    await clock.advance(answerMs);
    const byHand = { ...fixed, addresses: ['192.168.1.99/24'] };
    await network.write('wired-1', byHand, true);
    await clock.advance(confirmMaxMs);
    expect(network).toMatchObject({ onDisk: byHand, present: byHand });
    expect(changes.last).toMatchObject({ outcome: 'changedElsewhere' });
    expect(mark.value).toBeUndefined();
  });

  test('because its profile is gone, is over', async () => {
    await begin();
    await clock.advance(answerMs);
    network.present = undefined;
    await clock.advance(confirmMaxMs);
    expect(changes.last).toMatchObject({ outcome: 'changedElsewhere' });
  });
});

test('a profile that the disk does not have is not put there by taking back', async () => {
  network = new ScriptedNetwork(byDhcp, false);
  changes = started();
  await begin();
  await clock.advance(confirmMaxMs);
  expect(network).toMatchObject({ onDisk: undefined, present: byDhcp, atInterface: byDhcp });
});

test('nor does it stay there, where the program ends while it is put there to be kept', async () => {
  network = new ScriptedNetwork(byDhcp, false);
  changes = started();
  await begin();
  await clock.advance(answerMs);
  jest.spyOn(mark, 'clear').mockImplementation(async () => {
    mark.isBroken = true;
    throw new Error('no space left');
  });
  expect(await changes.keep(somebody)).toBe('notStored');
  expect(network.onDisk).toEqual(fixed);
  changes.close();
  jest.restoreAllMocks();
  mark.isBroken = false;
  changes = started();
  await changes.takeUp();
  await clock.advance(0);
  expect(network).toMatchObject({ ...unchanged, isLasting: false });
});

describe('the program ends meanwhile', () => {
  beforeEach(async () => {
    await begin();
    await clock.advance(answerMs);
    changes.close();
  });

  test('its next start takes back what nobody has confirmed', async () => {
    await clock.advance(10 * confirmMaxMs);
    expect(network.atInterface).toEqual(fixed);
    changes = started();
    await changes.takeUp();
    await clock.advance(0);
    expect(network).toMatchObject(unchanged);
    expect(changes.last).toMatchObject({ outcome: 'ended' });
    expect(mark.value).toBeUndefined();
    expect(lines.at(-1)).toBe('the network at eth0 is again DHCP: the program ended before it was confirmed');
  });

  test('the machine, too: the profile is as it was already, and the interface follows it', async () => {
    network.present = network.onDisk;
    changes = started();
    await changes.takeUp();
    await clock.advance(0);
    expect(network).toMatchObject(unchanged);
    expect(network.acts).toEqual(['write', 'use', 'use']);
  });

  test('NetworkManager begins later than the program', async () => {
    network.failing = { settings: 'Error: NetworkManager is not running.' };
    changes = started();
    await changes.takeUp();
    await clock.advance(2 * tryAgainMs);
    expect(await begin({ address: '192.168.1.51' })).toBe('networkChanging');
    network.failing = {};
    await clock.advance(tryAgainMs);
    expect(network).toMatchObject(unchanged);
  });

  test.each([
    ['of another form', () => (mark.value = { id: 'wired-1' }), 'has another form'],
    ['that cannot be read', () => (mark.isBroken = true), 'input/output error'],
  ])('a mark %s is told, and nothing is changed', async (_, breaks, words) => {
    breaks();
    changes = started();
    await changes.takeUp();
    await clock.advance(confirmMaxMs);
    expect(network.acts).toEqual(['write', 'use']);
    expect(lines.at(-1)).toContain(words);
  });
});

test('a program that ends tries nothing any more', async () => {
  await begin();
  await clock.advance(answerMs);
  jest.spyOn(network, 'settings').mockImplementation(async () => {
    changes.close();
    throw new Error('not running');
  });
  await clock.advance(confirmMaxMs);
  expect(network.settings).toHaveBeenCalledTimes(1);
  await clock.advance(10 * tryAgainMs);
  expect(network.settings).toHaveBeenCalledTimes(1);
});

test('without a mark the program begins with nothing', async () => {
  await changes.takeUp();
  await clock.advance(confirmMaxMs);
  expect({ acts: network.acts, lines, open: changes.open }).toEqual({ acts: [], lines: [] });
});

test('whatever can be seen has a revision of its own', async () => {
  const seen = new Set([changes.revision]);
  const look = (): void => {
    expect(seen).not.toContain(changes.revision);
    seen.add(changes.revision);
  };
  await begin();
  look();
  await clock.advance(answerMs);
  look();
  // What the interface has by now.
  await clock.advance(answerMs * 5);
  look();
  changes.back(somebody);
  look();
  await clock.advance(answerMs);
  look();
  await clock.advance(answerMs * 5);
  look();
});
