/** `greenup plug`: a vehicle is plugged in. */
import { Option } from 'commander';
import { namedValues, numberFrom } from './arguments';
import { type AddCommand, ask, connectorArgument, examples, type StationOption, withStation } from './command';

export const addPlug: AddCommand = (root, finish) => {
  const plug = root
    .command('plug')
    .description('plugs a vehicle in')
    .addHelpText(
      'before',
      examples([
        ['greenup plug 1', 'a vehicle with three phases and 32 A'],
        ['greenup plug 1 --cable 20 --ev phases=1,stateOfCharge=95', 'a thin cable, an almost full battery'],
      ]),
    )
    .addArgument(connectorArgument())
    .addOption(
      new Option('--cable <amperes>', 'rating of the cable: 13, 20, 32 or 63 A (default: 32)').argParser(
        numberFrom(1, 63),
      ),
    )
    .option('--ev <name=value,…>', 'what the vehicle is like; a wrong name lists all of them', namedValues);
  withStation(plug).action(
    (connector: number, { cable, ev, ...station }: StationOption & { cable?: number; ev?: object }) =>
      ask(finish, station, 'plug', { connector, cable, ev }),
  );
};
