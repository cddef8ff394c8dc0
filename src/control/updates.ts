/** What a person may know of the updates of a station and do about them: the commands and the pages both stand on it. */
import { CommandRefusal } from '../hal/command-refusal';
import {
  type FileSignatureKind,
  formerRelease,
  isBeyondCancel,
  isEndOfUpdate,
  type UpdateInbox,
  type UpdateOrder,
  type UpdateProgress,
  type UpdateSource,
  type UpdateTrust,
} from '../hal/firmware-updates';
import type { SlotVersions } from '../hal/ports';
import { programVersion } from '../hal/program-version';
import type { RunningStation } from '../main';
import { fileLocation } from '../ocpp/file-location';
import { transactionOf } from '../station/types';

/** As far as an update has come; null where nothing is known. */
export interface UpdateShown {
  id: string;
  by: UpdateProgress['by'];
  step: UpdateProgress['step'];
  waitsFor: NonNullable<UpdateProgress['waitsFor']> | null;
  /** Whose transactions it waits for. */
  connectors: readonly number[];
  version: string | null;
  doneBytes: number;
  totalBytes: number | null;
  retriesLeft: number;
  /** In English. */
  reason: string | null;
  /** How the whole file is signed, as the central system has ordered it; null: it is not, or nobody has looked yet. */
  signature: FileSignatureKind | null;
}

export interface UpdateFacts {
  /** The release that runs; outside of any the version of the program. */
  runs: string;
  good: string | null;
  /** What "previous" brings; null: none is kept. */
  previous: string | null;
  trial: { version: string; startsLeft: number } | null;
  /** Given up, the newest first, with the reason in English. */
  failed: readonly { version: string; reason: string }[];
  /** null: a person cannot update this station. */
  trust: UpdateTrust | null;
  update: UpdateShown | null;
}

export type UpdateRefusal =
  | 'noUpdates'
  | 'noUpdateKey'
  | 'updateHeld'
  | 'noUpdateGoesOn'
  | 'noPreviousRelease'
  | 'updateUrlInvalid';

/** undefined: it is done. `why` is in English. */
type UpdateOutcome = { refused: UpdateRefusal; why: string } | undefined;

/** A person who looks on tries again by hand; these are for a network that stumbles. */
const retriesOfPerson = 3;
const retryIntervalOfPersonMs = 30_000;

const reasons: Readonly<Record<Exclude<UpdateRefusal, 'updateUrlInvalid'>, string>> = {
  noUpdates: 'this station has no updates: its program runs outside of the slots of releases',
  noUpdateKey: 'updates are refused, for no key is installed: "make flash UPDATE_KEY=FILE" installs one',
  updateHeld: 'an update is being installed or on trial: wait for its end',
  noUpdateGoesOn: 'no update goes on',
  noPreviousRelease: 'no release is kept that could come back',
};

export async function updateFacts(running: RunningStation): Promise<UpdateFacts> {
  const { release, slots, updates, updateIntake } = running;
  const versions = await slots?.versions();
  const trust = updates && updateIntake ? await updateIntake.trust() : null;
  return {
    runs: release ?? programVersion,
    good: versions?.good ?? null,
    previous: (updates && versions && formerRelease(versions, release)) ?? null,
    trial: versions?.trial ?? null,
    failed: [...(versions?.failed ?? [])].reverse(),
    trust,
    update: updateShown(running),
  };
}

/** Rejects with `command.invalid` while nothing could come of a file. */
export async function updateInboxOf(running: RunningStation): Promise<UpdateInbox> {
  const { refused, why = reasons.noUpdates } = (await orderRefusal(running)) ?? {};
  if (refused === undefined && running.updateIntake) return running.updateIntake.inbox;
  throw new CommandRefusal(refused ?? 'noUpdates', `update: ${why}`);
}

export function updateShown({ updates, station }: RunningStation): UpdateShown | null {
  const progress = updates?.progress();
  if (!progress) return null;
  const { waitsFor = null, version = null, totalBytes = null, reason = null, signed, ...rest } = progress;
  const signature = signed?.kind ?? null;
  const busy = station.state.connectors.flatMap(({ session }, index) => (transactionOf(session) ? [index + 1] : []));
  return {
    ...rest,
    waitsFor,
    connectors: waitsFor === 'transactions' ? busy : [],
    version,
    totalBytes,
    reason,
    signature,
  };
}

export async function orderFromUrl(
  running: RunningStation,
  url: string,
  allowsDowngrade: boolean,
): Promise<UpdateOutcome> {
  const location = fileLocation(url, running.configuration.list('SupportedFileTransferProtocols'));
  if ('refused' in location) return { refused: 'updateUrlInvalid', why: location.refused };
  return order(running, { from: 'url', ...location }, allowsDowngrade);
}

/** Of the file that lies in the inbox. */
export function orderHanded(running: RunningStation, allowsDowngrade: boolean): Promise<UpdateOutcome> {
  return order(running, { from: 'handed' }, allowsDowngrade);
}

/** Why a person cannot order an update now: before a file is sent for nothing. */
export async function orderRefusal({ updates, updateIntake, slots }: RunningStation): Promise<UpdateOutcome> {
  if (!updates || !updateIntake) return refusedAs('noUpdates');
  if ((await updateIntake.trust()) === 'nothing') return refusedAs('noUpdateKey');
  return isHeld(updates.progress(), await slots?.versions()) ? refusedAs('updateHeld') : undefined;
}

async function order(running: RunningStation, source: UpdateSource, allowsDowngrade: boolean): Promise<UpdateOutcome> {
  const refusal = await orderRefusal(running);
  if (refusal) return refusal;
  const wanted: UpdateOrder = {
    ...{ source, by: 'person', retries: retriesOfPerson, retryIntervalMs: retryIntervalOfPersonMs },
    ...(allowsDowngrade ? { allowsDowngrade } : {}),
  };
  await running.updates?.order(wanted);
  return undefined;
}

export async function cancelUpdate({ updates }: RunningStation): Promise<UpdateOutcome> {
  if (!updates) return refusedAs('noUpdates');
  const progress = updates.progress();
  if (!progress || isEndOfUpdate(progress.step)) return refusedAs('noUpdateGoesOn');
  if (isHeld(progress)) return refusedAs('updateHeld');
  await updates.cancel();
  return undefined;
}

export async function bringPrevious({ updates, slots, release }: RunningStation): Promise<UpdateOutcome> {
  if (!updates || !slots) return refusedAs('noUpdates');
  const versions = await slots.versions();
  if (isHeld(updates.progress(), versions)) return refusedAs('updateHeld');
  if (formerRelease(versions, release) === undefined) return refusedAs('noPreviousRelease');
  await updates.previous();
  return undefined;
}

/** A trial may be of a release that was flashed. */
function isHeld(progress: UpdateProgress | undefined, versions?: SlotVersions): boolean {
  return versions?.trial !== undefined || (progress !== undefined && isBeyondCancel(progress.step));
}

function refusedAs(refused: keyof typeof reasons): { refused: UpdateRefusal; why: string } {
  return { refused, why: reasons[refused] };
}
