/** The command for updates of the program, and the lines in which it tells how far one has come. */
import { CommandRefusal } from '../hal/command-refusal';
import type { RunningStation } from '../main';
import { type CommandAnswer, type CommandTable, command } from './control';
import { oneOf, optional, text, yesOrNo } from './parameters';
import {
  bringPrevious,
  cancelUpdate,
  orderFromUrl,
  orderHanded,
  type UpdateFacts,
  type UpdateShown,
  updateFacts,
} from './updates';

export const updateUrlCharactersMax = 2_000;
const bytesOfMB = 1_000_000;

const actions = ['url', 'handed', 'status', 'cancel', 'previous'] as const;
type UpdateAction = (typeof actions)[number];

export const updateCommands: CommandTable<RunningStation> = {
  update: command(
    'any',
    'Updates the program: from a URL or of a file handed in before (POST /update-file); status, cancel, or the previous release.',
    { action: oneOf(actions), url: optional(text(1, updateUrlCharactersMax)), allowsDowngrade: optional(yesOrNo) },
    async (running: RunningStation, { action, url, allowsDowngrade = false }) => {
      const refused = await done(running, action, url, allowsDowngrade);
      if (refused) throw new CommandRefusal(refused.refused, `update: ${refused.why}`);
      const facts = await updateFacts(running);
      return { message: messageOf(action, facts), facts } satisfies CommandAnswer;
    },
  ),
};

function done(running: RunningStation, action: UpdateAction, url: string | undefined, allowsDowngrade: boolean) {
  switch (action) {
    case 'url':
      if (url === undefined)
        throw new CommandRefusal('requestUnfit', 'update: url is missing; must be where the file is');
      return orderFromUrl(running, url, allowsDowngrade);
    case 'handed':
      return orderHanded(running, allowsDowngrade);
    case 'cancel':
      return cancelUpdate(running);
    case 'previous':
      return bringPrevious(running);
    case 'status':
      return undefined;
    default:
      return action satisfies never;
  }
}

function messageOf(action: UpdateAction, { runs, good, previous, failed, trust, update }: UpdateFacts): string {
  if (action === 'cancel') return 'update: cancelled';
  const line = update === null ? 'update: none was ordered' : updateLine(update);
  if (action !== 'status') return line;
  const kept = [
    `runs ${runs}`,
    ...(good !== null && good !== runs ? [`good is ${good}`] : []),
    ...(previous !== null ? [`previous is ${previous}`] : []),
    ...failed.map(({ version, reason }) => `${version} was given up: ${reason}`),
    ...(trust === 'nothing' ? ['updates are refused, for no key is installed'] : []),
    ...(update?.signature ? [`the file of the last update was signed: ${update.signature} with SHA-256`] : []),
  ];
  return [...kept, line].join('\n');
}

/** One line, without a point at its end. */
export function updateLine(update: UpdateShown): string {
  return `update: ${stepWords(update)}`;
}

function stepWords(update: UpdateShown): string {
  const { step, waitsFor, version, reason, retriesLeft } = update;
  const what = version ?? 'the new release';
  const why = reason ?? 'no reason is known';
  switch (step) {
    case 'waiting':
    case 'downloading':
      if (waitsFor === 'date') return 'waits for its date';
      if (waitsFor === 'retry') return `waits for ${retriesLeft === 0 ? 'the last' : 'the next'} try: ${why}`;
      return step === 'waiting' ? 'is about to begin' : `downloads, ${bytesLine(update)}`;
    case 'downloaded':
      return waitsFor === 'transactions'
        ? `${what} waits for ${chargesWords(update)}`
        : 'the file is whole and is verified';
    case 'verified':
      if (waitsFor === 'date') return `${what} is signed as ordered, and waits for the date of its installation`;
      return `${what} is signed as ordered, and waits for ${chargesWords(update)}`;
    case 'installing':
      return waitsFor === 'transactions' ? `${what} waits for ${chargesWords(update)}` : `${what} is being installed`;
    case 'rebooting':
      return `the station restarts with ${what}`;
    case 'trial':
      return `${what} runs on trial, and stays when it has proved itself`;
    case 'installed':
      return `${what} is installed`;
    case 'downloadFailed':
      return `the download failed: ${why}`;
    case 'installationFailed':
      return `the installation failed: ${why}`;
    case 'invalidSignature':
      return `the signature is wrong: ${why}`;
    case 'verificationFailed':
      return `the verification failed: ${why}`;
    default:
      return step satisfies never;
  }
}

function chargesWords({ connectors }: UpdateShown): string {
  if (connectors.length === 0) return 'the end of the charges';
  if (connectors.length === 1) return `the end of the charge at connector ${connectors[0]}`;
  return `the end of the charges at connectors ${connectors.join(', ')}`;
}

function bytesLine({ doneBytes, totalBytes }: UpdateShown): string {
  const inMB = (bytes: number): string => (bytes / bytesOfMB).toFixed(1);
  if (totalBytes === null || totalBytes === 0) return `${inMB(doneBytes)} MB so far`;
  return `${inMB(doneBytes)} of ${inMB(totalBytes)} MB (${Math.floor((100 * doneBytes) / totalBytes)} %)`;
}
