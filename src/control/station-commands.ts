/** The commands for any station, simulated or on a rig: what somebody in charge of it may do without the central system. */
import { GreenupError } from '../hal/errors';
import type { RunningStation } from '../main';
import { configurationKeys, findKey } from '../ocpp/config-keys/index';
import { transactionOf } from '../station/types';
import { type CommandTable, command, controlOf, retargeted, type StationControl } from './control';
import { oneOf, optional, text, unknownWord, wholeNumber } from './parameters';

/** Connectors of the largest board: two points with two sockets. */
const connectorsMax = 4;
export const connector = wholeNumber(1, connectorsMax, 'a connector number');
export const connectorOrStation = wholeNumber(0, connectorsMax, 'a connector number, 0 for the whole station,');
/** CiString50 and CiString500 (OCPP 1.6, 6.8). */
const keyCharactersMax = 50;
const valueCharactersMax = 500;

export const stationCommands: CommandTable<RunningStation> = {
  stop: command('any', 'Ends the transaction of a connector at the station.', { connector }, stopTransaction),
  unlock: command(
    'any',
    'Ends the transaction of a connector, if there is one, and lets its plug go.',
    { connector },
    unlockPlug,
  ),
  clear: command(
    'any',
    'Clears faults that wait for a person, as the reset button does.',
    { connector: optional(connector) },
    (running: RunningStation, { connector: id }) => {
      if (id !== undefined) mustExist(running, id);
      running.clearFaults(id);
      const where = id === undefined ? 'station' : `connector ${id}`;
      return `${where}: faults whose causes are gone are cleared`;
    },
  ),
  availability: command(
    'any',
    'Takes a connector or the whole station out of use, or back into it.',
    { connector: connectorOrStation, state: oneOf(['operative', 'inoperative']) },
    changeAvailability,
  ),
  set: command(
    'any',
    'Changes a configuration key, as somebody at the station.',
    { key: text(1, keyCharactersMax), value: text(0, valueCharactersMax) },
    changeKey,
  ),
};

/** The control of a station that has no world to be played with: whoever looks at it has its meters read. */
export function stationControl(running: () => RunningStation): StationControl {
  const table = retargeted(stationCommands, (present: () => RunningStation) => present());
  return controlOf(table, running, async () => {
    await running().station.freshReadings();
    return running().view();
  });
}

/** Throws `command.invalid`, naming the valid ones, unless there is such a connector; 0 is the station. */
export function mustExist({ station }: RunningStation, connectorId: number): void {
  const count = station.config.connectors.length;
  if (connectorId >= 0 && connectorId <= count) return;
  const valid = Array.from({ length: count }, (_, index) => index + 1).join(', ');
  throw new GreenupError('command.invalid', `there is no connector ${connectorId}; valid: ${valid}`);
}

function stopTransaction(running: RunningStation, { connector: id }: { connector: number }): string {
  mustExist(running, id);
  const { station } = running;
  const session = station.state.connectors[id - 1]?.session;
  const tx = session && transactionOf(session);
  if (!tx) throw new GreenupError('command.invalid', `connector ${id}: there is no transaction to stop`);
  station.post({ kind: 'stop', tx: tx.key, reason: 'Local' });
  return `connector ${id}: the transaction ends`;
}

async function unlockPlug(running: RunningStation, { connector: id }: { connector: number }): Promise<string> {
  mustExist(running, id);
  const { station } = running;
  if (!station.config.connectors[id - 1]?.socket.lock) {
    throw new GreenupError('command.invalid', `connector ${id}: it has no lock`);
  }
  const result = await station.unlock(id);
  if (result === 'unlocked') return `connector ${id}: unlocked`;
  throw new GreenupError('command.invalid', `connector ${id}: the plug lock does not unlock`);
}

function changeAvailability(
  running: RunningStation,
  { connector: id, state: wanted }: { connector: number; state: 'operative' | 'inoperative' },
): string {
  mustExist(running, id);
  const { station } = running;
  station.post({ kind: 'availability', connectorId: id, operative: wanted === 'operative' });
  const scheduled = id === 0 ? station.state.scheduled : station.state.connectors[id - 1]?.scheduled;
  const when = scheduled === undefined ? '' : ' as soon as the transaction has ended';
  return `${id === 0 ? 'station' : `connector ${id}`}: ${wanted}${when}`;
}

/** A person at the station knows where it shall go: a new address has no way back, unlike the central system's. */
async function changeKey(
  { configuration }: RunningStation,
  { key: name, value }: { key: string; value: string },
): Promise<string> {
  const row = findKey(name);
  if (!row) {
    const names = configurationKeys.map(({ key }) => key);
    throw new GreenupError('command.invalid', unknownWord('configuration key', name, names));
  }
  const refusal = configuration.refusalOf(row.key, value);
  const status = await configuration.change(row.key, value, 'person');
  const shown = JSON.stringify(configuration.shown(row.key));
  if (status === 'Accepted') return `${row.key} is ${shown}`;
  if (status === 'RebootRequired') return `${row.key} is ${shown} from the next start on`;
  const why = row.secret ? '' : `, it stays ${shown}`;
  throw new GreenupError('command.invalid', `set: ${row.key}: ${refusal ?? 'the disk did not take it'}${why}`);
}
