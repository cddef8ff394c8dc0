/** What the pages see of events: whose each is and how grave, with cards masked, and over a restart of the station. */
import type { PageEvent } from '../../../src/control/pages/events';
import { pageStation } from '../../../src/control/pages/page-station';
import { EventLog } from '../../../src/diagnostics/event-log';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { RunningStation } from '../../../src/main';
import type { Notice } from '../../../src/station/notices';
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

function eventOf(notice: Notice): PageEvent | undefined {
  const events = new EventLog(new VirtualClock({ systemTimeMs: 0 }));
  events.note(notice);
  return pageStation(() => ({ events }) as unknown as RunningStation).events(0)?.events[0];
}

const status = { kind: 'statusChanged', connectorId: 1, status: 'Available', errorCode: 'NoError' } as const;
const link = { kind: 'connectionChanged', url: 'ws://h', reason: 'gone' } as const;

test.each([
  [status, 'info', 'socket'],
  [{ ...status, connectorId: 0 }, 'info', 'station'],
  [{ ...status, errorCode: 'WeakSignal' }, 'warning', 'socket'],
  [{ ...status, status: 'Faulted', errorCode: 'GroundFailure' }, 'fault', 'socket'],
  [{ kind: 'faultChanged', connectorId: 1, fault: 'pilotShort', present: true }, 'fault', 'socket'],
  [{ kind: 'faultChanged', connectorId: 0, fault: 'internalError', present: false }, 'info', 'station'],
  [{ ...link, connection: 'connected' }, 'info', 'centralSystem'],
  [{ ...link, connection: 'disconnected' }, 'warning', 'centralSystem'],
  [{ ...link, connection: 'unreachable' }, 'warning', 'centralSystem'],
  [{ kind: 'registrationChanged', registration: 'Accepted' }, 'info', 'centralSystem'],
  [{ kind: 'registrationChanged', registration: 'Rejected' }, 'warning', 'centralSystem'],
  [{ kind: 'requestRefused', by: 'station', answer: 'Rejected', text: 't' }, 'warning', 'centralSystem'],
  [{ kind: 'cardRefused', side: 'right', idTag: '04A1B2C3', via: 'card', reason: 'r' }, 'warning', 'card'],
  [{ kind: 'configurationChanged', key: 'k', value: 'v', origin: 'person' }, 'info', 'station'],
  [{ kind: 'limitChanged', connectorId: 2, amps: 6, by: 'cable', sources: [] }, 'info', 'socket'],
] as [Notice, string, string][])('%j', (notice, level, source) => {
  expect(eventOf(notice)).toMatchObject({ level, source });
});

test('of a socket it is said which, and a card shows its last characters', () => {
  expect(eventOf(status)).toMatchObject({ at: '1970-01-01T00:00:00.000Z', connectorId: 1 });
  expect(eventOf({ ...status, connectorId: 0 })).not.toHaveProperty('connectorId');
  const begins = { kind: 'transactionStarted', connectorId: 1, key: 'k', idTag: '04A1B2C3', meterStartWh: 0 } as const;
  expect(eventOf(begins)?.notice).toMatchObject({ idTag: '…B2C3' });
});

test('lines of the log are the program’s, and the view says that there is more', async () => {
  const rig = await Rig.start();
  const pages = pageStation(() => rig.running);
  const before = pages.events(0);
  expect(pages.view()?.revisions.events).toBe(before?.lastNumber);
  expect(before?.events[0]).toMatchObject({
    level: 'info',
    source: 'program',
    line: expect.stringContaining('station started'),
  });
  rig.running.clearFaults(1);
  expect(pages.events(before?.lastNumber ?? 0)?.events).toMatchObject([
    { source: 'program', line: 'faults are cleared by hand {"connectorId":1}' },
  ]);
  expect(pages.view()?.revisions.events).toBe((before?.lastNumber ?? 0) + 1);
});

test('while the station starts there are none', () => {
  expect(pageStation(() => undefined).events(0)).toBeUndefined();
});
