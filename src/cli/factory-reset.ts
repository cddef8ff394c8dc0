/** `greenup factory-reset`: the station is as it was delivered. */
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

export const addFactoryReset: AddCommand = (root, finish) => {
  const reset = root
    .command('factory-reset')
    .description(
      'brings the station back to delivery, and restarts it: settings, cards, passwords and profiles go; transactions, history and faults stay',
    )
    .addHelpText('before', examples([['greenup factory-reset --yes', 'without being asked again']]))
    .requiredOption('--yes', 'that it is meant');
  withStation(reset).action(({ yes: _, ...station }: StationOption & { yes: true }) =>
    ask(finish, station, 'factory-reset', { confirm: 'yes' }),
  );
};
