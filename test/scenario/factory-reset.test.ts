/** Back to delivery: what goes, what stays, that a power cut leaves no half of it, and who may order it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stationControl } from '../../src/control/station-commands';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { Button, ButtonEvent, Listener } from '../../src/hal/parts';
import { takeFactoryReset } from '../../src/local/factory-reset';
import { closeTheBooks, doubleBoard, Rig } from '../support/rig';

afterEach(closeTheBooks);

const control = (rig: Rig) => stationControl(() => rig.running);

/** By the command, as a person at the station; until the station has started anew. */
async function resetBy(rig: Rig): Promise<void> {
  const { afterwards } = await control(rig).run('factory-reset', { confirm: 'yes' });
  afterwards?.();
  await rig.restart();
  await rig.advance(2_000);
}

/** Changes something of everything that goes. */
async function settle(rig: Rig): Promise<void> {
  const { local, pagePassword, metricsToken, configuration, station } = rig.running;
  await configuration.change('chargingStationMaxLimit', '20', 'person');
  await rig.call('SendLocalList', {
    listVersion: 3,
    updateType: 'Full',
    localAuthorizationList: [{ idTag: 'LISTED', idTagInfo: { status: 'Accepted' } }],
  });
  await rig.call('SetChargingProfile', {
    connectorId: 0,
    csChargingProfiles: {
      ...{ chargingProfileId: 1, stackLevel: 0 },
      ...{ chargingProfilePurpose: 'ChargePointMaxProfile', chargingProfileKind: 'Absolute' },
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
    },
  });
  await rig.call('ReserveNow', {
    ...{ connectorId: 3, reservationId: 7, idTag: 'BOOKED' },
    expiryDate: new Date(rig.central.now() + 3_600_000).toISOString(),
  });
  await rig.call('ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
  await local.cards.add('04CAFE01', 'Anna');
  await pagePassword.change({ salt: 's', hash: 'h', cost: 2 });
  await metricsToken.make();
  station.post({ kind: 'mode', side: 'left', mode: 'cards' });
  await rig.advance(2_000);
}

const keysOf = async (rig: Rig): Promise<string[]> => [...(await rig.store.load()).keys()];

/** What a station has that was never used but for charges, and the log of its starts; the interval is the central system's (OCPP 1.6, 4.2). */
const innocent =
  /^(local\/(?:charge|power)|outbox|transaction-id|told-date|stop-data|time|boot|format|registration|security\/(?:event|firmware)|(?:config|key-note)\/HeartbeatInterval)\b/;

test('settings, cards, passwords and profiles go, history and the count of boots stay', async () => {
  const config = { LocalAuthListEnabled: 'true', AuthorizationCacheEnabled: 'true' };
  const rig = await Rig.start({ board: doubleBoard(), config });
  await rig.charge(1);
  rig.unplug(1);
  await rig.expectCall('StopTransaction');
  await settle(rig);
  const kinds = new Set((await keysOf(rig)).map((key) => key.split('/', 1)[0]));
  for (const kind of ['config', 'list', 'profile', 'station', 'local', 'pages', 'cache']) expect(kinds).toContain(kind);
  const boot = (await rig.store.load()).get('boot/count');
  await resetBy(rig);
  expect((await keysOf(rig)).filter((key) => !innocent.test(key))).toEqual([]);
  const { local, pagePassword, configuration } = rig.running;
  expect(configuration.integer('chargingStationMaxLimit')).not.toBe(20);
  expect(pagePassword.hashed).toBeUndefined();
  expect(local.cards.list).toEqual([]);
  expect(rig.status(2)).toBe('Available');
  expect(rig.status(3)).toBe('Available');
  expect(rig.running.view().modes).toEqual({ right: 'ocpp', left: 'ocpp' });
  expect(local.history.list).toHaveLength(1);
  expect((await rig.store.load()).get('boot/count')).toBe(Number(boot) + 1);
  expect(rig.warnings).toContainEqual(expect.stringContaining('as it was delivered'));
});

test('it is done once: what is set after it stays', async () => {
  const rig = await Rig.start();
  await settle(rig);
  await resetBy(rig);
  await rig.running.local.cards.add('04CAFE02', 'Bob');
  await rig.cutPower();
  await rig.powerOn();
  expect(rig.running.local.cards.list).toEqual([{ token: '04CAFE02', label: 'Bob' }]);
  await rig.advance(2_000);
});

test('what was flashed counts as delivered: it holds again, and is stored', async () => {
  const flashed = 'ws://flashed.test/ocpp';
  const rig = await Rig.start({ address: { flashing: 1, URL: { value: flashed, rank: 'flashed' } } });
  await rig.running.configuration.change('URL', 'ws://elsewhere.test/ocpp', 'person');
  await rig.advance(2_000);
  const commits = jest.spyOn(MemoryStore.prototype, 'commit');
  await resetBy(rig);
  const batches = commits.mock.calls.map(([batch]) => batch);
  commits.mockRestore();
  // What is put and deleted in one batch is gone from a real store.
  const twice = batches.flatMap(({ put, del }) => put.map(([key]) => key).filter((key) => del.includes(key)));
  expect(twice).toEqual([]);
  expect(rig.running.configuration.text('URL')).toBe(flashed);
  expect((await rig.store.load()).get('config/URL')).toBe(flashed);
  await rig.cutPower();
  await rig.powerOn();
  expect(rig.running.configuration.text('URL')).toBe(flashed);
  await rig.advance(2_000);
});

test('a charge that goes on ends first, and is told, also what the central system has not heard yet', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(600_000);
  rig.central.down();
  await resetBy(rig);
  expect(rig.running.chargePoint.outbox.size).toBeGreaterThan(0);
  rig.central.up();
  const stop = await rig.expectCall('StopTransaction', {}, 300_000);
  expect(stop.payload).toMatchObject({ reason: 'SoftReset' });
});

test('a fault that waits for a person waits on', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'residualCurrent');
  await rig.expectStatus(1, 'Faulted');
  rig.fault(1, 'residualCurrent', false);
  await rig.advance(2_000);
  await resetBy(rig);
  await rig.advance(5_000);
  expect(rig.report(1)).toMatchObject({ status: 'Faulted', errorCode: 'GroundFailure' });
  rig.running.clearFaults();
  await rig.advance(5_000);
});

test('a power cut after the order loses nothing of it, whenever it comes, and one before it leaves all', async () => {
  const rig = await Rig.start();
  await settle(rig);
  rig.flushMs = 100;
  let isOrdered = false;
  void rig.running.orderFactoryReset().then(() => {
    isOrdered = true;
  });
  await rig.cutPower('none');
  rig.flushMs = 0;
  await rig.powerOn();
  await rig.advance(2_000);
  expect(isOrdered).toBe(false);
  expect(rig.running.local.cards.list).toHaveLength(1);
  await rig.running.orderFactoryReset();
  await rig.cutPower('none');
  // The first commit of the start is lost as well.
  rig.flushMs = 1_000_000;
  const starting = rig.powerOn();
  await starting;
  rig.flushMs = 0;
  await rig.cutPower('none');
  await rig.powerOn();
  await rig.advance(2_000);
  expect(rig.running.local.cards.list).toEqual([]);
  expect((await keysOf(rig)).filter((key) => !innocent.test(key))).toEqual([]);
});

test('the command wants to hear that it is meant', async () => {
  const rig = await Rig.start();
  await settle(rig);
  for (const request of [{}, { confirm: 'no' }, { confirm: true }]) {
    await expect(control(rig).run('factory-reset', request)).rejects.toMatchObject({ code: 'command.invalid' });
  }
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  expect(rig.running.local.cards.list).toHaveLength(1);
});

describe('by the reset button', () => {
  async function withButton(): Promise<{ rig: Rig; tell: (...events: ButtonEvent[]) => Promise<void> }> {
    let listener: Listener<ButtonEvent> = () => {};
    const resetButton: Button = {
      watch: (given) => {
        listener = given;
        return () => {
          listener = () => {};
        };
      },
    };
    const rig = await Rig.start({ parts: (parts) => ({ ...parts, resetButton }) });
    const tell = async (...events: ButtonEvent[]): Promise<void> => {
      for (const event of events) listener(event);
      await rig.advance(1_000);
    };
    return { rig, tell };
  }
  const lights = (rig: Rig) => rig.world.snapshot().points.map(({ indicator }) => indicator);

  test('held long it shows so, and resets when it is let go', async () => {
    const { rig, tell } = await withButton();
    await settle(rig);
    await tell('held');
    expect(lights(rig)).not.toContain('resetting');
    await tell('heldLong');
    expect(lights(rig)).toEqual(lights(rig).map(() => 'resetting'));
    // What goes on meanwhile does not take that away.
    rig.plug(1);
    await rig.until('Preparing', () => rig.status(1) === 'Preparing');
    expect(lights(rig)[0]).toBe('resetting');
    rig.unplug(1);
    await tell('letGo');
    await rig.restart();
    await rig.advance(2_000);
    expect(rig.running.local.cards.list).toEqual([]);
    expect(lights(rig)).toEqual(lights(rig).map(() => 'available'));
  });

  test('one that is stuck resets nothing, and the lights show what they did', async () => {
    const { rig, tell } = await withButton();
    await settle(rig);
    const before = lights(rig);
    await tell('held', 'heldLong', 'stuck');
    expect(lights(rig)).toEqual(before);
    await rig.advance(30_000);
    expect(rig.restartedBy).toBeUndefined();
    expect(rig.running.local.cards.list).toHaveLength(1);
  });
});

describe('the table of what stays', () => {
  /** Every collection of the program: true stays, false goes. A new one has its row here, after somebody has thought about it. */
  const stays: Readonly<Record<string, boolean>> = {
    'boot/count': true,
    'cache/': false,
    'config/': false,
    'connection/former': false,
    'connection/on': false,
    'security/certificate-request': false,
    'security/certificate/': false,
    'security/event/': true,
    'security/firmware': false,
    'security/literal-password': false,
    'security/revoked/': false,
    'security/root/': false,
    'security/roots-proven': false,
    'diagnostics/upload': false,
    'diagnostics/upload-id': false,
    'log/request': false,
    'log/upload': false,
    'log/upload-id': false,
    'firmware/statuses': false,
    'flashed/': false,
    'key-note/': false,
    'known-host/': false,
    'list/entry/': false,
    'list/version': false,
    'local/card/': false,
    'local/charge/': true,
    'local/power/': true,
    'outbox/': true,
    'overruled/': false,
    'pages/metrics-token': false,
    'pages/password': false,
    'profile/': false,
    'registration/accepted': false,
    'station/inoperative/': false,
    'station/latchedFault/': true,
    'station/mode/': false,
    'station/reservation/': false,
    'station/scheduled/': false,
    'station/transaction/': true,
    'stop-data/': true,
    'time/': true,
    'told-date/': true,
    'transaction-id/': true,
    update: false,
  };

  test('has every collection', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const found = files.flatMap((name) =>
      [...readFileSync(join('src', name), 'utf8').matchAll(/\bcollection\(\s*'([^']+)'/g)].map(([, prefix]) => prefix),
    );
    expect(found.sort()).toEqual(Object.keys(stays).sort());
  });

  test.each(Object.entries(stays))('%s: stays %s, in quarantine too', (prefix, isKept) => {
    const keys = [`${prefix}x`, `quarantine/${prefix}x`];
    const values = new Map(['factory-reset', ...keys].map((key) => [key, 1]));
    const gone = takeFactoryReset(values);
    expect(gone).toEqual(['factory-reset', ...(isKept ? [] : keys)]);
    expect([...values.keys()]).toEqual(isKept ? keys : []);
  });

  test('counts only where a reset was ordered', () => {
    const values = new Map([['config/X', 1]]);
    expect(takeFactoryReset(values)).toEqual([]);
    expect(values.size).toBe(1);
  });
});
