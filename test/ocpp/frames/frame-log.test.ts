/** The log of frames: what onlookers get of each kind, and that neither frames nor onlookers can harm the link. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { FrameLog, framesMax } from '../../../src/ocpp/frames/frame-log';
import type { ObservedFrame } from '../../../src/ocpp/frames/observed-frame';

function log(options: { onFrame?: (frame: ObservedFrame) => void } = {}) {
  const clock = new VirtualClock({ systemTimeMs: Date.UTC(2026, 4, 4, 8) });
  const failures: string[] = [];
  const frames = new FrameLog({ clock, onFailure: (line) => failures.push(line), ...options });
  const note = (direction: 'sent' | 'received', frame: unknown) =>
    frames.note(direction, typeof frame === 'string' ? frame : JSON.stringify(frame));
  return { clock, failures, frames, note, last: () => frames.recent().at(-1) };
}

test('an answer has the name and the connector of its request, and the time since it', async () => {
  const { clock, note, frames } = log();
  note('sent', [2, '1-1', 'StatusNotification', { connectorId: 2, status: 'Available' }]);
  await clock.advance(40);
  note('received', [3, '1-1', {}]);
  note('received', [2, 'x', 'UnlockConnector', { connectorId: 9 }]);
  await clock.advance(7);
  note('sent', [4, 'x', 'InternalError', 'why', {}]);
  expect(frames.recent()).toEqual([
    {
      number: 1,
      at: '2026-05-04T08:00:00.000Z',
      direction: 'sent',
      kind: 'call',
      message: 'StatusNotification',
      connectorId: 2,
      id: '1-1',
      payload: { connectorId: 2, status: 'Available' },
    },
    {
      number: 2,
      at: '2026-05-04T08:00:00.040Z',
      direction: 'received',
      kind: 'result',
      message: 'StatusNotification',
      connectorId: 2,
      id: '1-1',
      delayMs: 40,
      payload: {},
    },
    expect.objectContaining({ direction: 'received', kind: 'call', message: 'UnlockConnector', connectorId: 9 }),
    {
      number: 4,
      at: '2026-05-04T08:00:00.047Z',
      direction: 'sent',
      kind: 'error',
      message: 'UnlockConnector',
      connectorId: 9,
      id: 'x',
      delayMs: 7,
      errorCode: 'InternalError',
      errorDescription: 'why',
    },
  ]);
});

test('the same id in both directions is two requests', () => {
  const { note, frames } = log();
  note('sent', [2, '1', 'Heartbeat', {}]);
  note('received', [2, '1', 'Reset', { type: 'Soft' }]);
  note('received', [3, '1', {}]);
  note('sent', [3, '1', {}]);
  note('sent', [3, '1', {}]);
  expect(frames.recent().map(({ message }) => message)).toEqual([
    'Heartbeat',
    'Reset',
    'Heartbeat',
    'Reset',
    undefined,
  ]);
});

test.each<[string, unknown, object]>([
  ['text that is no JSON', 'hello', { kind: 'bad', remark: '5 characters', text: 'hello' }],
  ['text that may have a secret', '[2,"1","ChangeConfiguration",{"key"', { kind: 'bad', remark: '35 characters' }],
  ['a broken URL', 'ftp://u:pw@h', { kind: 'bad', text: 'ftp://***@h' }],
  ['an array of something else', [7, 'a'], { kind: 'bad' }],
  ['a number for an id', [3, 1, {}], { kind: 'bad' }],
  ['null for a payload', [3, '1', null], { kind: 'result', id: '1' }],
  [
    'a long one',
    [2, '1', 'SendLocalList', { x: 'y'.repeat(20_000) }],
    { kind: 'call', message: 'SendLocalList', id: '1' },
  ],
  ['a long answer', [3, '1', { x: 'y'.repeat(20_000) }], { kind: 'result', id: '1' }],
  ['nothing', '', { kind: 'bad', remark: '0 characters' }],
])('%s', (_what, frame, expected) => {
  const { note, last, failures } = log();
  note('received', frame);
  expect(last()).toMatchObject(expected);
  expect(failures).toEqual([]);
  expect(JSON.stringify(last()).length).toBeLessThan(500);
});

test('bytes are told by their number', () => {
  const { frames, last } = log();
  frames.note('received', new Uint8Array(3));
  expect(last()).toMatchObject({ kind: 'bad', remark: 'binary, 3 bytes' });
});

test('the words of an error about a secret request are masked', () => {
  const { note, last } = log();
  note('received', [2, '1', 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'hunter2' }]);
  note('sent', [4, '1', 'PropertyConstraintViolation', 'value: found "hunter2"', {}]);
  expect(last()).toMatchObject({ errorCode: 'PropertyConstraintViolation', errorDescription: '***' });
});

test('the oldest are forgotten: by number, and by size', () => {
  const { note, frames } = log();
  for (let i = 0; i < framesMax + 10; i += 1) note('sent', [2, String(i), 'Heartbeat', {}]);
  expect(frames.recent()).toHaveLength(framesMax);
  expect(frames.recent()[0]?.number).toBe(11);
  for (let i = 0; i < framesMax; i += 1) note('sent', [2, `l${i}`, 'DataTransfer', { data: 'x'.repeat(10_000) }]);
  expect(frames.recent().length).toBeLessThan(60);
  expect(frames.lastNumber).toBe(2 * framesMax + 10);
});

test('chosen by name in any case, and by number', () => {
  const { note, frames } = log();
  for (const name of ['Heartbeat', 'Authorize', 'Heartbeat']) note('sent', [2, name, name, {}]);
  expect(frames.recent({ message: 'heartbeat' }).map(({ number }) => number)).toEqual([1, 3]);
  expect(frames.recent({ message: 'Heartbeat', after: 1 }).map(({ number }) => number)).toEqual([3]);
});

test('a listener that throws is told of once, and the others hear on', () => {
  const heard: number[] = [];
  const { note, frames, failures } = log({
    onFrame: () => {
      throw new Error('no space');
    },
  });
  frames.listeners.on('frame', ({ number }) => heard.push(number));
  for (const id of ['1', '2']) note('sent', [2, id, 'Heartbeat', {}]);
  expect(heard).toEqual([1, 2]);
  expect(failures).toEqual(['who looks at the frames failed, and the link goes on: no space']);
});

test('where none are to be kept, frames are read only for who listens, and none is kept', () => {
  const clock = new VirtualClock();
  const frames = new FrameLog({ clock, framesMax: 0 });
  frames.note('sent', '[2,"1","Heartbeat",{}]');
  expect([frames.lastNumber, frames.recent()]).toEqual([0, []]);
  const heard: ObservedFrame[] = [];
  frames.listeners.on('frame', (frame) => heard.push(frame));
  frames.note('sent', '[2,"2","Heartbeat",{}]');
  expect(heard.map(({ id }) => id)).toEqual(['2']);
  expect(frames.recent()).toEqual([]);
});

test('of many no more are kept than was told', () => {
  const frames = new FrameLog({ clock: new VirtualClock(), framesMax: 3 });
  for (let index = 1; index <= 5; index += 1) frames.note('sent', `[2,"${index}","Heartbeat",{}]`);
  expect(frames.recent().map(({ id }) => id)).toEqual(['3', '4', '5']);
});
