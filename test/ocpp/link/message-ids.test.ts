/** Message ids: as the guide shows them, and never twice. */
import { messageIds } from '../../../src/ocpp/link/message-ids';

test('20 decimal digits, within the 36 characters of J 4.2.1', () => {
  const next = messageIds(7, () => 0.123456);
  expect(next()).toBe('00000712345600000001');
  expect(next()).toBe('00000712345600000002');
});

test.each([
  ['the chance is at its ends', () => messageIds(1, () => 0.999999999)],
  ['there were more boots than digits', () => messageIds(1_234_567_890, () => 0)],
])('the length holds when %s', (_what, make) => {
  expect(make()()).toMatch(/^\d{20}$/);
});

test('ids of two boots differ even with the same chance, and of one boot counted twice by chance', () => {
  const of = (boot: number, random: number) => messageIds(boot, () => random)();
  expect(of(1, 0.5)).not.toBe(of(2, 0.5));
  expect(of(1, 0.5)).not.toBe(of(1, 0.6));
});

test('ten thousand in a row are all different', () => {
  const next = messageIds(1, () => 0.5);
  const ids = new Set(Array.from({ length: 10_000 }, next));
  expect(ids.size).toBe(10_000);
});
