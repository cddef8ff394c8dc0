/** The station's shell: what one of those outside does wrong keeps nothing from the others. */

import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { IndicatorPattern, Listener } from '../../../src/hal/parts';
import type { JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { type Outside, Station } from '../../../src/station/shell/station';
import type { Socket, SocketReport, SocketWish } from '../../../src/station/socket/types';
import type { StationInput } from '../../../src/station/types';
import { config, idle, meterAt, plugged, settings } from '../bench';

class FakeSocket implements Socket {
  readonly wishes: SocketWish[] = [];
  private listener: Listener<SocketReport> = () => {};

  /** Where a machine fails, its wish does not arrive. */
  failsNext = false;

  command(wish: SocketWish): void {
    if (this.failsNext) {
      this.failsNext = false;
      throw new Error('machine');
    }
    this.wishes.push(wish);
  }

  clearFaults(): void {}

  readMeter(): void {}

  watch(listener: Listener<SocketReport>) {
    this.listener = listener;
    return () => {};
  }

  report(change: Partial<SocketReport>): void {
    this.listener({ ...idle, ...change });
  }
}

function bench(
  broken: Partial<Outside> = {},
  show: (pattern: IndicatorPattern) => void = () => {},
  stored = new StoredValues(new Map()),
) {
  const clock = new VirtualClock();
  const sockets = config.connectors.map(() => new FakeSocket());
  const errors: unknown[] = [];
  const shown: IndicatorPattern[] = [];
  const lookedOn: string[] = [];
  const kept: (readonly [key: string, value: JsonValue])[] = [];
  const station = new Station({
    config,
    settings,
    boot: 1,
    clock,
    commits: {
      commit: ({ put }) => {
        kept.push(...put);
        return Promise.resolve();
      },
    },
    stored,
    sockets,
    readers: [],
    // That of the left side follows the one of the right side.
    indicators: [
      {
        show: (pattern) => {
          shown.push(pattern);
          show(pattern);
        },
      },
      { show: (pattern) => lookedOn.push(`left ${pattern}`) },
    ],
    onError: (error) => errors.push(error),
  });
  const outside: Outside = {
    ask: ({ id }) => station.post({ kind: 'verdict', ask: id, verdict: { accepted: true, parent: undefined } }),
    entriesFor: () => ({ batch: { put: [], del: [] }, committed: () => {} }),
    recorded: () => {},
    changed: () => lookedOn.push('changed'),
    restart: () => lookedOn.push('restart'),
    ...broken,
  };
  station.start(outside);
  const [socket] = sockets;
  if (!socket) throw new Error('the configuration has no connector');
  return { station, socket, clock, errors, shown, lookedOn, kept };
}

const fails = (what: string) => () => {
  throw new Error(what);
};

async function charge(b: ReturnType<typeof bench>): Promise<void> {
  b.socket.report(plugged);
  b.station.post({ kind: 'card', side: 'right', token: 'CARD' });
  b.socket.report({ ...plugged, ...meterAt(0, 1_000), locked: true });
  await b.clock.advance(10);
  b.socket.report({ ...plugged, ...meterAt(0, 1_000), locked: true, contactor: 'closed', offeredA: 32 });
}

test('an onlooker that throws at every change stops neither the charge nor the lights, and each error is reported', async () => {
  const b = bench({ changed: fails('onlooker') });
  await charge(b);
  expect(b.socket.wishes.at(-1)).toEqual({ kind: 'permit', offerA: 32 });
  expect(b.shown.at(-1)).toBe('charging');
  expect(b.errors.length).toBeGreaterThan(3);
  expect(new Set(b.errors.map(String))).toEqual(new Set(['Error: onlooker']));
});

test('what the outside does wrong with a record does not keep the energy from its user', async () => {
  const b = bench({ recorded: fails('queue') });
  await charge(b);
  expect(b.socket.wishes.at(-1)).toEqual({ kind: 'permit', offerA: 32 });
  expect(b.errors.map(String)).toEqual(['Error: queue']);
});

test('an answer that fails keeps the change from nobody', () => {
  const b = bench({ ask: fails('answer') });
  b.socket.report(plugged);
  b.lookedOn.length = 0;
  b.station.post({ kind: 'card', side: 'right', token: 'CARD' });
  expect(b.lookedOn).toContain('changed');
  expect(b.errors.map(String)).toEqual(['Error: answer']);
});

test('each unlock is answered by its own number, and once', async () => {
  const b = bench();
  const answers = [b.station.unlock(1), b.station.unlock(1)];
  b.socket.report({ locked: false });
  expect(await Promise.all(answers)).toEqual(['unlocked', 'unlocked']);
});

test('one light that fails does not darken the other', () => {
  const b = bench({}, fails('light'));
  b.socket.report(plugged);
  b.station.post({ kind: 'availability', connectorId: 0, operative: false });
  expect(b.lookedOn).toContain('left unavailable');
  expect(b.errors.map(String)).toEqual(b.shown.map(() => 'Error: light'));
});

test('a restart that fails is reported', async () => {
  const b = bench({ restart: fails('restart') });
  b.station.post({ kind: 'reset', hard: true });
  await b.clock.advance(10);
  expect(b.errors.map(String)).toEqual(['Error: restart']);
});

test('a step whose wish cannot be passed on fails aloud; the inputs behind it are worked all the same', () => {
  let arise = (): void => {};
  const b = bench({ changed: () => arise() });
  b.station.post({ kind: 'card', side: 'right', token: 'CARD' });
  arise = () => {
    arise = () => {};
    // The plug meets the card that waits for it, and the wish to hold it fails; the report of its bolt stands behind.
    b.socket.failsNext = true;
    b.socket.report(plugged);
    b.socket.report({ ...plugged, locked: true });
  };
  const change: StationInput = { kind: 'fault', connectorId: 0, fault: 'weakSignal', present: true };
  expect(() => b.station.post(change)).toThrow('machine');
  expect(b.station.state.connectors[0]?.session.kind).toBe('starting');
});

test('a reading from which nothing follows is told to nobody, and is kept', () => {
  const b = bench();
  b.socket.report(plugged);
  b.lookedOn.length = 0;
  b.socket.report({ ...plugged, ...meterAt(b.clock.now(), 1_007, 3) });
  expect(b.lookedOn).toEqual([]);
  expect(b.station.state.connectors[0]?.report?.meter?.reading.energyWh).toBe(1_007);
});

test('a sample is recorded and its register kept, and nobody hears of it; the next sample and the next change come all the same', async () => {
  const sampled: number[] = [];
  const entriesFor: Outside['entriesFor'] = (records) => {
    for (const record of records) if (record.kind === 'sample') sampled.push(record.reading.energyWh);
    return { batch: { put: [], del: [] }, committed: () => {} };
  };
  const b = bench({ entriesFor });
  b.station.post({ kind: 'settings', settings: { ...settings, sampleIntervalMs: 60_000 } });
  await charge(b);
  // It has begun, and counts as settled.
  await b.clock.advance(15_000);
  const supplied = { ...plugged, locked: true, contactor: 'closed', offeredA: 32 } as const;
  for (let minute = 1; minute <= 2; minute += 1) {
    b.socket.report({ ...supplied, ...meterAt(b.clock.now(), 1_000 + minute, 16) });
    b.lookedOn.length = 0;
    b.kept.length = 0;
    await b.clock.advance(60_000);
    expect(sampled).toEqual([1_001, 1_002].slice(0, minute));
    expect(b.kept).toEqual([['station/transaction/1', expect.objectContaining({ lastWh: 1_000 + minute })]]);
    expect(b.lookedOn).toEqual([]);
  }
  b.socket.report({ ...supplied, ...meterAt(b.clock.now(), 1_003, 16), offeredA: 16 });
  expect(b.lookedOn).toContain('changed');
});

test('what a step that failed has not told is told with the next, be it only a reading', () => {
  const b = bench();
  b.station.post({ kind: 'card', side: 'right', token: 'CARD' });
  b.socket.failsNext = true;
  expect(() => b.socket.report(plugged)).toThrow('machine');
  b.lookedOn.length = 0;
  b.socket.report({ ...plugged, ...meterAt(b.clock.now(), 1_007) });
  expect(b.lookedOn).toContain('changed');
});

test('a deadline at which nothing changes does not keep the next one from coming', async () => {
  const open = { key: '6-1', token: 'A', parent: null, meterStartWh: 500, lastWh: 900 };
  const records: string[] = [];
  const entriesFor: Outside['entriesFor'] = (told) => {
    records.push(...told.map(({ kind }) => kind));
    return { batch: { put: [], del: [] }, committed: () => {} };
  };
  const b = bench({ entriesFor }, undefined, new StoredValues(new Map([['station/transaction/1', open]])));
  await b.clock.advance(1_000);
  expect(records).toEqual([]);
  await b.clock.advance(15_000);
  expect(records).toEqual(['stop']);
});

test('an update hears when the station is free no more, and when it is again: once each, whatever others do with it', async () => {
  const b = bench();
  const { updateHold } = b.station;
  const heard: boolean[] = [];
  updateHold.onChange(fails('update'));
  const cancel = updateHold.onChange(() => heard.push(updateHold.isFree()));
  await charge(b);
  updateHold.hold(true);
  expect(heard).toEqual([false]);
  b.station.post({ kind: 'card', side: 'right', token: 'CARD' });
  expect(heard).toEqual([false]);
  b.socket.report({ ...plugged, contactor: 'open' });
  await b.clock.advance(3_000);
  expect(heard).toEqual([false, true]);
  updateHold.hold(false);
  cancel();
  await charge(b);
  expect(heard).toEqual([false, true]);
  expect(b.errors.map(String)).toEqual(Array(3).fill('Error: update'));
});
