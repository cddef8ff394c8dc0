/** Says of a connector that this station does not have, which ones it has. */
import type { Station } from '../station/shell/station';

/** undefined: there is such a connector. `orStation`: 0 stands for the station as a whole. */
export function unknownConnector(
  { config }: Pick<Station, 'config'>,
  connectorId: number,
  zero?: 'or the station',
): string | undefined {
  const count = config.connectors.length;
  const from = zero === undefined ? 1 : 0;
  if (connectorId >= from && connectorId <= count) return undefined;
  const valid = from === count ? `only ${count}` : `${from} to ${count}`;
  return `there is no connector ${connectorId}; this station has ${valid}`;
}
