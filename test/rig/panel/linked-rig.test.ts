/** The parts of an armed rig as the thread of its page asks them: one question at a time, however much is asked of the page. */
import type { RigOutcome, RigView } from '../../../src/control/pages/armed-rig';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { LinkedRig, viewAgeMaxMs, waitingMax } from '../../../src/rig/panel/linked-rig';
import type { FromPageThread, RigQuestion } from '../../../src/rig/panel/page-link';
import { HttpRefusal } from '../../../src/web/refusal';

const done: RigOutcome = { kind: 'done', line: 'done' };
const view = { board: 'rig' } as RigView;

/** Parts that answer when the test says so. */
function linked() {
  const clock = new VirtualClock();
  const questions: RigQuestion[] = [];
  let hear: (message: { answer: unknown }) => void = () => {};
  const rig = new LinkedRig(
    {
      postMessage: (message: FromPageThread) => {
        if (message.kind === 'asks') questions.push(message.question);
      },
      on: (_event, listener) => {
        hear = listener;
      },
    },
    clock,
  );
  /** Answers the question that was asked last. */
  const answer = (): void => {
    const { kind } = questions.at(-1) ?? { kind: 'view' };
    hear({ answer: kind === 'view' ? view : kind === 'act' ? done : null });
  };
  return { clock, questions, rig, answer };
}

const page = 'a-page-of-its-own';
const refusals = (acts: readonly Promise<unknown>[]): Promise<unknown[]> =>
  Promise.all(acts.map((act) => act.then(() => undefined).catch((error: unknown) => error)));

test('of a flood the parts have one question at a time, and the rest is refused', async () => {
  const { questions, rig, answer } = linked();
  const acts = Array.from({ length: 500 }, () => rig.act('moreDuty', 1, page));
  expect(questions).toEqual([{ kind: 'view' }]);
  for (let answers = 1; answers <= waitingMax; answers += 1) {
    answer();
    await Promise.resolve();
    expect(questions).toHaveLength(answers + 1);
  }
  answer();
  const refused = (await refusals(acts)).filter((error) => error !== undefined);
  expect(refused).toHaveLength(500 - waitingMax);
  expect(refused.every((error) => error instanceof HttpRefusal && error.code === 503)).toBe(true);
  answer();
  expect(questions).toHaveLength(waitingMax + 1);
});

test('whoever opens a contactor waits behind nobody, and has room where others have none', async () => {
  const { questions, rig, answer } = linked();
  const acts = Array.from({ length: 500 }, () => rig.act('closeContactor', 1, page));
  void refusals(acts);
  const opened = rig.act('openContactor', 2, page);
  answer();
  expect(questions.at(-1)).toEqual({ kind: 'act', act: 'openContactor', connectorId: 2, page });
  answer();
  expect(await opened).toEqual(done);
});

test('openings too many are refused, too', async () => {
  const { clock, rig } = linked();
  let refused = 0;
  for (let count = 0; count < 500; count += 1) {
    rig.act('openContactor', 1, page).catch(() => {
      refused += 1;
    });
  }
  await clock.advance(0);
  expect(refused).toBe(500 - 2 * waitingMax);
});

test('parts that are busy are looked at again when they have answered, and not before', async () => {
  const { clock, questions, rig, answer } = linked();
  await clock.advance(60_000);
  expect(questions).toHaveLength(1);
  expect(rig.view()).toBeNull();
  answer();
  expect(rig.view()).toBe(view);
  await clock.advance(249);
  expect(questions).toHaveLength(1);
  await clock.advance(1);
  expect(questions).toHaveLength(2);
});

test('what was heard long ago is not shown', async () => {
  const { clock, rig, answer } = linked();
  answer();
  await clock.advance(viewAgeMaxMs - 1);
  expect(rig.view()).toBe(view);
  await clock.advance(1);
  expect(rig.view()).toBeNull();
});

test('at the end nothing is asked any more', async () => {
  const { clock, rig, answer } = linked();
  answer();
  rig.stop();
  expect(clock.pendingTimers).toBe(0);
});
