/** `greenup health`: asks the station of a rig for its own word, and waits for it if told so. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../hal/errors';
import { type Health, readHealth } from '../rig/health';
import { exitCodes, tellError } from '../terminal/exit';
import { healthFileThere } from '../terminal/health-file';
import { secondsFrom } from './arguments';
import type { AddCommand } from './command';

/** A word older than this, in ms, is that of a station which has ended. */
const wordAgeMaxMs = 10_000;
const lookAgainMs = 500;
const waitMaxS = 3_600;

export const addHealth: AddCommand = (root, finish) => {
  root
    .command('health')
    .description("a rig's own word on how it is; exit code 0: healthy, 1: not, 3: no station is running")
    .option('--wait <s>', 'waits so long for a healthy word, in s', secondsFrom(0, waitMaxS))
    .option(
      '--file <path>',
      'where the station writes it (default: $RUNTIME_DIRECTORY, /run/greenup or the state directory)',
    )
    .option('--json', 'as JSON')
    .action(async ({ wait = 0, file, json = false }: { wait?: number; file?: string; json?: boolean }) =>
      finish(await tellHealth({ file: () => file ?? healthFileThere(), waitS: wait, json })),
    );
};

export interface HealthOptions {
  /** Where the word is, asked for anew at each look: that of a service appears when it starts. */
  file: () => string;
  /** Longest wait for a healthy word, in s; 0: the present one. */
  waitS: number;
  json: boolean;
}

/** Exit code 0: healthy; 1: not, with the reasons; 3: no station is running. */
export async function tellHealth({ file, waitS, json }: HealthOptions): Promise<number> {
  const until = performance.now() + waitS * 1_000;
  for (;;) {
    const word = present(file());
    const healthy = typeof word !== 'string' && word.healthy;
    if (healthy || performance.now() >= until) return tell(word, json);
    await pause(lookAgainMs);
  }
}

function present(file: string): Health | string {
  try {
    const health = readHealth(file);
    const ageMs = Date.now() - Date.parse(health.at);
    if (Math.abs(ageMs) <= wordAgeMaxMs) return health;
    return `the last word in ${file} is ${Math.round(ageMs / 1_000)} s old: the station does not run`;
  } catch (error) {
    const elsewhere = '; one that was started by hand with another --state is asked with --file <state>/health.json';
    return `${messageOf(error)}${existsSync(file) ? '' : elsewhere}`;
  }
}

function tell(word: Health | string, json: boolean): number {
  if (typeof word === 'string') {
    if (json) process.stdout.write(`${JSON.stringify({ healthy: false, reasons: [word] })}\n`);
    else tellError(word);
    return exitCodes.noStation;
  }
  if (json) process.stdout.write(`${JSON.stringify(word)}\n`);
  else process.stdout.write(`${lines(word).join('\n')}\n`);
  return word.healthy ? exitCodes.ok : exitCodes.failed;
}

function lines({
  healthy,
  reasons,
  warnings,
  release,
  board,
  uptimeS,
  connectors,
  safety,
  connection,
}: Health): string[] {
  const head = `release ${release}, board ${board}, up for ${uptimeS} s`;
  const late = safety.lateSeconds > 0 ? `, late in ${safety.lateSeconds} of the last 60 s` : '';
  const loop = `${safety.turns} turns a second, longest gap ${Math.round(safety.longestGapMs)} ms${late}`;
  return [
    healthy ? `healthy: ${head}` : `not healthy: ${reasons.join('; ')} (${head})`,
    `  safety loop: ${loop}`,
    `  central system: ${connection.url}, ${connection.status}, ${connection.registration}`,
    ...connectors.map(({ connectorId, status, errorCode }) => `  connector ${connectorId}: ${status}, ${errorCode}`),
    ...warnings.map((warning) => `  warning: ${warning}`),
  ];
}
