/** Several hands at one rig, the keys and pages in a browser: each confirms for itself, and a page that is gone holds nothing closed. */
import { confirmWithinMs } from '../../../src/control/pages/armed-rig';
import { contactorClosedMaxMs } from '../../../src/rig/panel/guard';
import { type Hand, keysHand, pageSilenceMaxMs } from '../../../src/rig/panel/hand';
import { bench } from './mock-bench';

const page = (name: string): Hand => ({ kind: 'page', page: name });
const [one, other] = [page('one'), page('other')];

/** A page has closed the contactor of connector 1, and its feedback says so. */
async function closedByPage() {
  const rig = await bench();
  rig.made.work('closeContactor', one, 1);
  rig.made.work('closeContactor', one, 1);
  rig.type2.contactor.emit('closed');
  return rig;
}

test('a page asks twice as the keys do, and has their words without the keys', async () => {
  const { log, made } = await bench();
  expect(made.work('closeContactor', one, 1)).toEqual({
    kind: 'asked',
    line: 'press again within 3 s to CLOSE the contactor of connector 1 right T2S: its outlet becomes live',
  });
  expect(log.words('contactor')).toEqual([]);
  expect(made.work('closeContactor', one, 1)).toEqual({
    kind: 'done',
    line: 'connector 1: contactor commanded CLOSED; it opens by itself in 60 s',
  });
  expect(log.words('contactor')).toEqual(['contactor.close']);
  expect(made.work('closeContactor', one, 2)).toEqual({
    kind: 'refused',
    line: 'connector 2: not closed: that of connector 1 is closed: open it first',
  });
  expect(made.work('lock', one, 1)).toEqual({
    kind: 'refused',
    line: 'connector 1: refused while its contactor is closed: open it first',
  });
});

test.each<[string, Hand, Hand]>([
  ['the keys, then a page', keysHand, one],
  ['a page, then the keys', one, keysHand],
  ['a page, then another one', one, other],
])('%s: nobody confirms for somebody else', async (_who, first, second) => {
  const { log, made } = await bench();
  made.work('closeContactor', first, 1);
  expect(made.work('closeContactor', second, 1).kind).toBe('asked');
  expect(log.words('contactor')).toEqual([]);
});

test.each<[string, (rig: Awaited<ReturnType<typeof bench>>) => unknown]>([
  ['too late', ({ clock }) => clock.advance(confirmWithinMs + 1)],
  ['after an act of the keys', ({ press }) => press('i')],
  ['after an act of another page', ({ made }) => made.work('steady', other, 2)],
  ['after the same for another connector', ({ made }) => made.work('closeContactor', one, 2)],
])('a page does not close %s', async (_when, meanwhile) => {
  const rig = await bench();
  rig.made.work('closeContactor', one, 1);
  await meanwhile(rig);
  expect(rig.made.work('closeContactor', one, 1).kind).toBe('asked');
  expect(rig.log.words('contactor')).toEqual([]);
});

test('what a page does to a connector leaves that of the keys selected', async () => {
  const { made, log, press } = await bench();
  press('2');
  made.work('moreDuty', one, 1);
  expect(log.last('pilot')?.output).toEqual({ kind: 'pwm', dutyPercent: 10 });
  press('l');
  expect(made.model()).toMatchObject({ selected: 1, message: 'connector 2: it has no lock', messageKind: 'refused' });
});

test('a connector that is not there is refused', async () => {
  const { made, log } = await bench();
  expect(made.work('openContactor', one, 3)).toEqual({
    kind: 'refused',
    line: 'there is no connector 3: valid are 1, 2',
  });
  expect(log.words('contactor')).toEqual([]);
});

test('without --arm a page closes nothing', async () => {
  const { made, log } = await bench({ armed: false });
  for (let count = 0; count < 3; count += 1) {
    expect(made.work('closeContactor', one, 1)).toMatchObject({ kind: 'refused', line: /start with --arm/ });
  }
  expect(log.words('contactor')).toEqual([]);
});

describe('a contactor that a page has closed opens', () => {
  test('when the page was not heard for two beats, and not before', async () => {
    const { clock, log, message } = await closedByPage();
    await clock.advance(pageSilenceMaxMs - 1);
    expect(log.words('contactor')).toEqual(['contactor.close']);
    await clock.advance(1);
    expect(log.words('contactor')).toEqual(['contactor.close', 'contactor.open']);
    expect(message()).toBe('connector 1: contactor opened: the page that closed it is gone');
  });

  test('two beats after it was heard last, and not while it is heard', async () => {
    const { clock, log, made } = await closedByPage();
    for (let beats = 0; beats < 3; beats += 1) {
      await clock.advance(pageSilenceMaxMs - 1);
      made.hear('one');
    }
    expect(log.words('contactor')).toEqual(['contactor.close']);
    await clock.advance(pageSilenceMaxMs);
    expect(log.last('contactor')?.command).toBe('open');
  });

  test('though another page is heard', async () => {
    const { clock, log, made } = await closedByPage();
    await clock.advance(pageSilenceMaxMs - 1);
    made.hear('other');
    await clock.advance(1);
    expect(log.last('contactor')?.command).toBe('open');
  });

  test('after 60 s, however often the page is heard', async () => {
    const { clock, log, made, message } = await closedByPage();
    for (let passedMs = 0; passedMs < contactorClosedMaxMs; passedMs += 5_000) {
      expect(log.last('contactor')?.command).toBe('close');
      await clock.advance(5_000);
      made.hear('one');
    }
    expect(log.last('contactor')?.command).toBe('open');
    expect(message()).toBe('connector 1: contactor opened: it was closed for 60 s');
  });

  test('when no page can be heard any more', async () => {
    const { log, made, message } = await closedByPage();
    made.losePages('the pages are gone');
    expect(log.last('contactor')?.command).toBe('open');
    expect(message()).toBe('connector 1: contactor opened: the pages are gone');
  });

  test('by whichever hand', async () => {
    for (const hand of [keysHand, other]) {
      const { log, made } = await closedByPage();
      expect(made.work('openContactor', hand, 1).kind).toBe('done');
      expect(log.last('contactor')?.command).toBe('open');
    }
  });
});

test('what the keys have closed waits for no page', async () => {
  const { clock, log, made, press, type2 } = await bench();
  press('c', 'c');
  type2.contactor.emit('closed');
  made.hear('one');
  made.losePages('the pages are gone');
  await clock.advance(contactorClosedMaxMs - 1);
  expect(log.last('contactor')?.command).toBe('close');
});

test('a page that is gone opens nothing that somebody else has closed after it', async () => {
  const { clock, log, made, type2 } = await closedByPage();
  made.work('openContactor', one, 1);
  type2.contactor.emit('open');
  for (const _press of [1, 2]) made.work('closeContactor', keysHand, 1);
  type2.contactor.emit('closed');
  await clock.advance(pageSilenceMaxMs);
  expect(log.last('contactor')?.command).toBe('close');
});
