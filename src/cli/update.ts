/** `greenup update`: a new release for a running station, from a file or a URL, or the previous one again. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { updateLine } from '../control/update-commands';
import type { UpdateFacts } from '../control/updates';
import { messageOf } from '../hal/errors';
import { ExitError, exitCodes } from '../terminal/exit';
import { type AddCommand, examples, type StationOption, withStation } from './command';
import { lineOfFile, mustHoldNoSecret } from './given-file';
import { StationClient } from './station-client';
import { followUpdate, SentLines } from './update-progress';

interface UpdateOptions extends StationOption {
  wait?: boolean;
  downgrade?: boolean;
}

const words = ['status', 'cancel', 'previous'] as const;
const urlPattern = /^[a-z][a-z0-9+.-]*:\/\//i;
/** How often the station is asked how far it is, in ms. */
const askEveryMs = 1_000;

export const addUpdate: AddCommand = (root, finish) => {
  const update = root
    .command('update')
    .description(
      'updates the program of a running station: it is fetched while vehicles charge, installed when none does',
    )
    .addHelpText(
      'before',
      examples([
        [
          'greenup update greenup_1.2.0_arm64.zip --wait',
          'of a file here; comes back when it is installed, or says why not',
        ],
        ['greenup update https://files.example/greenup_1.2.0_arm64.zip', 'of a file that the station fetches'],
        ['greenup update - <url.txt', 'the same, of a URL with a password'],
        ['greenup update status', 'what runs, what is kept, how far an update is'],
        ['greenup update cancel', 'one that is not being installed yet'],
        ['greenup update previous', 'the release that ran before comes back'],
      ]),
    )
    .argument('<what>', `file or URL of a release, - for a URL from standard input, or ${words.join(', ')}`)
    .option('--wait', 'come back at the end: exit code 0: installed, 1: not, with the reason')
    .option('--downgrade', 'take a lower version, too');
  withStation(update).action(async (what: string, { wait = false, downgrade = false, ...station }: UpdateOptions) => {
    mustHoldNoSecret(what, 'greenup update - reads the URL from standard input');
    const client = StationClient.find(station);
    const word = words.find((one) => one === what);
    if (word !== undefined && downgrade) update.error('error: --downgrade is for a file or a URL');
    const { message, update: shown } = await (word === undefined
      ? order(client, what, downgrade)
      : client.ask<UpdateFacts>('update', { action: word }));
    say(message);
    const ends = wait && word !== 'cancel' && shown !== null;
    if (ends) await followed(client, shown.id, updateLine(shown));
    finish(exitCodes.ok);
  });
};

function order(
  client: StationClient,
  what: string,
  allowsDowngrade: boolean,
): Promise<{ message: string } & UpdateFacts> {
  if (what === '-') return client.ask('update', { action: 'url', url: lineOfFile(what), allowsDowngrade });
  if (urlPattern.test(what)) return client.ask('update', { action: 'url', url: what, allowsDowngrade });
  return hand(client, what, allowsDowngrade);
}

async function hand(
  client: StationClient,
  file: string,
  allowsDowngrade: boolean,
): Promise<{ message: string } & UpdateFacts> {
  const bytes = await sizeOf(file);
  const lines = new SentLines(bytes, say);
  await client.sendUpdate(bytes, createReadStream(file), (sent) => lines.sent(sent));
  return client.ask('update', { action: 'handed', allowsDowngrade });
}

async function sizeOf(file: string): Promise<number> {
  try {
    const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (isFile) return size;
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: it cannot be read: ${messageOf(error)}`);
  }
  throw new ExitError(exitCodes.failed, `${file}: it is no file`);
}

function followed(client: StationClient, id: string, told: string): Promise<void> {
  return followUpdate({
    id,
    told,
    // While the station restarts nobody answers.
    look: () => client.ask<UpdateFacts>('update', { action: 'status' }).catch(() => undefined),
    say,
    now: () => Date.now(),
    pause: () => new Promise((resolve) => setTimeout(resolve, askEveryMs)),
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
