/** One valid request and response for each action of OCPP 1.6, with every field that the action knows. */
import type { Action, RequestOf, ResponseOf } from '../../../src/ocpp/messages';

const time = '2025-04-30T12:00:00Z';
const idTagInfo = { status: 'Accepted', expiryDate: '2030-01-01T00:00:00.000+01:00', parentIdTag: 'FAMILY' } as const;
const chargingSchedule = {
  duration: 3600,
  startSchedule: time,
  chargingRateUnit: 'A',
  chargingSchedulePeriod: [
    { startPeriod: 0, limit: 16, numberPhases: 3 },
    { startPeriod: 1800, limit: 8.1 },
  ],
  minChargingRate: 6.3,
} as const;
const chargingProfile = {
  chargingProfileId: 1,
  transactionId: 0,
  stackLevel: 100,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Recurring',
  recurrencyKind: 'Daily',
  validFrom: time,
  validTo: '2026-04-30T12:00:00Z',
  chargingSchedule,
} as const;
const certificateHashData = {
  hashAlgorithm: 'SHA256',
  issuerNameHash: 'a'.repeat(64),
  issuerKeyHash: 'b'.repeat(64),
  serialNumber: '1234',
} as const;
const meterValue = {
  timestamp: time,
  sampledValue: [
    { value: '0.5' },
    {
      value: '230.1',
      context: 'Sample.Periodic',
      format: 'Raw',
      measurand: 'Voltage',
      phase: 'L1-N',
      location: 'Outlet',
      unit: 'V',
    },
    { value: '31', measurand: 'Temperature', unit: 'Celcius' },
    { value: '31', measurand: 'Temperature', unit: 'Celsius' },
  ],
} as const;

/** TypeBox's array types are mutable; the constants above are not. */
type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

export const examples: { [A in Action]: { request: Frozen<RequestOf<A>>; response: Frozen<ResponseOf<A>> } } = {
  Authorize: { request: { idTag: '04A1B2C3' }, response: { idTagInfo } },
  BootNotification: {
    request: {
      chargePointVendor: 'Legrand',
      chargePointModel: '059004',
      chargePointSerialNumber: 'S1',
      chargeBoxSerialNumber: 'S2',
      firmwareVersion: 'V01.01.65/V01.01.08',
      iccid: '8933',
      imsi: '2080',
      meterType: 'internal',
      meterSerialNumber: 'M1',
    },
    response: { status: 'Accepted', currentTime: '2025-04-30T14:00:00.123456+02:00', interval: 300 },
  },
  CancelReservation: { request: { reservationId: -7 }, response: { status: 'Rejected' } },
  ChangeAvailability: { request: { connectorId: 0, type: 'Inoperative' }, response: { status: 'Scheduled' } },
  ChangeConfiguration: { request: { key: 'HeartbeatInterval', value: '' }, response: { status: 'RebootRequired' } },
  ClearCache: { request: {}, response: { status: 'Accepted' } },
  ClearChargingProfile: {
    request: { id: 1, connectorId: 2, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 },
    response: { status: 'Unknown' },
  },
  DataTransfer: {
    request: { vendorId: 'com.example', messageId: 'm', data: '{"any":"text"}' },
    response: { status: 'UnknownVendorId', data: '' },
  },
  DiagnosticsStatusNotification: { request: { status: 'UploadFailed' }, response: {} },
  FirmwareStatusNotification: { request: { status: 'InstallationFailed' }, response: {} },
  GetCompositeSchedule: {
    request: { connectorId: 1, duration: 86400, chargingRateUnit: 'W' },
    response: { status: 'Accepted', connectorId: 1, scheduleStart: time, chargingSchedule },
  },
  GetConfiguration: {
    request: { key: ['HeartbeatInterval', 'UnknownKey'] },
    response: {
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
      unknownKey: ['UnknownKey'],
    },
  },
  GetDiagnostics: {
    request: {
      location: 'ftp://user:p%40ss@server:21/folder/',
      retries: 2,
      retryInterval: 60,
      startTime: time,
      stopTime: time,
    },
    response: { fileName: 'log.zip' },
  },
  GetLocalListVersion: { request: {}, response: { listVersion: -1 } },
  Heartbeat: { request: {}, response: { currentTime: time } },
  MeterValues: { request: { connectorId: 1, transactionId: -1, meterValue: [meterValue] }, response: {} },
  RemoteStartTransaction: {
    request: { connectorId: 1, idTag: '12345678901234567890', chargingProfile },
    response: { status: 'Accepted' },
  },
  RemoteStopTransaction: { request: { transactionId: 0 }, response: { status: 'Rejected' } },
  ReserveNow: {
    request: { connectorId: 0, expiryDate: time, idTag: 'A', parentIdTag: 'B', reservationId: 1 },
    response: { status: 'Occupied' },
  },
  Reset: { request: { type: 'Soft' }, response: { status: 'Accepted' } },
  SendLocalList: {
    request: {
      listVersion: 1,
      localAuthorizationList: [{ idTag: 'A', idTagInfo }, { idTag: 'B' }],
      updateType: 'Differential',
    },
    response: { status: 'VersionMismatch' },
  },
  SetChargingProfile: {
    request: { connectorId: 0, csChargingProfiles: chargingProfile },
    response: { status: 'NotSupported' },
  },
  StartTransaction: {
    request: { connectorId: 1, idTag: 'A', meterStart: 1000, reservationId: 1, timestamp: time },
    response: { idTagInfo, transactionId: 0 },
  },
  StatusNotification: {
    request: {
      connectorId: 0,
      errorCode: 'NoError',
      info: 'door open',
      status: 'SuspendedEVSE',
      timestamp: time,
      vendorId: 'Legrand',
      vendorErrorCode: '0x10',
    },
    response: {},
  },
  StopTransaction: {
    request: {
      idTag: 'A',
      meterStop: 2000,
      timestamp: time,
      transactionId: 1,
      reason: 'EVDisconnected',
      transactionData: [meterValue],
    },
    response: { idTagInfo },
  },
  TriggerMessage: {
    request: { requestedMessage: 'MeterValues', connectorId: 1 },
    response: { status: 'NotImplemented' },
  },
  UnlockConnector: { request: { connectorId: 1 }, response: { status: 'UnlockFailed' } },
  CertificateSigned: {
    request: { certificateChain: '-----BEGIN CERTIFICATE-----' },
    response: { status: 'Rejected' },
  },
  SignCertificate: {
    request: { csr: '-----BEGIN CERTIFICATE REQUEST-----' },
    response: { status: 'Accepted' },
  },
  DeleteCertificate: { request: { certificateHashData }, response: { status: 'NotFound' } },
  GetInstalledCertificateIds: {
    request: { certificateType: 'ManufacturerRootCertificate' },
    response: { certificateHashData: [certificateHashData], status: 'Accepted' },
  },
  InstallCertificate: {
    request: { certificateType: 'CentralSystemRootCertificate', certificate: '-----BEGIN CERTIFICATE-----' },
    response: { status: 'Rejected' },
  },
  ExtendedTriggerMessage: {
    request: { requestedMessage: 'SignChargePointCertificate', connectorId: 1 },
    response: { status: 'NotImplemented' },
  },
  GetLog: {
    request: {
      logType: 'SecurityLog',
      requestId: 7,
      retries: 1,
      retryInterval: 60,
      log: { remoteLocation: 'ftp://a/b', oldestTimestamp: time, latestTimestamp: time },
    },
    response: { status: 'Accepted', filename: 'log.txt' },
  },
  LogStatusNotification: { request: { status: 'Uploaded', requestId: 7 }, response: {} },
  SecurityEventNotification: {
    request: { type: 'StartupOfTheDevice', timestamp: time, techInfo: 'V01.01.65' },
    response: {},
  },
  SignedFirmwareStatusNotification: { request: { status: 'SignatureVerified', requestId: 7 }, response: {} },
  SignedUpdateFirmware: {
    request: {
      ...{ requestId: 7, retries: 1, retryInterval: 60 },
      firmware: {
        ...{ location: 'https://server/firmware.zip', retrieveDateTime: time, installDateTime: time },
        ...{ signingCertificate: '-----BEGIN CERTIFICATE-----', signature: 'c2lnbmF0dXJl' },
      },
    },
    response: { status: 'RevokedCertificate' },
  },
  UpdateFirmware: {
    request: { location: 'https://server/firmware.bin?x=1#y', retries: 0, retrieveDate: time, retryInterval: 0 },
    response: {},
  },
};
