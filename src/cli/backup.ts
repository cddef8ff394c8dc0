/** `greenup backup` and `greenup restore`: the settings of a station as a file, and back. */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../hal/errors';
import { writeWhole } from '../hal/whole-file';
import { ExitError, exitCodes } from '../terminal/exit';
import { type AddCommand, ask, examples, type StationOption, withStation } from './command';
import { StationClient } from './station-client';

interface BackupOptions extends StationOption {
  cards?: boolean;
}

interface RestoreOptions extends StationOption {
  dryRun?: boolean;
}

export const addBackup: AddCommand = (root, finish) => {
  const backup = root
    .command('backup')
    .description('writes the settings of a running station to a file, without secrets')
    .addHelpText(
      'before',
      examples([
        ['greenup backup site-7.json', 'keys, charging modes, and whether the OCPP server connection is on'],
        ['greenup backup site-7.json --cards', 'with the cards that the station knows'],
      ]),
    )
    .argument('<file>', 'where to write it')
    .option('--cards', 'with the cards that the station knows by itself');
  withStation(backup).action(async (file: string, { cards = false, ...station }: BackupOptions) => {
    const answer = await StationClient.find(station).ask<{ backup: object }>('backup', { cards });
    await writeSettings(file, `${JSON.stringify(answer.backup, null, 2)}\n`);
    process.stdout.write(`${file}: ${answer.message}\n`);
    finish(exitCodes.ok);
  });
};

export const addRestore: AddCommand = (root, finish) => {
  const restore = root
    .command('restore')
    .description('gives a running station the settings of a file, all or none')
    .addHelpText(
      'before',
      examples([
        ['greenup restore site-7.json --dry-run', 'what would change'],
        ['greenup restore site-7.json', 'changes it'],
      ]),
    )
    .argument('<file>', 'what greenup backup or the page "Back-up" has written')
    .option('--dry-run', 'only say what would change');
  withStation(restore).action(async (file: string, { dryRun = false, ...station }: RestoreOptions) =>
    ask(finish, station, 'restore', { backup: await readObject(file), dry: dryRun }),
  );
};

async function writeSettings(file: string, text: string): Promise<void> {
  try {
    await writeWhole(file, [text]);
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: it could not be written: ${messageOf(error)}`);
  }
}

async function readObject(file: string): Promise<object> {
  try {
    const found: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found;
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: it cannot be read: ${messageOf(error)}`);
  }
  throw new ExitError(exitCodes.failed, `${file}: it is no file of settings, which greenup backup writes`);
}
