/** The status of a station as a page of text. */
import { durationInWords, kilowattHours, type Paint, statusColours } from '../terminal/words';
import type { ConnectorStatus, StationStatus } from './station-status';

/** The status of a station as a page for people. */
export function statusPage(status: StationStatus, paint: Paint): string {
  const { connection, station, world } = status;
  const heard =
    connection.lastReceivedS === null ? '' : `, heard from ${durationInWords(connection.lastReceivedS)} ago`;
  const trouble =
    connection.lastError === null || connection.status === 'Connected' ? '' : ` (${connection.lastError})`;
  const network = connection.network === 'down' ? `, ${paint('red', 'network cable out')}` : '';
  const mains = world.supply === 'lost' ? paint('red', 'lost') : `${world.mainsV} V`;
  const stationFaults = [...station.faults, ...world.faults];
  return [
    `${paint('bold', status.board)}  ${paint(statusColours[station.status], station.status)}  mains ${mains}${stationFaults.length === 0 ? '' : `  faults: ${stationFaults.join(', ')}`}`,
    `central system  ${connection.status}${trouble}, ${connection.url || 'no URL'} as ${connection.identity || 'nobody'}`,
    `                registration ${connection.registration}${heard}, ${connection.queue} messages waiting${network}`,
    ...status.connectors.flatMap((connector) => connectorLines(connector, paint)),
    '',
  ].join('\n');
}

function connectorLines(connector: ConnectorStatus, paint: Paint): string[] {
  const { connectorId, name, status, errorCode, info, transaction, limit, faults } = connector;
  const extra = [errorCode === 'NoError' ? undefined : errorCode, info ?? undefined].filter(
    (word) => word !== undefined,
  );
  const detail = extra.length === 0 ? '' : ` ${extra.join(', ')}`;
  const restraints = limit.sources.map(({ source, amps }) => `${source} ${amps}`).join(', ');
  const drawn = connector.drawnA.map((amps) => amps.toFixed(1)).join(' ');
  const lock = connector.locked === null ? 'no lock' : connector.locked ? 'locked' : 'unlocked';
  const lines = [
    '',
    `${connectorId} ${name.padEnd(10)} ${paint(statusColours[status], status)}${detail}   session ${connector.session}`,
    `   limit ${limit.amps} A by ${limit.by} (${restraints})   offered ${connector.offeredA} A   drawn ${drawn} A`,
    `   meter ${kilowattHours(connector.energyWh)}   ${connector.plugged ? 'plugged' : 'nothing plugged'}   ${lock}   faults: ${faults.length === 0 ? '-' : faults.join(', ')}`,
  ];
  if (transaction) {
    const id = transaction.transactionId === null ? 'without a number yet' : String(transaction.transactionId);
    lines.push(
      `   transaction ${id}, card ${transaction.idTag}, ${paint('bold', kilowattHours(transaction.energyWh))}`,
    );
  }
  return lines;
}
