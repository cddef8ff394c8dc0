/** A request with its answer is one row, whatever comes between, and however often a message is repeated. */
import type { PageFrame } from '../../../src/control/pages/frames';
import {
  connectorsOf,
  directionOf,
  type FrameList,
  fits,
  jsonLinesOf,
  messagesOf,
  noFrames,
  outcomeOf,
  statusOf,
  withTold,
} from '../../../src/web/pages/frame-rows';

const call = (number: number, id: string, more: Partial<PageFrame> = {}): PageFrame => ({
  number,
  id,
  direction: 'sent',
  kind: 'call',
  message: 'Heartbeat',
  ...more,
});
const result = (number: number, id: string, more: Partial<PageFrame> = {}): PageFrame =>
  call(number, id, { direction: 'received', kind: 'result', ...more });

function told(frames: PageFrame[], list: FrameList = noFrames, log = 'one'): FrameList {
  return withTold(list, { log, lastNumber: frames.at(-1)?.number ?? list.lastNumber, frames });
}
const pairs = ({ rows }: FrameList) => rows.map(({ call: asked, answer }) => [asked?.number, answer?.number]);

test('answers find their requests, which may have crossed', () => {
  const list = told([
    call(1, 'a'),
    call(2, 'a', { direction: 'received' }),
    result(3, 'a', { direction: 'sent' }),
    result(4, 'a'),
  ]);
  expect(pairs(list)).toEqual([
    [1, 4],
    [2, 3],
  ]);
});

test('a message that is repeated with its id is answered where it was sent last', () => {
  expect(pairs(told([call(1, 'a'), call(2, 'a'), result(3, 'a')]))).toEqual([
    [1, undefined],
    [2, 3],
  ]);
});

test('an answer whose request is not kept stands alone, in the direction of who asked', () => {
  const [row] = told([result(7, 'a')]).rows;
  expect(row && directionOf(row)).toBe('sent');
  const [other] = told([result(7, 'a', { direction: 'sent' })]).rows;
  expect(other && directionOf(other)).toBe('received');
});

test('what is told later joins what is there, and rows that do not change stay the very same', () => {
  const first = told([call(1, 'a'), call(2, 'b')]);
  const second = told([result(3, 'b')], first);
  expect(pairs(second)).toEqual([
    [1, undefined],
    [2, 3],
  ]);
  expect(second.rows[0]).toBe(first.rows[0]);
  expect(told([result(3, 'b')], second)).toBe(second);
});

test('another process of the station begins anew', () => {
  const list = told([call(1, 'x')], told([call(1, 'a'), result(2, 'a')]), 'two');
  expect([list.log, pairs(list)]).toEqual(['two', [[1, undefined]]]);
});

test('at most 500 frames are kept', () => {
  const many = Array.from({ length: 600 }, (_, index) => call(index + 1, String(index)));
  const list = told(many);
  expect(list.frames).toHaveLength(500);
  expect(list.rows.map(({ number }) => number)).toEqual(list.frames.map(({ number }) => number));
  const answered = told([result(601, '150')], list);
  expect(answered.rows).toHaveLength(499);
});

test.each([
  ['waiting', [call(1, 'a')]],
  ['answered', [call(1, 'a'), result(2, 'a', { payload: { status: 'Accepted' } })]],
  ['answered', [call(1, 'a'), result(2, 'a', { payload: {} })]],
  ['answered', [call(1, 'a'), result(2, 'a', { payload: { status: 'Unlocked' } })]],
  ['refused', [call(1, 'a'), result(2, 'a', { payload: { status: 'Rejected' } })]],
  ['refused', [call(1, 'a'), result(2, 'a', { payload: { status: 'UnlockFailed' } })]],
  ['refused', [call(1, 'a'), result(2, 'a', { payload: { idTagInfo: { status: 'Blocked' } } })]],
  ['error', [call(1, 'a'), result(2, 'a', { kind: 'error', errorCode: 'NotImplemented' })]],
  ['unreadable', [call(1, 'a', { kind: 'bad' })]],
] as [string, PageFrame[]][])('%s', (outcome, frames) => {
  const [row] = told(frames).rows;
  expect(row && outcomeOf(row)).toBe(outcome);
});

test('the word of an answer is its own', () => {
  expect(statusOf(result(1, 'a', { kind: 'error', errorCode: 'GenericError' }))).toBe('GenericError');
  expect(statusOf(result(1, 'a', { payload: { idTagInfo: { status: 'Expired' } } }))).toBe('Expired');
  expect(statusOf(result(1, 'a', { payload: { currentTime: 'x' } }))).toBeUndefined();
});

describe('a choice', () => {
  const { rows } = told([
    call(1, 'a', { message: 'StatusNotification', connectorId: 0, payload: { status: 'Available' } }),
    call(2, 'b', { message: 'StatusNotification', connectorId: 10 }),
    call(3, 'c', { message: 'MeterValues', connectorId: 2 }),
    call(4, 'd'),
    result(5, 'd', { payload: { currentTime: '2026' } }),
  ]);
  const all = { message: '', connector: '', text: '' };
  const chosen = (choice: Partial<typeof all>) =>
    rows.filter((row) => fits(row, { ...all, ...choice })).map(({ number }) => number);

  test('by message, connector and text, of request and answer, in any case', () => {
    expect(chosen({})).toEqual([1, 2, 3, 4]);
    expect(chosen({ message: 'StatusNotification' })).toEqual([1, 2]);
    expect(chosen({ connector: '0' })).toEqual([1]);
    expect(chosen({ message: 'StatusNotification', connector: '10' })).toEqual([2]);
    expect(chosen({ text: ' AVAILABLE' })).toEqual([1]);
    expect(chosen({ text: 'currenttime' })).toEqual([4]);
  });

  test('there is what is there, connectors in the order of their numbers', () => {
    expect(messagesOf(rows)).toEqual(['Heartbeat', 'MeterValues', 'StatusNotification']);
    expect(connectorsOf(rows)).toEqual(['0', '2', '10']);
  });
});

test('JSON lines are frames in the order of the link', () => {
  const { rows } = told([call(1, 'a'), call(2, 'b'), result(3, 'a')]);
  const lines = jsonLinesOf(rows).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line).number)).toEqual([1, 2, 3]);
});
