/** TriggerMessage: the answer first, then the message, with what is true now (OCPP 1.6, 5.17). */

import { featureProfileEnabled } from '../feature-profiles';
import type { CallAnswer } from '../link/rpc';
import { type CentralSystemAction, check, messages, type RequestOf } from '../messages';
import { type Handlers, type Services, timeoutMs } from '../services';
import { sampledValues } from '../transactions/meter-values';
import { isoTime } from '../wall-time';
import type { Boot } from './boot';
import type { Heartbeat } from './heartbeat';
import type { StatusNotifications } from './status-notification';

type Requested = RequestOf<'TriggerMessage'>;

export interface Triggerable {
  boot: Boot;
  heartbeat: Heartbeat;
  statuses: StatusNotifications;
}

/** Sends it, or why not. */
type TriggeredAction = (() => void) | 'Rejected' | 'NotImplemented';

/** 5.17: an unknown message is answered NotImplemented, although no other name is valid in the schema. */
export function unknownMessageAnswer(action: CentralSystemAction, payload: object): CallAnswer | undefined {
  if (action !== 'TriggerMessage' || !('requestedMessage' in payload)) return undefined;
  const { requestedMessage } = payload;
  const otherwiseValid = check(messages[action].request, { ...payload, requestedMessage: 'Heartbeat' }) === undefined;
  const unknown = typeof requestedMessage === 'string' && otherwiseValid;
  return unknown ? { result: { status: 'NotImplemented' } } : undefined;
}

export function triggerCalls(services: Services, features: Triggerable): Handlers {
  return {
    TriggerMessage: (request) => {
      const action = actionFor(services, features, request);
      if (typeof action === 'string') return { result: { status: action } };
      return { result: { status: 'Accepted' }, afterwards: action };
    },
  };
}

function actionFor(
  services: Services,
  features: Triggerable,
  { requestedMessage, connectorId }: Requested,
): TriggeredAction {
  switch (requestedMessage) {
    case 'BootNotification':
      return () => features.boot.trigger();
    case 'Heartbeat':
      return () => void features.heartbeat.beat('asked');
    case 'StatusNotification':
      return statusAction(services, features.statuses, connectorId);
    case 'MeterValues':
      return meterAction(services, connectorId);
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
      if (!featureProfileEnabled(services.configuration, 'FirmwareManagement')) return 'NotImplemented';
      // Idle on trigger only (4.4, 4.5): neither is under way.
      return () => {
        const timeout = timeoutMs(services.configuration, 'confBasicTime');
        void services.calls.send(requestedMessage, 'asked', () => ({ status: 'Idle' as const }), timeout);
      };
    default:
      return requestedMessage satisfies never;
  }
}

function statusAction(
  { station }: Services,
  statuses: StatusNotifications,
  connectorId: number | undefined,
): TriggeredAction {
  const last = station.config.connectors.length;
  if (connectorId !== undefined && (connectorId < 0 || connectorId > last)) return 'Rejected';
  // No connector named: the station and each of its connectors.
  const ids = connectorId === undefined ? Array.from({ length: last + 1 }, (_, id) => id) : [connectorId];
  return () => {
    for (const id of ids) statuses.tellNow(id);
  };
}

/** The most recent measurements of all measurands in MeterValuesSampledData. There is no meter at connector 0. */
function meterAction(services: Services, connectorId: number | undefined): TriggeredAction {
  const { station, configuration } = services;
  const measurands = configuration.list('MeterValuesSampledData');
  const ids = station.config.connectors.map((c) => c.connectorId);
  const wanted = connectorId === undefined ? ids : ids.filter((id) => id === connectorId);
  const metered = wanted.filter((id) => station.state.connectors[id - 1]?.report?.meter);
  if (measurands.length === 0 || metered.length === 0) return 'Rejected';
  return () => {
    for (const id of metered) tellMeter(services, id);
  };
}

function tellMeter(services: Services, connectorId: number): void {
  const { station, configuration, calls, wall, clock, outbox } = services;
  const payload = () => {
    const connector = station.state.connectors[connectorId - 1];
    const meter = connector?.report?.meter;
    const unix = wall.at(meter?.at ?? clock.now());
    if (!connector?.report || !meter || unix === undefined) return undefined;
    const { offeredA, temperatureC } = connector.report;
    const sample = { reading: meter.reading, offeredA, temperatureC, beforeWh: undefined, context: 'Trigger' as const };
    const values = sampledValues(sample, configuration.list('MeterValuesSampledData'));
    if (values.length === 0) return undefined;
    const transactionId = 'tx' in connector.session ? outbox.transactionId(connector.session.tx.key) : undefined;
    return {
      connectorId,
      ...(transactionId === undefined ? {} : { transactionId }),
      meterValue: [{ timestamp: isoTime(unix), sampledValue: values }],
    };
  };
  void calls.send('MeterValues', 'asked', payload, timeoutMs(configuration, 'confBasicTime'));
}
