/** `greenup rig`: the readings of every part of a rig, and its parts worked by hand. */
import { type AddCommand, examples } from './command';

export const addRig: AddCommand = (root, finish) => {
  root
    .command('rig')
    .description('shows the readings of every part of a rig, and works the parts by hand')
    .addHelpText(
      'before',
      examples([
        ['greenup rig my-board.yaml', 'contactors stay open'],
        ['greenup rig my-board.yaml --arm', 'contactors can be closed: live terminals behind them'],
      ]),
    )
    .argument('<file>', 'board file of the rig')
    .option('--arm', 'lets contactors be closed by hand')
    .action(async (path: string, { arm = false }: { arm?: boolean }) => {
      const { showRig } = require('../rig/panel/panel') as typeof import('../rig/panel/panel');
      finish(await showRig({ path, armed: arm }));
    });
};
