/** What an update says of itself, out of what is known of it. */
import type { UpdateProgress, UpdateStep } from '../../hal/firmware-updates';
import type { StoredUpdate, UpdatePhase } from './stored-update';

const stepOf: Readonly<Record<UpdatePhase, UpdateStep>> = {
  waiting: 'waiting',
  downloading: 'downloading',
  retrying: 'downloading',
  downloaded: 'downloaded',
  ready: 'downloaded',
  placing: 'installing',
  starting: 'installing',
  trial: 'trial',
  installed: 'installed',
  downloadFailed: 'downloadFailed',
  installationFailed: 'installationFailed',
};

/** `busy`: something is done for it just now, so that it waits for nothing. */
export function progressOf(update: StoredUpdate, doneBytes: number = update.doneBytes, busy = true): UpdateProgress {
  const { id, by, phase, release, totalBytes, retriesLeft, reason } = update;
  const step = stepOf[phase];
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
  };
}

function waitsFor(phase: UpdatePhase, busy: boolean): UpdateProgress['waitsFor'] {
  switch (phase) {
    case 'waiting':
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
