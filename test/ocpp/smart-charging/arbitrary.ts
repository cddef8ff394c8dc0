/** Random charging profiles whose boundaries fall close together, around midnights, week ends and changes of summer time. */
import fc from 'fast-check';
import type { ChargingProfile } from '../../../src/ocpp/messages';
import type { Given } from './oracle';

const day = 86_400_000;

/** Instants around which something may go wrong. */
export const anchors = [
  Date.UTC(2026, 4, 4, 0, 0, 0), // midnight from Sunday to Monday
  Date.UTC(2026, 4, 6, 0, 0, 0), // an ordinary midnight
  Date.UTC(2026, 4, 6, 12, 34, 56),
  Date.UTC(2026, 2, 29, 1, 0, 0), // summer time begins in the European Union
  Date.UTC(2026, 9, 25, 1, 0, 0), // and ends
  Date.UTC(2027, 0, 1, 0, 0, 0), // new year
  Date.UTC(2028, 1, 29, 0, 0, 0), // leap day
];

export const anchor = fc.constantFrom(...anchors);

const iso = (ms: number) => new Date(ms).toISOString();

/** Seconds near 0, so that boundaries meet; both signs. */
const near = fc.integer({ min: -1_500, max: 1_500 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });

const kindOf = fc.constantFrom('Absolute' as const, 'Recurring' as const, 'Relative' as const);
const duration = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1_800 }) },
  { weight: 1, arbitrary: fc.integer({ min: 85_000, max: 88_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 603_500, max: 606_000 }) },
);
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 84_900, max: 86_500 }) },
);

const periods = fc
  .array(
    fc.record({
      gap,
      tenths: fc.integer({ min: 0, max: 400 }),
      numberPhases: maybe(fc.integer({ min: 1, max: 3 })),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => {
    let at = 0;
    return list.map(({ gap: seconds, tenths, numberPhases }, i) => {
      at += i === 0 ? 0 : seconds;
      return { startPeriod: at, limit: tenths / 10, ...(numberPhases === undefined ? {} : { numberPhases }) };
    });
  });

/** A profile that the station accepts, on one of two connectors, with times around `at`. */
export function givenProfile(at: number): fc.Arbitrary<Given> {
  return fc
    .record({
      id: fc.integer({ min: 1, max: 12 }),
      purpose: fc.constantFrom('ChargePointMaxProfile' as const, 'TxDefaultProfile' as const, 'TxProfile' as const),
      connector: fc.integer({ min: 0, max: 2 }),
      stackLevel: fc.integer({ min: 0, max: 4 }),
      kind: kindOf,
      weekly: fc.boolean(),
      startS: maybe(near),
      recurrencesAgo: fc.integer({ min: -1, max: 3 }),
      validFromS: maybe(near),
      validForS: maybe(fc.integer({ min: 1, max: 2_000 })),
      durationS: maybe(duration),
      watts: fc.boolean(),
      periods,
      receivedS: fc.integer({ min: -2_000, max: 0 }),
      other: fc.boolean(),
    })
    .map((r) => {
      const recurring = r.kind === 'Recurring';
      const startS = r.startS ?? (recurring ? 0 : undefined);
      const every = r.weekly ? 7 * day : day;
      const start = startS === undefined ? undefined : at + startS * 1_000 - (recurring ? r.recurrencesAgo * every : 0);
      const from = r.validFromS === undefined ? undefined : at + r.validFromS * 1_000;
      const to = r.validForS === undefined ? undefined : (from ?? at - 500_000) + r.validForS * 1_000;
      const wire: ChargingProfile = {
        chargingProfileId: r.id,
        stackLevel: r.stackLevel,
        chargingProfilePurpose: r.purpose,
        chargingProfileKind: r.kind,
        ...(recurring ? { recurrencyKind: r.weekly ? ('Weekly' as const) : ('Daily' as const) } : {}),
        ...(from === undefined ? {} : { validFrom: iso(from) }),
        ...(to === undefined ? {} : { validTo: iso(to) }),
        chargingSchedule: {
          ...(r.durationS === undefined ? {} : { duration: r.durationS }),
          ...(start === undefined ? {} : { startSchedule: iso(start) }),
          chargingRateUnit: r.watts ? 'W' : 'A',
          chargingSchedulePeriod: r.watts
            ? r.periods.map((p) => ({ ...p, limit: Math.round(p.limit * 690) }))
            : r.periods,
        },
      };
      const connectorId =
        r.purpose === 'ChargePointMaxProfile' ? 0 : r.purpose === 'TxProfile' ? Math.max(1, r.connector) : r.connector;
      const receivedAt = at - 2_000_000 + r.receivedS * 1_000;
      // Some TxProfiles are left over from another transaction and must not count.
      return r.purpose === 'TxProfile'
        ? { connectorId, wire, receivedAt, transaction: r.other ? 'other' : `tx${connectorId}` }
        : { connectorId, wire, receivedAt };
    });
}
