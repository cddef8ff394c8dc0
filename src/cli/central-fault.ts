/** `greenup central-fault`: something is wrong with the central system of `greenup run`, or well again. */
import { exitCodes } from '../terminal/exit';
import { CentralClient } from './central-client';
import { type AddCommand, examples, type StationOption, withStation } from './command';

export const addCentralFault: AddCommand = (root, finish) => {
  const fault = root
    .command('central-fault')
    .description('lets something be wrong with the security of the central system of "greenup run", or well again')
    .addHelpText(
      'before',
      examples([
        ['greenup central-fault serverExpired', 'the next connection finds a certificate that has expired'],
        ['greenup central-fault serverExpired --clear', 'and one that holds again'],
        ['greenup central-fault passwordRefused', 'the password is good, and is answered with 401'],
      ]),
    )
    .addHelpText('after', () => {
      const { centralFaults } = require('../csms/faults') as typeof import('../csms/faults');
      const rows = Object.entries(centralFaults).map(([name, words]) => `  ${name.padEnd(18)} ${words}`);
      return ['', 'Faults:', ...rows].join('\n');
    })
    .argument('<fault>', 'which one')
    .option('--clear', 'it is not so any more');
  withStation(fault).action(async (name: string, { clear, ...station }: StationOption & { clear?: boolean }) => {
    const central = await CentralClient.find(station);
    const body = JSON.stringify({ present: clear !== true });
    const { message } = (await central.post(`/faults/${encodeURIComponent(name)}`, body)) as { message: string };
    process.stdout.write(`${message}\n`);
    finish(exitCodes.ok);
  });
};
