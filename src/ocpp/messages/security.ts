/** Messages of the security whitepaper (edition 3, part 5), which belong to no feature profile of OCPP 1.6. */

import { choice, dateTime, integer, nonEmptyList, optional, record, text } from './schema';

const certificateUse = () => choice('CentralSystemRootCertificate', 'ManufacturerRootCertificate');

/** How a certificate is named (RFC 6960, 4.1.1): hashes of its issuer's name and key, and its number, in hexadecimal. */
const certificateHashData = () =>
  record({
    hashAlgorithm: choice('SHA256', 'SHA384', 'SHA512'),
    issuerNameHash: text(128),
    issuerKeyHash: text(128),
    serialNumber: text(40),
  });

/** `csr`: a request of PKCS #10 in PEM. */
export const signCertificate = {
  request: record({ csr: text(5500) }),
  response: record({ status: choice('Accepted', 'Rejected') }),
};

/** Certificates in PEM: the station's, and those between it and a root. */
export const certificateSigned = {
  request: record({ certificateChain: text(10_000) }),
  response: record({ status: choice('Accepted', 'Rejected') }),
};

export const installCertificate = {
  /** In PEM. */
  request: record({ certificateType: certificateUse(), certificate: text(5500) }),
  response: record({ status: choice('Accepted', 'Failed', 'Rejected') }),
};

export const getInstalledCertificateIds = {
  request: record({ certificateType: certificateUse() }),
  response: record({
    certificateHashData: optional(nonEmptyList(certificateHashData())),
    status: choice('Accepted', 'NotFound'),
  }),
};

export const deleteCertificate = {
  request: record({ certificateHashData: certificateHashData() }),
  response: record({ status: choice('Accepted', 'Failed', 'NotFound') }),
};

export const securityEventNotification = {
  /** `type`: a name of the whitepaper's table (part 8). */
  request: record({ type: text(50), timestamp: dateTime(), techInfo: optional(text(255)) }),
  response: record({}),
};

export const getLog = {
  /** `retries` are those after the first try, `retryInterval` in seconds. */
  request: record({
    logType: choice('DiagnosticsLog', 'SecurityLog'),
    requestId: integer(),
    retries: optional(integer()),
    retryInterval: optional(integer()),
    log: record({
      remoteLocation: text(512),
      oldestTimestamp: optional(dateTime()),
      latestTimestamp: optional(dateTime()),
    }),
  }),
  response: record({ status: choice('Accepted', 'Rejected', 'AcceptedCanceled'), filename: optional(text(255)) }),
};

export const logStatusNotification = {
  request: record({
    status: choice(
      ...(['BadMessage', 'Idle', 'NotSupportedOperation', 'PermissionDenied'] as const),
      ...(['Uploaded', 'UploadFailure', 'Uploading'] as const),
    ),
    requestId: optional(integer()),
  }),
  response: record({}),
};

export const signedUpdateFirmware = {
  /** `retries` are those after the first try, `retryInterval` in seconds. */
  request: record({
    retries: optional(integer()),
    retryInterval: optional(integer()),
    requestId: integer(),
    firmware: record({
      location: text(512),
      retrieveDateTime: dateTime(),
      installDateTime: optional(dateTime()),
      /** In PEM. */
      signingCertificate: text(5500),
      /** In base64, over the whole file. */
      signature: text(800),
    }),
  }),
  response: record({
    status: choice('Accepted', 'Rejected', 'AcceptedCanceled', 'InvalidCertificate', 'RevokedCertificate'),
  }),
};

export const signedFirmwareStatusNotification = {
  request: record({
    status: choice(
      ...(['Downloaded', 'DownloadFailed', 'Downloading', 'DownloadScheduled', 'DownloadPaused', 'Idle'] as const),
      ...(['InstallationFailed', 'Installing', 'Installed', 'InstallRebooting', 'InstallScheduled'] as const),
      ...(['InstallVerificationFailed', 'InvalidSignature', 'SignatureVerified'] as const),
    ),
    requestId: optional(integer()),
  }),
  response: record({}),
};

/** TriggerMessage under another name, with the messages of the whitepaper (5.5). */
export const extendedTriggerMessage = {
  request: record({
    requestedMessage: choice(
      ...(['BootNotification', 'LogStatusNotification', 'FirmwareStatusNotification', 'Heartbeat'] as const),
      ...(['MeterValues', 'SignChargePointCertificate', 'StatusNotification'] as const),
    ),
    connectorId: optional(integer()),
  }),
  response: record({ status: choice('Accepted', 'Rejected', 'NotImplemented') }),
};
