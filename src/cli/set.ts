/** `greenup set`: a configuration key is changed at the station. */
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

export const addSet: AddCommand = (root, finish) => {
  const set = root
    .command('set')
    .description('changes a configuration key, as somebody at the station (docs/configuration-keys.md has all)')
    .addHelpText('before', examples([['greenup set chargingStationMaxLimit 32', 'the station draws 32 A at the most']]))
    .argument('<key>', 'name of the key, in any case')
    .argument('<value>', 'its new value');
  withStation(set).action((key: string, value: string, station: StationOption) =>
    ask(finish, station, 'set', { key, value }),
  );
};
