/** `greenup time`: how simulated time passes. */
import { Argument } from 'commander';
import { numberFrom } from './arguments';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

const speedMax = 1_000;

export const addTime: AddCommand = (root, finish) => {
  const time = root
    .command('time')
    .description('lets simulated time run, at another speed if wanted, or stand still until "advance"')
    .addHelpText(
      'before',
      examples([
        ['greenup time runs --speed 60', 'a minute passes in a second'],
        ['greenup time stands', 'nothing happens until "greenup advance"'],
      ]),
    )
    .addArgument(new Argument('<state>', 'runs or stands').choices(['runs', 'stands']))
    .option(
      '--speed <n>',
      'simulated seconds in a real one at most (default: as before)',
      numberFrom(1, speedMax, false),
    );
  withStation(time).action((state: string, { speed, ...station }: StationOption & { speed?: number }) =>
    ask(finish, station, 'time', { state, speed }),
  );
};
