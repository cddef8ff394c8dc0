/** `greenup call`: the central system of `greenup run` sends a request to its station. */
import { ExitError, exitCodes } from '../terminal/exit';
import { type AddCommand, examples, type StationOption, withStation } from './command';
import { mustHoldNoSecret, textOfFile } from './given-file';
import { StationClient } from './station-client';

/** The station is given 30 s for its answer. */
const answerMaxMs = 40_000;

export const addCall: AddCommand = (root, finish) => {
  const location = '"location": "http://127.0.0.1:8000/greenup-2.0.0.zip"';
  const call = root
    .command('call')
    .description('has the central system of "greenup run" send a request to its station, and prints the answer')
    .addHelpText(
      'before',
      examples([
        ['greenup call TriggerMessage \'{"requestedMessage": "Heartbeat"}\'', 'and the message follows'],
        [`greenup call UpdateFirmware '{${location}, "retrieveDate": "2026-01-01T00:00:00Z"}'`, 'at once'],
        ['greenup call GetDiagnostics \'{"location": "ftp://127.0.0.1/in"}\'', 'a report is sent there'],
      ]),
    )
    .argument('<action>', 'of OCPP 1.6, such as GetDiagnostics')
    .argument('[payload]', 'as JSON; - reads it from standard input', '{}');
  withStation(call).action(async (action: string, payload: string, station: StationOption) => {
    if (payload !== '-') mustHoldNoSecret(payload, `greenup call ${action} - reads the payload from standard input`);
    const asked = payload === '-' ? textOfFile(payload) : payload;
    process.stdout.write(`${await answerTo(action, asked, station)}\n`);
    finish(exitCodes.ok);
  });
};

/** What the station answered, as JSON. Throws an `ExitError`. */
async function answerTo(action: string, payload: string, station: StationOption): Promise<string> {
  const view = await StationClient.find(station).view();
  if (view.power === 'off')
    throw new ExitError(exitCodes.failed, 'the power is off; "greenup power on" brings it back');
  const { url, identity } = view.connection;
  const place = centralSystemOf(url);
  const answer = await fetch(`${place}/calls/${encodeURIComponent(identity)}/${encodeURIComponent(action)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: payload,
    signal: AbortSignal.timeout(answerMaxMs),
  }).catch((error: Error) => {
    throw notOurs(url, error.message);
  });
  const said = await answer.json().catch(() => undefined);
  if (answer.ok) return JSON.stringify(said);
  const { error } = (said ?? {}) as { error?: unknown };
  throw error === undefined
    ? notOurs(url, `it answers ${answer.status}`)
    : new ExitError(exitCodes.failed, String(error));
}

/** Of "greenup run" without --csms: at this machine, and without TLS. */
function centralSystemOf(url: string): string {
  const [, place] = /^ws:\/\/(127\.0\.0\.1:\d+)\//.exec(url) ?? [];
  if (place === undefined) throw notOurs(url, 'it is not on this machine');
  return `http://${place}`;
}

function notOurs(url: string, why: string): ExitError {
  const remedy = 'start a station without --csms';
  return new ExitError(exitCodes.failed, `the central system ${url} takes no requests from here (${why}): ${remedy}`);
}
