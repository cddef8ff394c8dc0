/** What the keys mean for the station, and which of them the station itself gives. */

import type { Batch, JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { settingsOf, stationConfiguration } from '../../src/ocpp/settings';
import type { StationState } from '../../src/station/types';
import { doubleBoard } from '../../src/testing/boards';

function bench(stored: ReadonlyMap<string, JsonValue> = new Map(), initial: Record<string, string> = {}) {
  const batches: Batch[] = [];
  const configuration = stationConfiguration({
    board: doubleBoard(),
    state: () => ({ connectors: [{ report: { cableA: 20 } }] }) as unknown as StationState,
    network: { ethernet: () => ({ address: '192.0.2.7', netmask: '255.255.255.0', gateway: '' }) },
    initial,
    stored: new StoredValues(stored),
    commits: { commit: async (batch) => void batches.push(batch) },
    unixNow: () => 1_700_000_000_000,
  });
  return { configuration, batches };
}

test('seconds become milliseconds, tag 1 is the right side and tag 2 the left', () => {
  const { configuration } = bench(new Map(), {
    ConnectionTimeOut: '90',
    MeterValueSampleInterval: '15',
    defaultIdTag1: 'RIGHT',
    defaultIdTag2: 'LEFT',
  });
  expect(settingsOf(configuration)).toMatchObject({
    connectionTimeoutMs: 90_000,
    sampleIntervalMs: 15_000,
    defaultToken: { right: 'RIGHT', left: 'LEFT' },
  });
});

test('what was changed is stored under its own name, and found at the next start before what is initial', async () => {
  const { configuration, batches } = bench();
  await configuration.change('connectiontimeout', '75', 'person');
  const note = ['key-note/ConnectionTimeOut', { by: 'person', at: 1_700_000_000_000 }];
  expect(batches).toEqual([{ put: [['config/ConnectionTimeOut', '75'], note], del: [] }]);
  const next = bench(new Map([['config/ConnectionTimeOut', '75']]), { ConnectionTimeOut: '80' });
  expect(next.configuration.integer('ConnectionTimeOut')).toBe(75);
});

test('facts of the station are reported as they are now, and cannot be changed', async () => {
  const { configuration } = bench();
  expect(configuration.integer('NumberOfConnectors')).toBe(4);
  const values = configuration.get(['networkEthernetAddress', 'MaxCurrentCableRight', 'MaxCurrentCableLeft']);
  expect(values.configurationKey.map(({ value }) => value)).toEqual(['192.0.2.7', '20', undefined]);
  expect(await configuration.change('networkEthernetAddress', '192.0.2.8', 'central system')).toBe('Rejected');
});
