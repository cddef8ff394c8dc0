/** A program of the operating system is run without a shell and for a limited time, and what it complains of is told. */
import { runProgram } from '../../../src/drivers/machine/run-program';

const longMs = 60_000;

test('what it prints, with its words as they were given', async () => {
  const given = ['%s|%s', 'a b; exit 1', '$HOME'];
  expect(await runProgram('printf', given, longMs)).toEqual({ isDone: true, output: 'a b; exit 1|$HOME' });
});

test('what it complains of, in one line and in English', async () => {
  expect(await runProgram('sh', ['-c', 'echo "$LC_ALL" >&2; echo again >&2; exit 3'], longMs)).toEqual({
    isDone: false,
    words: 'C again',
  });
  expect(await runProgram('false', [], longMs)).toMatchObject({
    isDone: false,
    words: expect.stringContaining('false'),
  });
});

test('one that is not there has failed', async () => {
  expect(await runProgram('greenup-no-such-program', [], longMs)).toMatchObject({
    isDone: false,
    words: expect.stringContaining('ENOENT'),
  });
});

test('one that does not end is ended', async () => {
  expect(await runProgram('sleep', ['86400'], 100)).toEqual({
    isDone: false,
    words: 'sleep did not answer within 0.1 s',
  });
});
