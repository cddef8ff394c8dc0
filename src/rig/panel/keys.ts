/** The keys of the live view of a rig: what each does, as one table that also makes the help at the bottom. */
import type { RigAct } from '../../control/pages/armed-rig';
import { keysHand } from './hand';
import type { RigBench } from './work';

interface Key {
  keys: readonly string[];
  help: string;
  act: RigAct;
}

/** Ctrl-C, as a terminal in raw mode sends it. */
const controlC = '\u0003';

const table: readonly Key[] = [
  { keys: ['+', '='], help: '+ more duty', act: 'moreDuty' },
  { keys: ['-'], help: '- less duty', act: 'lessDuty' },
  { keys: ['s'], help: 's steady +12 V', act: 'steady' },
  { keys: ['f'], help: 'f unavailable −12 V', act: 'unavailable' },
  { keys: ['l'], help: 'l lock', act: 'lock' },
  { keys: ['u'], help: 'u unlock', act: 'unlock' },
  { keys: ['t'], help: 't RCM test', act: 'testResidual' },
  { keys: ['r'], help: 'r RCM reset', act: 'resetResidual' },
  { keys: ['i'], help: 'i next indicator pattern', act: 'nextPattern' },
  { keys: ['c'], help: 'c close contactor', act: 'closeContactor' },
  { keys: ['o'], help: 'o open contactor', act: 'openContactor' },
];

/** Help for each key, in order. */
export const keyHelp: readonly string[] = ['1-9 connector', ...table.map(({ help }) => help), 'q quit'];

/** Does what the key stands for; `quit` ends the view. Any key but `c` gives up a wish to close. */
export function pressKey(bench: RigBench, key: string): 'quit' | 'done' {
  if (key === 'q' || key === controlC) return 'quit';
  const found = table.find(({ keys }) => keys.includes(key));
  if (found) {
    bench.work(found.act, keysHand);
    return 'done';
  }
  bench.forgetWish();
  if (/^[1-9]$/.test(key)) bench.select(Number(key) - 1);
  else if (key >= ' ') bench.say(`no such key: ${key}`);
  return 'done';
}
