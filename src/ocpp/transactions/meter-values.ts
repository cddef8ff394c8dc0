/** Readings to sampled values: one row a measurand, with unit and phases (OCPP 1.6, 3.16 and 7.31). */
import type { MeterReading } from '../../hal/parts';
import type { Measurand } from '../config-keys/index';
import type { SampledValue } from '../messages';

export type ReadingContext =
  | 'Sample.Periodic'
  | 'Sample.Clock'
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Trigger'
  | 'Other';

/** What a sample is made of: the reading and what the station knew beside it. */
export interface Sample {
  reading: MeterReading;
  /** Offered current in A per phase; power follows from the number of phases. */
  offeredA: number;
  temperatureC: number | undefined;
  /** Register at the previous sample, for interval values; undefined with none before. */
  beforeWh: number | undefined;
  context: ReadingContext;
}

interface Value {
  value: number;
  phase?: SampledValue['phase'];
}

interface MeasurandRow {
  unit: NonNullable<SampledValue['unit']> | undefined;
  digits: number;
  location: 'Outlet' | 'Body';
  values: (s: Sample) => Value[];
}

const lines = ['L1', 'L2', 'L3'] as const;
const neutrals = ['L1-N', 'L2-N', 'L3-N'] as const;

function perPhase(values: readonly number[], names: readonly NonNullable<SampledValue['phase']>[]): Value[] {
  return values.map((value, i) => {
    const phase = names[i];
    return phase ? { value, phase } : { value };
  });
}

const rows: Record<Measurand, MeasurandRow> = {
  'Energy.Active.Import.Register': {
    unit: 'Wh',
    digits: 1,
    location: 'Outlet',
    values: (s) => [{ value: s.reading.energyWh }],
  },
  'Energy.Active.Import.Interval': {
    unit: 'Wh',
    digits: 1,
    location: 'Outlet',
    values: (s) => [{ value: s.reading.energyWh - (s.beforeWh ?? s.reading.energyWh) }],
  },
  'Power.Active.Import': { unit: 'W', digits: 1, location: 'Outlet', values: (s) => [{ value: s.reading.powerW }] },
  'Current.Import': { unit: 'A', digits: 2, location: 'Outlet', values: (s) => perPhase(s.reading.currentA, lines) },
  Voltage: { unit: 'V', digits: 1, location: 'Outlet', values: (s) => perPhase(s.reading.voltageV, neutrals) },
  Frequency: {
    unit: undefined, // the list of units has none for hertz (7.45)
    digits: 2,
    location: 'Outlet',
    values: (s) => (s.reading.frequencyHz === undefined ? [] : [{ value: s.reading.frequencyHz }]),
  },
  'Current.Offered': { unit: 'A', digits: 1, location: 'Outlet', values: (s) => [{ value: s.offeredA }] },
  'Power.Offered': {
    unit: 'W',
    digits: 0,
    location: 'Outlet',
    values: (s) => [{ value: s.reading.voltageV.reduce((sum, volts) => sum + volts * s.offeredA, 0) }],
  },
  Temperature: {
    unit: 'Celcius', // sic: the schema's spelling (J errata 2.1)
    digits: 1,
    location: 'Body',
    values: (s) => (s.temperatureC === undefined ? [] : [{ value: s.temperatureC }]),
  },
};

/** The sampled values of the measurands asked for; empty when the meter gives none of them. */
export function sampledValues(sample: Sample, measurands: readonly Measurand[]): SampledValue[] {
  return measurands.flatMap((measurand) => {
    const { unit, digits, location, values } = rows[measurand];
    return values(sample).map(
      ({ value, phase }): SampledValue => ({
        value: value.toFixed(digits),
        context: sample.context,
        format: 'Raw',
        measurand,
        ...(phase ? { phase } : {}),
        location,
        ...(unit ? { unit } : {}),
      }),
    );
  });
}
