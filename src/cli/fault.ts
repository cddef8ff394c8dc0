/** `greenup fault`: a fault comes or goes. */
import { type AddCommand, ask, connectorArgument, examples, type StationOption, withStation } from './command';

export const addFault: AddCommand = (root, finish) => {
  const fault = root
    .command('fault')
    .description('brings a fault about, or clears it')
    .addHelpText(
      'before',
      examples([
        ['greenup fault 1 overTemperature', 'the outlet gets hot'],
        ['greenup fault 1 overTemperature --clear', 'and cools down'],
        ['greenup fault 0 supplyLost', 'the mains of the whole station'],
      ]),
    )
    .addHelpText('after', () => {
      const { simulatedFaults } = require('../drivers/sim/faults') as typeof import('../drivers/sim/faults');
      const rows = Object.entries(simulatedFaults).map(
        ([name, { description }]) => `  ${name.padEnd(18)} ${description}`,
      );
      return ['', 'Faults:', ...rows, '  or an OCPP error code such as GroundFailure'].join('\n');
    })
    .addArgument(connectorArgument('<connector>', 'connector number; 0: the whole station', 0))
    .argument('<fault>', 'which one')
    .option('--clear', 'the cause has gone, and somebody has reset the station');
  withStation(fault).action(
    (connector: number, kind: string, { clear, ...station }: StationOption & { clear?: boolean }) =>
      ask(finish, station, 'fault', { connector, kind, present: clear !== true }),
  );
};
