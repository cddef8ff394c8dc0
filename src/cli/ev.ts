/** `greenup ev`: the plugged vehicle changes. */
import { InvalidArgumentError, Option } from 'commander';
import { namedValues } from './arguments';
import { type AddCommand, ask, connectorArgument, examples, type StationOption, withStation } from './command';

interface VehicleChange {
  pause?: boolean;
  resume?: boolean;
  draw?: number | 'auto';
  set?: object;
}

const drawAMax = 100;

export const addEv: AddCommand = (root, finish) => {
  const ev = root
    .command('ev')
    .description('changes the plugged vehicle')
    .addHelpText(
      'before',
      examples([
        ['greenup ev 1 --pause', 'the vehicle wants no energy for now'],
        ['greenup ev 1 --draw 10', 'it draws 10 A, whatever it is offered'],
        ['greenup ev 1 --set stateOfCharge=99,needsVentilation=true', 'anything else about it'],
      ]),
    )
    .addArgument(connectorArgument())
    .option('--pause', 'wants no energy')
    .addOption(new Option('--resume', 'wants energy again').conflicts('pause'))
    .option('--draw <amperes>', 'draws so much per phase; "auto": as much as it is offered', drawn)
    .option('--set <name=value,…>', 'other options; a wrong name lists all of them', namedValues);
  withStation(ev).action((connector: number, given: StationOption & VehicleChange) => {
    const { pause, resume, draw, set, ...station } = given;
    const change = {
      ...set,
      ...(pause ? { paused: true } : {}),
      ...(resume ? { paused: false } : {}),
      ...(draw === undefined ? {} : { drawA: draw === 'auto' ? null : draw }),
    };
    if (Object.keys(change).length === 0) ev.error('error: say what changes: --pause, --resume, --draw or --set');
    return ask(finish, station, 'ev', { connector, change });
  });
};

function drawn(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= drawAMax) return value;
  throw new InvalidArgumentError(`Must be a number from 0 to ${drawAMax}, or auto.`);
}
