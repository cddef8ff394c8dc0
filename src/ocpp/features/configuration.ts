/** GetConfiguration and ChangeConfiguration, and what a changed key means for the station (OCPP 1.6, 5.3 and 5.8). */
import { isDeepStrictEqual } from 'node:util';
import type { Feature, Reply } from '../feature';
import type { RequestOf } from '../messages';
import type { Services } from '../services';
import { settingsOf } from '../settings';

export function configurationCalls({ configuration, endpoint, station }: Services): Feature {
  const change = async ({ key, value }: RequestOf<'ChangeConfiguration'>): Promise<Reply<'ChangeConfiguration'>> => {
    const judged = configuration.whyNot(key, value);
    const { status, why = judged ?? 'the disk did not take it' } = await endpoint.change(key, value);
    const isTaken = status === 'Accepted' || status === 'RebootRequired';
    return isTaken ? { result: { status } } : { result: { status }, why };
  };
  return {
    profile: 'Core',
    handlers: {
      GetConfiguration: ({ key }) => ({ result: configuration.get(key) }),
      ChangeConfiguration: (request) => change(request),
    },
    // Most keys mean nothing to the station, and a step of it is the dearest part of a change.
    keyChanged: () => {
      const settings = settingsOf(configuration);
      if (!isDeepStrictEqual(settings, station.state.settings)) station.post({ kind: 'settings', settings });
    },
  };
}
