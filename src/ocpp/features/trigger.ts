/** TriggerMessage: the answer first, then the message, with what is true now (OCPP 1.6, 5.17). */
import type { Feature, Refused, Triggered } from '../feature';
import { featureProfileEnabled } from '../feature-profiles';
import { check, messages, type RequestOf } from '../messages';
import type { Services } from '../services';

/** What can be triggered is what the other features say. */
export function triggerMessage({ configuration }: Services, features: readonly Feature[]): Feature {
  const triggered = ({ requestedMessage, connectorId }: RequestOf<'TriggerMessage'>): Triggered | undefined => {
    const feature = features.find(({ triggers }) => triggers?.[requestedMessage] !== undefined);
    const trigger = feature?.triggers?.[requestedMessage];
    const enabled = feature !== undefined && featureProfileEnabled(configuration, feature.profile);
    return trigger && enabled ? trigger(connectorId) : undefined;
  };
  return {
    profile: 'RemoteTrigger',
    handlers: {
      TriggerMessage: (request) => {
        const send = triggered(request);
        if (send === undefined) return notImplemented(request.requestedMessage);
        if ('refused' in send) return { result: { status: 'Rejected' }, why: send.refused };
        return { result: { status: 'Accepted' }, afterwards: send };
      },
    },
    invalidAnswers: { TriggerMessage: unknownMessageAnswer },
  };
}

/** 5.17: an unknown message is answered NotImplemented, although no other name is valid in the schema. */
function unknownMessageAnswer(payload: object): Refused<'TriggerMessage'> | undefined {
  if (!('requestedMessage' in payload)) return undefined;
  const { requestedMessage } = payload;
  const request = { ...payload, requestedMessage: 'Heartbeat' };
  const otherwiseValid = check(messages.TriggerMessage.request, request) === undefined;
  const unknown = typeof requestedMessage === 'string' && otherwiseValid;
  return unknown ? notImplemented(requestedMessage) : undefined;
}

function notImplemented(message: string): Refused<'TriggerMessage'> {
  return { result: { status: 'NotImplemented' }, why: `this station sends no ${message} when it is asked` };
}
