/** A changed key reaches the station where it means something to it, and costs no step of the station elsewhere. */

import { StoredValues } from '../../../src/hal/stored';
import { configurationCalls } from '../../../src/ocpp/features/configuration';
import type { Services } from '../../../src/ocpp/services';
import { settingsOf, stationConfiguration } from '../../../src/ocpp/settings';
import type { StationInput, StationState } from '../../../src/station/types';
import { doubleBoard } from '../../../src/testing/boards';

function bench() {
  const configuration = stationConfiguration({
    board: doubleBoard(),
    state: () => ({ connectors: [] }) as unknown as StationState,
    network: {},
    initial: {},
    stored: new StoredValues(new Map()),
    commits: { commit: async () => {} },
  });
  const posted: StationInput[] = [];
  const state = { settings: settingsOf(configuration) };
  const station = {
    state,
    post: (input: StationInput) => {
      posted.push(input);
      if (input.kind === 'settings') state.settings = input.settings;
    },
  };
  const feature = configurationCalls({ configuration, station } as unknown as Services);
  configuration.onChange((key, origin) => feature.keyChanged?.(key, origin));
  const change = async (key: string, value: string) => {
    posted.length = 0;
    expect(await configuration.change(key, value, 'person')).toBe('Accepted');
    return posted;
  };
  return { change };
}

test.each([
  ['ConnectionTimeOut', '77', { connectionTimeoutMs: 77_000 }],
  ['MeterValueSampleInterval', '20', { sampleIntervalMs: 20_000 }],
  ['StopTransactionOnInvalidId', 'true', { stopOnInvalidId: true }],
  ['defaultIdTag2', 'LEFT', { defaultToken: { left: 'LEFT' } }],
])('%s is told to the station', async (key, value, settings) => {
  const { change } = bench();
  expect(await change(key, value)).toMatchObject([{ kind: 'settings', settings }]);
  expect(await change(key, value)).toEqual([]);
});

test.each([
  ['HeartbeatInterval', '77'],
  ['WebSocketPingInterval', '77'],
  ['MeterValuesSampledData', 'Power.Active.Import'],
])('%s is not', async (key, value) => {
  expect(await bench().change(key, value)).toEqual([]);
});
