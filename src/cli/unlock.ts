/** `greenup unlock`: the plug of a connector is let go. */
import { type AddCommand, ask, connectorArgument, type StationOption, withStation } from './command';

export const addUnlock: AddCommand = (root, finish) => {
  const unlock = root
    .command('unlock')
    .description('ends the transaction of a connector, if there is one, and lets its plug go')
    .addArgument(connectorArgument());
  withStation(unlock).action((connector: number, station: StationOption) =>
    ask(finish, station, 'unlock', { connector }),
  );
};
