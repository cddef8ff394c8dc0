/** `greenup bench`: a simulated station as the child process of a test program. */
import { type AddCommand, examples } from './command';
import { benchWith } from './start';

export const addBench: AddCommand = (root, finish) => {
  root
    .command('bench')
    .description('a simulated station as child of a test program: JSON lines on stdin and stdout')
    .addHelpText(
      'before',
      examples([[`echo '{"cmd":"plug_in","connector":1}' | greenup bench init.json`, 'see docs/bench.md']]),
    )
    .argument('<init.json>', 'init file: which station, which central system, where its data lies')
    .action(async (path: string) => finish(await benchWith(path)));
};
