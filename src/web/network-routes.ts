/** The route of the page of network and time. */
import type { NetworkForPages } from '../control/pages/network';
import { present } from './refusal';
import { got, type Route } from './routes';

export function networkRoutes(network: NetworkForPages): Route[] {
  return [
    got(
      '/api/network',
      ['session'],
      'What the machine says of network and time, and the time of the station.',
      async () => ({
        json: present(await network()),
      }),
    ),
  ];
}
