/** A port that is to lead to encrypted pages, where there are such pages and where there are none. */
import { redirectPortOf } from '../../src/web/tls/wish';

test.each([
  ['none', true, undefined, []],
  ['none', false, undefined, []],
  [80, true, 80, []],
  [0, true, 0, []],
  [80, false, undefined, [expect.stringMatching(/^--web-redirect leads nowhere: the pages are not encrypted/)]],
] as const)('%s, encrypted: %s', (wish, isEncrypted, port, told) => {
  const warnings: string[] = [];
  expect(redirectPortOf(wish, isEncrypted, (line) => warnings.push(line))).toBe(port);
  expect(warnings).toEqual(told);
});
