/** Shares of the station's current over time, with vehicles that do as they like. */

import fc from 'fast-check';
import { StoredValues } from '../../src/hal/stored';
import { aloneLimitA } from '../../src/station/limits';
import { initialState } from '../../src/station/saved';
import { settleShares, shareDeadlines } from '../../src/station/sharing';
import type { SocketReport } from '../../src/station/socket/types';
import { nextStateOf, type StepContext } from '../../src/station/step-context';
import type { ConnectorState, Session, StationConfig, StationSettings, StationState } from '../../src/station/types';
import { runs } from '../support/soak';

const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0);
/** What binary fractions may leave behind, in A. */
const dust = 1e-9;

const socket = {
  mode: 'mode3',
  phases: 3,
  ratedA: 32,
  lock: true,
  plugDetector: true,
  residual: true,
  thermometer: true,
  ventilation: false,
  nominalVoltageV: 230,
} as const;

function configOf(modes: ('mode3' | 'mode2')[] = ['mode3', 'mode3']): StationConfig {
  return {
    points: modes.map((_, i) => ({ side: i === 0 ? 'right' : 'left', installationA: 32 })),
    connectors: modes.map((mode, i) => ({
      connectorId: i + 1,
      pointIndex: i,
      seesPlug: true,
      socket: mode === 'mode3' ? socket : { ...socket, mode, phases: 1, ratedA: 16, lock: false },
    })),
  };
}

const settings: StationSettings = {
  connectionTimeoutMs: 60_000,
  stationMaxA: 20,
  plugAndCharge: false,
  defaultToken: { right: 'R', left: 'L' },
  stopOnInvalidId: true,
  maxEnergyOnInvalidWh: 0,
  stopOnEvDisconnect: true,
  unlockOnEvDisconnect: true,
  sampleIntervalMs: 0,
};

/** Vehicles reduced to what sharing sees of them: running or not, contacts closed or not, and a current. */
class Yard {
  now = 0;
  state: StationState;
  /** What a vehicle would draw if it could; undefined: it has opened its switch. */
  private readonly wants = new Map<number, number | undefined>();

  constructor(
    readonly config: StationConfig = configOf(),
    stationMaxA = 20,
  ) {
    this.state = initialState(config, { ...settings, stationMaxA }, 1, 0, new StoredValues(new Map()));
  }

  join(id: number, wantsA: number | undefined): void {
    this.now += 1;
    const tx = {
      key: `t${id}`,
      connectorId: id,
      token: 'T',
      parent: undefined,
      startedAt: this.now,
      meterStartWh: 0,
      lastWh: 0,
    };
    const session: Session = {
      kind: 'running',
      tx,
      settled: true,
      settleBy: 0,
      deauthorised: false,
      graceUntilWh: 0,
      evLeft: false,
      lowSince: undefined,
      idle: false,
      nextSampleAt: undefined,
    };
    this.wants.set(id, wantsA);
    this.change(id, { session, report: report(undefined) });
  }

  /** The session is over; the contacts open when `draws` says so. */
  leave(id: number): void {
    this.wants.delete(id);
    this.change(id, { session: { kind: 'none' } });
  }

  want(id: number, wantsA: number | undefined): void {
    if (this.wants.has(id)) this.wants.set(id, wantsA);
  }

  /** What the meter shows until the vehicle follows again; `undefined`: the contacts are open. */
  draws(id: number, drawnA: number | undefined): void {
    this.change(id, { report: report(drawnA) });
  }

  limit(stationProfileLimitA: number | undefined): void {
    this.state = { ...this.state, stationProfileLimitA };
  }

  limitW(stationProfileLimitW: number | undefined): void {
    this.state = { ...this.state, stationProfileLimitW };
  }

  settle(): void {
    const state = nextStateOf(this.state);
    const context: StepContext = { state, config: this.config, now: this.now, effects: [] };
    settleShares(context, (id) => aloneLimitA(state, this.config, id));
    this.state = state;
  }

  /** Readings come in each second; vehicles follow within one. */
  pass(seconds: number, each: () => void = () => {}): void {
    this.settle();
    each();
    for (let s = 0; s < seconds; s += 1) {
      this.now += 1_000;
      for (const [id, wantsA] of this.wants) {
        const granted = this.granted()[id - 1] ?? 0;
        this.draws(id, wantsA === undefined || granted === 0 ? undefined : Math.min(wantsA, granted));
      }
      this.settle();
      each();
    }
  }

  granted(): number[] {
    return this.state.connectors.map((c) => c.share.grantedA);
  }

  private change(id: number, change: Partial<ConnectorState>): void {
    this.state = {
      ...this.state,
      connectors: this.state.connectors.map((c, i) => (i === id - 1 ? { ...c, ...change } : c)),
    };
  }
}

function report(drawnA: number | undefined): SocketReport {
  const contactor = drawnA === undefined ? 'open' : 'closed';
  const currentA = [drawnA ?? 0, 0, 0];
  const reading = { energyWh: 0, powerW: 0, currentA, voltageV: [230, 230, 230] };
  return {
    plugged: true,
    evConnected: true,
    evRequests: drawnA !== undefined,
    cableA: 32,
    contactor,
    locked: true,
    offeredA: 0,
    thermalA: undefined,
    temperatureC: 20,
    meter: { reading, at: 0 },
    faults: [],
  };
}

describe('shares over time', () => {
  test('a second vehicle waits until the first must have followed its lowered offer', () => {
    const yard = new Yard();
    yard.join(1, 32);
    yard.pass(10);
    expect(yard.granted()).toEqual([20, 0]);
    yard.join(2, 32);
    yard.settle();
    expect(yard.granted()).toEqual([10, 0]);
    yard.draws(1, 10);
    yard.now += 5_999;
    yard.settle();
    expect(yard.granted()).toEqual([10, 0]);
    expect(shareDeadlines(yard.state)).toContain(yard.now + 1);
    yard.now += 1;
    yard.settle();
    expect(yard.granted()).toEqual([10, 10]);
  });

  test('a second vehicle waits for the power of the first as for its current', () => {
    const yard = new Yard(configOf(), 63);
    yard.limitW(13_800);
    yard.join(1, 32);
    yard.pass(10);
    expect(yard.granted()).toEqual([20, 0]);
    yard.join(2, 32);
    yard.pass(5, () => expect(yard.granted()).toEqual([10, 0]));
    yard.pass(1);
    expect(yard.granted()).toEqual([10, 10]);
  });

  test('a vehicle that does not follow keeps the others waiting for as long as it draws more', () => {
    const yard = new Yard();
    yard.join(1, 32);
    yard.pass(10);
    yard.join(2, 32);
    for (let s = 0; s < 60; s += 1) {
      yard.now += 1_000;
      yard.draws(1, 20);
      yard.settle();
      expect(yard.granted()).toEqual([10, 0]);
    }
    yard.draws(1, 10);
    yard.settle();
    expect(yard.granted()).toEqual([10, 10]);
  });

  test('who leaves makes room as soon as the contacts are open', () => {
    const yard = new Yard();
    yard.join(1, 32);
    yard.join(2, 32);
    yard.pass(10);
    yard.leave(1);
    yard.settle();
    expect(yard.granted()).toEqual([0, 10]);
    yard.draws(1, undefined);
    yard.settle();
    expect(yard.granted()).toEqual([0, 20]);
  });

  test('what is not drawn for half a minute is given to the other, and given back when it is wanted', () => {
    const yard = new Yard(configOf(), 32);
    yard.join(1, 32);
    yard.join(2, 32);
    yard.pass(20);
    yard.want(1, 8);
    yard.pass(30);
    expect(yard.granted()).toEqual([16, 16]);
    yard.pass(1);
    expect(yard.granted()).toEqual([10, 16]);
    yard.pass(6);
    expect(yard.granted()).toEqual([10, 22]);
    yard.pass(120, () => expect(yard.granted()).toEqual([10, 22]));
    yard.want(1, 32);
    yard.pass(1);
    expect(yard.granted()).toEqual([10, 16]);
    yard.pass(6);
    expect(yard.granted()).toEqual([16, 16]);
  });

  test('one second of little current trims nothing: the most of half a minute counts', () => {
    const yard = new Yard(configOf(), 32);
    yard.join(1, 10);
    yard.join(2, 32);
    yard.pass(60);
    expect(yard.granted()).toEqual([12, 20]);
    let second = 0;
    yard.pass(200, () => {
      second += 1;
      yard.want(1, second % 20 === 0 ? 1 : 10);
      expect(yard.granted()).toEqual([12, 20]);
    });
  });

  test('a vehicle that pauses keeps 6 A to come back with; the rest is free', () => {
    const yard = new Yard(configOf(), 32);
    yard.join(1, 32);
    yard.join(2, 32);
    yard.pass(20);
    yard.want(1, undefined);
    yard.pass(40);
    expect(yard.granted()).toEqual([6, 26]);
    yard.want(1, 32);
    yard.pass(1);
    expect(yard.granted()).toEqual([6, 16]);
    yard.pass(6);
    expect(yard.granted()).toEqual([16, 16]);
  });

  test('alone, or with enough for all, nothing is trimmed', () => {
    const yard = new Yard(configOf(), 64);
    yard.join(1, 3);
    yard.join(2, 3);
    yard.pass(120);
    expect(yard.granted()).toEqual([32, 32]);
    expect(shareDeadlines(yard.state)).toEqual([]);
  });

  test('a domestic cord keeps what it was seen to draw, also while it rests', () => {
    const yard = new Yard(configOf(['mode3', 'mode2']), 32);
    yard.join(1, 32);
    yard.join(2, 0.2);
    yard.pass(10);
    // Nothing is known of the cord yet.
    yard.pass(100, () => expect(yard.granted()).toEqual([16, 16]));
    yard.want(2, 10);
    yard.pass(60);
    expect(yard.granted()).toEqual([20, 12]);
    yard.want(2, 0.2);
    yard.pass(300, () => expect(yard.granted()).toEqual([20, 12]));
  });

  test('an outlet is never left less than the smallest cord needs, however little is drawn', () => {
    const yard = new Yard(configOf(['mode3', 'mode2']), 32);
    yard.join(1, 32);
    yard.join(2, 2);
    yard.pass(60);
    yard.pass(100, () => expect(yard.granted()).toEqual([24, 8]));
  });

  test('the next vehicle at the outlet is not known by the cord of the last', () => {
    const yard = new Yard(configOf(['mode3', 'mode2']), 32);
    yard.join(1, 32);
    yard.join(2, 10);
    yard.pass(60);
    yard.leave(2);
    yard.draws(2, undefined);
    yard.pass(10);
    yard.join(2, 0.2);
    yard.pass(60);
    expect(yard.granted()).toEqual([16, 16]);
  });

  test('a domestic cord that needs more than half gets it, and an outlet that cannot have it waits', () => {
    const yard = new Yard(configOf(['mode3', 'mode2']), 16);
    yard.join(2, 10);
    yard.pass(5);
    yard.join(1, 32);
    yard.pass(20);
    expect(yard.granted()).toEqual([6.5, 9.5]);
    yard.limit(15);
    yard.pass(20);
    // 9.5 A for the cord, which came first, leave less than 6 A.
    expect(yard.granted()).toEqual([0, 15]);
  });

  test('whatever happens: never more than the total is granted, nor promised while somebody may still draw more', () => {
    const deed = fc.record({
      connector: fc.integer({ min: 1, max: 2 }),
      what: fc.constantFrom('join', 'leave', 'want', 'pause', 'limit'),
      amps: fc.double({ min: 0, max: 32, noNaN: true }),
      limitA: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      limitW: fc.option(fc.integer({ min: 0, max: 28_000 }), { nil: undefined }),
      seconds: fc.integer({ min: 0, max: 45 }),
    });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 25 }), fc.boolean(), (deeds, domestic) => {
        const yard = new Yard(configOf(domestic ? ['mode3', 'mode2'] : undefined), 40);
        let totals: { at: number; total: number; watts: number }[] = [];
        const watts = (currentsA: readonly number[]) =>
          total(currentsA.map((amps, i) => amps * 230 * (yard.config.connectors[i]?.socket.phases ?? 3)));
        const wrong: string[] = [];
        const check = () => {
          const now = Math.min(40, yard.state.stationProfileLimitA ?? 40);
          const nowW = yard.state.stationProfileLimitW ?? Number.POSITIVE_INFINITY;
          // A limit that has just become lower is followed as fast as vehicles follow.
          totals = [...totals.filter(({ at }) => at >= yard.now - 7_000), { at: yard.now, total: now, watts: nowW }];
          const granted = yard.granted();
          const promised = yard.state.connectors.map(({ share }) =>
            Math.max(share.grantedA, ...share.former.map((f) => f.amps)),
          );
          const recent = Math.max(...totals.map((t) => t.total));
          if (total(granted) > now + dust) wrong.push(`${yard.now}: ${granted} A are granted of ${now} A`);
          const recentW = Math.max(...totals.map((t) => t.watts));
          if (watts(granted) > nowW + 1e-6) wrong.push(`${yard.now}: ${granted} A are granted of ${nowW} W`);
          if (watts(promised) > recentW + 1e-6) wrong.push(`${yard.now}: ${promised} A may be drawn of ${recentW} W`);
          if (granted.some((amps) => amps > 0 && amps < 6)) wrong.push(`${yard.now}: ${granted} A`);
          if (total(promised) > recent + dust) wrong.push(`${yard.now}: ${promised} A may be drawn of ${recent} A`);
        };
        for (const { connector, what, amps, limitA, limitW, seconds } of deeds) {
          const own = yard.state.connectors[connector - 1];
          if (what === 'join' && own?.session.kind === 'none') yard.join(connector, amps);
          else if (what === 'leave') {
            yard.leave(connector);
            yard.draws(connector, undefined);
          } else if (what === 'want') yard.want(connector, amps);
          else if (what === 'pause') yard.want(connector, undefined);
          else if (what === 'limit') {
            yard.limit(limitA);
            yard.limitW(limitW);
          }
          yard.pass(seconds, check);
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: runs(100) },
    );
  });

  test('offers come to rest: with steady vehicles nothing changes any more after two minutes', () => {
    const vehicle = fc.double({ min: 0, max: 32, noNaN: true });
    fc.assert(
      fc.property(vehicle, vehicle, fc.integer({ min: 12, max: 40 }), (a, b, stationA) => {
        const yard = new Yard(configOf(), stationA);
        yard.join(1, a);
        yard.join(2, b);
        yard.pass(120);
        const settled = yard.granted();
        const changes: string[] = [];
        yard.pass(300, () => {
          if (yard.granted().some((amps, i) => amps !== settled[i])) changes.push(`${yard.now}: ${yard.granted()}`);
        });
        expect(changes).toEqual([]);
        // And nobody starves who wants something.
        for (const amps of settled) expect(amps).toBeGreaterThanOrEqual(6);
        const unserved = settled.some((amps, i) => amps < (i === 0 ? a : b) - dust);
        const [first = 0, second = 0] = settled;
        if (unserved) expect(stationA - first - second).toBeLessThan(dust);
      }),
      { numRuns: runs(100) },
    );
  });
});
