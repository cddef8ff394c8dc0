/** `greenup call`: the central system of `greenup run` sends a request to its station. */
import { exitCodes } from '../terminal/exit';
import { type PayloadWish, payloadOf } from './call-payload';
import { CentralClient } from './central-client';
import { type AddCommand, examples, type StationOption, withStation } from './command';
import { mustHoldNoSecret, textOfFile } from './given-file';

interface GivenCall extends StationOption, Omit<PayloadWish, 'payload'> {}

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
        ['greenup call ChangeConfiguration --set key=HeartbeatInterval value=60', 'fields in the place of JSON'],
        [
          'greenup call InstallCertificate --certificate root.pem --set certificateType=ManufacturerRootCertificate',
          'a field that is a file',
        ],
      ]),
    )
    .argument('<action>', 'of OCPP 1.6, such as GetDiagnostics')
    .argument('[payload]', 'as JSON; - reads it from standard input', '{}')
    .option(
      '--set <name=value...>',
      'fields of the payload: name=text, name:=JSON, @FILE for what a file holds (@- for standard input); a.b is b within a',
    )
    .option('--certificate <file>', 'certificates in PEM, where the action has them')
    .option('--sign <key>', 'private key in PEM that signs --file, for SignedUpdateFirmware')
    .option('--file <file>', 'what is signed');
  withStation(call).action(async (action: string, given: string, options: GivenCall) => {
    const { set, certificate, sign, file, ...station } = options;
    // What files hold stands on no command line.
    const plain = { payload: given === '-' ? '{}' : given, set: set?.filter((pair) => !pair.includes('=@')) };
    mustHoldNoSecret(
      await payloadOf(action, plain),
      `greenup call ${action} - reads the payload from standard input, and --set NAME=@FILE a field from a file`,
    );
    const payload = given === '-' ? textOfFile(given) : given;
    const body = await payloadOf(action, { payload, set, certificate, sign, file });
    const central = await CentralClient.find(station);
    const path = `/calls/${encodeURIComponent(central.identity)}/${encodeURIComponent(action)}`;
    process.stdout.write(`${JSON.stringify(await central.post(path, body))}
`);
    finish(exitCodes.ok);
  });
};
