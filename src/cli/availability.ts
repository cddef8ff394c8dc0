/** `greenup availability`: a connector or the station is taken out of use, or put back into it. */
import { Argument } from 'commander';
import { type AddCommand, ask, connectorArgument, examples, type StationOption, withStation } from './command';

export const addAvailability: AddCommand = (root, finish) => {
  const availability = root
    .command('availability')
    .description('takes a connector or the whole station out of use, or back into it')
    .addHelpText(
      'before',
      examples([
        ['greenup availability 1 inoperative', 'nobody charges there, as soon as a transaction has ended'],
        ['greenup availability 0 operative', 'the whole station is in use again'],
      ]),
    )
    .addArgument(connectorArgument('<connector>', 'connector number; 0: the whole station', 0))
    .addArgument(new Argument('<state>', 'operative or inoperative').choices(['operative', 'inoperative']));
  withStation(availability).action((connector: number, state: string, station: StationOption) =>
    ask(finish, station, 'availability', { connector, state }),
  );
};
