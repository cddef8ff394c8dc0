/** Messages of the SmartCharging profile (OCPP 1.6 edition 2, chapter 6). */

import { chargingProfile, chargingProfilePurpose, chargingRateUnit, chargingSchedule } from './common';
import { choice, dateTime, integer, optional, record } from './schema';

export const clearChargingProfile = {
  request: record({
    id: optional(integer()),
    connectorId: optional(integer()),
    chargingProfilePurpose: optional(chargingProfilePurpose()),
    stackLevel: optional(integer()),
  }),
  response: record({ status: choice('Accepted', 'Unknown') }),
};

export const getCompositeSchedule = {
  /** `duration` in seconds. */
  request: record({
    connectorId: integer(),
    duration: integer(),
    chargingRateUnit: optional(chargingRateUnit()),
  }),
  response: record({
    status: choice('Accepted', 'Rejected'),
    connectorId: optional(integer()),
    scheduleStart: optional(dateTime()),
    chargingSchedule: optional(chargingSchedule),
  }),
};

export const setChargingProfile = {
  request: record({ connectorId: integer(), csChargingProfiles: chargingProfile }),
  response: record({ status: choice('Accepted', 'Rejected', 'NotSupported') }),
};
