/** `greenup flicker`: a signal shows for a moment what is not so. */
import { numberFrom } from './arguments';
import { type AddCommand, ask, connectorArgument, examples, type StationOption, withStation } from './command';

/** The station judges the rest of the numbers. */
const flickerMaxMs = 60_000;
const timesMax = 10_000;

export const addFlicker: AddCommand = (root, finish) => {
  const flicker = root
    .command('flicker')
    .description('lets a signal show for a moment what is not so')
    .addHelpText('before', examples([['greenup flicker 1 lock --for 50', "the bolt's switch loses contact for 50 ms"]]))
    .addArgument(connectorArgument())
    .argument('<signal>', 'lock, contactor, pilotOpen or pilotShort')
    .requiredOption('--for <ms>', 'how long each lasts', numberFrom(1, flickerMaxMs))
    .option('--times <n>', 'how many (default: 1)', numberFrom(1, timesMax))
    .option('--every <ms>', 'from one to the next (default: twice as long as each lasts)', numberFrom(1, flickerMaxMs));
  withStation(flicker).action((connector: number, signal: string, given: StationOption & FlickerOptions) => {
    const { for: forMs, times, every: everyMs, ...station } = given;
    return ask(finish, station, 'flicker', { connector, signal, forMs, times, everyMs });
  });
};

interface FlickerOptions {
  for: number;
  times?: number;
  every?: number;
}
