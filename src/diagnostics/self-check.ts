/** What a station can say of itself at once, without touching a part: what works, what to look at, what is wrong. */
import type { Board } from '../hal/board';
import type { StationView } from '../station/view';

export interface CheckRow {
  result: 'ok' | 'note' | 'fail';
  /** Of what. */
  part: string;
  text: string;
}

/** A board may say so, for a server whose certificate cannot be mended; whoever looks shall not overlook it. */
export const unknownServersText =
  'certificates of file servers (FTPS, HTTPS) are not looked at: trustsUnknownFileServers of the board is on';

export interface SelfCheckFacts {
  board: Board;
  view: StationView;
  /** Connectors whose parts have reported since the start. */
  reported: readonly number[];
  /** What the disk says when it does not take a commit; undefined: it does. */
  storeTrouble: string | undefined;
  /** Stored values that could not be read. */
  quarantined: number;
}

export function selfCheck({ board, view, reported, storeTrouble, quarantined }: SelfCheckFacts): CheckRow[] {
  return [
    view.at === null ? row('fail', 'clock', 'nobody has told the time') : row('ok', 'clock', view.at),
    storeTrouble === undefined ? row('ok', 'disk', 'takes what is stored') : row('fail', 'disk', storeTrouble),
    quarantined === 0
      ? row('ok', 'stored values', 'all could be read')
      : row('note', 'stored values', `${quarantined} could not be read and are set aside (quarantine.json)`),
    ...connectionRows(view),
    ...(board.trustsUnknownFileServers ? [row('note', 'files', unknownServersText)] : []),
    view.station.faults.length === 0
      ? row('ok', 'station', 'no fault')
      : row('fail', 'station', view.station.faults.join(', ')),
    ...view.connectors.map((connector) => {
      const part = `connector ${connector.connectorId} (${connector.name})`;
      if (!reported.includes(connector.connectorId)) return row('fail', part, 'its parts have not reported yet');
      const { status, errorCode, faults } = connector;
      if (faults.length > 0) return row('fail', part, `${status}, ${errorCode}: ${faults.join(', ')}`);
      return row(errorCode === 'NoError' ? 'ok' : 'note', part, `${status}, ${errorCode}`);
    }),
  ];
}

function connectionRows({ connection }: StationView): CheckRow[] {
  const { status, switchedOn, lastError, registration, queue } = connection;
  const isThere = status === 'Connected' && registration === 'Accepted';
  const why = switchedOn ? (lastError ?? '') : 'switched off';
  return [
    row(
      isThere ? 'ok' : 'note',
      'central system',
      [status, `registration ${registration}`, why].filter(Boolean).join(', '),
    ),
    row(queue === 0 || isThere ? 'ok' : 'note', 'messages of transactions', `${queue} wait for delivery`),
  ];
}

function row(result: CheckRow['result'], part: string, text: string): CheckRow {
  return { result, part, text };
}

/** `ok    clock: 2026-05-04T08:00:00.000Z`. */
export function checkLine({ result, part, text }: CheckRow): string {
  return `${result.padEnd(5)} ${part}: ${text}`;
}
