/** Charging profiles as they lie in the store. */
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';

const optionalNumber = shape.Optional(shape.Number());

export const storedProfiles = collection(
  'profile/',
  shape.Object({
    connectorId: shape.Integer(),
    id: shape.Integer(),
    stackLevel: shape.Integer(),
    purpose: shape.Union([
      shape.Literal('ChargePointMaxProfile'),
      shape.Literal('TxDefaultProfile'),
      shape.Literal('TxProfile'),
    ]),
    kind: shape.Union([shape.Literal('Absolute'), shape.Literal('Recurring'), shape.Literal('Relative')]),
    recurrence: shape.Optional(shape.Union([shape.Literal('Daily'), shape.Literal('Weekly')])),
    validFrom: optionalNumber,
    validTo: optionalNumber,
    startSchedule: optionalNumber,
    installed: shape.Object({ boot: shape.Number(), at: shape.Number(), wall: optionalNumber }),
    durationS: optionalNumber,
    unit: shape.Union([shape.Literal('A'), shape.Literal('W')]),
    periods: shape.Array(shape.Object({ startS: shape.Number(), limit: shape.Number(), numberPhases: shape.Number() })),
    minChargingRate: optionalNumber,
    tx: shape.Optional(shape.String()),
  }),
);

/** By connector (0: the station) and id: one id may stand on several connectors. */
export function profileKey({ connectorId, id }: { connectorId: number; id: number }): string {
  return storedProfiles.key(`${connectorId}/${id}`);
}
