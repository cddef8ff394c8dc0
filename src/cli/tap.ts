/** `greenup tap`: a card is held to a reader. */
import { Option } from 'commander';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

export const addTap: AddCommand = (root, finish) => {
  const tap = root
    .command('tap')
    .description('holds a card to a reader')
    .addHelpText('before', examples([['greenup tap 04A1B2C3', 'starts a charge, and ends it the second time']]))
    .argument('<card>', 'number of the card: 8, 14 or 20 hexadecimal digits, or any text of 1 to 20 characters')
    .addOption(new Option('--side <side>', 'side of the station (default: the first)').choices(['right', 'left']))
    .option('--as-spelt', 'not in capitals, which a real reader makes of hexadecimal digits');
  withStation(tap).action(
    (card: string, { side, asSpelt, ...station }: StationOption & { side?: string; asSpelt?: boolean }) =>
      ask(finish, station, 'tap', { card, side, asSpelt }),
  );
};
