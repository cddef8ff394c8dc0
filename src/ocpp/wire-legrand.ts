/** The guide's own spelling and shape of frames, for central systems that must be tested against them; off by default. */

type Json = Record<string, unknown>;

/** Contexts as the guide's examples have them. */
const contexts: Record<string, string> = {
  'Sample.Periodic': 'Sample.Clock',
  'Transaction.Begin': 'Interruption.Begin',
  'Transaction.End': 'Interruption.End',
};

/** Charging power is called export in the guide's example. */
const measurands: Record<string, string> = { 'Power.Active.Import': 'Power.Active.Export' };

/** Rewrites a frame that is about to leave; frames that the guide shows as the standard has them pass unchanged. */
export function legrandFrame(text: string): string {
  const frame = JSON.parse(text) as [number, string, string, Json];
  const [kind, , action, payload] = frame;
  const rewrite = kind === 2 ? rewrites[action] : undefined;
  if (!rewrite) return text;
  return JSON.stringify([frame[0], frame[1], action, rewrite(payload)]);
}

const rewrites: Record<string, (payload: Json) => Json> = {
  // The guide's StartTransaction always bears a reservationId.
  StartTransaction: ({ connectorId, idTag, meterStart, reservationId, timestamp }) => ({
    connectorId,
    idTag,
    meterStart,
    reservationId: reservationId ?? 0,
    timestamp,
  }),
  MeterValues: (payload) => ({
    connectorId: payload.connectorId,
    ...(payload.transactionId === undefined ? {} : { transactionId: String(payload.transactionId) }),
    meterValue: meterValues(payload.meterValue).map(({ timestamp, sampledValue }) => ({
      timestamp,
      sampledValue: sampledValue.map(legrandValue),
    })),
  }),
  // One object where the standard wants an array: a value with several measurands becomes several entries.
  StopTransaction: ({ idTag, meterStop, timestamp, transactionId, reason, transactionData }) => ({
    ...(idTag === undefined ? {} : { idTag }),
    meterStop,
    timestamp,
    transactionId: String(transactionId),
    reason,
    ...(transactionData === undefined
      ? {}
      : {
          transactionData: meterValues(transactionData).flatMap((value) =>
            value.sampledValue.map((sampled) => ({ timestamp: value.timestamp, sampledValue: legrandValue(sampled) })),
          ),
        }),
  }),
};

function meterValues(value: unknown): { timestamp: string; sampledValue: Json[] }[] {
  return value as { timestamp: string; sampledValue: Json[] }[];
}

function legrandValue({ value, context, format, measurand, phase, location, unit }: Json): Json {
  return {
    value,
    context: contexts[String(context)] ?? context,
    format,
    mesurand: measurands[String(measurand)] ?? measurand,
    ...(phase === undefined ? {} : { phase }),
    ...(location === undefined ? {} : { location }),
    ...(unit === undefined ? {} : { unit }),
  };
}
