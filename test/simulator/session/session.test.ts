/** What a session keeps: bounded, without secrets, and read back as it was. */
import type { JsonValue } from '../../../src/hal/store';
import {
  BenchSession,
  charactersMax,
  eventsMax,
  parseSession,
  type SessionStart,
} from '../../../src/simulator/session/session';
import { recordedStation } from './recorded-station';

const start: SessionStart = {
  kind: 'start',
  format: 1,
  version: '1',
  board: {},
  seed: 1,
  wire: 'standard',
  address: null,
  configuration: {},
  systemTimeMs: null,
  isReal: true,
  world: null,
  flow: null,
};
const clock = { now: () => 1_500.25, ranNow: 2 };

test('what was noted is read back, with its instant', () => {
  const session = new BenchSession(clock, start);
  session.note({ kind: 'sent', text: '[2,"a","Heartbeat",{}]' });
  expect(parseSession(session.text({ supply: 'present' }), 'x')).toEqual({
    start,
    events: [
      { atMs: 1_500.25, ran: 2, kind: 'sent', text: '[2,"a","Heartbeat",{}]' },
      { atMs: 1_500.25, ran: 2, kind: 'world', snapshot: { supply: 'present' } },
    ],
  });
});

test.each([
  ['events', eventsMax, 'x'],
  ['characters', Math.ceil(charactersMax / 100_000), 'x'.repeat(100_000)],
] as const)('one with too many %s ends before they come', (_what, count, text) => {
  const session = new BenchSession(clock, start);
  for (let index = 0; index <= count; index += 1) session.note({ kind: 'sent', text });
  expect(session.isFull).toBe(true);
  session.note({ kind: 'sent', text: 'small' });
  const { events } = parseSession(session.text(null), 'x');
  expect(events.length).toBeLessThanOrEqual(eventsMax);
  expect(events.every((event) => event.kind === 'sent' && event.text === text)).toBe(true);
});

test.each([
  ['', 'line 1: it does not begin as a session does'],
  ['{"kind":"sent"}\n', 'line 1: it does not begin'],
  ['{"kind":"start","format":2}\n', 'line 1: its format is 2; valid: 1'],
  [`${JSON.stringify(start)}\nnonsense\n`, 'line 2: '],
  [`${JSON.stringify(start)}\n\n{"kind":7}\n`, 'it is no event'],
  ['7\n', 'line 1: it is no JSON object'],
])('%j is no session, and why is told', (text, why) => {
  expect(() => parseSession(text, 'file.jsonl')).toThrow(`file.jsonl, `);
  expect(() => parseSession(text, 'file.jsonl')).toThrow(why);
});

test('neither keys nor passwords are in it', async () => {
  const secret = '0123456789abcdef0123456789abcdef01234567';
  const stored = new Map<string, JsonValue>([
    ['config/AuthorizationKey', secret],
    ['pages/password', { salt: 'c2FsdHk', hash: 'aGFzaGVk', cost: 1 }],
  ]);
  const station = await recordedStation(1, stored);
  void station.central.callRaw('ChangeConfiguration', { key: 'AuthorizationKey', value: secret });
  await station.clock.advance(5_000);
  await station.act('set', { key: 'AuthorizationKey', value: secret }, 1_000).catch(() => undefined);
  // Nothing that it fetches could be played again, and its URL may have a password.
  const url = 'ftp://depot:tell-nobody@files.example/a.zip';
  await station.act('update', { action: 'url', url }, 1_000).catch(() => undefined);
  const text = station.session.text(null);
  expect(text).not.toContain('files.example');
  expect(text).toContain('ChangeConfiguration');
  expect(text).toContain('"name":"set"');
  for (const hidden of [secret, 'c2FsdHk', 'aGFzaGVk']) expect(text).not.toContain(hidden);
});
