/** `greenup set`: a configuration key is changed at the station. */
import { ExitError, exitCodes } from '../terminal/exit';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';
import { lineOfFile, mustBeNoSecretKey, mustHoldNoSecret } from './given-file';

export const addSet: AddCommand = (root, finish) => {
  const set = root
    .command('set')
    .description('changes a configuration key, as somebody at the station (docs/configuration-keys.md has all)')
    .addHelpText(
      'before',
      examples([
        ['greenup set chargingStationMaxLimit 32', 'the station draws 32 A at the most'],
        ['greenup set AuthorizationKey --file key.txt', 'what is secret comes from a file; - is standard input'],
      ]),
    )
    .argument('<key>', 'name of the key, in any case')
    .argument('[value]', 'its new value')
    .option('--file <file>', 'file that holds the value in its one line; - for standard input');
  withStation(set).action(
    (key: string, value: string | undefined, { file, ...station }: StationOption & { file?: string }) =>
      ask(finish, station, 'set', { key, value: wantedValue(key, value, file) }),
  );
};

function wantedValue(key: string, value: string | undefined, file: string | undefined): string {
  if (value === undefined && file !== undefined) return lineOfFile(file);
  if (value === undefined) throw new ExitError(exitCodes.usage, `set ${key}: its value is missing, or --file`);
  if (file !== undefined) throw new ExitError(exitCodes.usage, `set ${key}: either a value or --file, not both`);
  const instead = `set ${key} --file FILE, or --file - for standard input`;
  mustBeNoSecretKey(key, instead);
  mustHoldNoSecret(value, instead);
  return value;
}
