/** `greenup plug`: a vehicle is plugged in. */
import { Option } from 'commander';
import { numberFrom, vehicleValues } from './arguments';
import {
  type AddCommand,
  ask,
  cableEndOption,
  connectorArgument,
  examples,
  type StationOption,
  withStation,
} from './command';

export const addPlug: AddCommand = (root, finish) => {
  const plug = root
    .command('plug')
    .description('plugs a vehicle in')
    .addHelpText(
      'before',
      examples([
        ['greenup plug 1', 'a vehicle with three phases and 32 A'],
        ['greenup plug 1 --cable 20 --ev phases=1,stateOfCharge=95', 'a thin cable, an almost full battery'],
        ['greenup plug 1 --ev zoe-like,stateOfCharge=50', 'a ready-made vehicle; docs/bench.md has them all'],
        ['greenup plug 1 --end station', 'a cable without vehicle; --end vehicle brings one'],
      ]),
    )
    .addArgument(connectorArgument())
    .addOption(
      new Option('--cable <amperes>', 'rating of the cable: 13, 20, 32 or 63 A (default: 32)').argParser(
        numberFrom(1, 63),
      ),
    )
    .option('--ev <name=value,…>', 'what the vehicle is like; a wrong name lists all of them', vehicleValues)
    .addOption(cableEndOption());
  withStation(plug).action((connector: number, { cable, ev, end, ...station }: StationOption & PlugCommandOptions) =>
    ask(finish, station, 'plug', { connector, cable, ev, end }),
  );
};

interface PlugCommandOptions {
  cable?: number;
  ev?: object;
  end?: string;
}
