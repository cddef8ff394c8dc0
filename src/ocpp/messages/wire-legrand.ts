/** The guide's own spelling and shape of frames, for central systems that must be tested against them; off by default. */

type Json = Record<string, unknown>;
type Values = { timestamp: unknown; sampledValue: Json[] }[];

/** Contexts as the guide's examples have them. */
const contexts: Record<string, string> = {
  'Sample.Periodic': 'Sample.Clock',
  'Transaction.Begin': 'Interruption.Begin',
  'Transaction.End': 'Interruption.End',
};

/** Charging power is called export in the guide's example. */
const measurands: Record<string, string> = { 'Power.Active.Import': 'Power.Active.Export' };

/** Rewrites a frame that is about to leave; frames of which the guide has no example pass unchanged. */
export function legrandFrame(text: string): string {
  const frame = JSON.parse(text) as [number, string, string, Json];
  const [kind, , action, payload] = frame;
  const rewrite = kind === 2 ? rewrites[action] : undefined;
  if (!rewrite) return text;
  // What is undefined is left out.
  return JSON.stringify([frame[0], frame[1], action, rewrite(payload)]);
}

/** One row an example, its members in the example's order. */
const rewrites: Record<string, (payload: Json) => Json> = {
  BootNotification: (p) => ({
    chargeBoxSerialNumber: p.chargeBoxSerialNumber,
    chargePointModel: p.chargePointModel,
    chargePointVendor: p.chargePointVendor,
    firmwareVersion: p.firmwareVersion,
    meterType: p.meterType,
  }),
  // Without a time.
  StatusNotification: (p) => ({
    connectorId: p.connectorId,
    errorCode: p.errorCode,
    info: p.info,
    status: p.status,
    vendorId: p.vendorId,
  }),
  // Always with a reservationId.
  StartTransaction: (p) => ({
    connectorId: p.connectorId,
    idTag: p.idTag,
    meterStart: p.meterStart,
    reservationId: p.reservationId ?? 0,
    timestamp: withOffset(p.timestamp),
  }),
  // Ids as texts; energy has no location.
  MeterValues: (p) => ({
    connectorId: p.connectorId,
    transactionId: p.transactionId === undefined ? undefined : String(p.transactionId),
    meterValue: (p.meterValue as Values).map(({ timestamp, sampledValue }) => ({
      timestamp: withOffset(timestamp),
      sampledValue: sampledValue.map((value) =>
        legrandValue(value, sampledValue, /^Energy/.test(String(value.measurand)) ? undefined : value.location),
      ),
    })),
  }),
  // One object where the standard wants an array: an instant with several values becomes several entries; no locations.
  StopTransaction: (p) => ({
    idTag: p.idTag,
    meterStop: p.meterStop,
    timestamp: withOffset(p.timestamp),
    transactionId: String(p.transactionId),
    reason: p.reason,
    transactionData: (p.transactionData as Values | undefined)?.flatMap(({ timestamp, sampledValue }) =>
      sampledValue.map((value) => ({
        timestamp: withOffset(timestamp),
        sampledValue: legrandValue(value, sampledValue, undefined),
      })),
    ),
  }),
};

/** The phase is named only where there are several. */
function legrandValue(sampled: Json, all: readonly Json[], location: unknown): Json {
  const { value, context, format, measurand, phase, unit } = sampled;
  const alone = all.filter((other) => other.measurand === measurand).length === 1;
  return {
    value,
    context: contexts[String(context)] ?? context,
    format,
    mesurand: measurands[String(measurand)] ?? measurand,
    phase: alone ? undefined : phase,
    location,
    unit,
  };
}

/** UTC, written as an offset like the guide's times. */
function withOffset(timestamp: unknown): string {
  return String(timestamp).replace(/Z$/, '+00:00');
}
