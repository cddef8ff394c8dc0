/** A program for a test: says more than a pipe takes at once, and ends as the real one does. */
import { exitWith } from '../../src/terminal/exit';

const [, , characters = '0', withinMs] = process.argv;
const line = 'much to read\n';
process.stdout.write(line.repeat(Math.ceil(Number(characters) / line.length)));
void exitWith(7, withinMs === undefined ? undefined : Number(withinMs));
