/** Where the keys say that the central system is, and when there is a way back from where it sent the station. */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { Batch, JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { Configuration } from '../../src/ocpp/config-keys/configuration';
import { ConfiguredEndpoint } from '../../src/ocpp/configured-endpoint';

const attempts_max = 5;

function bench(options: { stored?: ReadonlyMap<string, JsonValue>; initial?: Record<string, string> } = {}) {
  const clock = new VirtualClock();
  const disk = new Map(options.stored ?? []);
  const configuration = new Configuration({
    persisted: new Map(),
    initial: options.initial ?? { URL: 'ws://old.test', UID: 'CP' },
    persist: async () => {},
    numberOfConnectors: 1,
  });
  const commits = {
    commit: async ({ put, del }: Batch) => {
      for (const key of del) disk.delete(key);
      for (const [key, value] of put) disk.set(key, value);
    },
  };
  const mode = { isOcpp: true };
  const moves: (string | undefined)[] = [];
  const endpoint = new ConfiguredEndpoint(
    {
      clock,
      commits,
      configuration,
      log: { info: () => {}, warn: () => {} },
      usesOcpp: () => mode.isOcpp,
    },
    new StoredValues(disk),
  );
  endpoint.start(() => moves.push(endpoint.current()?.url));
  const tryInVain = async () => {
    for (let n = 0; n < attempts_max; n++) endpoint.failed();
    await clock.advance(1_000);
  };
  return { clock, disk, configuration, endpoint, moves, tryInVain, mode };
}

test('URL, identity, and no security profile; nothing while one of the keys is not set', () => {
  expect(bench().endpoint.current()).toEqual({ url: 'ws://old.test', identity: 'CP', security: { profile: 0 } });
  expect(bench({ initial: { UID: 'CP' } }).endpoint.current()).toBeUndefined();
});

test('from where the central system sent it the station returns, if nobody is there', async () => {
  const { endpoint, clock, moves, disk, tryInVain } = bench();
  await endpoint.change('url', 'ws://new.test');
  expect(disk.get('connection/former')).toEqual({ url: 'ws://old.test', identity: 'CP' });
  await clock.advance(1_000);
  await tryInVain();
  expect(moves).toEqual(['ws://new.test', 'ws://old.test']);
  expect(disk.size).toBe(0);
});

test('where a person sent it the station stays', async () => {
  const { configuration, endpoint, moves, tryInVain } = bench();
  await endpoint.change('URL', 'ws://new.test');
  await configuration.change('URL', 'ws://third.test', 'person');
  await tryInVain();
  expect(moves).toEqual(['ws://third.test']);
});

test('a former address of an earlier start is found again', async () => {
  const stored = new Map<string, JsonValue>([['connection/former', { url: 'ws://before.test', identity: 'CP' }]]);
  const { moves, tryInVain } = bench({ stored });
  await tryInVain();
  expect(moves).toEqual(['ws://before.test']);
});
