/** `greenup update-fault`: updates of a simulated station go wrong, or well again. */
import { InvalidArgumentError } from 'commander';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';

interface Given extends StationOption {
  clear?: boolean;
  at?: number;
}

export const addUpdateFault: AddCommand = (root, finish) => {
  const fault = root
    .command('update-fault')
    .description('lets updates of a simulated station go wrong, or well again')
    .addHelpText(
      'before',
      examples([
        ['greenup update-fault downloadBreaks --at 80', 'the connection ends at 80 % of the file'],
        ['greenup update-fault diesAtStart', 'the new release does not hold itself up'],
        ['greenup update-fault diesAtStart --clear', 'the next one does'],
      ]),
    )
    .addHelpText('after', () => {
      const { updateFaults } = require('../simulator/update-faults') as typeof import('../simulator/update-faults');
      const rows = Object.entries(updateFaults).map(([name, words]) => `  ${name.padEnd(18)} ${words}`);
      return ['', 'Faults:', ...rows].join('\n');
    })
    .argument('<fault>', 'which one')
    .option('--at <percent>', 'where in the file a download breaks; a whole number from 0 to 100', percentOf)
    .option('--clear', 'it does not happen any more');
  withStation(fault).action((kind: string, { clear, at, ...station }: Given) =>
    ask(finish, station, 'update-fault', {
      ...{ kind, present: clear !== true },
      ...(at === undefined ? {} : { percent: at }),
    }),
  );
};

function percentOf(text: string): number {
  if (/^(100|\d{1,2})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Must be a whole number from 0 to 100.');
}
