/** UnlockConnector: a running transaction is finished first; the answer says what became of it (OCPP 1.6, 5.18). */
import type { Feature } from '../feature';
import { unknownConnector } from '../known-connectors';
import type { Services } from '../services';

export function unlockConnector({ station }: Pick<Services, 'station'>): Feature {
  return {
    profile: 'Core',
    handlers: {
      // An unknown connector, or one without lock, is NotSupported.
      UnlockConnector: async ({ connectorId }) => {
        const connector = station.config.connectors[connectorId - 1];
        if (!connector?.socket.lock) {
          const why = unknownConnector(station, connectorId) ?? 'the connector has no lock';
          return { result: { status: 'NotSupported' }, why };
        }
        const result = await station.unlock(connectorId);
        if (result === 'unlocked') return { result: { status: 'Unlocked' } };
        return { result: { status: 'UnlockFailed' }, why: 'the plug lock does not let go' };
      },
    },
  };
}
