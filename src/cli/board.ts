/** `greenup board`: checks a board file, or prints the schema of board files. */
import { boardSchemaText } from '../hal/board/board-schema';
import { exitCodes } from '../terminal/exit';
import { checkBoardFile } from './board-check';
import { type AddCommand, examples } from './command';

export const addBoard: AddCommand = (root, finish) => {
  const board = root.command('board').description('checks board files');
  board.addHelpText(
    'before',
    examples([
      ['greenup board check my-board.yaml', 'OK, or everything that is wrong'],
      ['greenup board check --live my-board.yaml', 'and each part of the rig is tried'],
    ]),
  );
  board
    .command('check')
    .description('checks a board file; exit code 1 if something is wrong')
    .argument('<file>', 'board file')
    .option('--json', 'the board, or the problems, as JSON')
    .option('--live', 'then tries each part on this rig; nothing is energised, no contactor closes')
    .action(async (path: string, { json = false, live }: { json?: boolean; live?: boolean }) => {
      if (!live) {
        finish(checkBoardFile(path, json));
        return;
      }
      const { checkBoardLive } = require('./live-check') as typeof import('./live-check');
      finish(await checkBoardLive(path, json));
    });
  board
    .command('schema')
    .description('prints the JSON schema of board files')
    .action(() => {
      process.stdout.write(boardSchemaText());
      finish(exitCodes.ok);
    });
};
