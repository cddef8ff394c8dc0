/** Troubles keep their kind and owner on the way to whoever decides by them. */
import { GreenupError } from '../../src/hal/errors';
import { linesOf, ofConnector, type Trouble, troubleOf } from '../../src/hal/trouble';

test('an error is the trouble that its code says, and else what the caller was doing', () => {
  const missing = new GreenupError('package.missing', 'no package');
  expect(troubleOf('gpio', missing, 'notSetUp')).toEqual({ part: 'gpio', code: 'packageMissing', text: 'no package' });
  const absent = new GreenupError('part.missing', 'no chip');
  expect(troubleOf('lock', absent, 'notSetUp')).toEqual({ part: 'lock', code: 'notSetUp', text: 'no chip' });
  expect(troubleOf('lock', 'odd', 'failed')).toEqual({ part: 'lock', code: 'failed', text: 'odd' });
});

test('a trouble of a connector bears its number, for programs and in its line', () => {
  const reported: Trouble[] = [];
  const report = ofConnector(3, (trouble) => reported.push(trouble));
  report({ part: 'pilot', code: 'failed', text: 'pilot: silent' });
  expect(reported).toEqual([{ part: 'pilot', connectorId: 3, code: 'failed', text: 'connector 3: pilot: silent' }]);
});

test('what several parts share is one line', () => {
  const shared = (connectorId: number): Trouble => ({ part: 'lock', connectorId, code: 'notSafe', text: 'no chip' });
  expect(linesOf([shared(1), { part: 'pulse', code: 'notSafe', text: 'in use' }, shared(2)])).toEqual([
    'no chip',
    'in use',
  ]);
});
