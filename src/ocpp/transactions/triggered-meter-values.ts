/** MeterValues on trigger: the most recent measurements of all measurands in MeterValuesSampledData (OCPP 1.6, 5.17). */
import type { Feature, Triggered } from '../feature';
import { unknownConnector } from '../known-connectors';
import { type Services, timeoutMs } from '../services';
import { isoTime } from '../wall-time';
import { sampledValues } from './meter-values';

export function triggeredMeterValues(services: Services): Feature {
  return { profile: 'Core', triggers: { MeterValues: (connectorId) => triggered(services, connectorId) } };
}

/** There is no meter at connector 0. */
function triggered(services: Services, connectorId: number | undefined): Triggered {
  const { station, configuration } = services;
  const measurands = configuration.list('MeterValuesSampledData');
  const ids = station.config.connectors.map((c) => c.connectorId);
  const unknown = connectorId === undefined ? undefined : unknownConnector(station, connectorId);
  if (unknown !== undefined) return { refused: unknown };
  if (measurands.length === 0) return { refused: 'MeterValuesSampledData names no measurand' };
  const wanted = connectorId === undefined ? ids : ids.filter((id) => id === connectorId);
  const metered = wanted.filter((id) => station.state.connectors[id - 1]?.report?.meter);
  if (metered.length === 0) return { refused: 'the meter has told nothing yet' };
  return () => {
    void station.freshReadings(metered).then(() => {
      for (const id of metered) tellMeter(services, id);
    });
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
  const replaces = `MeterValues ${connectorId}`;
  void calls.send('MeterValues', 'asked', payload, timeoutMs(configuration, 'confBasicTime'), { replaces });
}
