/** What the page of an armed rig is told of its parts, and what it has them do. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MockLog, mockMode3Parts } from '../../../src/drivers/mock/parts';
import { PageAnswers } from '../../../src/rig/panel/page-answers';
import { RigBench } from '../../../src/rig/panel/work';
import { bench } from './mock-bench';

const page = 'a-page-of-its-own';

async function answered() {
  const rig = await bench();
  rig.clock.setSystemTime(Date.UTC(2026, 0, 1));
  const answers = new PageAnswers(rig.clock);
  const view = () => {
    const told = answers.answer(rig.made, { kind: 'view' });
    if (!told || !('connectors' in told)) throw new Error('no view');
    return told;
  };
  return { ...rig, answers, view, first: () => view().connectors[0] };
}

test('tells each part as it is, as plain data', async () => {
  const { clock, made, type2, domestic, supply, view } = await answered();
  type2.pilot.emit({ kind: 'volts', high: 9.023, low: -11.98 });
  type2.proximity.emit({ kind: 'ohms', ohms: 221.4 });
  type2.thermometer.emit(24.53);
  type2.lock.emit('locked');
  domestic.plug.emit(true);
  domestic.thermometer.emit(undefined);
  domestic.meter.reading = undefined;
  supply.emit('lost');
  made.seen('right', { kind: 'reader', present: true });
  made.seen('right', { kind: 'card', uid: '04A1B2C3' });
  made.seen('right', { kind: 'several' });
  made.work('moreDuty', { kind: 'page', page }, 1);
  made.take({ part: 'lock', connectorId: 1, code: 'failed', text: 'old' });
  made.take({ part: 'lock', connectorId: 1, code: 'failed', text: 'new' });
  await clock.advance(2_100);
  const told = view();
  expect(JSON.parse(JSON.stringify(told))).toEqual(told);
  expect(told).toMatchObject({
    board: 'rig',
    at: '2026-01-01T00:00:02.100Z',
    supply: 'lost',
    readers: [{ side: 'right', isPresent: true }],
    cards: [
      { number: 2, card: null, side: 'right', ageS: 2 },
      { number: 1, card: '…B2C3', side: 'right', ageS: 2 },
    ],
    message: { kind: 'done', line: 'connector 1: pilot duty 10 %' },
    troubles: ['new', 'old'],
  });
  expect(told.connectors).toMatchObject([
    {
      connectorId: 1,
      side: 'right',
      kind: 'T2S',
      pilot: { state: 'B', highV: 9.02, lowV: -11.98, dutyPercent: 10 },
      pilotFailure: null,
      driven: 'pwm',
      offerA: 6,
      contactor: 'open',
      closedForS: null,
      lock: 'locked',
      proximity: { kind: 'cable', ohms: 221, ratingA: 32 },
      celsius: 24.5,
      meter: { voltageV: [230], energyWh: 0 },
      has: { pilot: 'there', lock: 'there', plug: 'none', indicator: 'there', meter: 'there' },
    },
    {
      connectorId: 2,
      kind: '2P+E',
      pilot: null,
      plug: true,
      celsius: 'silent',
      meter: null,
      meterFailure: 'mock meter: silent because the test set no reading',
      has: { pilot: 'none', lock: 'none', plug: 'there' },
    },
  ]);
});

test.each([
  [{ kind: 'ohms', ohms: Number.POSITIVE_INFINITY }, { kind: 'none' }],
  [
    { kind: 'ohms', ohms: 50 },
    { kind: 'odd', ohms: 50 },
  ],
  [
    { kind: 'invalid', reason: 'silence' },
    { kind: 'invalid', reason: 'silence' },
  ],
] as const)('proximity %j is told as %j', async (reading, told) => {
  const { type2, first } = await answered();
  type2.proximity.emit(reading);
  expect(first()?.proximity).toEqual(told);
});

test('of a pilot that cannot be read there is no wave, but the reason', async () => {
  const { type2, first } = await answered();
  type2.pilot.emit({ kind: 'invalid', reason: 'silence' });
  expect(first()).toMatchObject({ pilot: null, pilotFailure: 'silence' });
});

test('before anything was told nothing is made up', () => {
  const clock = new VirtualClock();
  const parts = mockMode3Parts(new MockLog(clock));
  const connectors = [{ connectorId: 1, name: 'right T2S', side: 'right' as const, parts }];
  const made = new RigBench({ board: 'rig', connectors, clock, armed: true });
  expect(new PageAnswers(clock).answer(made, { kind: 'view' })).toMatchObject({
    at: null,
    supply: null,
    readers: [],
    cards: [],
    buttonAgeS: null,
    loop: null,
    connectors: [{ pilot: null, pilotFailure: null, contactor: null, lock: null, residual: null, proximity: null }],
  });
  made.stop();
});

test('the steps of a pilot are those of its state and its duty cycle, however its volts waver', async () => {
  const { clock, type2, answers, made } = await answered();
  const note = (): void => {
    const model = made.model().connectors[0];
    if (model) answers.notePilot(model);
  };
  note();
  for (const high of [6.2, 5.9, 9, 9.2]) {
    await clock.advance(10);
    type2.pilot.emit({ kind: 'volts', high, low: -12 });
    note();
  }
  made.work('moreDuty', { kind: 'page', page }, 1);
  note();
  type2.pilot.emit({ kind: 'invalid', reason: 'silence' });
  note();
  const told = answers.answer(made, { kind: 'pilots', after: 0 });
  expect(told).toMatchObject({
    lastNumber: 4,
    steps: [
      { state: 'C', dutyPercent: null },
      { state: 'B', dutyPercent: null },
      { state: 'B', dutyPercent: 10 },
      { state: 'invalid' },
    ],
  });
  expect(answers.answer(made, { kind: 'pilots', after: 3 })).toMatchObject({ steps: [{ number: 4 }] });
  expect(answers.answer(made, { kind: 'view' })).toMatchObject({ lastStep: 4 });
});

test('a page acts by its own hand, and is heard', async () => {
  const { clock, log, type2, answers, made, first } = await answered();
  const close = { kind: 'act', act: 'closeContactor', connectorId: 1, page } as const;
  expect(answers.answer(made, close)).toMatchObject({ kind: 'asked' });
  expect(answers.answer(made, { ...close, page: 'another-page-of-all' })).toMatchObject({ kind: 'asked' });
  expect(answers.answer(made, { ...close, page: 'another-page-of-all' })).toMatchObject({ kind: 'done' });
  type2.contactor.emit('closed');
  for (let beats = 0; beats < 4; beats += 1) {
    answers.answer(made, { kind: 'here', page: 'another-page-of-all' });
    await clock.advance(5_000);
  }
  expect(first()).toMatchObject({ contactor: 'closed', closedForS: 40 });
  await clock.advance(5_000);
  expect(log.last('contactor')?.command).toBe('open');
});
