/** Runs a program of the operating system, without a shell and for a limited time, and tells what it printed. */
import { execFile } from 'node:child_process';
import { messageOf } from '../../hal/errors';

/** `words`: what the program had to complain of, in one line, or why it could not be run. */
export type Ran = { isDone: true; output: string } | { isDone: false; words: string };

/** Never rejects; what is not over after `maxMs` is ended, and counts as failed. */
export type Run = (program: string, given: readonly string[], maxMs: number) => Promise<Ran>;

const outputBytesMax = 256 * 1024;
const wordsCharactersMax = 300;

export const runProgram: Run = (program, given, maxMs) =>
  new Promise((resolve) => {
    const options = { timeout: maxMs, maxBuffer: outputBytesMax, env: { ...process.env, LC_ALL: 'C' } };
    execFile(program, [...given], options, (error, output, complaint) => {
      if (!error) resolve({ isDone: true, output });
      else if (error.killed) resolve({ isDone: false, words: `${program} did not answer within ${maxMs / 1_000} s` });
      else resolve({ isDone: false, words: inOneLine(complaint) || inOneLine(messageOf(error)) });
    });
  });

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, wordsCharactersMax);
}
