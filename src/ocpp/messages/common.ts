/** Data types that several OCPP 1.6 messages share (OCPP 1.6 edition 2, chapter 7). */

import { choice, dateTime, decimal, integer, nonEmptyList, optional, record, type Static, text } from './schema';
/** IdToken (7.28): compared without regard to letter case. */
export const idToken = () => text(20);

/** 7.27, 7.2 */
export const idTagInfo = record({
  expiryDate: optional(dateTime()),
  parentIdTag: optional(idToken()),
  status: choice('Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'),
});
export type IdTagInfo = Static<typeof idTagInfo>;

/** 7.43 and the enumerations it names (7.30, 7.31, 7.34, 7.35, 7.45, 7.49). */
export const sampledValue = record({
  value: text(),
  context: optional(
    choice(
      'Interruption.Begin',
      'Interruption.End',
      'Sample.Clock',
      'Sample.Periodic',
      'Transaction.Begin',
      'Transaction.End',
      'Trigger',
      'Other',
    ),
  ),
  format: optional(choice('Raw', 'SignedData')),
  measurand: optional(
    choice(
      'Energy.Active.Export.Register',
      'Energy.Active.Import.Register',
      'Energy.Reactive.Export.Register',
      'Energy.Reactive.Import.Register',
      'Energy.Active.Export.Interval',
      'Energy.Active.Import.Interval',
      'Energy.Reactive.Export.Interval',
      'Energy.Reactive.Import.Interval',
      'Power.Active.Export',
      'Power.Active.Import',
      'Power.Offered',
      'Power.Reactive.Export',
      'Power.Reactive.Import',
      'Power.Factor',
      'Current.Import',
      'Current.Export',
      'Current.Offered',
      'Voltage',
      'Frequency',
      'Temperature',
      'SoC',
      'RPM',
    ),
  ),
  phase: optional(choice('L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1')),
  location: optional(choice('Cable', 'EV', 'Inlet', 'Outlet', 'Body')),
  // Both spellings are valid, "Celcius" is the one to send (OCPP-J errata 2.1).
  unit: optional(
    choice(
      'Wh',
      'kWh',
      'varh',
      'kvarh',
      'W',
      'kW',
      'VA',
      'kVA',
      'var',
      'kvar',
      'A',
      'V',
      'K',
      'Celcius',
      'Celsius',
      'Fahrenheit',
      'Percent',
    ),
  ),
});
export type SampledValue = Static<typeof sampledValue>;

/** 7.33 */
export const meterValue = record({
  timestamp: dateTime(),
  sampledValue: nonEmptyList(sampledValue),
});
export type MeterValue = Static<typeof meterValue>;

export const chargingRateUnit = () => choice('A', 'W');
export const chargingProfilePurpose = () => choice('ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile');

/** 7.13, 7.14; the unit of `limit` and `minChargingRate` is chargingRateUnit, times are in seconds. */
export const chargingSchedule = record({
  duration: optional(integer()),
  startSchedule: optional(dateTime()),
  chargingRateUnit: chargingRateUnit(),
  chargingSchedulePeriod: nonEmptyList(
    record({
      startPeriod: integer(),
      limit: decimal(),
      numberPhases: optional(integer()),
    }),
  ),
  minChargingRate: optional(decimal()),
});

/** 7.8 */
export const chargingProfile = record({
  chargingProfileId: integer(),
  transactionId: optional(integer()),
  stackLevel: integer(),
  chargingProfilePurpose: chargingProfilePurpose(),
  chargingProfileKind: choice('Absolute', 'Recurring', 'Relative'),
  recurrencyKind: optional(choice('Daily', 'Weekly')),
  validFrom: optional(dateTime()),
  validTo: optional(dateTime()),
  chargingSchedule,
});
export type ChargingProfile = Static<typeof chargingProfile>;
