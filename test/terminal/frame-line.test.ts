/** Frames as lines: for people, for programs, and for the journal. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { plainBoard } from '../../src/hal/board/plain-board';
import type { ObservedFrame } from '../../src/ocpp/frames/observed-frame';
import { frameLine } from '../../src/terminal/frame-line';
import { Printer, type PrinterOptions } from '../../src/terminal/printer';

const plain = (_colour: string, text: string) => text;
const call: ObservedFrame = {
  number: 1,
  direction: 'sent',
  kind: 'call',
  message: 'StatusNotification',
  connectorId: 2,
  id: '1-4',
  payload: { connectorId: 2 },
};
const { payload: _, ...answer } = { ...call, direction: 'received', delayMs: 12 } as const;

test.each<[ObservedFrame, string]>([
  [call, '→ StatusNotification 2  1-4  {"connectorId":2}'],
  [{ ...answer, kind: 'result', payload: {} }, '← StatusNotification 2  1-4  answer after 12 ms  {}'],
  [
    { ...answer, kind: 'error', errorCode: 'InternalError', errorDescription: 'no disk' },
    '← StatusNotification 2  1-4  InternalError after 12 ms: no disk',
  ],
  [{ ...answer, kind: 'error' }, '← StatusNotification 2  1-4  CALLERROR after 12 ms: without a word why'],
  [{ number: 2, direction: 'received', kind: 'result', id: 'x' }, '← unknown request  x  answer  '],
  [
    { number: 2, direction: 'received', kind: 'bad', remark: '3 characters', text: 'a"b' },
    '← no OCPP frame: 3 characters "a\\"b"',
  ],
])('%j', (frame, line) => {
  expect(frameLine(frame, plain)).toBe(line);
});

function printed(options: Pick<PrinterOptions, 'json' | 'inJournal'>): string {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  try {
    const clock = new VirtualClock({ systemTimeMs: Date.UTC(2026, 4, 4, 8) });
    const printer = new Printer({ board: plainBoard({ connectors: 2 }), clock, ...options });
    printer.open();
    printer.frame(call);
    printer.warn('else');
    return text;
  } finally {
    write.mockRestore();
  }
}

test('a program gets an event; in the journal a frame, and nothing else, has the priority debug', () => {
  const at = '2026-05-04T08:00:00.000Z';
  expect(JSON.parse(printed({ json: true }).split('\n')[0] ?? '')).toEqual({ at, event: 'frame', ...call });
  expect(printed({ json: false })).toMatch(/^\d\d:\d\d:\d\d {2}→ Status/);
  expect(printed({ json: false, inJournal: true })).toMatch(/^<7>\d\d:\d\d:\d\d {2}→ Status.*\n\d\d.*else\n$/);
  expect(printed({ json: true, inJournal: true })).toMatch(/^<7>\{.*\n\{/);
});
