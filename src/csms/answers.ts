/** How the embedded central system answers each request of a station, and the line it says about it. */
import type { ChargePointAction, IdTagInfo, RequestOf, ResponseOf } from '../ocpp/messages';
import { type Ledger, powerW, registerWh } from './ledger';

/** What an answer may depend on beside the request. */
export interface Asked {
  stationId: string;
  messageId: string;
  ledger: Ledger;
  /** Unix time in ms. */
  now: () => number;
  /** What its authority makes of a request for a certificate, or why nothing; absent: there is no authority. */
  sign?: (csr: string) => { chain: string } | { refused: string };
}

export interface Answered<A extends ChargePointAction> {
  response: ResponseOf<A>;
  /** The news, without the station's name; undefined when a repetition brings none. */
  line: string | undefined;
  /** The chain of CertificateSigned, which follows when the answer has left. */
  signed?: string;
}

export type Answers = { [A in ChargePointAction]: (request: RequestOf<A>, asked: Asked) => Answered<A> };

/** In seconds. */
const heartbeatIntervalS = 300;

/** So that refusals can be tried: the beginning of an idTag, in any case, names its answer. */
const refusals: readonly (readonly [beginning: string, status: IdTagInfo['status']])[] = [
  ['BLOCKED', 'Blocked'],
  ['EXPIRED', 'Expired'],
  ['INVALID', 'Invalid'],
];

export function verdictOf(idTag: string): IdTagInfo['status'] {
  const refusal = refusals.find(([beginning]) => idTag.toUpperCase().startsWith(beginning));
  return refusal?.[1] ?? 'Accepted';
}

export const answers: Answers = {
  BootNotification: (request, { now }) => {
    const { chargePointVendor, chargePointModel, firmwareVersion } = request;
    const firmware = firmwareVersion === undefined ? '' : `, firmware ${firmwareVersion}`;
    return {
      response: { status: 'Accepted', currentTime: isoNow(now), interval: heartbeatIntervalS },
      line: `boot of ${chargePointVendor} ${chargePointModel}${firmware}: Accepted`,
    };
  },

  Heartbeat: (_request, { now }) => ({ response: { currentTime: isoNow(now) }, line: 'heartbeat' }),

  Authorize: ({ idTag }) => {
    const status = verdictOf(idTag);
    return { response: { idTagInfo: { status } }, line: `card ${idTag}: ${status}` };
  },

  StartTransaction: (request, { stationId, messageId, ledger }) => {
    const { row, repeated } = ledger.start(stationId, messageId, request, verdictOf(request.idTag));
    const { transactionId, verdict, connectorId, idTag, meterStartWh } = row;
    const started = `connector ${connectorId}: transaction ${transactionId} started by ${idTag} at ${meterStartWh} Wh`;
    return {
      response: { transactionId, idTagInfo: { status: verdict } },
      line: repeated ? undefined : `${started}: ${verdict}`,
    };
  },

  MeterValues: ({ connectorId, transactionId, meterValue }, { stationId, ledger }) => {
    const row = ledger.meter(stationId, transactionId, meterValue);
    const last = meterValue[meterValue.length - 1];
    const wh = last && registerWh(last);
    const watts = last && powerW(last);
    const energy = wh === undefined ? [] : [row ? `${kilo(wh - row.meterStartWh)} kWh so far` : `register ${wh} Wh`];
    const power = watts === undefined ? [] : [`${kilo(watts)} kW`];
    const figures = [...energy, ...power].join(', ') || `${meterValue.length} meter values`;
    const of = transactionId === undefined ? '' : `transaction ${transactionId}: `;
    return { response: {}, line: `connector ${connectorId}: ${of}${figures}` };
  },

  StopTransaction: (request, { stationId, ledger }) => {
    const { idTag, transactionId } = request;
    const response = idTag === undefined ? {} : { idTagInfo: { status: verdictOf(idTag) } };
    const found = ledger.stop(stationId, request);
    if (!found) {
      return { response, line: `transaction ${transactionId} stopped, whose start is not known here` };
    }
    const { row, repeated } = found;
    const energy = kilo(row.lastWh - row.meterStartWh);
    const stopped = `connector ${row.connectorId}: transaction ${transactionId} stopped (${row.stop?.reason}): ${energy} kWh`;
    return { response, line: repeated ? undefined : stopped };
  },

  StatusNotification: ({ connectorId, status, errorCode, info }) => {
    const place = connectorId === 0 ? 'station' : `connector ${connectorId}`;
    const trouble = errorCode === 'NoError' ? '' : `, ${errorCode}${info === undefined ? '' : ` (${info})`}`;
    return { response: {}, line: `${place}: ${status}${trouble}` };
  },

  // 4.3: a vendor that is not known here.
  DataTransfer: ({ vendorId }) => ({
    response: { status: 'UnknownVendorId' },
    line: `data of vendor ${vendorId}: UnknownVendorId`,
  }),

  DiagnosticsStatusNotification: ({ status }) => ({ response: {}, line: `diagnostics: ${status}` }),

  LogStatusNotification: ({ status, requestId }) => ({
    response: {},
    line: `log${requestId === undefined ? '' : ` ${requestId}`}: ${status}`,
  }),

  // It is no authority.
  SignCertificate: ({ csr }, { sign }) => {
    const made = sign?.(csr) ?? { refused: 'there is no authority; "greenup run --security 1" has one' };
    if ('chain' in made) {
      return { response: { status: 'Accepted' }, line: 'request for a certificate: Accepted', signed: made.chain };
    }
    return { response: { status: 'Rejected' }, line: `request for a certificate: Rejected, ${made.refused}` };
  },

  SecurityEventNotification: ({ type, techInfo }) => ({
    response: {},
    line: `security: ${type}${techInfo === undefined ? '' : ` (${techInfo})`}`,
  }),

  SignedFirmwareStatusNotification: ({ status, requestId }) => ({
    response: {},
    line: `firmware${requestId === undefined ? '' : ` of request ${requestId}`}: ${status}`,
  }),
  FirmwareStatusNotification: ({ status }) => ({ response: {}, line: `firmware: ${status}` }),
};

function isoNow(now: () => number): string {
  return new Date(now()).toISOString();
}

function kilo(value: number): string {
  return (value / 1_000).toFixed(3);
}
