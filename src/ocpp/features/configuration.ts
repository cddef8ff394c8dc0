/** GetConfiguration and ChangeConfiguration, and what a changed key means for the station (OCPP 1.6, 5.3 and 5.8). */
import { isDeepStrictEqual } from 'node:util';
import type { Feature } from '../feature';
import type { Services } from '../services';
import { settingsOf } from '../settings';

export function configurationCalls({ configuration, endpoint, station }: Services): Feature {
  return {
    profile: 'Core',
    handlers: {
      GetConfiguration: ({ key }) => ({ result: configuration.get(key) }),
      ChangeConfiguration: async ({ key, value }) => ({ result: { status: await endpoint.change(key, value) } }),
    },
    // Most keys mean nothing to the station, and a step of it is the dearest part of a change.
    keyChanged: () => {
      const settings = settingsOf(configuration);
      if (!isDeepStrictEqual(settings, station.state.settings)) station.post({ kind: 'settings', settings });
    },
  };
}
