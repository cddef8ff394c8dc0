/** The statuses of an update: what is new at each step, whatever was noted before. */
import type { UpdateProgress } from '../../../src/hal/firmware-updates';
import { type FirmwareStatus, isEnd, notedAt, signedStatuses } from '../../../src/ocpp/features/firmware-path';

const progress = (change: Partial<UpdateProgress>, isSigned = true): UpdateProgress => ({
  ...{ id: '1-1', by: 'centralSystem', step: 'waiting', waitsFor: undefined, version: undefined },
  ...{ doneBytes: 0, totalBytes: undefined, retriesLeft: 0, reason: undefined },
  signed: isSigned ? { request: 7, kind: undefined } : undefined,
  ...change,
});
const fetched: FirmwareStatus[] = ['Downloading', 'Downloaded'];
const installing: FirmwareStatus[] = [...fetched, 'SignatureVerified', 'Installing'];

test.each<[string, Partial<UpdateProgress>, FirmwareStatus[], FirmwareStatus[]]>([
  ['that a restart is near is not said after it', { step: 'trial' }, installing, []],
  [
    'what a power cut has kept from being noted is said then',
    { step: 'trial' },
    fetched,
    ['SignatureVerified', 'Installing'],
  ],
  ['nor is a restart said that nobody heard of', { step: 'installed' }, installing, ['Installed']],
  ['a date is told once', { step: 'waiting', waitsFor: 'date' }, ['DownloadScheduled'], []],
  ['a pause is told once', { step: 'downloading', waitsFor: 'retry' }, ['Downloading', 'DownloadPaused'], []],
  ['going on is told again', { step: 'downloading' }, ['Downloading', 'DownloadPaused'], ['Downloading']],
  ['and a pause after it', { step: 'downloading', waitsFor: 'retry' }, ['Downloading'], ['DownloadPaused']],
  ['a file that comes whole after a pause', { step: 'downloaded' }, ['Downloading', 'DownloadPaused'], ['Downloaded']],
])('%s', (_, change, before, news) => {
  expect(notedAt(progress(change), before).news).toEqual(news);
});

test('what is noted ends with what was told last', () => {
  const before: FirmwareStatus[] = ['DownloadScheduled', 'Downloading', 'DownloadPaused'];
  expect(notedAt(progress({ step: 'downloading' }), before).noted).toEqual(['DownloadScheduled', 'Downloading']);
});

test.each([
  'paused',
  'verified',
  'rebooting',
  'invalidSignature',
])('an order that is not signed has no word for it: %s', (what) => {
  const change: Partial<UpdateProgress> =
    what === 'paused' ? { step: 'downloading', waitsFor: 'retry' } : { step: what as UpdateProgress['step'] };
  const { noted } = notedAt(progress(change, false), []);
  const plain = ['Downloading', 'Downloaded', 'Installing', 'InstallationFailed'];
  expect(noted.filter((one) => !plain.includes(one))).toEqual([]);
});

test('ends are ends', () => {
  expect(signedStatuses.filter(isEnd)).toEqual([
    ...['DownloadFailed', 'Installed', 'InstallationFailed', 'InstallVerificationFailed', 'InvalidSignature'],
  ]);
});
