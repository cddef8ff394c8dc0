/** OCPP 1.6 as the link takes it: subprotocol, table of messages with their checks, error codes. */
import type { Protocol } from '../link/protocol';
import type { RpcErrorCode } from './error-codes';
import {
  type ActionsOf,
  type CentralSystemAction,
  type ChargePointAction,
  check,
  isAction,
  isCentralSystemAction,
  type Message,
  messages,
} from './index';
import { readRequest, readResponse } from './reading';

/** What a charge point requests, and what a central system requests of it. */
export type SentActions = ActionsOf<ChargePointAction>;
export type ReceivedActions = ActionsOf<CentralSystemAction>;

/** In the order in which they are tried: Failed is SendLocalList's (7.47). */
const refusals = [{ status: 'Rejected' }, { status: 'Failed' }];

export const ocpp16 = {
  name: 'OCPP 1.6',
  // J 3.1.2
  subprotocol: 'ocpp1.6',
  errorCodes: {
    unknownAction: 'NotImplemented',
    unsupportedAction: 'NotSupported',
    incomplete: 'ProtocolError',
    malformed: 'FormationViolation',
    internal: 'InternalError',
    generic: 'GenericError',
  } satisfies Record<string, RpcErrorCode>,
  isAction,
  isReceived: (name): name is CentralSystemAction => isAction(name) && isCentralSystemAction(name),
  checkRequest: (action, payload) => check(messageOf(action).request, payload),
  checkResponse: (action, payload) => check(messageOf(action).response, payload),
  refusal: (action) => refusals.find((response) => check(messageOf(action).response, response) === undefined),
  readRequest: (action, payload) => readRequest(messageOf(action).request, payload),
  readResponse: (action, payload) => readResponse(messageOf(action).response, payload),
} satisfies Protocol<SentActions, ReceivedActions> as Protocol<SentActions, ReceivedActions>;

/** The link asks about actions only that it has found to be such. */
function messageOf(action: string): Message {
  return messages[action as keyof typeof messages];
}
