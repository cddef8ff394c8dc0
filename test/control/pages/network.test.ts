/** What the page of network and time shows: the machine's facts as they are, and the time of the station. */
import { answerMs, confirmMaxMs, NetworkChanges } from '../../../src/control/network/network-changes';
import { pageNetwork } from '../../../src/control/pages/network';
import { pageStation } from '../../../src/control/pages/page-station';
import type { Machine, WiredSettings } from '../../../src/hal/ports';
import { closeTheBooks, Rig, startOfTime } from '../../support/rig';
import { ScriptedMark, ScriptedNetwork } from '../../support/scripted-network';

afterEach(closeTheBooks);

const machine: Machine = {
  facts: async () => ({
    hostName: 'greenup',
    interfaces: null,
    gateways: [],
    nameServers: ['192.0.2.1'],
    timeZone: 'Europe/Paris',
    followsTimeServer: null,
  }),
};

test('the time, whose it is, and how far the central system’s was off when it told it last', async () => {
  const rig = await Rig.start();
  const network = pageNetwork(() => rig.running, machine, undefined);
  const facts = await machine.facts();
  const now = rig.clock.now();
  expect(await network.look()).toEqual({
    machine: facts,
    wired: null,
    time: { unixMs: startOfTime + now, source: 'machine', central: { aheadMs: expect.any(Number), msAgo: now - 15 } },
  });
  await rig.advance(5_000);
  expect((await network.look())?.time.central?.msAgo).toBe(now + 5_000 - 15);
});

test('a station that does not know the time says so, and has it of the central system then', async () => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.deaf = () => true;
  await rig.powerOn();
  const network = pageNetwork(() => rig.running, undefined, undefined);
  expect(await network.look()).toEqual({
    machine: null,
    wired: null,
    time: { unixMs: null, source: null, central: null },
  });
  rig.central.deaf = () => false;
  await rig.advance(60_000);
  expect((await network.look())?.time).toMatchObject({
    unixMs: expect.any(Number),
    source: 'central system',
    central: { aheadMs: 0 },
  });
});

test('while the station restarts there is nothing to see', async () => {
  expect(await pageNetwork(() => undefined, machine, undefined).look()).toBeUndefined();
});

describe('what can be changed', () => {
  const byDhcp: WiredSettings = { by: 'given', addresses: [], router: null, nameServers: [], ownServersOnly: false };
  const wish = {
    ...{ interfaceName: 'eth0', by: 'fixed' as const, address: '192.168.1.50', mask: '24' },
    ...{ router: '', nameServers: '' },
  };
  const after = { ...byDhcp, by: 'fixed', addresses: ['192.168.1.50/24'] };
  const plan = { interfaceName: 'eth0', before: byDhcp, after };
  const interfaces = [{ interfaceName: 'eth0', profile: 'Wired connection 1', settings: byDhcp }];
  const somewhere = '192.0.2.9';

  async function started() {
    const rig = await Rig.start();
    const network = new ScriptedNetwork(byDhcp);
    const lines: string[] = [];
    const tell = (_fields: object, line: string): void => void lines.push(line);
    const log = { info: tell, warn: tell };
    const networkChanges = new NetworkChanges({ clock: rig.clock, network, mark: new ScriptedMark(), log });
    const station = pageStation(() => rig.running, { machine, networkChanges });
    const wired = async () => (await station.network.look())?.wired;
    return { rig, network, lines, station, wired };
  }

  test('is told with what is, what is open and what became of it', async () => {
    const { rig, network, station, wired, lines } = await started();
    expect(await wired()).toEqual({ refused: null, interfaces, open: null, last: null });
    expect(await station.network.plan(wish)).toEqual(plan);
    const open = { ...plan, phase: 'begun', leftMs: confirmMaxMs };
    expect(await station.network.begin(wish, somewhere)).toEqual({ open });
    expect(await station.network.begin(wish, somewhere)).toEqual({ refused: 'networkChanging' });
    await rig.advance(answerMs);
    expect(await wired()).toMatchObject({ open: { phase: 'open', leftMs: confirmMaxMs - answerMs } });
    expect(await station.network.confirm(true, somewhere)).toBeUndefined();
    expect(await wired()).toMatchObject({ open: null, last: { ...plan, outcome: 'kept' } });
    expect(network.onDisk).toEqual(after);
    expect(await station.network.confirm(false, somewhere)).toBe('networkNothing');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^somebody at the pages \(192\.0\.2\.9\) (changes|keeps) /);
  });

  test('is taken back by whoever wants it', async () => {
    const { rig, network, station } = await started();
    await station.network.begin(wish, somewhere);
    await rig.advance(answerMs);
    expect(await station.network.confirm(false, somewhere)).toBeUndefined();
    await rig.advance(answerMs);
    expect(network.atInterface).toEqual(byDhcp);
  });

  test('is told to be nothing, and why', async () => {
    const { network, wired } = await started();
    network.refuses = 'notAllowed';
    expect(await wired()).toEqual({ refused: 'notAllowed', interfaces: [], open: null, last: null });
  });

  test('has a revision in the live view', async () => {
    const { rig, station } = await started();
    const before = station.view()?.revisions.network;
    await station.network.begin(wish, somewhere);
    const begun = station.view()?.revisions.network;
    await rig.advance(answerMs);
    expect(new Set([before, begun, station.view()?.revisions.network]).size).toBe(3);
  });

  test('a charge goes on while it changes and is taken back', async () => {
    const { rig, station } = await started();
    await rig.charge(1);
    await rig.advance(60_000);
    const transactions = () => rig.running.view().connectors.map(({ transaction }) => transaction?.key);
    const before = transactions();
    await station.network.begin(wish, somewhere);
    await rig.advance(2 * confirmMaxMs);
    expect(before).toContainEqual(expect.any(String));
    expect(transactions()).toEqual(before);
    expect(rig.status(1)).toBe('Charging');
  });

  test('is nothing where the pages leave the network of the machine alone', async () => {
    const rig = await Rig.start();
    const { network } = pageStation(() => rig.running, { machine });
    expect((await network.look())?.wired).toBeNull();
    expect(await network.plan(wish)).toEqual({ refused: 'networkNotHere' });
    expect(await network.begin(wish, somewhere)).toEqual({ refused: 'networkNotHere' });
    expect(await network.confirm(true, somewhere)).toBe('networkNotHere');
  });
});
