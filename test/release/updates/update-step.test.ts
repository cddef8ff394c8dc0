/** How an update goes on, event by event: what is done and told, and what a start makes of where the former program has left it. */
import fc from 'fast-check';
import type { SlotVersions } from '../../../src/hal/ports';
import type { StoredUpdate, UpdatePhase } from '../../../src/release/updates/stored-update';
import type { StepTime } from '../../../src/release/updates/update-dates';
import { noUpdate, stepUpdate, type UpdateEvent, type UpdateState } from '../../../src/release/updates/update-step';

const time = { now: 1_000, unixMs: 5_000_000 };
const base: StoredUpdate = {
  ...{ form: 1, id: '1-1', by: 'centralSystem', phase: 'waiting', retriesLeft: 1, retryIntervalMs: 60_000 },
  source: { from: 'url', url: 'ftp://files.test/a.zip', credentials: { user: 'u', password: 'p' } },
  doneBytes: 0,
};
const at = (phase: UpdatePhase, more: Partial<StoredUpdate> = {}, busy = true): UpdateState => ({
  ...{ update: { ...base, phase, release: 'new', former: 'old', ...more }, wakeAt: undefined, busy },
});
const slots = (more: Partial<SlotVersions>): SlotVersions => ({
  ...{ good: 'old', next: 'old', trial: undefined, failed: [], installed: ['new', 'old'], ...more },
});
const words = (state: UpdateState, event: UpdateEvent, when: StepTime = time) => {
  const { state: next, effects } = stepUpdate(state, event, when);
  return { phase: next.update?.phase, wakeAt: next.wakeAt, effects: effects.map((effect) => effect.do), next };
};

describe('a date', () => {
  const ordered = (notBeforeUnixMs: number, unixMs: number | undefined) =>
    words(noUpdate, { kind: 'ordered', update: { ...base, notBeforeUnixMs } }, { now: 1_000, unixMs });

  test('that is past is none', () => {
    expect(ordered(4_000_000, 5_000_000)).toMatchObject({ phase: 'downloading', effects: ['keep', 'tell', 'fetch'] });
    expect(ordered(5_000_000, 5_000_000)).toMatchObject({ phase: 'downloading' });
  });

  test('to come is waited for, an hour at most before it is looked at again', () => {
    expect(ordered(5_000_500, 5_000_000)).toMatchObject({ phase: 'waiting', wakeAt: 1_500, effects: ['keep', 'tell'] });
    expect(ordered(50_000_000, 5_000_000)).toMatchObject({ phase: 'waiting', wakeAt: 3_601_000 });
  });

  test('is waited for while nobody knows the time, and judged when somebody does', () => {
    const { next, wakeAt } = ordered(4_000_000, undefined);
    expect(next.update?.phase).toBe('waiting');
    const later = { now: wakeAt ?? 0, unixMs: undefined };
    expect(words(next, { kind: 'tick' }, later)).toMatchObject({ phase: 'waiting', wakeAt: (wakeAt ?? 0) + 10_000 });
    expect(words(next, { kind: 'tick' }, { ...later, unixMs: 4_000_000 })).toMatchObject({ phase: 'downloading' });
  });
});

describe('a try that fails', () => {
  const fail = (retriesLeft: number, isFinal: boolean) =>
    words(at('downloading', { retriesLeft }), { kind: 'fetchFailed', reason: 'broken', isFinal });

  test('is tried again after the interval, as often as was ordered', () => {
    expect(fail(1, false)).toMatchObject({ phase: 'retrying', wakeAt: 61_000, effects: ['keep'] });
    expect(fail(1, false).next.update?.retriesLeft).toBe(0);
    expect(fail(0, false)).toMatchObject({ phase: 'downloadFailed', effects: ['hold', 'keep', 'tell', 'discard'] });
  });

  test('is the last where another would find the same', () => {
    expect(fail(5, true)).toMatchObject({ phase: 'downloadFailed' });
  });

  test('leaves no credentials behind when it was the last', () => {
    expect(JSON.stringify(fail(1, false).next.update)).toContain('password');
    expect(JSON.stringify(fail(0, false).next.update)).not.toContain('password');
  });
});

describe('a start', () => {
  const start = (phase: UpdatePhase, running: string, versions: SlotVersions | undefined, more = {}) =>
    words(at(phase, more, false), { kind: 'started', running, versions });

  test.each<[UpdatePhase, UpdatePhase, string[]]>([
    ['waiting', 'downloading', ['keep', 'tell', 'fetch']],
    ['downloading', 'downloading', ['fetch']],
    ['retrying', 'retrying', []],
    ['downloaded', 'downloaded', ['verify']],
    ['ready', 'downloaded', ['verify']],
    ['placing', 'placing', ['hold']],
    ['installed', 'installed', ['discard']],
    ['downloadFailed', 'downloadFailed', ['discard']],
    ['installationFailed', 'installationFailed', ['discard']],
  ])('goes on with %s', (phase, next, effects) => {
    expect(start(phase, 'old', slots({}))).toMatchObject({ phase: next, effects });
  });

  test.each<UpdatePhase>(['starting', 'trial'])('judges what became of %s by the slots', (phase) => {
    const onTrial = slots({ next: 'new', trial: { version: 'new', startsLeft: 2 } });
    expect(start(phase, 'new', onTrial)).toMatchObject({ phase: 'trial' });
    expect(start(phase, 'new', slots({ good: 'new' }))).toMatchObject({ phase: 'installed' });
    const failed = slots({ failed: [{ version: 'new', reason: 'did not come up' }] });
    const given = start(phase, 'old', failed);
    expect(given).toMatchObject({ phase: 'installationFailed' });
    expect(given.next.update?.reason).toBe('release new was given up: it did not come up');
    expect(start(phase, 'third', slots({ good: 'third' }))).toMatchObject({ phase: 'installationFailed' });
    expect(start(phase, 'old', undefined)).toMatchObject({ phase, wakeAt: 11_000, effects: [] });
  });

  test('begins the trial that the power has kept from beginning, and none that was on', () => {
    expect(start('starting', 'old', slots({}))).toMatchObject({ phase: 'starting', effects: ['hold'] });
    expect(start('trial', 'old', slots({}))).toMatchObject({ phase: 'installationFailed' });
  });

  test('holds the station for the release that is to come back, which is in its slot', () => {
    expect(start('ready', 'old', slots({}), { source: { from: 'slot' } })).toMatchObject({
      phase: 'ready',
      effects: ['hold'],
    });
  });
});

test('a trial begins only after it is durable that it does', () => {
  const { effects, next } = words(at('placing'), { kind: 'placed', running: 'old' });
  expect(effects).toEqual(['keep', 'begin']);
  expect(next.update).toMatchObject({ phase: 'starting', former: 'old' });
});

test('the station is held before it is asked whether it is free, and installed only when it is', () => {
  const { effects, next } = words(at('downloaded'), {
    kind: 'verified',
    release: 'new',
    version: '2.0.0',
    runs: false,
  });
  expect(effects).toEqual(['keep', 'hold']);
  expect(words(next, { kind: 'free' })).toMatchObject({ phase: 'placing', effects: ['keep', 'tell', 'place'] });
});

test('a release that runs already and is good is installed without a restart', () => {
  const event = { kind: 'verified', release: 'new', version: '2.0.0', runs: true } as const;
  expect(words(at('downloaded'), event)).toMatchObject({ phase: 'installed' });
});

describe('a signed order', () => {
  const signed = { request: 7, signer: 'certificate', signature: 'c2ln' };
  const verified = { kind: 'verified', release: 'new', version: '2.0.0', runs: false, signature: 'ECDSA' } as const;
  const date = { signed, installNotBeforeUnixMs: 9_000_000 };

  test('tells its pauses and when it goes on, which another does not', () => {
    const broken = { kind: 'fetchFailed', reason: 'broken', isFinal: false } as const;
    const { next, effects } = words(at('downloading', { signed }), broken);
    expect(effects).toEqual(['keep', 'tell']);
    expect(words(next, { kind: 'tick' }, { now: 61_000, unixMs: 0 }).effects).toEqual(['keep', 'tell', 'fetch']);
    const other = words(at('downloading'), broken);
    expect(other.effects).toEqual(['keep']);
    expect(words(other.next, { kind: 'tick' }, { now: 61_000, unixMs: 0 }).effects).toEqual(['keep', 'fetch']);
  });

  test('keeps how it is signed, and tells that it is verified before the station is held', () => {
    const { next, effects } = words(at('downloaded', { signed }), verified);
    expect(effects).toEqual(['keep', 'tell', 'hold']);
    expect(next.update).toMatchObject({ phase: 'ready', signed: { request: 7, kind: 'ECDSA' } });
    expect(words(at('placing', { signed }), { kind: 'placed', running: 'old' }).effects).toEqual([
      'keep',
      'tell',
      'begin',
    ]);
  });

  test('waits for the date of its installation, holds nobody until then, and is verified anew', () => {
    const { next, effects } = words(at('downloaded', date), verified, { now: 1_000, unixMs: 8_999_000 });
    expect(effects).toEqual(['keep', 'tell']);
    expect(next).toMatchObject({ update: { phase: 'scheduled' }, wakeAt: 2_000, busy: false });
    expect(words(next, { kind: 'free' })).toMatchObject({ phase: 'scheduled', effects: [] });
    expect(words(next, { kind: 'tick' }, { now: 2_000, unixMs: 8_999_500 })).toMatchObject({
      phase: 'scheduled',
      wakeAt: 2_500,
    });
    const due = words(next, { kind: 'tick' }, { now: 2_000, unixMs: 9_000_000 });
    expect(due).toMatchObject({ phase: 'downloaded', effects: ['verify'] });
    expect(words(due.next, verified, { now: 2_000, unixMs: 9_000_000 })).toMatchObject({ phase: 'ready' });
    const start = { kind: 'started', running: 'old', versions: slots({}) } as const;
    expect(words(at('scheduled', date, false), start)).toMatchObject({ phase: 'downloaded', effects: ['verify'] });
  });

  test.each([
    ['signature', 'invalidSignature', 'invalidSignature'],
    ['package', 'verificationFailed', 'installationFailed'],
    [undefined, 'installationFailed', 'installationFailed'],
  ] as const)('says what failed: %s', (failedAt, withSignature, without) => {
    const event: UpdateEvent = { kind: 'failed', reason: 'x', ...(failedAt && { at: failedAt }) };
    expect(words(at('downloaded', { signed }), event)).toMatchObject({ phase: withSignature });
    expect(words(at('downloaded'), event)).toMatchObject({ phase: without });
    const end = words(at('downloaded', { signed }), event).next;
    expect(words({ ...end, busy: false }, { kind: 'started', running: 'old', versions: slots({}) }).effects).toEqual([
      'discard',
    ]);
  });
});

const events: fc.Arbitrary<UpdateEvent> = fc.oneof(
  fc.constantFrom<UpdateEvent>(
    { kind: 'tick' },
    { kind: 'began', totalBytes: 9 },
    { kind: 'marked', bytes: 5, validator: 'v' },
    { kind: 'fetched', bytes: 9 },
    { kind: 'fetchFailed', reason: 'broken', isFinal: false },
    { kind: 'verified', release: 'new', version: undefined, runs: false },
    { kind: 'free' },
    { kind: 'placed', running: 'old' },
    { kind: 'failed', reason: 'broken' },
    { kind: 'failed', reason: 'broken', at: 'signature' },
    { kind: 'failed', reason: 'broken', at: 'package' },
    { kind: 'proven' },
  ),
);
const order: readonly UpdatePhase[] = ['waiting', 'downloading', 'downloaded', 'ready', 'placing', 'starting', 'trial'];

test('whatever comes in whatever order, an update goes forward to one end, which nothing changes', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 40 }), (given) => {
      let state = stepUpdate(noUpdate, { kind: 'ordered', update: base }, time).state;
      let place = 0;
      let now = time.now;
      for (const event of given) {
        now += 61_000;
        const before = state;
        state = stepUpdate(state, event, { now, unixMs: now }).state;
        const phase = state.update?.phase ?? 'waiting';
        const wasEnd = /installed|Failed|invalid/.test(before.update?.phase ?? '');
        if (wasEnd) expect(state).toBe(before);
        const next = order.indexOf(phase === 'retrying' ? 'downloading' : phase);
        if (next >= 0) expect(next).toBeGreaterThanOrEqual(place);
        if (next >= 0) place = next;
      }
    }),
  );
});
