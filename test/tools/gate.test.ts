/** The steps of the gate are counted: what passes, fails, or cannot run here, and the exit code of the whole. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Only ends a gate that hangs. */
const hangsMs = 60_000;

/** What a gate of these lines prints last, and how it ends. */
function gate(...lines: string[]): { code: number | null; last: string | undefined; out: string } {
  const script = ['set -u', '. tools/gate/steps.sh', ...lines, 'finish'].join('\n');
  const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: hangsMs });
  return { code: status, last: stdout.trimEnd().split('\n').at(-1), out: stdout };
}

test('all that pass: code 0', () => {
  expect(gate("step 'one' true", "step 'two' true")).toMatchObject({ code: 0, last: '2 passed, 0 failed, 0 skipped' });
});

test('one that fails is named, the rest is run, and the code is 1', () => {
  const { code, last, out } = gate("step 'bad' false", "step 'good' true");
  expect({ code, last }).toEqual({ code: 1, last: '1 passed, 1 failed, 0 skipped' });
  expect(out).toMatch(/^--- FAILED: bad \(\d+ s\)$/m);
});

test('one that cannot run here is skipped, whether it says so by its code or, as a target, in words', () => {
  expect(gate("step 'code' sh -c 'exit 77'").last).toBe('0 passed, 0 failed, 1 skipped');
  const said = "or_skipped echo 'hil-vm: skipped, see above'";
  expect(gate(`step 'words' ${said}`)).toMatchObject({ code: 0, last: '0 passed, 0 failed, 1 skipped' });
});

test('a target that fails behind its output fails', () => {
  expect(gate("step 'target' or_skipped sh -c 'echo working; exit 2'")).toMatchObject({
    code: 1,
    last: '0 passed, 1 failed, 0 skipped',
  });
});

describe('lanes', () => {
  let directory: string;
  let pipe: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'greenup-gate-'));
    pipe = join(directory, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  // In these, each end of a pipe waits for the other.
  test('run side by side, and their steps are counted with the others', () => {
    const { code, last, out } = gate(
      "step 'before' true",
      `reader() { step 'hears' cat ${pipe}; step 'cannot' sh -c 'exit 77'; }`,
      `writer() { step 'tells' sh -c 'echo told >${pipe}'; step 'bad' false; }`,
      'beside reader writer',
      "step 'after' true",
    );
    expect({ code, last }).toEqual({ code: 1, last: '4 passed, 1 failed, 1 skipped' });
    expect(out).toMatch(/^reader: told$/m);
    expect(out).toMatch(/^writer: --- FAILED: bad \(\d+ s\)$/m);
  });

  test('one that breaks off has failed', () => {
    const { code, last } = gate("good() { step 'one' true; }", 'broken() { exit 0; }', 'beside good broken');
    expect({ code, last }).toEqual({ code: 1, last: '1 passed, 1 failed, 0 skipped' });
  });

  // What is left of them would hold the output open.
  test('what they have started ends with the gate', () => {
    const { code } = gate(
      'exec 3>&1',
      `first() { cat ${pipe}; kill -TERM $$; sleep 86400 >&3; }`,
      `second() { echo here >${pipe}; step 'long' sh -c 'sleep 86400; true' >&3; }`,
      'beside first second',
    );
    expect(code).toBe(130);
  });
});

test.each(['.ci/run', 'tools/gate/verify.sh'])('%s ends with the count, and its steps are there', (path) => {
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(/\nfinish\n$/);
  const known = readFileSync('tools/gate/steps.sh', 'utf8') + text;
  const commands = [...text.matchAll(/^ *step (?:'[^']*'|"[^"]*") (\S+)/gm)].map(([, command = '']) => command);
  expect(commands.length).toBeGreaterThan(10);
  const missing = commands.filter(
    (command) => command !== 'make' && !command.includes('/') && !known.includes(`\n${command}() {`),
  );
  expect(missing).toEqual([]);
  const lanes = [...text.matchAll(/^beside (.*)$/gm)].flatMap(([, names = '']) => names.split(' '));
  for (const lane of lanes) expect(text).toContain(`\n${lane}() {`);
});
