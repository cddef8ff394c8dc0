/** `greenup cards` and `greenup history`: the cards that the station knows by itself, and what was charged. */
import { Argument } from 'commander';
import { chargesMax, teachSecondsMax } from '../local/bounds';
import { numberFrom } from './arguments';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

interface CardOptions extends StationOption {
  label?: string;
  lastDay?: string;
  seconds?: number;
}

export const addCards: AddCommand = (root, finish) => {
  const cards = root
    .command('cards')
    .description('lists, adds, removes or teaches the cards that the station knows by itself')
    .addHelpText(
      'before',
      examples([
        ['greenup cards', 'all that it knows'],
        ['greenup cards teach --label Anna', "the next card at a reader of the station is Anna's"],
        ['greenup cards add 04A1B2C3', 'a card by its number'],
        ['greenup cards remove 04A1B2C3', 'it may not charge any more'],
      ]),
    )
    .addArgument(
      new Argument('[action]', 'what to do').choices(['list', 'add', 'remove', 'teach']).default('list', 'list'),
    )
    .argument('[card]', 'number of the card, for add and remove')
    .option('--label <text>', 'whose card it is, for add and teach')
    .option('--last-day <day>', 'on which it may still begin a charge, such as 2026-12-31, for add and teach')
    .option('--seconds <n>', 'how long to wait for the card, for teach (default: 60)', numberFrom(1, teachSecondsMax));
  withStation(cards).action((action: string, card: string | undefined, options: CardOptions) => {
    const { label, lastDay, seconds, ...station } = options;
    return ask(finish, station, 'cards', { action, card, label, lastDay, seconds });
  });
};

export const addHistory: AddCommand = (root, finish) => {
  const history = root
    .command('history')
    .description('lists what was charged, of every charging mode, the newest first, as CSV')
    .option('--count <n>', 'how many (default: 20)', numberFrom(1, chargesMax));
  withStation(history).action(({ count, ...station }: StationOption & { count?: number }) =>
    ask(finish, station, 'history', { count }),
  );
};
