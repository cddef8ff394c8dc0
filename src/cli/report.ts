/** `greenup report`: fetches from a running station what somebody needs who looks for a fault. */
import { stat } from 'node:fs/promises';
import { messageOf } from '../hal/errors';
import { writeWhole } from '../hal/whole-file';
import { ExitError, exitCodes } from '../terminal/exit';
import { type AddCommand, examples, type StationOption, withStation } from './command';
import { StationClient } from './station-client';

export const addReport: AddCommand = (root, finish) => {
  const report = root
    .command('report')
    .description('writes a report of a running station for whoever looks for a fault: one zip, without secrets')
    .addHelpText(
      'before',
      examples([
        ['greenup report', 'to a file here that is named for the station and the time'],
        ['greenup report fault.zip', 'to this file'],
      ]),
    )
    .argument('[file]', 'where to write it');
  withStation(report).action(async (file: string | undefined, station: StationOption) =>
    finish(await writeReport(file, station)),
  );
};

async function writeReport(wanted: string | undefined, station: StationOption): Promise<number> {
  const { fileName, content } = await StationClient.find(station).report();
  const file = wanted ?? fileName;
  try {
    await writeWhole(file, content);
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: the report could not be written: ${messageOf(error)}`);
  }
  process.stdout.write(`${file}: ${Math.ceil((await stat(file)).size / 1_000)} kB\n`);
  return exitCodes.ok;
}
