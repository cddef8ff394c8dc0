/** The priority of the safety thread, and of one that may wait. */
import { constants, getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { lowerOwnPriority, raiseOwnPriority } from '../../src/rig/thread-priority';

test('the thread that asks is the one that is raised', () => {
  const raised: [number, number][] = [];
  expect(
    raiseOwnPriority(
      () => '4711/task/4713',
      (thread, priority) => raised.push([thread, priority]),
    ),
  ).toBe(true);
  expect(raised).toEqual([[4713, constants.priority.PRIORITY_HIGHEST]]);
});

test('and the one that is lowered', () => {
  const lowered: [number, number][] = [];
  const set = (thread: number, priority: number): unknown => lowered.push([thread, priority]);
  expect(lowerOwnPriority(() => '4711/task/4714', set)).toBe(true);
  expect(lowered).toEqual([[4714, constants.priority.PRIORITY_LOW]]);
});

test('without the right, or on another system, it goes on as it is', () => {
  const refuse = (): never => {
    throw new Error('EACCES');
  };
  expect(raiseOwnPriority(() => '1/task/2', refuse)).toBe(false);
  expect(raiseOwnPriority(refuse, () => {})).toBe(false);
});

test('a thread of its own leaves the rest of the process where it was', async () => {
  const before = getPriority();
  const code = `
    require(${JSON.stringify(require.resolve('../drivers/store/run-typescript.js'))});
    const { raiseOwnPriority } = require(${JSON.stringify(require.resolve('../../src/rig/thread-priority'))});
    const { getPriority } = require('node:os');
    const { basename } = require('node:path');
    const { parentPort } = require('node:worker_threads');
    let thread;
    const raised = raiseOwnPriority(() => (thread = require('node:fs').readlinkSync('/proc/thread-self')));
    parentPort.postMessage({ raised, own: thread && getPriority(Number(basename(thread))) });`;
  const worker = new Worker(code, { eval: true });
  const told = await new Promise<{ raised: boolean; own: number | undefined }>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
  await worker.terminate();
  expect(getPriority()).toBe(before);
  if (told.raised) expect(told.own).toBe(constants.priority.PRIORITY_HIGHEST);
});
