/** How a program that works a rig ends: outputs safe in every case, whoever is stuck. */
import { EventEmitter } from 'node:events';
import { loadBoard } from '../../src/hal/board/board-file';
import type { Trouble } from '../../src/hal/trouble';
import { RigEnding } from '../../src/rig/ending';
import type { Rig } from '../../src/rig/rig';

const mockDone: string[] = [];
let mockProblems: Trouble[] = [];

jest.mock('../../src/drivers/pi/gpio/safe-state', () => ({
  makeBoardSafe: () => {
    mockDone.push('safe');
    return mockProblems;
  },
}));

const board = loadBoard('board/pi-retrofit-single.yaml');
let error: string;

beforeEach(() => {
  mockDone.length = 0;
  mockProblems = [];
  error = '';
  jest.useFakeTimers();
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    error += text;
    return true;
  });
  jest.spyOn(process, 'exit').mockImplementation(((code: number) => void mockDone.push(`exit ${code}`)) as never);
  jest.spyOn(process, 'kill').mockImplementation((_pid, signal) => {
    mockDone.push(`${signal}`);
    return true;
  });
  const listeners = new EventEmitter();
  jest.spyOn(process, 'on').mockImplementation((event, listener) => {
    listeners.on(String(event), listener);
    return process;
  });
  failing = (reason) => listeners.emit('uncaughtException', reason);
  exiting = () => listeners.emit('exit');
});

let failing: (reason: Error) => void;
let exiting: () => void;

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function ending(rig: Partial<Pick<Rig, 'stop' | 'kill'>>, isAbsent: (trouble: Trouble) => boolean = () => false) {
  const made = new RigEnding(board, isAbsent);
  made.rig = rig as Rig;
  return made;
}

function notSafe(connectorId: number, text: string): Trouble {
  return { part: 'contactor', connectorId, code: 'notSafe', text };
}

/** Enough for a chain of promises. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

test('a thread that died: outputs at once, again after its end, then the program ends with code 1', async () => {
  let ended: (value: boolean) => void = () => {};
  const one = ending({
    kill: () => {
      mockDone.push('kill');
      return new Promise((resolve) => {
        ended = resolve;
      });
    },
  });
  one.emergency('the safety thread died: it broke');
  expect(mockDone).toEqual(['kill', 'safe']);
  ended(true);
  await settled();
  expect(mockDone).toEqual(['kill', 'safe', 'safe', 'exit 1']);
  expect(error).toBe('greenup: the safety thread died: it broke\ngreenup: outputs were made safe; the program ends\n');
});

test('a thread that cannot be ended: outputs safe, and the process is killed after half a second', async () => {
  const one = ending({ kill: () => new Promise(() => {}) });
  one.emergency('its loop stands still');
  expect(mockDone).toEqual(['safe']);
  await jest.advanceTimersByTimeAsync(499);
  expect(mockDone).toEqual(['safe']);
  await jest.advanceTimersByTimeAsync(1);
  expect(mockDone).toEqual(['safe', 'safe', 'SIGKILL']);
});

test('a fault of the program is an emergency, also before there is a rig; a second one changes nothing', async () => {
  const one = new RigEnding(board, () => false);
  failing(new Error('out of order'));
  failing(new Error('and again'));
  one.emergency('and again');
  await settled();
  expect(mockDone).toEqual(['safe', 'safe', 'exit 1']);
  expect(error).toMatch(/^greenup: the program failed: Error: out of order/);
  expect(error).not.toMatch(/and again/);
});

test('a program that exits with a rig at work leaves its outputs safe; without one there is nothing to do', async () => {
  const one = ending({ stop: async () => true });
  exiting();
  expect(mockDone).toEqual(['safe']);
  await one.stop(one.rig as Rig);
  exiting();
  expect(mockDone).toEqual(['safe']);
});

test('an orderly end: outputs as soon as the thread has ended, nothing is told', async () => {
  mockProblems = [notSafe(1, 'line 17 is not there')];
  const one = ending({
    stop: async (threadEnded) => {
      mockDone.push('thread');
      threadEnded?.();
      mockDone.push('store');
      return true;
    },
  });
  await one.stop(one.rig as Rig);
  expect(mockDone).toEqual(['thread', 'safe', 'store']);
  expect(error).toBe('');
  expect(one.rig).toBeUndefined();
});

test('a thread that had to be forced: what could not be made safe is told once, if it is news', async () => {
  mockProblems = [
    notSafe(1, 'line 17 is not there'),
    notSafe(2, 'line 27 is not there'),
    notSafe(2, 'the chip is not there'),
    // What is known of one part is no news of another on the same chip.
    { part: 'emulator', code: 'notSafe', text: 'the chip is not there' },
  ];
  const stop: Rig['stop'] = async (threadEnded) => {
    threadEnded?.();
    return false;
  };
  const one = ending({ stop }, ({ connectorId }) => connectorId === 2);
  await one.stop(one.rig as Rig);
  expect(mockDone).toEqual(['safe', 'safe', 'SIGKILL']);
  expect(error).toBe(
    'greenup: line 17 is not there\n' +
      'greenup: the safety thread did not end by itself; outputs were made safe, the program ends\n',
  );
});

test('an end that a disk holds up ends all the same, with outputs safe and the reason told', async () => {
  const one = ending({ stop: () => Promise.reject(new Error('the station did not end within 10 s')) });
  await one.stop(one.rig as Rig);
  expect(mockDone).toEqual(['safe', 'SIGKILL']);
  expect(error).toBe('greenup: the station did not end within 10 s; outputs were made safe, the program ends\n');
});
