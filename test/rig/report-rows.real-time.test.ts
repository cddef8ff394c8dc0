/** What a rig adds to a report: its health, and the journal by a program that may fail, be absent or never end. */
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Health } from '../../src/rig/health';
import { type ReportRowsOptions, reportRows } from '../../src/rig/report-rows';
import { until } from '../support/until';

type Start = NonNullable<ReportRowsOptions['start']>;

let asked: (readonly string[])[];

beforeEach(() => {
  asked = [];
});

/** A shell in the place of journalctl. */
const shell =
  (script: string): Start =>
  (words, signal) => {
    asked.push(words);
    return spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'], signal });
  };

const absent: Start = (_words, signal) =>
  spawn('/nowhere/journalctl', [], { stdio: ['ignore', 'pipe', 'pipe'], signal });

async function textOf(name: string, start: Start, ended = new AbortController().signal): Promise<string> {
  const rows = reportRows({ health: () => ({ pid: 7 }) as Health, isService: true, start });
  const row = rows.find((one) => one.name === name);
  if (!row) throw new Error(`there is no ${name}`);
  let text = '';
  for await (const portion of row.text(undefined, { fromMs: 1_777_000_000_500, toMs: 1_777_000_001_000 }, ended))
    text += portion;
  return text;
}

test('the journal is read for the time that is asked for, without secrets', async () => {
  const text = await textOf('journal.txt', shell('echo "started, card 04A1B2C3D4"; echo "ws://u:hunter2@h/"'));
  expect(text).toBe('started, card …C3D4\nws://***@h/\n');
  expect(asked[0]?.join(' ')).toBe('--unit greenup --lines 20000 --since @1777000000.5 --until @1777000001');
});

test('what journalctl says against it is told', async () => {
  await expect(textOf('kernel.txt', shell('echo half; echo "no permission" >&2; exit 1'))).rejects.toThrow(
    'journalctl: no permission',
  );
  await expect(textOf('kernel.txt', shell('exit 3'))).rejects.toThrow('journalctl: ended with 3');
  await expect(textOf('journal.txt', absent)).rejects.toThrow('ENOENT');
});

test('a journal that never ends is ended with its reader', async () => {
  const leaving = new AbortController();
  let pid: number | undefined;
  const endless: Start = (words, signal) => {
    const child = shell('echo begun; exec sleep 600')(words, signal);
    pid = child.pid;
    return child;
  };
  const reading = textOf('journal.txt', endless, leaving.signal);
  reading.catch(() => {});
  await until(() => pid !== undefined);
  await pause(0);
  leaving.abort();
  await expect(reading).rejects.toThrow(/abort/i);
});

test('a station that is no service has no journal of its own, and its health all the same', async () => {
  const rows = reportRows({ health: () => undefined, isService: false, start: absent });
  expect(rows.map(({ name }) => name)).toEqual(['health.json']);
  expect(await textOf('health.json', absent)).toBe('{\n  "pid": 7\n}\n');
});
