/** `greenup power`: the power is cut, or comes back. */
import { Argument } from 'commander';
import { exitCodes } from '../terminal/exit';
import { type AddCommand, type StationOption, withStation } from './command';
import { StationClient } from './station-client';

export const addPower: AddCommand = (root, finish) => {
  const power = root
    .command('power')
    .description("cuts the power (the station's process is killed at once), or switches it on again")
    .addArgument(new Argument('<state>', 'cut or on').choices(['cut', 'on']));
  withStation(power).action(async (state: 'cut' | 'on', station: StationOption) => {
    const client = StationClient.find(station);
    const message = await client.run('power', { state });
    await client.waitForPower(state === 'cut' ? 'off' : 'on');
    process.stdout.write(`${message}\n`);
    finish(exitCodes.ok);
  });
};
