/** The keys of the live view of a rig: what each does, as one table that also makes the help at the bottom. */
import type { RigBench } from './work';

interface Key {
  keys: readonly string[];
  help: string;
  press(bench: RigBench): void;
}

/** Ctrl-C, as a terminal in raw mode sends it. */
const controlC = '\u0003';

const table: readonly Key[] = [
  { keys: ['+', '='], help: '+ more duty', press: (bench) => bench.changeDuty(1) },
  { keys: ['-'], help: '- less duty', press: (bench) => bench.changeDuty(-1) },
  { keys: ['s'], help: 's steady +12 V', press: (bench) => bench.drive({ kind: 'steady' }) },
  { keys: ['f'], help: 'f unavailable −12 V', press: (bench) => bench.drive({ kind: 'unavailable' }) },
  { keys: ['l'], help: 'l lock', press: (bench) => bench.moveLock('lock') },
  { keys: ['u'], help: 'u unlock', press: (bench) => bench.moveLock('unlock') },
  { keys: ['t'], help: 't RCM test', press: (bench) => bench.testResidual() },
  { keys: ['r'], help: 'r RCM reset', press: (bench) => bench.resetResidual() },
  { keys: ['i'], help: 'i next indicator pattern', press: (bench) => bench.nextPattern() },
  { keys: ['c'], help: 'c close contactor', press: (bench) => bench.close() },
  { keys: ['o'], help: 'o open contactor', press: (bench) => bench.open() },
];

/** Help for each key, in order. */
export const keyHelp: readonly string[] = ['1-9 connector', ...table.map(({ help }) => help), 'q quit'];

/** Does what the key stands for; `quit` ends the view. Any key but `c` gives up a wish to close. */
export function pressKey(bench: RigBench, key: string): 'quit' | 'done' {
  if (key === 'q' || key === controlC) return 'quit';
  if (key !== 'c') bench.forgetWish();
  const found = table.find(({ keys }) => keys.includes(key));
  if (found) found.press(bench);
  else if (/^[1-9]$/.test(key)) bench.select(Number(key) - 1);
  else if (key >= ' ') bench.say(`no such key: ${key}`);
  return 'done';
}
