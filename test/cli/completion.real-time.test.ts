/** What shells are told by the built program: commands, options, their values, and files where nothing else fits. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../src/cli/program';
import { buildIfOld } from './built-program';

const bashCompletion = '/usr/share/bash-completion/bash_completion';

let scratch: string;

beforeAll(() => {
  buildIfOld();
  scratch = mkdtempSync(join(tmpdir(), 'greenup-completion-'));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function greenup(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['dist/greenup.js', ...words], { encoding: 'utf8' });
}

/** What is offered after these words, and what the shell is to do beside. */
function offered(...words: string[]): { values: string[]; beside: string | undefined } {
  const { stdout, status } = greenup('complete', '--', ...words);
  expect(status).toBe(0);
  const lines = stdout.trim().split('\n');
  const beside = lines.pop();
  return { values: lines.map((line) => line.split('\t')[0] ?? ''), beside };
}

test('every command is offered, and what is hidden is not', () => {
  const all = program('0', () => {}).commands.map((command) => command.name());
  const { values, beside } = offered('');
  expect(values.filter((value) => value !== 'help').sort()).toEqual(all.filter((name) => name !== 'complete').sort());
  expect(beside).toBe(':4');
});

test.each<[words: string[], values: string[]]>([
  [['unp'], ['unplug']],
  [['board', 'ch'], ['check']],
  [['plug', '1', '--ca'], ['--cable']],
  [
    ['plug', '1', '--end', ''],
    ['both', 'station', 'vehicle'],
  ],
  [['plug', '1', '--end', 's'], ['station']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
])('after %j come %j', (words, values) => {
  expect(offered(...words)).toEqual({ values, beside: ':4' });
});

test.each([[['board', 'check', '']], [['run', '--board', '']], [['update', 'rel']]])('after %j come files', (words) => {
  expect(offered(...words)).toEqual({ values: [], beside: ':0' });
});

test.each(['bash', 'zsh', 'fish'])('%s gets a script that it can read', (shell) => {
  const { stdout, status } = greenup('completion', shell);
  expect(status).toBe(0);
  expect(stdout).toContain('greenup complete --');
  const script = join(scratch, shell);
  writeFileSync(script, stdout);
  const read = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
  // Not every machine has every shell.
  if (read.error === undefined) expect(read).toMatchObject({ status: 0, stderr: '' });
});

test('another shell is refused with those that there are', () => {
  const { status, stderr } = greenup('completion', 'tcsh');
  expect(status).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});

(existsSync(bashCompletion) ? test : test.skip)('bash completes what is typed', () => {
  const script = [
    'set +o history',
    `greenup() { '${process.execPath}' dist/greenup.js "$@"; }`,
    `. ${bashCompletion}`,
    '. <(greenup completion bash)',
    'COMP_WORDS=(greenup unp) COMP_CWORD=1 COMP_LINE="greenup unp" COMP_POINT=11',
    '__greenup_complete',
    'declare -p COMPREPLY',
  ].join('\n');
  const { stdout } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect(stdout).toContain('unplug');
});
