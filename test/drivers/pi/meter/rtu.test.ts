/** Frames are right to the byte, and only the exact answer passes for one. */
import fc from 'fast-check';
import {
  crc16,
  exceptionText,
  frameGapMs,
  judgeReply,
  replyBytes,
  requestFrame,
  withCrc,
} from '../../../../src/drivers/pi/meter/rtu';
import { frame } from './support';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const request = { unit: 1, functionCode: 4, address: 0, count: 2 } as const;

test('the check sum agrees with the worked example of the standard and the check value of CRC-16/MODBUS', () => {
  expect(crc16(Uint8Array.of(0x02, 0x07))).toBe(0x1241);
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
  expect(hex(withCrc(Uint8Array.of(0x02, 0x07)))).toBe('02074112');
});

test('the check sum agrees with a division of polynomials', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(hex(withCrc(bytes))).toBe(hex(frame(...bytes)));
    }),
  );
});

test.each([
  [{ unit: 1, functionCode: 4, address: 0, count: 2 } as const, '01040000000271cb'],
  [{ unit: 1, functionCode: 3, address: 0, count: 10 } as const, '01030000000ac5cd'],
  [{ unit: 17, functionCode: 3, address: 0x6b, count: 3 } as const, '1103006b00037687'],
])('a request is %o → %s', (what, bytes) => {
  expect(hex(requestFrame(what))).toBe(bytes);
});

test.each([
  [{ unit: 0 }, 'unit'],
  [{ unit: 248 }, 'unit'],
  [{ count: 0 }, 'count'],
  [{ count: 126 }, 'count'],
  [{ address: 65_535 }, 'address'],
  [{ address: -1 }, 'address'],
  [{ address: 0.5 }, 'address'],
])('no frame is made of %o', (wrong, name) => {
  expect(() => requestFrame({ ...request, ...wrong })).toThrow(`Modbus ${name} must be`);
});

test('pauses: 3.5 characters of 11 bits, never under 1.75 ms', () => {
  expect(frameGapMs(9600)).toBeCloseTo(4.01, 2);
  expect(frameGapMs(2400)).toBeCloseTo(16.04, 2);
  expect(frameGapMs(115_200)).toBe(1.75);
});

test('an answer gives its registers', () => {
  const answer = frame(1, 4, 4, 0x43, 0x66, 0x33, 0x34);
  expect(hex(answer)).toMatch(/^01040443663334/);
  expect(judgeReply(request, answer)).toEqual({ kind: 'registers', bytes: Uint8Array.of(0x43, 0x66, 0x33, 0x34) });
  expect(answer).toHaveLength(replyBytes(2));
});

test('an exception is told in words', () => {
  expect(judgeReply(request, frame(1, 0x84, 2))).toEqual({ kind: 'exception', code: 2 });
  expect(exceptionText(2)).toMatch(/illegal data address/);
  expect(exceptionText(99)).toMatch(/99/);
});

test.each([
  ['another unit', frame(2, 4, 4, 0, 0, 0, 0), /unit 2/],
  ['another function', frame(1, 3, 4, 0, 0, 0, 0), /function 3/],
  ['another length', frame(1, 4, 6, 0, 0, 0, 0, 0, 0), /counts 6 bytes/],
  ['a byte behind', Uint8Array.of(...frame(1, 4, 4, 0, 0, 0, 0), 0), /1 bytes too many/],
  ['a byte behind an exception', Uint8Array.of(...frame(1, 0x84, 2), 0), /1 bytes too many/],
  ['a byte in front', Uint8Array.of(0, ...frame(1, 4, 4, 0, 0, 0, 0)), /unit 0/],
])('%s is no answer', (_, bytes, reason) => {
  expect(judgeReply(request, bytes)).toEqual({ kind: 'garbled', reason: expect.stringMatching(reason) });
});

test('an adapter that repeats what it sends is named', () => {
  expect(judgeReply(request, requestFrame(request))).toMatchObject({
    kind: 'garbled',
    reason: expect.stringContaining('echo'),
  });
});

test('nothing and a beginning are no answer yet', () => {
  const answer = frame(1, 4, 4, 1, 2, 3, 4);
  expect(judgeReply(request, new Uint8Array())).toEqual({ kind: 'none' });
  for (let length = 1; length < answer.length; length++) {
    expect(judgeReply(request, answer.subarray(0, length)).kind).toBe('partial');
  }
});

test('any single damaged bit is noticed', () => {
  const answer = frame(1, 4, 4, 1, 2, 3, 4);
  for (let bit = 0; bit < answer.length * 8; bit++) {
    const damaged = Uint8Array.from(answer);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(judgeReply(request, damaged).kind).not.toBe('registers');
  }
});
