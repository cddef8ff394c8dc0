/** The statuses of an update in order: those of UpdateFirmware (OCPP 1.6, 4.5), and those of SignedUpdateFirmware (security whitepaper, 6.8). */
import type { UpdateProgress, UpdateStep } from '../../hal/firmware-updates';
import type { RequestOf } from '../messages';

type PlainStatus = RequestOf<'FirmwareStatusNotification'>['status'];
/** Idle is told on trigger alone. */
export type FirmwareStatus = Exclude<RequestOf<'SignedFirmwareStatusNotification'>['status'], 'Idle'>;

export const plainStatuses = [
  'Downloading',
  'Downloaded',
  'DownloadFailed',
  'Installing',
  'Installed',
  'InstallationFailed',
] as const satisfies readonly Exclude<PlainStatus, 'Idle'>[];

export const signedStatuses = [
  ...plainStatuses,
  ...(['DownloadScheduled', 'DownloadPaused', 'SignatureVerified', 'InstallScheduled'] as const),
  ...(['InstallRebooting', 'InstallVerificationFailed', 'InvalidSignature'] as const),
] as const satisfies readonly FirmwareStatus[];

const ends: readonly FirmwareStatus[] = [
  ...(['DownloadFailed', 'Installed', 'InstallationFailed'] as const),
  ...(['InvalidSignature', 'InstallVerificationFailed'] as const),
];

/** After one of these nothing more comes of an update. */
export function isEnd(status: FirmwareStatus | 'Idle'): boolean {
  return status !== 'Idle' && ends.includes(status);
}

/** A step, and what of it has a status of its own. */
type Moment = UpdateStep | 'dated' | 'paused' | 'scheduled';

function momentOf({ step, waitsFor }: UpdateProgress): Moment {
  if (step === 'waiting' && waitsFor === 'date') return 'dated';
  if (step === 'downloading' && waitsFor === 'retry') return 'paused';
  return step === 'verified' && waitsFor === 'date' ? 'scheduled' : step;
}

type StatusPath = Readonly<Record<Moment, readonly FirmwareStatus[]>>;

const fetched = ['Downloading', 'Downloaded'] as const;

/**
 * What must have been said when an update has come so far, in order: a power cut may lie between a step and what is stored
 * of it here. A trial has no word in OCPP 1.6; it ends as Installed or as InstallationFailed.
 */
const plainPath: StatusPath = {
  waiting: [],
  dated: [],
  downloading: ['Downloading'],
  paused: ['Downloading'],
  downloaded: fetched,
  verified: fetched,
  scheduled: fetched,
  installing: [...fetched, 'Installing'],
  rebooting: [...fetched, 'Installing'],
  trial: [...fetched, 'Installing'],
  installed: [...fetched, 'Installing', 'Installed'],
  downloadFailed: ['DownloadFailed'],
  installationFailed: [...fetched, 'InstallationFailed'],
  invalidSignature: [...fetched, 'InstallationFailed'],
  verificationFailed: [...fetched, 'InstallationFailed'],
};

const checked = [...fetched, 'SignatureVerified'] as const;

/** That the station is about to restart is not said any more when it has. */
const signedPath: StatusPath = {
  waiting: [],
  dated: ['DownloadScheduled'],
  downloading: ['Downloading'],
  paused: ['Downloading', 'DownloadPaused'],
  downloaded: fetched,
  verified: checked,
  scheduled: [...checked, 'InstallScheduled'],
  installing: [...checked, 'Installing'],
  rebooting: [...checked, 'Installing', 'InstallRebooting'],
  trial: [...checked, 'Installing'],
  installed: [...checked, 'Installing', 'Installed'],
  downloadFailed: ['DownloadFailed'],
  installationFailed: [...fetched, 'InstallationFailed'],
  invalidSignature: [...fetched, 'InvalidSignature'],
  verificationFailed: [...checked, 'InstallVerificationFailed'],
};

/** What is noted when an update has come so far, and what of it is new. */
export function notedAt(
  progress: UpdateProgress,
  before: readonly FirmwareStatus[],
): { noted: readonly FirmwareStatus[]; news: readonly FirmwareStatus[] } {
  const moment = momentOf(progress);
  // Each pause and each going on is told (L01.FR.01, 14).
  const goesOn = moment === 'downloading' && before.at(-1) === 'DownloadPaused';
  const known = goesOn ? before.filter((one) => one !== 'Downloading' && one !== 'DownloadPaused') : before;
  const path = progress.signed ? signedPath : plainPath;
  const news = path[moment].filter((one) => !known.includes(one));
  return { noted: [...known, ...news], news };
}

/** What goes on, for a trigger; where nothing does, and while a date is waited for, that is Idle (4.5). */
export const presentStatus: Readonly<Record<UpdateStep, PlainStatus>> = {
  waiting: 'Idle',
  downloading: 'Downloading',
  downloaded: 'Downloaded',
  verified: 'Downloaded',
  installing: 'Installing',
  rebooting: 'Installing',
  trial: 'Installing',
  installed: 'Idle',
  downloadFailed: 'Idle',
  installationFailed: 'Idle',
  invalidSignature: 'Idle',
  verificationFailed: 'Idle',
};
