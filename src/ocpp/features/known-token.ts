/** What is known of a token: by the local list, or by the authorisation cache. */
import type { Static } from '@sinclair/typebox';
import { shape } from '../../hal/shapes';
import { type IdTagInfo, parseDateTime } from '../messages';

/** As it is stored. */
export const knownTokenShape = shape.Object({
  idTag: shape.String(),
  status: shape.Union(
    (['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] satisfies IdTagInfo['status'][]).map((status) =>
      shape.Literal(status),
    ),
  ),
  parentIdTag: shape.Optional(shape.String()),
  expiryDate: shape.Optional(shape.String()),
});
export type KnownToken = Static<typeof knownTokenShape>;

/** An Accepted token whose time is over is Expired; while the time is unknown its date is not held against it. */
export function withExpiry(known: KnownToken, nowUnixMs: number | undefined): KnownToken {
  if (known.status !== 'Accepted' || known.expiryDate === undefined || nowUnixMs === undefined) return known;
  const expiry = parseDateTime(known.expiryDate);
  return expiry !== undefined && expiry <= nowUnixMs ? { ...known, status: 'Expired' } : known;
}
