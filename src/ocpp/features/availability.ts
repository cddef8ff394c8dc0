/** ChangeAvailability: what is already so is Accepted, a running transaction makes it Scheduled (OCPP 1.6, 5.2). */
import type { Feature } from '../feature';
import { unknownConnector } from '../known-connectors';
import type { Services } from '../services';

export function availability({ station }: Services): Feature {
  return {
    profile: 'Core',
    handlers: {
      ChangeAvailability: ({ connectorId, type }) => {
        const unknown = unknownConnector(station, connectorId, 'or the station');
        if (unknown !== undefined) return { result: { status: 'Rejected' }, why: unknown };
        station.post({ kind: 'availability', connectorId, operative: type === 'Operative' });
        const { connectors, scheduled } = station.state;
        const later = connectorId === 0 ? scheduled : connectors[connectorId - 1]?.scheduled;
        return { result: { status: later === undefined ? 'Accepted' : 'Scheduled' } };
      },
    },
  };
}
