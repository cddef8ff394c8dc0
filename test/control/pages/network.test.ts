/** What the page of network and time shows: the machine's facts as they are, and the time of the station. */
import { pageNetwork } from '../../../src/control/pages/network';
import type { Machine } from '../../../src/hal/ports';
import { closeTheBooks, Rig, startOfTime } from '../../support/rig';

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
