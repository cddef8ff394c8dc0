/** `greenup network`: the network cable is pulled out, or put in. */
import { Argument } from 'commander';
import { type AddCommand, ask, type StationOption, withStation } from './command';

export const addNetwork: AddCommand = (root, finish) => {
  const network = root
    .command('network')
    .description('pulls the network cable out, or puts it in')
    .addArgument(new Argument('<state>', 'down or up').choices(['down', 'up']));
  withStation(network).action((state: string, station: StationOption) => ask(finish, station, 'network', { state }));
};
