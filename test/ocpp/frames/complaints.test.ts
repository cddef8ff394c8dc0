/** What is wrong with a frame is told as the link reads it: mended, or not as OCPP says it; of both directions. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { type Complaint, complaintsOf } from '../../../src/ocpp/frames/complaints';
import { FrameReader } from '../../../src/ocpp/frames/frame-reader';
import type { FrameDirection } from '../../../src/ocpp/frames/observed-frame';

/** Of the last frame. */
function complaints(...frames: [FrameDirection, unknown][]): Complaint[] {
  const reader = new FrameReader(new VirtualClock());
  return frames.map(([direction, frame]) => complaintsOf(reader.read(direction, JSON.stringify(frame)))).at(-1) ?? [];
}

const invalid = (text: string): Complaint => ({ kind: 'invalid', text });
const mended = (text: string): Complaint => ({ kind: 'mended', text });

test.each([
  ['sent', [2, '1', 'Heartbeat', {}]],
  ['sent', [2, '1', 'Authorize', { idTag: '04A1B2C3' }]],
  ['received', [2, '1', 'Reset', { type: 'Soft' }]],
  [
    'received',
    [2, '1', 'ReserveNow', { connectorId: 1, expiryDate: '2026-05-04T08:00:00Z', idTag: 'A', reservationId: 1 }],
  ],
] as [FrameDirection, unknown][])('%s %j is as it must be', (direction, frame) => {
  expect(complaints([direction, frame])).toEqual([]);
});

test.each([
  ['sent', [2, '1', 'Authorize', {}], 'idTag: found nothing, valid is a text of at most 20 characters'],
  ['received', [2, '1', 'Reset', { type: 'Warm' }], 'type: found "Warm", valid is one of Hard, Soft'],
  ['received', [2, '1', 'ClearCache', { all: true }], 'all: found an unknown property, valid is no property'],
] as [FrameDirection, unknown, string][])('%s %j is not', (direction, frame, text) => {
  expect(complaints([direction, frame])).toEqual([invalid(text)]);
});

test('a request of the central system whose time has no zone is mended', () => {
  const reservation = { connectorId: 1, expiryDate: '2026-05-04T08:00:00', idTag: 'A', reservationId: 1 };
  expect(complaints(['received', [2, '1', 'ReserveNow', reservation]])).toEqual([
    mended('expiryDate: a time without a zone, read as UTC'),
  ]);
});

test('an answer is held against the message that it answers, as tolerantly as it is read', () => {
  const start = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '2026-05-04T08:00:00Z' };
  const asked: [FrameDirection, unknown] = ['sent', [2, '1', 'StartTransaction', start]];
  const info = { idTagInfo: { status: 'accepted' } };
  expect(complaints(asked, ['received', [3, '1', { transactionId: '7', ...info }]])).toEqual([
    mended('idTagInfo.status: letter case is not that of OCPP'),
    mended('transactionId: a number as text'),
  ]);
  expect(complaints(asked, ['received', [3, '1', { ...info, more: 1 }]]).at(-1)?.kind).toBe('invalid');
});

test('an answer of the station is held strictly', () => {
  const asked: [FrameDirection, unknown] = ['received', [2, '1', 'ClearCache', {}]];
  expect(complaints(asked, ['sent', [3, '1', { status: 'Accepted' }]])).toEqual([]);
  expect(complaints(asked, ['sent', [3, '1', { status: 'accepted' }]])).toEqual([
    invalid('status: found "accepted", valid is one of Accepted, Rejected'),
  ]);
});

test('errors, messages that OCPP does not know and what is no frame have no schema', () => {
  expect(complaints(['sent', [4, '1', 'GenericError', '', {}]])).toEqual([]);
  expect(complaints(['received', [2, '1', 'Dance', { fast: true }]])).toEqual([]);
  expect(complaints(['received', 'hello'])).toEqual([]);
});
