/** `greenup stop`: the transaction of a connector ends. */
import { type AddCommand, ask, connectorArgument, type StationOption, withStation } from './command';

export const addStop: AddCommand = (root, finish) => {
  const stop = root
    .command('stop')
    .description('ends the transaction of a connector, as at the station')
    .addArgument(connectorArgument());
  withStation(stop).action((connector: number, station: StationOption) => ask(finish, station, 'stop', { connector }));
};
