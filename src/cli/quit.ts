/** `greenup quit`: a simulated station ends. */
import { type AddCommand, ask, type StationOption, withStation } from './command';

export const addQuit: AddCommand = (root, finish) => {
  const quit = root.command('quit').description('ends a simulated station in an orderly way');
  withStation(quit).action((station: StationOption) => ask(finish, station, 'quit', {}));
};
