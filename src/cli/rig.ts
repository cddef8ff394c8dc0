/** `greenup rig`: the readings of every part of a rig, and its parts worked by hand. */
import { exitCodes, tellError } from '../terminal/exit';
import { hardenProcess } from '../terminal/hardening';
import { numberFrom, portMax } from './arguments';
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
        ['greenup rig my-board.yaml --arm --web-port 8080', 'the same on a page at http://127.0.0.1:8080/'],
      ]),
    )
    .argument('<file>', 'board file of the rig')
    .option('--arm', 'lets contactors be closed by hand')
    .option(
      '--web-port <n>',
      'with --arm: a page for browsers of this machine at this port; 0: any that is free',
      numberFrom(0, portMax),
    )
    .action(async (path: string, { arm = false, webPort }: { arm?: boolean; webPort?: number }) => {
      if (webPort !== undefined && !arm) {
        tellError('--web-port is for a rig whose contactors may be closed: add --arm, or leave it out');
        finish(exitCodes.usage);
        return;
      }
      hardenProcess();
      const { showRig } = require('../rig/panel/panel') as typeof import('../rig/panel/panel');
      finish(await showRig({ path, armed: arm, webPort }));
    });
};
