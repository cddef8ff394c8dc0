/** `greenup advance`: time that stands still goes on. */
import { numberFrom } from './arguments';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

/** An hour: a longer wait is several of them. */
const advanceMaxMs = 3_600_000;

export const addAdvance: AddCommand = (root, finish) => {
  const advance = root
    .command('advance')
    .description('moves time on, where it stands still until told (greenup run --step, greenup time stands)')
    .addHelpText('before', examples([['greenup advance 60000', 'a minute passes']]))
    .argument('<ms>', 'how much, in ms', numberFrom(0, advanceMaxMs));
  withStation(advance).action((ms: number, station: StationOption) => ask(finish, station, 'advance', { ms }));
};
