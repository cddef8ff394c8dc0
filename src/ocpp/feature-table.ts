/** The table of features: adding one is a file and a row. They hear of things in this order. */
import type { Feature } from './feature';
import { Authorize } from './features/authorize';
import { availability } from './features/availability';
import { Boot } from './features/boot';
import { CertificateRenewal } from './features/certificate-renewal';
import { certificates } from './features/certificates';
import { configurationCalls } from './features/configuration';
import { dataTransfer } from './features/data-transfer';
import { Diagnostics } from './features/diagnostics';
import { Firmware } from './features/firmware';
import { GetLog } from './features/get-log';
import { Heartbeat } from './features/heartbeat';
import { remoteTransactions } from './features/remote-transactions';
import { reservations } from './features/reservations';
import { reset } from './features/reset';
import { SecurityEvents } from './features/security-events';
import { signedFirmware } from './features/signed-firmware';
import { StationCertificate } from './features/station-certificate';
import { StatusNotifications } from './features/status-notification';
import { extendedTriggerMessage, triggerMessage } from './features/trigger';
import { unlockConnector } from './features/unlock';
import type { Services } from './services';
import { SmartCharging } from './smart-charging/smart-charging';
import { ClockAligned } from './transactions/clock-aligned';
import { transactionMessages } from './transactions/transaction-messages';
import { triggeredMeterValues } from './transactions/triggered-meter-values';

/** Makes the features of a charge point out of what they may use. */
export type FeatureTable = (services: Services) => readonly Feature[];

export const featureTable: FeatureTable = (services) => {
  const { localAuthorization } = services;
  const smartCharging = new SmartCharging(services);
  const firmware = new Firmware(services);
  const features: Feature[] = [
    // The registration comes first: what the others tell depends on it.
    new Boot(services),
    new Heartbeat(services),
    new StatusNotifications(services),
    new Authorize(services),
    localAuthorization.list,
    localAuthorization.cache,
    configurationCalls(services),
    availability(services),
    reset(services),
    unlockConnector(services),
    remoteTransactions(services, smartCharging),
    reservations(services),
    dataTransfer(),
    firmware,
    signedFirmware(services, firmware.statuses),
    new Diagnostics(services),
    certificates(services),
    new StationCertificate(services),
    new CertificateRenewal(services),
    new GetLog(services),
    new SecurityEvents(services),
    new ClockAligned(services),
    triggeredMeterValues(services),
    smartCharging,
    // After all that takes part in the same record, for this sends what the record made.
    transactionMessages(services),
  ];
  return [...features, triggerMessage(services, features), extendedTriggerMessage(services, features)];
};
