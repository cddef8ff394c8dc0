/** The table of faults: every row can be told, and rows that belong together agree. */
import { blocksEnergy, type FaultId, faults, gravest } from '../../src/station/faults';

const rows = Object.entries(faults);

test.each(rows)('%s can be told in a StatusNotification (info at most 50 characters)', (_id, fault) => {
  expect(fault.info.length).toBeGreaterThan(0);
  expect(fault.info.length).toBeLessThanOrEqual(50);
  expect(fault.errorCode).not.toBe('NoError');
});

test('EVCommunicationError is never Faulted (4.9), and a warning neither opens nor ends anything', () => {
  for (const [, fault] of rows) {
    if (fault.errorCode === 'EVCommunicationError') expect(fault.shows).toBe('suspended');
    if (fault.shows === 'warning') {
      expect(fault).toMatchObject({ reaction: 'none', endsTransaction: false });
    } else expect(fault.reaction).not.toBe('none');
  }
});

test('what could let people touch live parts, or comes from the vehicle that may be anything, opens at once', () => {
  const atOnce: FaultId[] = [
    'residualCurrent',
    'contactorWelded',
    'overTemperature',
    'pilotShort',
    'proximityInvalid',
    'supplyLost',
  ];
  for (const id of atOnce) expect(faults[id].reaction).toBe('openNow');
});

test('a residual current, contacts that fail, a machine that stands still, and what was one of them for all one knows need a hand', () => {
  const byHand = rows.flatMap(([id, fault]) => (fault.clears === 'hand' ? [id] : []));
  expect(byHand).toEqual(['contactorWelded', 'contactorStuckOpen', 'loopStood', 'residualCurrent', 'latchedUnread']);
});

test('the gravest is the first in the table, in whatever order they came', () => {
  expect(gravest(['weakSignal', 'overTemperature', 'residualCurrent'])).toBe('residualCurrent');
  expect(gravest(['readerAbsent'])).toBe('readerAbsent');
  expect(gravest([])).toBeUndefined();
});

test('energy is blocked by all but warnings', () => {
  expect(blocksEnergy('overVoltage')).toBe(true);
  expect(blocksEnergy('readerAbsent')).toBe(false);
});
