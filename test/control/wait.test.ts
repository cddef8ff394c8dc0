/** `wait` at a station under virtual time: each condition, at once where it is so already, and in vain. */
import { stationControl } from '../../src/control/station-commands';
import { closeTheBooks, Rig, singleBoard } from '../support/rig';

afterEach(closeTheBooks);

interface Waited {
  said: string | undefined;
  facts: { waitedMs?: number; frame?: { message: string; number: number } };
}

/** Begins to wait; what came of it is in the object, later. */
function wait(rig: Rig, request: object): Waited {
  const waited: Waited = { said: undefined, facts: {} };
  void stationControl(() => rig.running)
    .run('wait', { ...request })
    .then(
      ({ message, facts }) => Object.assign(waited, { said: message, facts }),
      (error: Error) => Object.assign(waited, { said: `refused: ${error.message}` }),
    );
  return waited;
}

test.each<[object, string]>([
  [{ for: 'connected' }, 'connected'],
  [{ for: 'registered' }, 'registered'],
  [{ for: 'status', connector: 1, status: 'Available' }, 'status connector 1 Available'],
  [{ for: 'status', connector: 0, status: 'Available' }, 'status connector 0 Available'],
  [{ for: 'stopped' }, 'stopped'],
  [{ for: 'sent', message: 'bootnotification', after: 0 }, 'sent BootNotification'],
  [{ for: 'received', message: 'BootNotification', after: 0 }, 'received BootNotification'],
])('%j is so already', async (request, words) => {
  const rig = await Rig.start();
  const waited = wait(rig, request);
  await rig.advance(0);
  expect(waited.said).toBe(`after 0 ms: ${words}`);
});

test('a charge, step by step', async () => {
  const rig = await Rig.start();
  const started = wait(rig, { for: 'started', connector: 1 });
  const startedElsewhere = wait(rig, { for: 'started', connector: 3, timeoutMs: 3_600_000 });
  const charging = wait(rig, { for: 'status', connector: 1, status: 'Charging' });
  const sent = wait(rig, { for: 'sent', message: 'StartTransaction' });
  const confirmed = wait(rig, { for: 'received', message: 'StartTransaction', connector: 1 });
  await rig.charge(1);
  await rig.advance(100);
  expect(started.said).toMatch(/^after \d+ ms: started connector 1$/);
  expect([charging, sent, confirmed].map(({ said }) => said?.replace(/^after \d+ ms: /, ''))).toEqual([
    'status connector 1 Charging',
    'sent StartTransaction',
    'received StartTransaction connector 1',
  ]);
  expect(sent.facts.frame).toMatchObject({ message: 'StartTransaction', kind: 'call' });
  expect(confirmed.facts.frame).toMatchObject({ message: 'StartTransaction', kind: 'result' });
  const energy = wait(rig, { for: 'energy', connector: 1, energyWh: 100, timeoutMs: 600_000 });
  await rig.until('100 Wh', () => energy.said !== undefined, 600_000);
  const { transaction } = rig.running.view().connectors[0] ?? {};
  expect(transaction?.energyWh).toBeGreaterThanOrEqual(100);
  expect(transaction?.energyWh).toBeLessThan(110);
  const stopped = wait(rig, { for: 'stopped', connector: 1 });
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.advance(200);
  expect(stopped.said).toMatch(/^after \d+ ms: stopped connector 1$/);
  expect(startedElsewhere.said).toBeUndefined();
});

test('a status of a moment is not missed', async () => {
  const rig = await Rig.start();
  rig.running.station.post({ kind: 'fault', connectorId: 1, fault: 'otherError', present: true });
  const waited = wait(rig, { for: 'status', connector: 1, status: 'Available' });
  await rig.advance(10);
  rig.running.station.post({ kind: 'fault', connectorId: 1, fault: 'otherError', present: false });
  rig.running.station.post({ kind: 'fault', connectorId: 1, fault: 'otherError', present: true });
  await rig.advance(1_000);
  expect(waited.said).toBe('after 10 ms: status connector 1 Available');
});

test('a connection that goes and comes', async () => {
  const rig = await Rig.start();
  const gone = wait(rig, { for: 'disconnected' });
  await rig.advance(1_000);
  rig.central.drop('gone');
  await rig.advance(10);
  expect(gone.said).toMatch(/^after 10\d\d ms: disconnected$/);
  const back = wait(rig, { for: 'connected' });
  await rig.advance(10_000);
  expect(back.said).toMatch(/: connected$/);
});

test('in vain it ends with its time, in the words of what did not come', async () => {
  const rig = await Rig.start();
  const waited = wait(rig, { for: 'received', message: 'Reset', timeoutMs: 5_000 });
  await rig.advance(4_999);
  expect(waited.said).toBeUndefined();
  await rig.advance(1);
  expect(waited.said).toBe('refused: wait: not within 5000 ms: received Reset');
  const usual = wait(rig, { for: 'started' });
  await rig.advance(30_000);
  expect(usual.said).toBe('refused: wait: not within 30000 ms: started');
});

test('of frames only those that come now count, unless told from which on', async () => {
  const rig = await Rig.start();
  const { lastNumber } = rig.running.frames;
  await rig.call('ClearCache', {});
  const now = wait(rig, { for: 'received', message: 'ClearCache', timeoutMs: 1_000 });
  const since = wait(rig, { for: 'received', message: 'ClearCache', after: lastNumber });
  await rig.advance(1_000);
  expect(now.said).toMatch('not within');
  expect(since.facts.frame?.number).toBe(lastNumber + 1);
});

test.each<[object, string]>([
  [{ for: 'rain' }, 'for: found "rain"; must be connected, disconnected'],
  [{}, 'for is missing'],
  [{ for: 'status' }, 'for status also connector and status must be given'],
  [{ for: 'energy', connector: 1 }, 'for energy also energyWh must be given'],
  [{ for: 'sent' }, 'for sent also message must be given'],
  [{ for: 'sent', message: 'StartTransactoin' }, 'did you mean StartTransaction?'],
  [{ for: 'status', connector: 5, status: 'Charging' }, 'there is no connector 5; valid: 1, 2'],
  [{ for: 'status', connector: 1, status: 'charging' }, 'must be Available'],
  [{ for: 'connected', timeoutMs: 3_600_001 }, 'timeoutMs: found 3600001'],
])('%j is refused', async (request, why) => {
  const rig = await Rig.start({ board: singleBoard() });
  const waited = wait(rig, request);
  await rig.advance(0);
  expect(waited.said).toMatch(/^refused: /);
  expect(waited.said).toContain(why);
});

test('no more than fifty wait at once, and those whose time is over make room', async () => {
  const rig = await Rig.start();
  const many = Array.from({ length: 51 }, () => wait(rig, { for: 'started', timeoutMs: 1_000 }));
  await rig.advance(0);
  expect(many[50]?.said).toBe('refused: wait: 50 are waiting already');
  await rig.advance(1_000);
  const next = wait(rig, { for: 'connected' });
  await rig.advance(0);
  expect(next.said).toBe('after 0 ms: connected');
});

test('those whose askers have gone wait no longer, and leave their places to others', async () => {
  const rig = await Rig.start();
  const askers = Array.from({ length: 50 }, () => new AbortController());
  const control = stationControl(() => rig.running);
  const ended: string[] = [];
  for (const { signal } of askers) {
    control
      .run('wait', { for: 'started', timeoutMs: 3_600_000 }, signal)
      .catch((error: Error) => ended.push(error.message));
  }
  await rig.advance(10);
  const refused = wait(rig, { for: 'registered' });
  await rig.advance(10);
  expect(refused.said).toBe('refused: wait: 50 are waiting already');
  for (const asker of askers) asker.abort();
  await rig.advance(10);
  expect(ended).toEqual(Array.from({ length: 50 }, () => 'wait: nobody waits any more'));
  const allowed = wait(rig, { for: 'registered' });
  await rig.advance(10);
  expect(allowed.said).toBe('after 0 ms: registered');
});
