/** What a rig adds to the report of its station: its word on how it is, and the journal of its machine. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ReportRow } from '../diagnostics/report';
import type { ReportPeriod } from '../diagnostics/report-period';
import type { Health } from './health';
import { journalLineWithoutSecrets } from './journal';

type Journalctl = ChildProcessByStdio<null, Readable, Readable>;

export interface ReportRowsOptions {
  /** undefined while there is no station. */
  health(): Health | undefined;
  /** Whether this is the service, whose lines are in the journal. */
  isService: boolean;
  /** Starts journalctl; tests have another program. */
  start?(words: readonly string[], ended: AbortSignal): Journalctl;
}

/** The newest lines; a line has some hundred bytes. */
const ownLinesMax = 20_000;
const kernelLinesMax = 2_000;
const complaintCharactersMax = 300;

export function reportRows({ health, isService, start = journalctl }: ReportRowsOptions): ReportRow[] {
  const journal = (name: string, about: string, words: readonly string[]): ReportRow => ({
    name,
    about,
    text: (_sources, period, ended) => linesOf(start([...words, ...timesOf(period)], ended)),
  });
  return [
    {
      name: 'health.json',
      about: 'the word of the rig on how it is: safety loop, parts, what is wrong',
      text: () => [`${JSON.stringify(health() ?? null, null, 2)}\n`],
    },
    ...(isService
      ? [
          journal('journal.txt', 'the journal of the service, former starts included', [
            ...['--unit', 'greenup', '--lines', String(ownLinesMax)],
          ]),
          journal('kernel.txt', 'warnings of the kernel: power supply, memory, buses, disk', [
            ...['--dmesg', '--priority', 'warning', '--lines', String(kernelLinesMax)],
          ]),
        ]
      : []),
  ];
}

function journalctl(words: readonly string[], ended: AbortSignal): Journalctl {
  const usual = ['--no-pager', '--quiet', '--utc', '--output', 'short-iso-precise'];
  return spawn('journalctl', [...usual, ...words], { stdio: ['ignore', 'pipe', 'pipe'], signal: ended });
}

function timesOf({ fromMs, toMs }: ReportPeriod): string[] {
  const seconds = (name: string, ms: number | undefined) => (ms === undefined ? [] : [name, `@${ms / 1_000}`]);
  return [...seconds('--since', fromMs), ...seconds('--until', toMs)];
}

async function* linesOf(child: Journalctl): AsyncGenerator<string> {
  const closed = once(child, 'close');
  closed.catch(() => {}); // It is waited for below, unless nobody reads to the end.
  let complaint = '';
  child.stderr.on('data', (words) => {
    complaint = `${complaint}${words}`.slice(0, complaintCharactersMax);
  });
  for await (const line of createInterface({ input: child.stdout })) yield `${journalLineWithoutSecrets(line)}\n`;
  const [code] = await closed;
  if (code !== 0) throw new Error(`journalctl: ${complaint.trim() || `ended with ${code}`}`);
}
