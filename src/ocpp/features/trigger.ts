/** TriggerMessage and its like of the whitepaper: the answer first, then the message, with what is true now (OCPP 1.6, 5.17). */
import type { Feature, Refused, Reply, TriggerAction, Triggered } from '../feature';
import { featureProfileEnabled } from '../feature-profiles';
import { check, messages, type RequestOf } from '../messages';
import type { Services } from '../services';

/** What can be triggered is what the other features say. */
function answerTo(
  action: TriggerAction,
  { requestedMessage, connectorId }: RequestOf<TriggerAction>,
  { configuration }: Services,
  features: readonly Feature[],
): Reply<TriggerAction> {
  const feature = features.find(({ triggers }) => triggers?.[requestedMessage] !== undefined);
  const trigger = feature?.triggers?.[requestedMessage];
  const enabled = feature !== undefined && featureProfileEnabled(configuration, feature.profile);
  const send: Triggered | undefined = trigger && enabled ? trigger(connectorId, action) : undefined;
  if (send === undefined) return notImplemented(requestedMessage);
  if ('refused' in send) return { result: { status: 'Rejected' }, why: send.refused };
  return { result: { status: 'Accepted' }, afterwards: send };
}

export function triggerMessage(services: Services, features: readonly Feature[]): Feature {
  return {
    profile: 'RemoteTrigger',
    handlers: { TriggerMessage: (request) => answerTo('TriggerMessage', request, services, features) },
    invalidAnswers: { TriggerMessage: (payload) => unknownMessageAnswer('TriggerMessage', payload) },
  };
}

export function extendedTriggerMessage(services: Services, features: readonly Feature[]): Feature {
  return {
    profile: 'Security',
    handlers: { ExtendedTriggerMessage: (request) => answerTo('ExtendedTriggerMessage', request, services, features) },
    invalidAnswers: { ExtendedTriggerMessage: (payload) => unknownMessageAnswer('ExtendedTriggerMessage', payload) },
  };
}

/** 5.17: an unknown message is answered NotImplemented, although no other name is valid in the schema. */
function unknownMessageAnswer(action: TriggerAction, payload: object): Refused<TriggerAction> | undefined {
  if (!('requestedMessage' in payload)) return undefined;
  const { requestedMessage } = payload;
  const request = { ...payload, requestedMessage: 'Heartbeat' };
  const otherwiseValid = check(messages[action].request, request) === undefined;
  const unknown = typeof requestedMessage === 'string' && otherwiseValid;
  return unknown ? notImplemented(requestedMessage) : undefined;
}

function notImplemented(message: string): Refused<TriggerAction> {
  return { result: { status: 'NotImplemented' }, why: `this station sends no ${message} when it is asked` };
}
