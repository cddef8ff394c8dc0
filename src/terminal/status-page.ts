/** The status of a station as a page of text. */

import type { ChargingMode } from '../station/types';
import type { ConnectorView, StationView } from '../station/view';
import { type Paint, statusColours } from './colour';
import { amperes, cardText, causeName, durationText, kilowattHours, restraintName } from './wording';

/** The status of a station as a page for people. */
export function statusPage(view: StationView, paint: Paint): string {
  const { connection, station, world } = view;
  const heard = connection.lastReceivedS === null ? '' : `, heard from ${durationText(connection.lastReceivedS)} ago`;
  const trouble =
    connection.lastError === null || connection.status === 'Connected' ? '' : ` (${connection.lastError})`;
  const network = connection.network === 'down' ? `, ${paint('red', 'network cable out')}` : '';
  const mains = world && `  mains ${world.supply === 'lost' ? paint('red', 'lost') : `${Math.round(world.mainsV)} V`}`;
  const faults = [...station.faults, ...(world?.faults ?? [])];
  const wrong = faults.length === 0 ? '' : `  faults: ${faults.join(', ')}`;
  const switchedOff = connection.switchedOn ? '' : `${paint('yellow', 'switched off')}, `;
  return [
    `${paint('bold', view.board)}  ${paint(statusColours[station.status], station.status)}${mains ?? ''}${wrong}`,
    modeLine(view),
    `central system  ${switchedOff}${connection.status}${trouble}, ${connection.url || 'no URL'} as ${connection.identity || 'nobody'}`,
    `                registration ${connection.registration}${heard}, ${connection.queue} messages waiting${network}`,
    ...view.connectors.flatMap((connector) => connectorLines(connector, paint)),
    '',
  ].join('\n');
}

const modeWords: Readonly<Record<ChargingMode, string>> = {
  ocpp: 'OCPP',
  free: 'free charge',
  cards: 'cards known to the station',
  none: 'none: nobody charges; choose one with greenup mode',
};

function modeLine({ modes }: StationView): string {
  const sides = Object.entries(modes);
  const [first] = sides;
  const words = sides.every(([, mode]) => mode === first?.[1])
    ? modeWords[first?.[1] ?? 'none']
    : sides.map(([side, mode]) => `${side} ${modeWords[mode]}`).join(', ');
  return `charging mode   ${words}`;
}

function connectorLines(connector: ConnectorView, paint: Paint): string[] {
  const { connectorId, name, status, errorCode, info, transaction, limit, faults } = connector;
  const extra = [errorCode === 'NoError' ? undefined : errorCode, info ?? undefined].filter(
    (word) => word !== undefined,
  );
  const detail = extra.length === 0 ? '' : ` ${extra.join(', ')}`;
  const restraints = limit.sources.map((one) => `${restraintName(one)} ${amperes(one.amps)}`).join(', ');
  const drawn = connector.drawnA.map((amps) => amps.toFixed(1)).join(' ');
  const lock = connector.locked === null ? 'no lock' : connector.locked ? 'locked' : 'unlocked';
  const lines = [
    '',
    `${connectorId} ${name.padEnd(10)} ${paint(statusColours[status], status)}${detail}   session ${connector.session}`,
    `   limit ${amperes(limit.amps)} A by ${causeName(limit)} (${restraints})   offered ${amperes(connector.offeredA)} A   drawn ${drawn} A`,
    `   meter ${kilowattHours(connector.energyWh)}   ${connector.plugged ? 'plugged' : 'nothing plugged'}   ${lock}   faults: ${faults.length === 0 ? '-' : faults.join(', ')}`,
  ];
  if (transaction) {
    const id = transaction.transactionId === null ? 'without a number yet' : String(transaction.transactionId);
    lines.push(
      `   transaction ${id}, ${cardText(transaction.idTag)}, ${paint('bold', kilowattHours(transaction.energyWh))}`,
    );
  }
  return lines;
}
