/** `greenup session`, `story` and `replay`: what was done at a bench is kept, as a test if wanted, and played again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../hal/errors';
import { ExitError, exitCodes } from '../terminal/exit';
import { type AddCommand, examples, type Finish, type StationOption, withStation } from './command';
import { StationClient } from './station-client';

export const addSession: AddCommand = (root, finish) => {
  const session = root
    .command('session')
    .description('keeps all that was done at a simulated station since it began, and what came of it, in a file')
    .argument('<file>', 'where to, as JSON lines for "greenup replay"');
  withStation(session).action((file: string, station: StationOption) => keep(finish, station, 'session', file));
};

export const addStory: AddCommand = (root, finish) => {
  const story = root
    .command('story')
    .description('writes the same as a test in the words of test/scenario, with what the station said as expectations')
    .argument('<file>', 'where to, such as test/scenario/NAME.test.ts');
  withStation(story).action((file: string, station: StationOption) => keep(finish, station, 'story', file));
};

async function keep(finish: Finish, station: StationOption, command: string, file: string): Promise<void> {
  const { message, text } = await StationClient.find(station).ask<{ text: string }>(command, {});
  writeNew(file, text);
  process.stdout.write(`${file}: ${message}\n`);
  finish(exitCodes.ok);
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file} cannot be written: ${messageOf(error)}`);
  }
}

export const addReplay: AddCommand = (root, finish) => {
  root
    .command('replay')
    .description('plays a session that was kept again, and says where it comes out otherwise')
    .addHelpText(
      'before',
      examples([
        ['greenup session session.jsonl', 'keeps the session of a station that runs'],
        [
          'greenup replay session.jsonl',
          'plays it again: the same frames, statuses and world, or the first difference',
        ],
      ]),
    )
    .argument('<file>', 'as "greenup session" or the bench has kept it')
    .action(async (file: string) => finish(await playAgain(file)));
};

async function playAgain(file: string): Promise<number> {
  const { parseSession } = require('../simulator/session/session') as typeof import('../simulator/session/session');
  const { replay } = require('../simulator/session/replay') as typeof import('../simulator/session/replay');
  const session = parseSession(textOf(file), file);
  const { frames, told, difference } = await replay(session);
  const what = `${frames} frames and ${told} statuses and transactions`;
  process.stdout.write(
    difference === undefined ? `the same: ${what}\n` : `of ${what} the first other one: ${difference}\n`,
  );
  return difference === undefined ? exitCodes.ok : exitCodes.failed;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ExitError(exitCodes.usage, `${file} cannot be read: ${messageOf(error)}`);
  }
}
