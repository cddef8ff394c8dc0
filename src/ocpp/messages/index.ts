/** The table of every OCPP 1.6 action: its request, its response, its profile, and who may send it. */

import type { Static, TSchema } from '@sinclair/typebox';
import * as core from './core';
import * as firmware from './firmware-management';
import * as localList from './local-auth-list-management';
import * as trigger from './remote-trigger';
import * as reservation from './reservation';
import * as security from './security';
import * as smart from './smart-charging';

/** A feature profile (OCPP 1.6, 3.2), spelt as in the configuration key SupportedFeatureProfiles; `Security`: the whitepaper's. */
export type FeatureProfile =
  | 'Core'
  | 'FirmwareManagement'
  | 'LocalAuthListManagement'
  | 'RemoteTrigger'
  | 'Reservation'
  | 'Security'
  | 'SmartCharging';

export type Requester = 'chargePoint' | 'centralSystem' | 'both';

export interface Message {
  request: TSchema;
  response: TSchema;
  profile: FeatureProfile;
  /** Who sends the request; the other side responds. */
  from: Requester;
}

function row<M extends Pick<Message, 'request' | 'response'>, P extends FeatureProfile, S extends Requester>(
  message: M,
  profile: P,
  from: S,
): M & { profile: P; from: S } {
  return { ...message, profile, from };
}

/** One row an action; action names are case sensitive (J 4.2.1). */
export const messages = {
  Authorize: row(core.authorize, 'Core', 'chargePoint'),
  BootNotification: row(core.bootNotification, 'Core', 'chargePoint'),
  ChangeAvailability: row(core.changeAvailability, 'Core', 'centralSystem'),
  ChangeConfiguration: row(core.changeConfiguration, 'Core', 'centralSystem'),
  ClearCache: row(core.clearCache, 'Core', 'centralSystem'),
  DataTransfer: row(core.dataTransfer, 'Core', 'both'),
  GetConfiguration: row(core.getConfiguration, 'Core', 'centralSystem'),
  Heartbeat: row(core.heartbeat, 'Core', 'chargePoint'),
  MeterValues: row(core.meterValues, 'Core', 'chargePoint'),
  RemoteStartTransaction: row(core.remoteStartTransaction, 'Core', 'centralSystem'),
  RemoteStopTransaction: row(core.remoteStopTransaction, 'Core', 'centralSystem'),
  Reset: row(core.reset, 'Core', 'centralSystem'),
  StartTransaction: row(core.startTransaction, 'Core', 'chargePoint'),
  StatusNotification: row(core.statusNotification, 'Core', 'chargePoint'),
  StopTransaction: row(core.stopTransaction, 'Core', 'chargePoint'),
  UnlockConnector: row(core.unlockConnector, 'Core', 'centralSystem'),

  GetDiagnostics: row(firmware.getDiagnostics, 'FirmwareManagement', 'centralSystem'),
  DiagnosticsStatusNotification: row(firmware.diagnosticsStatusNotification, 'FirmwareManagement', 'chargePoint'),
  FirmwareStatusNotification: row(firmware.firmwareStatusNotification, 'FirmwareManagement', 'chargePoint'),
  UpdateFirmware: row(firmware.updateFirmware, 'FirmwareManagement', 'centralSystem'),

  GetLocalListVersion: row(localList.getLocalListVersion, 'LocalAuthListManagement', 'centralSystem'),
  SendLocalList: row(localList.sendLocalList, 'LocalAuthListManagement', 'centralSystem'),

  TriggerMessage: row(trigger.triggerMessage, 'RemoteTrigger', 'centralSystem'),

  CancelReservation: row(reservation.cancelReservation, 'Reservation', 'centralSystem'),
  ReserveNow: row(reservation.reserveNow, 'Reservation', 'centralSystem'),

  ClearChargingProfile: row(smart.clearChargingProfile, 'SmartCharging', 'centralSystem'),
  GetCompositeSchedule: row(smart.getCompositeSchedule, 'SmartCharging', 'centralSystem'),
  SetChargingProfile: row(smart.setChargingProfile, 'SmartCharging', 'centralSystem'),

  CertificateSigned: row(security.certificateSigned, 'Security', 'centralSystem'),
  DeleteCertificate: row(security.deleteCertificate, 'Security', 'centralSystem'),
  ExtendedTriggerMessage: row(security.extendedTriggerMessage, 'Security', 'centralSystem'),
  GetLog: row(security.getLog, 'Security', 'centralSystem'),
  GetInstalledCertificateIds: row(security.getInstalledCertificateIds, 'Security', 'centralSystem'),
  InstallCertificate: row(security.installCertificate, 'Security', 'centralSystem'),
  LogStatusNotification: row(security.logStatusNotification, 'Security', 'chargePoint'),
  SecurityEventNotification: row(security.securityEventNotification, 'Security', 'chargePoint'),
  SignCertificate: row(security.signCertificate, 'Security', 'chargePoint'),
  SignedFirmwareStatusNotification: row(security.signedFirmwareStatusNotification, 'Security', 'chargePoint'),
  SignedUpdateFirmware: row(security.signedUpdateFirmware, 'Security', 'centralSystem'),
} satisfies Record<string, Message>;

export type Action = keyof typeof messages;
export type RequestOf<A extends Action> = Static<(typeof messages)[A]['request']>;
export type ResponseOf<A extends Action> = Static<(typeof messages)[A]['response']>;

type RequestedBy<S extends Requester> = {
  [A in Action]: (typeof messages)[A]['from'] extends S | 'both' ? A : never;
}[Action];
/** Actions that a charge point requests. */
export type ChargePointAction = RequestedBy<'chargePoint'>;
/** Actions that a central system requests. */
export type CentralSystemAction = RequestedBy<'centralSystem'>;

/** These actions with the types of their messages. */
export type ActionsOf<A extends Action> = { [K in A]: { request: RequestOf<K>; response: ResponseOf<K> } };

/** True if the text names an action of OCPP 1.6, whoever may send it. */
export function isAction(name: string): name is Action {
  return Object.hasOwn(messages, name);
}

/** True if a central system may request the action. */
export function isCentralSystemAction(action: Action): action is CentralSystemAction {
  return messages[action].from !== 'chargePoint';
}

export { check, checkTolerant } from './check';
export type { ChargingProfile, IdTagInfo, MeterValue, SampledValue } from './common';
export { isDateTime, parseDateTime } from './date-time';
export { type RpcErrorCode, rpcErrorCodes } from './error-codes';
