/** An update of the station's program, whoever asks for it: what is ordered, and how far it has come. */
import type { Cancel } from './clock';
import type { SlotVersions } from './ports';

/** Where the file of a new release comes from. `handed`: somebody has already put it there, whole. */
export type UpdateSource =
  | { from: 'url'; url: string; credentials?: { user: string; password: string } }
  | { from: 'handed' };

/** Only what the central system has ordered is told to it. */
export type OrderedBy = 'centralSystem' | 'person';

/**
 * A signature over the whole file, whatever is in it, that was ordered along with it (OCPP 1.6 security whitepaper, L01.FR.04); what
 * is in the file is verified all the same.
 */
export interface SignedOrder {
  /** What whoever ordered it calls this order. */
  request: number;
  /** Whose certificate this is, in PEM, has signed. */
  signer: string;
  /** In base64. */
  signature: string;
}

/** How a file is signed, always over its SHA-256 (RFC 8017, 8; FIPS 186-5, 6). */
export const fileSignatureKinds = ['RSASSA-PSS', 'RSASSA-PKCS1-v1_5', 'ECDSA'] as const;
export type FileSignatureKind = (typeof fileSignatureKinds)[number];

export interface UpdateOrder {
  source: UpdateSource;
  by: OrderedBy;
  /** Not to be fetched before, in ms of Unix time; absent or past: at once (OCPP 1.6, 6.55). */
  notBeforeUnixMs?: number;
  /** Not to be installed before, likewise. */
  installNotBeforeUnixMs?: number;
  signed?: SignedOrder;
  /** Further tries to fetch the file after the first (E 3.50), and the time between two, in ms. */
  retries: number;
  retryIntervalMs: number;
  /** A person takes a lower version than one that was here before; without it such a release is refused. */
  allowsDowngrade?: true;
}

/**
 * How far an update has come. `downloaded`: the file is whole, and is being verified, or waits for the end of
 * transactions. `trial`: the new release runs and has not proved itself yet. The last five are ends.
 *
 * Of a signed order also: `verified`: what was `downloaded` is what was signed, and waits for its date, or for the end of
 * transactions. `rebooting`: the release lies in its slot, and the restart into it is on its way. `invalidSignature`: the file is not
 * what was signed. `verificationFailed`: it is, and what is in it is no release for this station.
 */
export const updateSteps = [
  'waiting',
  'downloading',
  'downloaded',
  'verified',
  'installing',
  'rebooting',
  'trial',
  'installed',
  'downloadFailed',
  'installationFailed',
  'invalidSignature',
  'verificationFailed',
] as const;

export type UpdateStep = (typeof updateSteps)[number];

export interface UpdateProgress {
  /** Of this order, unique over all boots. */
  id: string;
  by: OrderedBy;
  step: UpdateStep;
  /** What keeps it from going on now: its date, the time until the next try, transactions, the proof of a trial. */
  waitsFor: 'date' | 'retry' | 'transactions' | 'proof' | undefined;
  /** Of the new release, from when it was verified. */
  version: string | undefined;
  doneBytes: number;
  /** Undefined where the other side does not tell it. */
  totalBytes: number | undefined;
  /** Further tries to fetch the file, after the one that goes on or is waited for. */
  retriesLeft: number;
  /** Of the last failure, in one line without credentials. */
  reason: string | undefined;
  /** Undefined: the order was not signed. `kind`: how, from when the signature was found right. */
  signed: { request: number; kind: FileSignatureKind | undefined } | undefined;
}

/** The station, as far as an update has to do with it. */
export interface StationHold {
  /** While it is held no session begins, and what charges goes on to its end (E 3.49). A restart ends it. */
  hold(on: boolean): void;
  /** No transaction goes on, and none that was found at start waits for its reading. Where it is not held, one may begin. */
  isFree(): boolean;
  /** Hears of it when `isFree` has become another. */
  onChange(listener: () => void): Cancel;
}

/**
 * One update at a time, over restarts and power cuts. Nothing of a file is used before it was verified; it is fetched while
 * vehicles charge, and installed when none does.
 */
export interface FirmwareUpdates {
  /**
   * Takes the place of an update that is not being installed yet, which is abandoned without a further word. Resolves when
   * the order is durable; rejects with `command.invalid` while one is installed or on trial.
   */
  order(order: UpdateOrder): Promise<void>;
  /** The last order, also after its end and after restarts; undefined: there was none. */
  progress(): UpdateProgress | undefined;
  /**
   * Hears of each change of `step`, in order, the end of one that a restart has brought included; of a signed order also when it
   * begins to wait for its next try or its date, and when it goes on.
   */
  onStep(listener: (progress: UpdateProgress) => void): Cancel;
  /** Abandons an update that is not being installed yet; rejects with `command.invalid` where there is none. */
  cancel(): Promise<void>;
  /** The release that ran before comes back, with a restart, as a trial; rejects with `command.invalid` where none is kept. */
  previous(): Promise<void>;
}

/** Which release `previous` brings: the newest beside the one that runs that was not given up; undefined where none is kept. */
export function formerRelease({ installed, failed }: SlotVersions, running: string | undefined): string | undefined {
  return installed.find((version) => version !== running && !failed.some((one) => one.version === version));
}

/** Whether nothing comes after this step. */
export function isEndOfUpdate(step: UpdateStep): boolean {
  return step === 'installed' || hasFailed(step);
}

/** Whether nothing was installed, and nothing comes after this step. */
export function hasFailed(step: UpdateStep): boolean {
  switch (step) {
    case 'downloadFailed':
    case 'installationFailed':
    case 'invalidSignature':
    case 'verificationFailed':
      return true;
    default:
      return false;
  }
}

/** Whether it is too late to cancel an update, or to order another one. */
export function isBeyondCancel(step: UpdateStep): boolean {
  return step === 'installing' || step === 'rebooting' || step === 'trial';
}

/** What a file may be: `any`, as in a simulation; `signed` by a key that is installed; `nothing`, for no key is installed. */
export type UpdateTrust = 'any' | 'signed' | 'nothing';

/** The largest file of a release that is taken, wherever it comes from. */
export const updateBytesMax = 256 * 1024 * 1024;

/** Where somebody puts the file of a new release, before it is ordered as `handed`. */
export interface UpdateInbox {
  /**
   * Keeps a file of so many bytes, whole and durable, in the place of the one before, or nothing of it. Rejects with
   * `command.invalid` while another one comes in, or where it has another size, with `store.failed` where there is no room
   * or the medium fails, and with what `content` throws.
   */
  keep(bytes: number, content: AsyncIterable<Uint8Array>): Promise<void>;
}

/** What a person needs for an update, beside the updates themselves. */
export interface UpdateIntake {
  readonly inbox: UpdateInbox;
  trust(): Promise<UpdateTrust>;
}
