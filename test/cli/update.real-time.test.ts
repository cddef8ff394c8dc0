/** `greenup update` with real processes: a file waits for the end of a charge, is installed over a restart, and goes back. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfOld, PlainCentral, Program } from './built-program';

let directory: string;
let central: PlainCentral;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-test-'));
  central = await PlainCentral.start();
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  central.stop();
});

function start(...words: string[]): Program {
  const program = new Program(...words, '--state', join(directory, 'state'));
  programs.push(program);
  return program;
}

const run = (...words: string[]) => Program.run(...words, '--state', join(directory, 'state'));

test('a file waits for the end of the charge, is installed over a restart, and the former release comes back', async () => {
  start('run', '--csms', central.url, '--id', 'CP1', '--port', '0', '--no-web');
  const file = join(directory, 'greenup_9.9.9_arm64.zip');
  writeFileSync(file, Buffer.alloc(3_000_000, 'x'));
  await programs[0]?.says(/central system: connected/);
  expect(await run('wait', 'registered')).toMatchObject({ code: 0 });
  await run('plug', '1');
  await run('tap', '04A1B2C3');
  expect(await run('wait', 'started', '1')).toMatchObject({ code: 0 });
  const before = (await run('update', 'status')).out.split('\n')[0] ?? '';

  const update = start('update', file, '--wait');
  await update.says(/sent: 3\.0 of 3\.0 MB \(100 %\)/);
  await update.says(/update: \S+ waits for the end of the charge at connector 1/);
  expect(await run('stop', '1')).toMatchObject({ code: 0 });
  await update.says(/update: \S+ is installed\n$/);
  expect(await update.ended).toMatchObject({ code: 0 });

  const { out } = await run('update', 'status');
  expect(out).toContain(`previous is ${before.replace('runs ', '')}\n`);
  expect(out.split('\n')[0]).not.toBe(before);
  const back = await run('update', 'previous', '--wait');
  expect(back).toMatchObject({ code: 0, out: expect.stringMatching(/is installed\n$/) });
  expect((await run('update', 'status')).out.split('\n')[0]).toBe(before);
});

test('an update that cannot be fetched ends with code 1 and the reason', async () => {
  start('run', '--csms', central.url, '--id', 'CP1', '--port', '0', '--no-web');
  await programs[0]?.says(/central system: connected/);
  const words = ['update', 'telnet://127.0.0.1/a.zip', '--wait'];
  expect(await run(...words)).toMatchObject({ code: 1, error: expect.stringContaining('the location begins with') });
  const gone = start('update', 'http://127.0.0.1:1/a.zip', '--wait');
  await gone.says(/update: waits for the next try: .*127\.0\.0\.1:1/);
  expect(await run('update', 'cancel')).toMatchObject({ code: 0, out: 'update: cancelled\n' });
  expect(await gone.ended).toMatchObject({ code: 1 });
  expect(gone.error).toContain('update: cancelled, or another one took its place');
});
