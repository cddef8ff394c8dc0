/** Reset: always Accepted; the station ends its transactions once the answer has left (OCPP 1.6, 5.14). */
import type { Feature } from '../feature';
import type { Services } from '../services';

export function reset({ station }: Services): Feature {
  return {
    profile: 'Core',
    handlers: {
      Reset: ({ type }) => ({
        result: { status: 'Accepted' },
        afterwards: () => station.post({ kind: 'reset', hard: type === 'Hard' }),
      }),
    },
  };
}
