/** What an update says of itself, out of what is known of it. */
import type { UpdateProgress, UpdateStep } from '../../hal/firmware-updates';
import type { StoredUpdate, UpdatePhase } from './stored-update';

const stepOf: Readonly<Record<UpdatePhase, UpdateStep>> = {
  waiting: 'waiting',
  downloading: 'downloading',
  retrying: 'downloading',
  downloaded: 'downloaded',
  scheduled: 'downloaded',
  ready: 'downloaded',
  placing: 'installing',
  starting: 'installing',
  trial: 'trial',
  installed: 'installed',
  downloadFailed: 'downloadFailed',
  installationFailed: 'installationFailed',
  invalidSignature: 'invalidSignature',
  verificationFailed: 'verificationFailed',
};

/** Where a signed order has a word of its own. */
const signedStepOf: Partial<Record<UpdatePhase, UpdateStep>> = {
  scheduled: 'verified',
  ready: 'verified',
  starting: 'rebooting',
};

/** `busy`: something is done for it just now, so that it waits for nothing. */
export function progressOf(update: StoredUpdate, doneBytes: number = update.doneBytes, busy = true): UpdateProgress {
  const { id, by, phase, release, totalBytes, retriesLeft, reason, signed } = update;
  const step = (signed && signedStepOf[phase]) ?? stepOf[phase];
  return {
    id,
    by,
    step,
    waitsFor: waitsFor(phase, busy),
    version: release,
    doneBytes,
    totalBytes,
    retriesLeft,
    reason,
    signed: signed && { request: signed.request, kind: signed.kind },
  };
}

function waitsFor(phase: UpdatePhase, busy: boolean): UpdateProgress['waitsFor'] {
  switch (phase) {
    case 'waiting':
    case 'scheduled':
      return 'date';
    case 'retrying':
      return 'retry';
    case 'ready':
      return 'transactions';
    case 'placing':
    case 'starting':
      return busy ? undefined : 'transactions';
    case 'trial':
      return 'proof';
    default:
      return undefined;
  }
}
