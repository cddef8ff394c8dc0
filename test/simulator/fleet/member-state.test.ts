/** The street and the meters of a station in a fleet lie in its store, never behind what the station has stored. */
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import type { Batch, JsonValue } from '../../../src/hal/store';
import { MemberState } from '../../../src/simulator/fleet/member-state';
import { keepsTheStoreContract } from '../../support/store-contract';

const put = (key: string, value: JsonValue): Batch => ({ put: [[key, value]], del: [] });

function state(store = new MemoryStore()) {
  const changes: MemberState[] = [];
  return { store, changes, own: new MemberState(store, (changed) => changes.push(changed)) };
}

describe('the store of the station', () =>
  keepsTheStoreContract(async () => {
    const { store, own } = state();
    const opened = await own.openStore();
    return {
      store: {
        load: () => opened.load(),
        commit: (batch, durability) => {
          own.memory.flow.save({ register: Math.random() });
          return opened.commit(batch, durability);
        },
        close: () => opened.close(),
      },
      afterKill: async () => store.kill().durable,
      afterPowerCut: async () => store.crash().durable,
    };
  }));

test('what has changed in the world goes along with the next commit of the station, once', async () => {
  const { store, own } = state();
  const opened = await own.openStore();
  own.memory.save({ plugged: true });
  own.memory.flow.save({ energyWh: 5 });
  await opened.commit(put('station', 1));
  expect(Object.fromEntries(store.durable)).toEqual({
    station: 1,
    'simulator/world': { plugged: true },
    'simulator/flow': { energyWh: 5 },
  });
  const commit = jest.spyOn(store, 'commit');
  await opened.commit(put('station', 2));
  expect(commit).toHaveBeenLastCalledWith(put('station', 2), undefined);
});

test('the station does not see it; the world of the next start does', async () => {
  const first = state();
  const opened = await first.own.openStore();
  first.own.memory.save({ plugged: true });
  first.own.memory.flow.save({ energyWh: 5 });
  await opened.commit(put('station', 1), 'written');
  const next = state(first.store.kill());
  const values = await (await next.own.openStore()).load();
  expect([...values]).toEqual([['station', 1]]);
  expect(next.own.memory.load()).toEqual({ plugged: true });
  expect(next.own.memory.flow.load()).toEqual({ energyWh: 5 });
});

test.each([
  ['nothing', 'new', []],
  ['the world alone', 'takenUp', [put('simulator/world', {})]],
  ['a station without a transaction', 'takenUp', [put('boot/count', 1), put('station/inoperative/1', true)]],
  ['an open transaction of any connector', 'inTransaction', [put('boot/count', 1), put('station/transaction/2', {})]],
  ['a damaged one', 'inTransaction', [put('station/transaction/1', 'damaged')]],
  [
    'one that has ended',
    'takenUp',
    [put('station/transaction/1', {}), { put: [['boot/count', 1]], del: ['station/transaction/1'] } satisfies Batch],
  ],
])('of a store with %s it is known: %s, whatever later starts find', async (_, found, batches) => {
  const store = new MemoryStore();
  for (const batch of batches) await store.commit(batch);
  const { own } = state(store.kill());
  expect(own.found).toBeUndefined();
  const opened = await own.openStore();
  expect(own.found).toBe(found);
  await opened.commit({ put: [['boot/count', 2]], del: ['station/transaction/1', 'station/transaction/2'] });
  await own.openStore();
  expect(own.found).toBe(found);
});

test('changes that no commit follows are told once and written when asked, without a flush', async () => {
  const { store, own, changes } = state();
  await own.openStore();
  own.memory.save({ plugged: true });
  own.memory.flow.save({ energyWh: 5 });
  own.memory.save({ plugged: false });
  expect(changes).toEqual([own]);
  const { flushes } = store;
  await own.keep();
  expect(store.flushes).toBe(flushes);
  expect(store.written.get('simulator/world')).toEqual({ plugged: false });
  own.memory.flow.save({ energyWh: 6 });
  expect(changes).toEqual([own, own]);
});

test('a start in the same process finds what the world kept at its end, after the store of the station was closed', async () => {
  const { own } = state();
  const opened = await own.openStore();
  await opened.commit(put('station', 1));
  await opened.close();
  own.memory.save({ plugged: true });
  const again = await own.openStore();
  expect(own.memory.load()).toEqual({ plugged: true });
  expect([...(await again.load())]).toEqual([['station', 1]]);
});

test('a start waits for what is on its way to the medium', async () => {
  let flushed = (): void => {};
  const flush = () =>
    new Promise<void>((resolve) => {
      flushed = resolve;
    });
  const { own } = state(new MemoryStore({ flush }));
  const opened = await own.openStore();
  const slow = opened.commit(put('station', 1));
  own.memory.save({ plugged: true });
  const kept = own.keep();
  const again = own.openStore();
  await new Promise(setImmediate);
  flushed();
  await Promise.all([slow, kept]);
  await again;
  expect(own.memory.load()).toEqual({ plugged: true });
});

test('after a power cut nothing more is stored of what the program wanted; the world and the next start go on', async () => {
  const { store, own } = state();
  const opened = await own.openStore();
  await opened.commit(put('station', 1));
  own.cut();
  let settled = false;
  void opened.commit(put('station', 2)).finally(() => {
    settled = true;
  });
  const { flushes } = store;
  await opened.close();
  expect(store.flushes).toBe(flushes);
  own.memory.save({ plugged: true });
  const again = await own.openStore();
  await again.commit(put('more', 3));
  expect(settled).toBe(false);
  expect(Object.fromEntries(store.durable)).toEqual({ station: 1, more: 3, 'simulator/world': { plugged: true } });
});

test('a commit that failed takes nothing of the world with it: the next one has it, unless there is something newer', async () => {
  const { store, own, changes } = state();
  const opened = await own.openStore();
  own.memory.save({ plugged: true });
  own.memory.flow.save({ energyWh: 5 });
  store.failNext();
  await expect(opened.commit(put('station', 1))).rejects.toMatchObject({ code: 'store.failed' });
  expect(changes).toHaveLength(2);
  await opened.commit(put('station', 1));
  expect(store.durable.get('simulator/world')).toEqual({ plugged: true });

  own.memory.flow.save({ energyWh: 6 });
  store.failNext();
  const failing = opened.commit(put('station', 2));
  own.memory.flow.save({ energyWh: 7 });
  await expect(failing).rejects.toThrow();
  await own.keep();
  expect(store.written.get('simulator/flow')).toEqual({ energyWh: 7 });
});
