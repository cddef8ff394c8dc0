/** ChangeAvailability: what is already so is Accepted, a running transaction makes it Scheduled (OCPP 1.6, 5.2). */
import type { Feature } from '../feature';
import type { Services } from '../services';

export function availability({ station }: Services): Feature {
  const connectorCount = station.config.connectors.length;
  return {
    profile: 'Core',
    handlers: {
      ChangeAvailability: ({ connectorId, type }) => {
        if (connectorId < 0 || connectorId > connectorCount) return { result: { status: 'Rejected' } };
        station.post({ kind: 'availability', connectorId, operative: type === 'Operative' });
        const { connectors, scheduled } = station.state;
        const later = connectorId === 0 ? scheduled : connectors[connectorId - 1]?.scheduled;
        return { result: { status: later === undefined ? 'Accepted' : 'Scheduled' } };
      },
    },
  };
}
