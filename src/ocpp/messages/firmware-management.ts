/** Messages of the FirmwareManagement profile (OCPP 1.6 edition 2, chapter 6). */

import { choice, dateTime, integer, optional, record, text, uri } from './schema';

const empty = record({});

export const getDiagnostics = {
  /** `retries` counts repetitions after the first try (errata 3.50); `retryInterval` in seconds. */
  request: record({
    location: uri(),
    retries: optional(integer()),
    retryInterval: optional(integer()),
    startTime: optional(dateTime()),
    stopTime: optional(dateTime()),
  }),
  response: record({ fileName: optional(text(255)) }),
};

export const diagnosticsStatusNotification = {
  request: record({ status: choice('Idle', 'Uploaded', 'UploadFailed', 'Uploading') }),
  response: empty,
};

export const firmwareStatusNotification = {
  request: record({
    status: choice(
      'Downloaded',
      'DownloadFailed',
      'Downloading',
      'Idle',
      'InstallationFailed',
      'Installing',
      'Installed',
    ),
  }),
  response: empty,
};

export const updateFirmware = {
  /** `retries` and `retryInterval` (seconds) are integers (J errata 2.5). */
  request: record({
    location: uri(),
    retries: optional(integer()),
    retrieveDate: dateTime(),
    retryInterval: optional(integer()),
  }),
  response: empty,
};
