/** What goes to the journal of a rig, by its options. */
import type { ObservedFrame } from '../../src/ocpp/frames/observed-frame';
import { journalFrame, journalLineWithoutSecrets, journalNotice } from '../../src/rig/journal';
import type { Notice } from '../../src/station/notices';

const frame: ObservedFrame = {
  number: 1,
  direction: 'sent',
  kind: 'call',
  message: 'Authorize',
  payload: { idTag: '04A1B2C3' },
};
const facts = { connectorId: 1, key: '1-1', idTag: '04A1B2C3' };
const notices: Notice[] = [
  { kind: 'transactionStarted', ...facts, meterStartWh: 0 },
  { kind: 'transactionSampled', ...facts, energyWh: 0, powerW: 0, offeredA: 0 },
  { kind: 'transactionEnded', ...facts, reason: 'Local', energyWh: 0, durationS: 1 },
];

test('no frame goes there unless asked for; then without card numbers, unless these are asked for, too', () => {
  expect(journalFrame(frame, { frames: false, cards: true })).toBeUndefined();
  expect(journalFrame(frame, { frames: true, cards: false })?.payload).toEqual({ idTag: '…B2C3' });
  expect(journalFrame(frame, { frames: true, cards: true })).toBe(frame);
});

test.each(notices)('$kind is without the card number unless asked for', (notice) => {
  expect(journalNotice(notice, { frames: true, cards: false })).toEqual({ ...notice, idTag: '…B2C3' });
  expect(journalNotice(notice, { frames: false, cards: true })).toBe(notice);
});

test('a notice without a card is as it is', () => {
  const notice: Notice = { kind: 'registrationChanged', registration: 'Accepted' };
  expect(journalNotice(notice, { frames: false, cards: false })).toBe(notice);
});

test.each([
  ['1 right T2S: transaction started, card 04A1B2C3D4', '1 right T2S: transaction started, card …C3D4'],
  ['right: card 04A1B2C3D4 refused: Blocked', 'right: card …C3D4 refused: Blocked'],
  ['right: remote start of 04A1B2C3D4 refused: x', 'right: remote start of …C3D4 refused: x'],
  ['right: plug and charge of 04A1B2C3D4 refused: x', 'right: plug and charge of …C3D4 refused: x'],
  ['{"event":"cardRefused","idTag":"04A1B2C3D4"}', '{"event":"cardRefused","idTag":"…C3D4"}'],
  ['→ Authorize 7 {"idTag":"04A1B2C3D4"}', '→ Authorize 7 {"idTag":"…C3D4"}'],
  ['stored value cache/04A1B2C3D4 cannot be read', 'stored value cache/…C3D4 cannot be read'],
  ['ftp://user:hunter2@files.test: nobody answers', 'ftp://***@files.test: nobody answers'],
  ['card …C3D4 and card *** stay', 'card …C3D4 and card *** stay'],
])('a line of the journal for others: %s', (line, shown) => {
  expect(journalLineWithoutSecrets(line)).toBe(shown);
});
