/** The page of an armed rig as its process has it: it opens or says why not, and when its thread is lost, so is what it closed. */

import { ArmedPage, type PageThread } from '../../../src/rig/panel/armed-page';
import type { FromPageThread, ToPageThread } from '../../../src/rig/panel/page-link';
import { rigPage } from '../../../src/rig/panel/screen';
import { bench } from './mock-bench';

const page = 'a-page-of-its-own';
/** The next turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const close = { kind: 'act', act: 'closeContactor', connectorId: 1, page } as const;

function fakeThread() {
  const answers: ToPageThread[] = [];
  let tell: (message: FromPageThread) => void = () => {};
  let end: (reason: string) => void = () => {};
  const state = { terminated: false };
  const thread: PageThread = {
    postMessage: (message) => answers.push(message),
    onMessage: (listener) => {
      tell = listener;
    },
    onEnd: (listener) => {
      end = listener;
    },
    terminate: async () => {
      state.terminated = true;
      end('code 1');
    },
  };
  return { thread, answers, state, tell: (message: FromPageThread) => tell(message), end: (why: string) => end(why) };
}

/** The page has closed the contactor of connector 1. */
async function closedByPage() {
  const rig = await bench();
  const fake = fakeThread();
  const opening = ArmedPage.open(0, rig.clock, fake.thread);
  fake.tell({ kind: 'asks', question: { kind: 'view' } });
  fake.tell({ kind: 'listens', port: 4_711 });
  const opened = await opening;
  rig.made.servedAt(`http://127.0.0.1:${opened.port}/`);
  opened.attach(rig.made);
  for (const _press of [1, 2]) fake.tell({ kind: 'asks', question: close });
  rig.type2.contactor.emit('closed');
  expect(rig.log.words('contactor')).toEqual(['contactor.close']);
  return { ...rig, ...fake, opened };
}

test('a port that cannot be had is told, and the thread ended', async () => {
  const { clock } = await bench();
  const { thread, state, tell } = fakeThread();
  const opening = ArmedPage.open(80, clock, thread);
  tell({ kind: 'failed', reason: 'web port 80 is in use' });
  await expect(opening).rejects.toMatchObject({ code: 'config.invalid', message: 'web port 80 is in use' });
  expect(state.terminated).toBe(true);
});

test('a thread that ends before it serves is told', async () => {
  const { clock } = await bench();
  const { thread, end } = fakeThread();
  const opening = ArmedPage.open(80, clock, thread);
  end('code 7');
  await expect(opening).rejects.toMatchObject({ message: 'the page of the rig cannot be served: code 7' });
});

test('what is asked before the parts are there is answered then', async () => {
  const { answers } = await closedByPage();
  await turn();
  expect(answers).toMatchObject([
    { answer: { board: 'rig' } },
    { answer: { kind: 'asked' } },
    { answer: { kind: 'done' } },
  ]);
});

test('a thread that ends opens what a page has closed, and the address is no longer shown', async () => {
  const { end, log, made, message } = await closedByPage();
  const shown = (): string => rigPage(made.model(), { columns: 100, rows: 40 }, (_colour, text) => text).join('\n');
  expect(shown()).toContain('page in a browser of this machine: http://127.0.0.1:4711/');
  end('code 1');
  expect(log.last('contactor')?.command).toBe('open');
  expect(message()).toBe('connector 1: contactor opened: the page in a browser has ended: code 1');
  expect(shown()).not.toContain('4711');
});

test('its orderly end says nothing of a loss', async () => {
  const { opened, made, message } = await closedByPage();
  made.stop();
  await opened.close();
  expect(message()).toBe('connector 1: contactor opened: the view ends');
});

test('however fast a thread asks, each turn of the event loop has one question to answer', async () => {
  const { clock, made } = await bench();
  const fake = fakeThread();
  const opening = ArmedPage.open(0, clock, fake.thread);
  fake.tell({ kind: 'listens', port: 4_711 });
  const opened = await opening;
  let asked = 0;
  const ask = (): void => {
    asked += 1;
    if (asked < 100) fake.tell({ kind: 'asks', question: { kind: 'here', page } });
  };
  fake.thread.postMessage = ask;
  opened.attach(made);
  ask();
  for (let turns = 0; turns < 10; turns += 1) await turn();
  expect(asked).toBe(11);
  await opened.close();
});
