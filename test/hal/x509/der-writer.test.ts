/** DER: lengths, numbers and times as X.690 has them, byte by byte. */
import { bitString, der, integer, objectId, sequence, tags, time } from '../../../src/hal/x509/der-writer';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [65_536, '0483010000'],
])('a length of %i', (length, head) => {
  expect(hex(der(tags.octetString, Buffer.alloc(length))).slice(0, head.length)).toBe(head);
});

test.each([
  [[0], '020100'],
  [[0, 0], '020100'],
  [[0x7f], '02017f'],
  [[0x80], '02020080'],
  [[0, 0, 0x12, 0x34], '02021234'],
  [[0, 0xff], '020200ff'],
])('the number %j', (bytes, written) => {
  expect(hex(integer(Buffer.from(bytes)))).toBe(written);
});

test.each([
  ['2.5.4.3', '0603550403'],
  ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
  ['1.3.6.1.5.5.7.3.1', '06082b06010505070301'],
])('the object %s', (dotted, written) => {
  expect(hex(objectId(dotted))).toBe(written);
});

test.each([
  [Date.UTC(2024, 0, 2, 3, 4, 5), '170d', '240102030405Z'],
  [Date.UTC(2049, 11, 31, 23, 59, 59, 999), '170d', '491231235959Z'],
  [Date.UTC(2050, 0, 1), '180f', '20500101000000Z'],
])('the time %i', (unixMs, head, text) => {
  expect(hex(time(unixMs))).toBe(head + Buffer.from(text).toString('hex'));
});

test('structures hold their parts in order', () => {
  expect(hex(sequence(integer(Buffer.from([1])), bitString(Buffer.from([0xa5]))))).toBe('3007020101030200a5');
});
