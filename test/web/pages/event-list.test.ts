/** Events grow as they are told, are chosen by level, source and text, and have a sentence of their own in each language. */
import type { EventLevel, PageEvent } from '../../../src/control/pages/events';
import type { Notice } from '../../../src/station/notices';
import { isChosen, noEvents, withEvents } from '../../../src/web/pages/event-list';
import { eventWords } from '../../../src/web/pages/events.words';
import { glossaries } from '../../../src/web/pages/glossaries';

const event = (number: number, level: EventLevel = 'info', more: Partial<PageEvent> = {}): PageEvent => ({
  number,
  at: null,
  level,
  source: 'program',
  ...more,
});
const told = (log: string, ...events: PageEvent[]) => ({ log, lastNumber: events.at(-1)?.number ?? 0, events });

test('what is told joins what is there; another process begins anew; 1,000 are kept', () => {
  const first = withEvents(noEvents, told('a', event(1), event(2)));
  const second = withEvents(first, told('a', event(2), event(3)));
  expect(second.events.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(second.events[0]).toBe(first.events[0]);
  expect(withEvents(second, told('b', event(1))).events).toHaveLength(1);
  const many = Array.from({ length: 1_000 }, (_, index) => event(index + 4));
  expect(withEvents(second, told('a', ...many)).events[0]?.number).toBe(4);
});

test('a level has what is as grave or graver', () => {
  const chosen = (level: EventLevel) =>
    (['info', 'warning', 'fault'] as const).filter((own) =>
      isChosen(event(1, own), '', { level, source: '', text: '' }),
    );
  expect(chosen('info')).toEqual(['info', 'warning', 'fault']);
  expect(chosen('warning')).toEqual(['warning', 'fault']);
  expect(chosen('fault')).toEqual(['fault']);
});

test('a source is one socket, or one of the others; a text is looked for in the sentence', () => {
  const second = event(1, 'info', { source: 'socket', connectorId: 2 });
  const all = { level: 'info', source: '', text: '' } as const;
  expect(isChosen(second, '', { ...all, source: 'socket 2' })).toBe(true);
  expect(isChosen(second, '', { ...all, source: 'socket 1' })).toBe(false);
  expect(isChosen(second, '', { ...all, source: 'program' })).toBe(false);
  expect(isChosen(second, 'Charge begins', { ...all, text: ' BEGINS ' })).toBe(true);
  expect(isChosen(second, 'Charge begins', { ...all, text: 'ends' })).toBe(false);
});

const socket = { plugged: true, evConnected: true, evRequests: false, contactor: 'closed', locked: true, offeredA: 16 };
const tx = { connectorId: 1, key: 'k', idTag: '…B2C3' };

test.each([
  [
    { kind: 'statusChanged', connectorId: 1, status: 'Faulted', errorCode: 'OtherError', info: 'No voltage' },
    'Status Faulted, OtherError: No voltage',
    'État Faulted, OtherError : No voltage',
  ],
  [
    { kind: 'faultChanged', connectorId: 1, fault: 'meterSilent', present: true },
    'The energy meter does not answer. Look at its wiring.',
    expect.stringContaining('compteur'),
  ],
  [
    { kind: 'faultChanged', connectorId: 1, fault: 'meterSilent', present: false },
    'Over: The energy meter does not answer',
    expect.stringMatching(/^Terminé : [^.]*$/),
  ],
  [
    { kind: 'socketChanged', connectorId: 1, ...socket },
    'Plug in, locked, vehicle connected, contactor closed, 16 A offered',
    'Fiche branchée, verrouillée, véhicule relié, contacteur fermé, 16 A proposés',
  ],
  [
    { kind: 'transactionStarted', ...tx, meterStartWh: 0 },
    'Charge begins, card …B2C3',
    'Début de recharge, badge …B2C3',
  ],
  [{ kind: 'transactionStarted', ...tx, idTag: '', meterStartWh: 0 }, 'Charge begins', 'Début de recharge'],
  [
    { kind: 'connectionChanged', connection: 'unreachable', url: 'ws://h', reason: 'refused' },
    'Not reached: refused',
    'Non jointe : refused',
  ],
  [
    { kind: 'configurationChanged', key: 'HeartbeatInterval', value: '60', origin: 'central system' },
    'HeartbeatInterval is "60" now, by the central system',
    'HeartbeatInterval vaut maintenant « 60 », par la supervision',
  ],
] as [Notice, string, string][])('%j', (notice, english, french) => {
  const sentence = (language: 'en' | 'fr') =>
    (eventWords[language].sentences[notice.kind] as (...given: unknown[]) => string)(
      notice,
      glossaries[language],
      String,
    );
  expect(sentence('en')).toEqual(english);
  expect(sentence('fr')).toEqual(french);
});
