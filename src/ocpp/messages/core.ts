/** Messages of the Core profile (OCPP 1.6 edition 2, chapter 6). */

import { chargingProfile, idTagInfo, idToken, meterValue } from './common';
import { boolean, choice, dateTime, integer, list, nonEmptyList, optional, record, text } from './schema';

const empty = record({});

export const authorize = {
  request: record({ idTag: idToken() }),
  response: record({ idTagInfo }),
};

export const bootNotification = {
  request: record({
    chargePointVendor: text(20),
    chargePointModel: text(20),
    chargePointSerialNumber: optional(text(25)),
    chargeBoxSerialNumber: optional(text(25)),
    firmwareVersion: optional(text(50)),
    iccid: optional(text(20)),
    imsi: optional(text(20)),
    meterType: optional(text(25)),
    meterSerialNumber: optional(text(25)),
  }),
  /** `interval` in seconds. */
  response: record({
    status: choice('Accepted', 'Pending', 'Rejected'),
    currentTime: dateTime(),
    interval: integer(),
  }),
};

export const changeAvailability = {
  request: record({ connectorId: integer(), type: choice('Inoperative', 'Operative') }),
  response: record({ status: choice('Accepted', 'Rejected', 'Scheduled') }),
};

export const changeConfiguration = {
  request: record({ key: text(50), value: text(500) }),
  response: record({ status: choice('Accepted', 'Rejected', 'RebootRequired', 'NotSupported') }),
};

export const clearCache = {
  request: empty,
  response: record({ status: choice('Accepted', 'Rejected') }),
};

export const dataTransfer = {
  request: record({ vendorId: text(255), messageId: optional(text(50)), data: optional(text()) }),
  response: record({
    status: choice('Accepted', 'Rejected', 'UnknownMessageId', 'UnknownVendorId'),
    data: optional(text()),
  }),
};

export const getConfiguration = {
  request: record({ key: optional(list(text(50))) }),
  response: record({
    configurationKey: optional(list(record({ key: text(50), readonly: boolean(), value: optional(text(500)) }))),
    unknownKey: optional(list(text(50))),
  }),
};

export const heartbeat = {
  request: empty,
  response: record({ currentTime: dateTime() }),
};

export const meterValues = {
  request: record({ connectorId: integer(), transactionId: optional(integer()), meterValue: nonEmptyList(meterValue) }),
  response: empty,
};

export const remoteStartTransaction = {
  request: record({
    connectorId: optional(integer()),
    idTag: idToken(),
    chargingProfile: optional(chargingProfile),
  }),
  response: record({ status: choice('Accepted', 'Rejected') }),
};

export const remoteStopTransaction = {
  request: record({ transactionId: integer() }),
  response: record({ status: choice('Accepted', 'Rejected') }),
};

export const reset = {
  request: record({ type: choice('Hard', 'Soft') }),
  response: record({ status: choice('Accepted', 'Rejected') }),
};

export const startTransaction = {
  /** `meterStart` in Wh. */
  request: record({
    connectorId: integer(),
    idTag: idToken(),
    meterStart: integer(),
    reservationId: optional(integer()),
    timestamp: dateTime(),
  }),
  response: record({ idTagInfo, transactionId: integer() }),
};

export const statusNotification = {
  request: record({
    connectorId: integer(),
    errorCode: choice(
      'ConnectorLockFailure',
      'EVCommunicationError',
      'GroundFailure',
      'HighTemperature',
      'InternalError',
      'LocalListConflict',
      'NoError',
      'OtherError',
      'OverCurrentFailure',
      'OverVoltage',
      'PowerMeterFailure',
      'PowerSwitchFailure',
      'ReaderFailure',
      'ResetFailure',
      'UnderVoltage',
      'WeakSignal',
    ),
    info: optional(text(50)),
    status: choice(
      'Available',
      'Preparing',
      'Charging',
      'SuspendedEVSE',
      'SuspendedEV',
      'Finishing',
      'Reserved',
      'Unavailable',
      'Faulted',
    ),
    timestamp: optional(dateTime()),
    vendorId: optional(text(255)),
    vendorErrorCode: optional(text(50)),
  }),
  response: empty,
};

export const stopTransaction = {
  /** `meterStop` in Wh; a missing `reason` means Local (6.49, J errata 2.6). */
  request: record({
    idTag: optional(idToken()),
    meterStop: integer(),
    timestamp: dateTime(),
    transactionId: integer(),
    reason: optional(
      choice(
        'DeAuthorized',
        'EmergencyStop',
        'EVDisconnected',
        'HardReset',
        'Local',
        'Other',
        'PowerLoss',
        'Reboot',
        'Remote',
        'SoftReset',
        'UnlockCommand',
      ),
    ),
    transactionData: optional(list(meterValue)),
  }),
  response: record({ idTagInfo: optional(idTagInfo) }),
};

export const unlockConnector = {
  request: record({ connectorId: integer() }),
  response: record({ status: choice('Unlocked', 'UnlockFailed', 'NotSupported') }),
};
