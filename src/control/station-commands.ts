/** The commands for any station, simulated or on a rig: what somebody in charge of it may do without the central system. */
import { CommandRefusal } from '../hal/command-refusal';
import type { RunningStation } from '../main';
import type { Configuration } from '../ocpp/config-keys/configuration';
import { configurationKeys, findKey } from '../ocpp/config-keys/index';
import { addressHint } from '../ocpp/config-keys/key-check';
import { framesMax } from '../ocpp/frames/frame-log';
import { transactionOf } from '../station/types';
import { type CommandAnswer, type CommandTable, command, controlOf, retargeted, type StationControl } from './control';
import { changeHosts, hostParameters } from './host-commands';
import { changeKeyByPerson } from './key-change';
import { lastFrames } from './last-frames';
import { localCommands } from './local-commands';
import { oneOf, optional, text, unknownWord, type ValuesOf, wholeNumber } from './parameters';
import { securityCommands } from './security-commands';
import { connector, connectorOrStation, knownMessage, mustExist } from './station-parameters';
import { updateCommands } from './update-commands';
import { updateInboxOf } from './updates';
import { passTimeByItself, type WaitTarget, waitCommands } from './wait';

/** CiString50 and CiString500 (OCPP 1.6, 6.8). */
const keyCharactersMax = 50;
const valueCharactersMax = 500;
const nameCharactersMax = 50;

export const framesParameters = {
  message: optional(text(1, nameCharactersMax)),
  after: optional(wholeNumber(0, Number.MAX_SAFE_INTEGER, 'the number of a frame')),
  last: optional(wholeNumber(1, framesMax)),
};

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
  ...localCommands,
  ...updateCommands,
  hosts: command(
    'any',
    'Lists, adds or forgets the machines to and from which files go by SFTP, which prove themselves by the key of the first time.',
    hostParameters,
    changeHosts,
  ),
  ...securityCommands,
  frames: command(
    'any',
    'Tells the last OCPP frames, without secrets, and their numbers.',
    framesParameters,
    tellFrames,
  ),
};

function tellFrames(
  running: Pick<RunningStation, 'frames'>,
  { message, after, last }: Partial<ValuesOf<typeof framesParameters>>,
): CommandAnswer {
  if (message !== undefined) knownMessage(message);
  const facts = lastFrames(running, { message, after }, last);
  return { message: `${facts.frames.length} frames`, facts: { ...facts } };
}

/** The control of a station that has no world to be played with: whoever looks at it has its meters read. */
export function stationControl(running: () => RunningStation): StationControl {
  const present = (target: () => RunningStation) => target();
  const table = {
    ...retargeted(stationCommands, present),
    ...retargeted(waitCommands, (target: () => RunningStation) => waitTargetOf(target())),
  };
  return controlOf(table, running, {
    view: async () => {
      await running().station.freshReadings();
      return running().view();
    },
    report: () => running().report(),
    updateInbox: async () => updateInboxOf(running()),
  });
}

function waitTargetOf(running: RunningStation): WaitTarget {
  const { frames, clock } = running;
  return { present: () => running, frames, clock, passTime: (ms, watch) => passTimeByItself(clock, ms, watch) };
}

function stopTransaction(running: RunningStation, { connector: id }: { connector: number }): string {
  mustExist(running, id);
  const { station } = running;
  const session = station.state.connectors[id - 1]?.session;
  const tx = session && transactionOf(session);
  if (!tx) throw new CommandRefusal('noTransaction', `connector ${id}: there is no transaction to stop`);
  station.post({ kind: 'stop', tx: tx.key, reason: 'Local' });
  return `connector ${id}: the transaction ends`;
}

async function unlockPlug(running: RunningStation, { connector: id }: { connector: number }): Promise<string> {
  mustExist(running, id);
  const { station } = running;
  if (!station.config.connectors[id - 1]?.socket.lock) {
    throw new CommandRefusal('noLock', `connector ${id}: it has no lock`);
  }
  const result = await station.unlock(id);
  if (result === 'unlocked') return `connector ${id}: unlocked`;
  throw new CommandRefusal('lockHolds', `connector ${id}: the plug lock does not unlock`);
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

async function changeKey(
  running: RunningStation,
  { key: name, value }: { key: string; value: string },
): Promise<string> {
  const { configuration } = running;
  const row = findKey(name);
  if (!row) {
    const names = configurationKeys.map(({ key }) => key);
    throw new CommandRefusal('keyUnknown', unknownWord('configuration key', name, names));
  }
  const change = await changeKeyByPerson(running, row.key, value);
  const shown = JSON.stringify(configuration.shown(row.key));
  if ('refused' in change) {
    const stays = row.secret ? '' : `, it stays ${shown}`;
    throw new CommandRefusal('keyInvalid', `set: ${row.key}: ${change.why}${stays}`);
  }
  if (change.answer === 'RebootRequired') return `${row.key} is ${shown} from the next start on`;
  return `${row.key} is ${shown}${oddAddress(configuration, row.key)}`;
}

function oddAddress(configuration: Configuration, key: string): string {
  const isAddress = key === 'URL' || key === 'UID';
  const hint = isAddress ? addressHint(configuration.text('URL'), configuration.text('UID')) : undefined;
  return hint === undefined ? '' : `; ${hint}`;
}
