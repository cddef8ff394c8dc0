/** From polls to card events. */
import { type PollOutcome, presentationAtStart, presentationStep } from '../../../../src/drivers/pi/card/presentation';

const none: PollOutcome = { kind: 'none' };
const several: PollOutcome = { kind: 'several' };
const unreadable: PollOutcome = { kind: 'unreadable', reason: 'level 1: wrong check byte (BCC)' };
const failed: PollOutcome = { kind: 'failed', reason: 'silent' };
const gone: PollOutcome = { kind: 'gone', trouble: { code: 'notSetUp', text: 'no such device' } };

function card(hex: string): PollOutcome {
  return { kind: 'card', uid: Uint8Array.from(Buffer.from(hex, 'hex')) };
}

/** One word an event, in order, and the lines; `|` parts the polls. */
function run(...polls: PollOutcome[]): { told: string; lines: string[] } {
  let state = presentationAtStart;
  const lines: string[] = [];
  const told = polls.map((poll) => {
    const step = presentationStep(state, poll);
    state = step.state;
    lines.push(...step.troubles.map(({ text }) => text));
    return step.events
      .map((event) => {
        if (event.kind === 'card') return event.uid;
        return event.kind === 'several' ? 'several' : event.present ? 'present' : 'absent';
      })
      .join(' ');
  });
  return { told: told.join('|'), lines };
}

const a = card('04a1b2c3d4e5f6');
const b = card('deadbeef');

test('the first good poll tells the reader, and a card that is there', () => {
  expect(run(none, none).told).toBe('present|');
  expect(run(a).told).toBe('present 04A1B2C3D4E5F6');
});

test('a card held to the reader is one presentation, until it was away for three polls', () => {
  expect(run(a, a, a).told).toBe('present 04A1B2C3D4E5F6||');
  expect(run(a, none, none, a, none, none, a).told).toBe('present 04A1B2C3D4E5F6||||||');
  expect(run(a, none, none, none, a).told).toBe('present 04A1B2C3D4E5F6||||04A1B2C3D4E5F6');
});

test('what cannot be read is still there', () => {
  expect(run(a, none, none, unreadable, none, none, a).told).toBe('present 04A1B2C3D4E5F6||||||');
});

test('another card is another presentation', () => {
  expect(run(a, none, b, b, a).told).toBe('present 04A1B2C3D4E5F6||DEADBEEF||04A1B2C3D4E5F6');
});

test('several are told once, and none of them is read until the field was empty', () => {
  expect(run(several, several, a, none, none, b, none, none, none, b).told).toBe('present several|||||||||DEADBEEF');
  expect(run(several, none, none, several, none, a).told).toBe('present several|||||');
  expect(run(a, several, a, none, none, none, several).told).toBe('present 04A1B2C3D4E5F6|several|||||several');
});

test('random UIDs that change while held are one presentation, warned of once', () => {
  const { told, lines } = run(card('08112233'), card('08445566'), none, none, none, card('08778899'));
  expect(told).toBe('present 08112233|||||08778899');
  expect(lines).toEqual([expect.stringContaining('08112233 has a random UID')]);
});

test('only four bytes that begin with 08 are random', () => {
  expect(run(card('08112233445566'), card('08112233445567')).told).toBe('present 08112233445566|08112233445567');
  expect(run(card('08112233445566'), card('18112233')).lines).toEqual([]);
});

test('a card that stays unreadable is told in one line a presentation', () => {
  expect(run(unreadable, unreadable, none, none, none).lines).toEqual([]);
  const { told, lines } = run(...Array(10).fill(unreadable), none, none, none, ...Array(3).fill(unreadable));
  expect(told).toBe('present||||||||||||||||'.slice(0, told.length));
  expect(lines).toEqual(Array(2).fill('a card is there that cannot be read: level 1: wrong check byte (BCC)'));
});

test('a card that was read and is then badly seen is no trouble', () => {
  expect(run(a, ...Array(5).fill(unreadable)).lines).toEqual([]);
});

test('three failed polls in a row make the reader absent; one good poll brings it back', () => {
  expect(run(none, failed, failed, none, failed, failed, failed, failed, none).told).toBe(
    'present||||||absent||present',
  );
});

test('each reason of an absence is told once; after a return it is told again', () => {
  const { told, lines } = run(gone, gone, failed, failed, failed, gone, none, gone);
  expect(told).toBe('absent||||||present|absent');
  expect(lines).toEqual(['no such device', 'silent', 'no such device']);
});

test('reasons that never repeat do not flood the log', () => {
  const reasons: PollOutcome[] = Array.from({ length: 50 }, (_, i) => ({
    kind: 'gone',
    trouble: { code: 'failed', text: `reason ${i}` },
  }));
  expect(run(...reasons).lines).toHaveLength(5);
});

test('a card that lies there while the reader is away is not presented anew', () => {
  expect(run(a, failed, failed, failed, gone, a).told).toBe('present 04A1B2C3D4E5F6|||absent||present');
  expect(run(a, failed, failed, failed, b).told).toBe('present 04A1B2C3D4E5F6|||absent|present DEADBEEF');
});
