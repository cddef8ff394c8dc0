/** The formats of the store: what each release since the first changed in stored values, and how that is taken back. */
import type { JsonValue } from '../hal/store';
import type { FormatChange, StoreFormats } from '../hal/store-formats';
import { profileKey, storedProfiles } from './smart-charging/stored-profiles';

/**
 * 2: charging profiles lie under connector and id, since one id may stand on several connectors. Format 1 has one place
 * for an id: there the profile that was installed last is the one that is kept.
 */
const profilesByConnector: FormatChange = {
  to: 2,
  prefix: storedProfiles.prefix,
  up: (key, value) => {
    const place = placeOf(value);
    return [place ? profileKey(place) : key, value];
  },
  down: (key, value) => [storedProfiles.prefix + key.slice(key.lastIndexOf('/') + 1), value],
};

export const storeFormats: StoreFormats = { current: 2, changes: [profilesByConnector] };

/** Undefined for what is no profile: it stays where it is, for its reader to judge. */
function placeOf(value: JsonValue): { connectorId: number; id: number } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { connectorId, id } = value;
  return typeof connectorId === 'number' && typeof id === 'number' ? { connectorId, id } : undefined;
}
