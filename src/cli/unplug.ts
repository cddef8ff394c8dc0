/** `greenup unplug`: the vehicle is unplugged. */
import { type AddCommand, ask, cableEndOption, connectorArgument, type StationOption, withStation } from './command';

export const addUnplug: AddCommand = (root, finish) => {
  const unplug = root
    .command('unplug')
    .description("takes the vehicle's end out, and the station's end as soon as the lock lets go")
    .addArgument(connectorArgument())
    .addOption(cableEndOption());
  withStation(unplug).action((connector: number, { end, ...station }: StationOption & { end?: string }) =>
    ask(finish, station, 'unplug', { connector, end }),
  );
};
