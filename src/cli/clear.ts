/** `greenup clear`: faults that wait for a person are cleared. */
import { type AddCommand, ask, connectorArgument, type StationOption, withStation } from './command';

export const addClear: AddCommand = (root, finish) => {
  const clear = root
    .command('clear')
    .description('clears faults that wait for a person and whose causes are gone, as the reset button does')
    .addArgument(connectorArgument('[connector]', 'connector number (default: all)'));
  withStation(clear).action((connector: number | undefined, station: StationOption) =>
    ask(finish, station, 'clear', { connector }),
  );
};
