/** A fleet that cannot be is refused before it starts, with the command that helps. */
import {
  freeBytesOf,
  openFilesOf,
  portsOf,
  type SystemLimits,
  shortagesOf,
  systemLimits,
} from '../../../src/simulator/fleet/limits';

const plenty: SystemLimits = { openFiles: 1 << 20, localPorts: 60_000, heapBytes: 4e9, freeBytes: 8e9 };

test('nothing is said where all suffices, and nothing of what nobody knows', () => {
  expect(shortagesOf(10_000, plenty)).toEqual([]);
  const unknown = { openFiles: undefined, localPorts: undefined, heapBytes: undefined, freeBytes: undefined };
  expect(shortagesOf(10_000, unknown)).toEqual([]);
});

test.each([
  [
    'open files',
    { openFiles: 1_024 },
    /10000 stations need 10300.* 1024; sudo prlimit --pid \$\$ --nofile=10300:10300/,
  ],
  ['local ports', { localPorts: 9_999 }, /gives 9999; sudo sysctl -w net\.ipv4\.ip_local_port_range="1024 65535"/],
  ['heap of Node.js', { heapBytes: 1e9 }, /it has 1000; NODE_OPTIONS=--max-old-space-size=\d{4}$/],
  ['memory', { freeBytes: 1e9 }, /1000 are left; .*--shard/],
])('%s', (what, short, message) => {
  const lines = shortagesOf(10_000, { ...plenty, ...short });
  expect(lines).toEqual([expect.stringMatching(message)]);
  expect(lines[0]?.startsWith(`${what}: `)).toBe(true);
});

test('the bounds are those of what is needed', () => {
  expect(shortagesOf(100, { ...plenty, openFiles: 400, localPorts: 100 })).toEqual([]);
  expect(shortagesOf(100, { ...plenty, openFiles: 399, localPorts: 99 })).toHaveLength(2);
});

test('what the heap is told to be suffices then', () => {
  const [line = ''] = shortagesOf(10_000, { ...plenty, heapBytes: 1 });
  const heapBytes = Number(/size=(\d+)/.exec(line)?.[1]) * (1 << 20);
  expect(shortagesOf(10_000, { ...plenty, heapBytes })).toEqual([]);
});

test('they are read as Linux writes them', () => {
  const limits =
    'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            20000                20001                files     \n';
  expect(openFilesOf(limits)).toBe(20_000);
  expect(openFilesOf('Max open files            unlimited            unlimited            files')).toBeUndefined();
  expect(portsOf('32768\t60999\n')).toBe(28_232);
  expect(freeBytesOf('MemTotal: 9 kB\nMemAvailable:   22186 kB\n')).toBe(22_186 * 1024);
  expect([openFilesOf(''), portsOf(''), freeBytesOf('')]).toEqual([undefined, undefined, undefined]);
  expect(systemLimits().heapBytes).toBeGreaterThan(0);
});
