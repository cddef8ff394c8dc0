/** What a monitoring system may know of a station: whether it is well, and its numbers; no card, no secret. */
import { updateSteps } from '../hal/firmware-updates';
import { programVersion } from '../hal/program-version';
import type { RunningStation } from '../main';
import { statuses } from '../station/types';
import type { ConnectorView, StationView } from '../station/view';

export interface StationWatch {
  /** In words without facts; undefined: the station runs, and what keeps it safe is heard. */
  whyUnwell(): string | undefined;
  /** Whether this is the token that was made for reading the metrics. */
  knowsToken(token: string): boolean;
  /** Empty while there is no station. */
  metrics(): readonly Metric[];
}

export interface Metric {
  /** Ends with its unit. */
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  samples: readonly MetricSample[];
}

export interface MetricSample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

/** `loopTrouble`: what is wrong with the safety loop, where it has a thread of its own. */
export function stationWatch(
  present: () => RunningStation | undefined,
  loopTrouble: () => string | undefined = () => undefined,
): StationWatch {
  return {
    whyUnwell: () => (present()?.station.runs === true ? loopTrouble() : 'the station is starting or ending'),
    knowsToken: (token) => present()?.metricsToken.fits(token) ?? false,
    metrics: () => {
      const running = present();
      return running ? metricsOf(running) : [];
    },
  };
}

const connections: readonly StationView['connection']['status'][] = ['Disconnected', 'Connection', 'Connected'];
const registrations: readonly StationView['connection']['registration'][] = ['none', 'Pending', 'Accepted', 'Rejected'];

function metricsOf(running: RunningStation): Metric[] {
  const { board, connectors, connection, station } = running.view();
  const { outbox } = running.chargePoint;
  const of = (value: (connector: ConnectorView) => number): MetricSample[] =>
    connectors.map((connector) => ({ labels: labelsOf(connector), value: value(connector) }));
  return [
    gauge('greenup_station_info', 'Always 1; the board of the station.', [{ labels: { board }, value: 1 }]),
    gauge('greenup_release_info', 'Always 1; the release that runs.', [
      { labels: { release: running.release ?? programVersion }, value: 1 },
    ]),
    gauge(
      'greenup_connector_status',
      '1 for the status that OCPP tells, 0 for the others; connector 0 is the station.',
      [
        ...statesOf({ connector: '0' }, 'status', statuses, station.status),
        ...connectors.flatMap((connector) => statesOf(labelsOf(connector), 'status', statuses, connector.status)),
      ],
    ),
    gauge('greenup_connector_fault', '1 for each fault that is present; connector 0 is the station.', [
      ...faultsOf('0', station.faults),
      ...connectors.flatMap(({ connectorId, faults }) => faultsOf(String(connectorId), faults)),
    ]),
    counter(
      'greenup_connector_energy_wh_total',
      "The meter's register, in Wh.",
      of(({ energyWh }) => energyWh),
    ),
    gauge(
      'greenup_connector_power_watts',
      'By the last reading of the meter.',
      of(({ powerW }) => powerW),
    ),
    gauge(
      'greenup_connector_limit_amperes',
      'The least of all restraints, per phase.',
      of(({ limit }) => limit.amps),
    ),
    gauge(
      'greenup_connector_offered_amperes',
      'What the vehicle is offered, per phase.',
      of(({ offeredA }) => offeredA),
    ),
    gauge(
      'greenup_connector_drawn_amperes',
      'By the last reading of the meter, each phase.',
      connectors.flatMap((connector) =>
        connector.drawnA.map((value, index) => ({
          labels: { ...labelsOf(connector), phase: String(index + 1) },
          value,
        })),
      ),
    ),
    gauge(
      'greenup_connector_plugged',
      '1 while a plug is in.',
      of(({ plugged }) => Number(plugged)),
    ),
    gauge(
      'greenup_connector_session',
      '1 while somebody uses it.',
      of(({ session }) => Number(session !== 'none')),
    ),
    gauge(
      'greenup_connector_transaction',
      '1 while a transaction runs.',
      of((c) => Number(c.transaction !== null)),
    ),
    gauge(
      'greenup_connection_state',
      '1 for the state of the connection to the central system, 0 for the others.',
      statesOf({}, 'state', connections, connection.status),
    ),
    gauge(
      'greenup_registration_status',
      '1 for what the central system said to BootNotification, 0 for the others.',
      statesOf({}, 'status', registrations, connection.registration),
    ),
    gauge('greenup_connection_switched_on', '1: "OCPP server connection" is on.', one(Number(connection.switchedOn))),
    gauge('greenup_queue_messages', 'Messages of transactions that wait for delivery.', one(outbox.size)),
    gauge(
      'greenup_queue_oldest_seconds',
      'How long the oldest of them waits; 0 where none does.',
      one(outbox.oldestWaitsMs / 1_000),
    ),
    ...updateMetrics(running),
  ];
}

/** Of a station whose program is not replaced there is nothing to tell. */
function updateMetrics({ updates }: RunningStation): Metric[] {
  if (!updates) return [];
  const steps = ['none', ...updateSteps];
  return [
    gauge(
      'greenup_update_step',
      '1 for the step of the last update, 0 for the others; none: there was no update.',
      statesOf({}, 'step', steps, updates.progress()?.step ?? 'none'),
    ),
  ];
}

export function gauge(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { name, help, type: 'gauge', samples };
}

export function counter(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { name, help, type: 'counter', samples };
}

export function one(value: number): MetricSample[] {
  return [{ value }];
}

function labelsOf({ connectorId }: ConnectorView): Record<string, string> {
  return { connector: String(connectorId) };
}

function faultsOf(connector: string, faults: readonly string[]): MetricSample[] {
  return faults.map((fault) => ({ labels: { connector, fault }, value: 1 }));
}

function statesOf(
  labels: Record<string, string>,
  name: string,
  all: readonly string[],
  present: string,
): MetricSample[] {
  return all.map((state) => ({ labels: { ...labels, [name]: state }, value: Number(state === present) }));
}
