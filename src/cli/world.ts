/** `greenup world`: what surrounds an outlet, or the station, changes. */
import { namedValues } from './arguments';
import { type AddCommand, ask, connectorArgument, examples, type StationOption, withStation } from './command';

export const addWorld: AddCommand = (root, finish) => {
  const world = root
    .command('world')
    .description('changes what surrounds an outlet, or the whole station')
    .addHelpText(
      'before',
      examples([
        ['greenup world 1 --set temperatureC=70', 'the outlet gets warm'],
        ['greenup world 1 --set residualMa=8', 'a leakage, of which the monitor trips by itself'],
        ['greenup world 0 --set voltageV=207', 'the mains of the whole station'],
      ]),
    )
    .addArgument(connectorArgument('<connector>', 'connector number; 0: the whole station', 0))
    .requiredOption('--set <name=value,…>', 'what changes; a wrong name lists all of them', namedValues);
  withStation(world).action((connector: number, { set, ...station }: StationOption & { set: object }) =>
    ask(finish, station, 'world', { connector, change: set }),
  );
};
