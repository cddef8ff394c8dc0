/** Whatever happens, in whatever order and at whatever time, the safety rules hold; a failure prints its seed. */
import * as fc from 'fast-check';
import { faultKinds } from '../../../src/drivers/sim/faults';
import { GreenupError } from '../../../src/hal/errors';
import type { SocketConfig, SocketEvent, SocketWish } from '../../../src/station/socket/types';
import {
  domesticConfig,
  OutletBench,
  type PartTroubles,
  permit,
  plateaus,
  reading,
  tetheredConfig,
  type2Config,
  type Vehicle,
} from './bench';
import { Oracle } from './oracle';
import { domesticSocket, PointBench, type2Socket } from './point-bench';

const anyNumber = fc.oneof(
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e12),
  fc.double({ min: -20, max: 20, noNaN: true }),
);
const plateau = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(12, 9, 6, 3, 0, -12) },
  { weight: 1, arbitrary: anyNumber },
);
const anyOhms = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, 1500, 680, 220, 100, 50, 3_000) },
  { weight: 1, arbitrary: anyNumber },
);
const anyAmps = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(6, 8, 10, 16, 32, 63) },
  { weight: 1, arbitrary: fc.constantFrom(0, 5.9, 7, 52, 100) },
  { weight: 1, arbitrary: anyNumber },
);
const anyWish: fc.Arbitrary<SocketWish> = fc.record({
  permit: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  offerA: anyAmps,
  hold: fc.boolean(),
  openNow: fc.boolean(),
});

const anyMeter = fc.record({
  energyWh: fc.oneof(fc.constantFrom(100, 101, 1e6), anyNumber),
  powerW: fc.oneof(fc.constant(3_000), anyNumber),
  currentA: fc.array(fc.oneof(fc.constantFrom(0, 6, 16, 32, 40), anyNumber), { maxLength: 4 }),
  voltageV: fc.array(fc.oneof(fc.constantFrom(230, 180, 270, 0), anyNumber), { maxLength: 4 }),
});

/** Events as no honest part would send them, and honest ones at the wrong time. */
const anyEvent: fc.Arbitrary<(now: number) => SocketEvent> = fc.oneof(
  fc
    .record({ high: plateau, low: plateau })
    .map((volts) => (): SocketEvent => ({ kind: 'pilot', reading: { kind: 'volts', ...volts } })),
  fc.constant((): SocketEvent => ({ kind: 'pilot', reading: { kind: 'invalid', reason: 'x' } })),
  anyOhms.map((ohms) => (): SocketEvent => ({ kind: 'proximity', reading: { kind: 'ohms', ohms } })),
  fc.constant((): SocketEvent => ({ kind: 'proximity', reading: { kind: 'invalid', reason: 'x' } })),
  fc
    .constantFrom('open' as const, 'closed' as const, 'unknown' as const)
    .map((feedback) => (): SocketEvent => ({ kind: 'contactor', feedback })),
  fc
    .constantFrom('locked' as const, 'unlocked' as const, 'moving' as const, 'unknown' as const)
    .map((feedback) => (): SocketEvent => ({ kind: 'lock', feedback })),
  fc
    .record({
      tripped: fc.boolean(),
      test: fc.constantFrom('none' as const, 'running' as const, 'passed' as const, 'failed' as const),
    })
    .map((r) => (): SocketEvent => ({ kind: 'residual', reading: r })),
  fc.option(anyMeter, { nil: undefined }).chain((r) =>
    fc.integer({ min: 0, max: 5_000 }).map(
      (ago) =>
        (now: number): SocketEvent => ({
          kind: 'meter',
          reading: r && reading(r),
          at: now - ago,
        }),
    ),
  ),
  fc
    .option(fc.oneof(fc.constantFrom(25, 59, 61, 68, 74, 75, 90), anyNumber), { nil: undefined })
    .map((celsius) => (): SocketEvent => ({ kind: 'temperature', celsius })),
  fc.boolean().map((present) => (): SocketEvent => ({ kind: 'supply', present })),
  fc.boolean().map((open) => (): SocketEvent => ({ kind: 'twin', open })),
  fc.boolean().map((present) => (): SocketEvent => ({ kind: 'plug', present })),
  fc.constantFrom<SocketEvent>({ kind: 'clearFaults' }, { kind: 'tick' }).map((event) => () => event),
);

/** Something to do with a bench; the text is for the report of a failure. */
interface Action {
  text: string;
  run(b: OutletBench): void;
}

const action = (text: string, run: Action['run']): Action => ({ text, run, ...{ toString: () => text } });

/** All parts obey, all readings are good again, a person has reset the faults. */
function heal(b: OutletBench): void {
  Object.assign(b.troubles, { contactor: 'obeys', lock: 'obeys', residual: 'passes', diode: 'present' });
  b.contacts = b.closeCommanded ? 'closed' : 'open';
  b.send({ kind: 'supply', present: true });
  b.send({ kind: 'twin', open: true });
  b.send({ kind: 'contactor', feedback: b.contacts });
  b.send({ kind: 'lock', feedback: b.bolt });
  b.send({ kind: 'residual', reading: { tripped: false, test: 'none' } });
  b.send({ kind: 'temperature', celsius: 25 });
  if (b.config.mode === 'mode3' && b.config.tetheredA === undefined) b.proximity(220);
  b.send({ kind: 'plug', present: true });
  b.meter({ energyWh: 2e12 });
  b.sample();
  b.send({ kind: 'clearFaults' });
}

const troubles: { [Part in keyof PartTroubles]: readonly PartTroubles[Part][] } = {
  contactor: ['obeys', 'welded', 'stuckOpen', 'mute'],
  lock: ['obeys', 'jammed', 'mute'],
  residual: ['passes', 'fails', 'mute'],
  diode: ['present', 'missing'],
};

const anyWait = fc.oneof(
  fc.integer({ min: 0, max: 60 }),
  fc.integer({ min: 60, max: 1_000 }),
  fc.integer({ min: 1_000, max: 8_000 }),
);

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: anyWait.map((ms) => action(`wait ${ms}`, (b) => b.advance(ms))) },
  { weight: 2, arbitrary: anyWish.map((wish) => action(`wish ${JSON.stringify(wish)}`, (b) => b.wish(wish))) },
  { weight: 2, arbitrary: anyAmps.map((amps) => action(`permit ${amps} A`, (b) => b.wish(permit(amps)))) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...(Object.keys(plateaus) as Vehicle[]), 'C' as const, 'C' as const)
      .map((vehicle) => action(`vehicle ${vehicle}`, (b) => b.drive(vehicle))),
  },
  { weight: 3, arbitrary: fc.constant(action('heal', heal)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...(Object.keys(troubles) as (keyof PartTroubles)[]))
      .chain((part) =>
        fc
          .constantFrom(...troubles[part])
          .map((how) => action(`${part} ${how}`, (b) => Object.assign(b.troubles, { [part]: how }))),
      ),
  },
  {
    weight: 4,
    arbitrary: anyEvent.map((event) => action(JSON.stringify(event(0)), (b) => b.send(event(b.now)))),
  },
);

/** Hours that bring the bench back to a charge in between, so that most rules are tried under load. */
const recharge = action('recharge', (b) => {
  b.drive('B');
  heal(b);
  b.advance(400);
  heal(b);
  b.wish(permit(16));
  b.advance(5_000);
  b.drive('C');
  b.advance(b.config.mode === 'mode2' ? 61_000 : 500);
});

describe.each<{ name: string; config: SocketConfig }>([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 3, ventilated', config: { ...type2Config, ventilation: true } },
  { name: 'Mode 3, attached cable', config: tetheredConfig },
  { name: 'Mode 3, bare', config: { ...type2Config, lock: false, residual: false, thermometer: false } },
  { name: 'Mode 2', config: domesticConfig },
  { name: 'Mode 2, without plug detector', config: { ...domesticConfig, plugDetector: false } },
])('$name', ({ config }) => {
  test('hundreds of random events break no rule, change no state that was given, and throw nothing', () => {
    let closings = 0;
    const runs = 2000;
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 12, arbitrary: anyAction }, { weight: 1, arbitrary: fc.constant(recharge) }), {
          minLength: 20,
          maxLength: 300,
          size: 'max',
        }),
        (actions) => {
          const b = new OutletBench(config, { settleMs: 0 });
          const oracle = new Oracle(config, b.bootedAt);
          b.observer = oracle;
          heal(b);
          for (const { run } of actions) run(b);
          closings += oracle.closings;
        },
      ),
      { numRuns: runs },
    );
    // Without closings there would have been nothing to see.
    expect(closings).toBeGreaterThan(runs / 4);
  });
});

describe('a whole point', () => {
  interface PointAction {
    text: string;
    run(b: PointBench, wishes: Wishes): void;
  }
  type Wishes = Map<number, { wish: SocketWish; deniedAt: number | undefined }>;

  const pointAction = (text: string, run: PointAction['run']): PointAction => ({
    text,
    run: (b, wishes) => {
      try {
        run(b, wishes);
      } catch (error) {
        // The world refuses what cannot be: a second plug in one outlet, drawing a plug that is locked.
        if (!(error instanceof GreenupError)) throw error;
      }
    },
    ...{ toString: () => text },
  });

  function setWish(b: PointBench, wishes: Wishes, id: number, wish: SocketWish): void {
    const denied = !(wish.permit && wish.offerA >= 6);
    const before = wishes.get(id);
    wishes.set(id, { wish, deniedAt: denied ? (before?.deniedAt ?? b.clock.now()) : undefined });
    b.wish(id, wish);
  }

  const connector = fc.constantFrom(1, 2);
  const anyPointAction: fc.Arbitrary<PointAction> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(connector, anyWish)
        .map(([id, wish]) =>
          pointAction(`wish ${id} ${JSON.stringify(wish)}`, (b, wishes) => setWish(b, wishes, id, wish)),
        ),
    },
    {
      weight: 3,
      arbitrary: connector.map((id) => pointAction(`permit ${id}`, (b, wishes) => setWish(b, wishes, id, permit(16)))),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(connector, fc.boolean(), fc.boolean(), fc.boolean())
        .map(([id, needsVentilation, ignoresOffer, reactsToPwmOff]) =>
          pointAction(`plug ${id}`, (b) =>
            b.world.plug(id, { ev: { needsVentilation, ignoresOffer, reactsToPwmOff } }),
          ),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(connector, fc.boolean())
        .map(([id, force]) => pointAction(`unplug ${id} ${force}`, (b) => b.world.unplug(id, { force }))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(connector, fc.boolean())
        .map(([id, paused]) => pointAction(`ev ${id} paused ${paused}`, (b) => b.world.ev(id, { paused }))),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(...faultKinds))
        .map(([id, kind]) => pointAction(`fault ${id} ${kind}`, (b) => b.world.fault(id, kind, true))),
    },
    {
      weight: 2,
      arbitrary: fc.constant(
        pointAction('repair', (b) => {
          for (const id of [0, 1, 2]) {
            const present = id === 0 ? b.world.snapshot().faults : b.truth(id).faults;
            for (const kind of present) b.world.fault(id, kind, false);
          }
          for (const runner of b.runners) runner.clearFaults();
        }),
      ),
    },
  );

  /** Whatever the station wishes and the street does, this is looked at after each change of the world. */
  class PointRules {
    closings = 0;
    private readonly badSince = new Map<string, number>();
    private readonly wasClosed = new Map<number, boolean>();

    look(b: PointBench, wishes: Wishes): void {
      const now = b.clock.now();
      const all = b.world.snapshot().connectors;
      const welded = all.filter((c) => c.faults.includes('welded'));
      const closed = all.filter((c) => c.contactorClosed);
      const told = closed.filter((c) => !welded.includes(c));
      if (closed.length > 1 && welded.length === 0) throw new Error('both contactors are closed');
      // A contactor that closed against its command: the other one may take the time of a contactor to open.
      this.within('both closed, one of them welded', closed.length > 1 && told.length > 0, 100, now);
      for (const c of all) {
        const { connectorId: id, mode } = c;
        if (c.contactorClosed && this.wasClosed.get(id) !== true) this.closings += 1;
        this.wasClosed.set(id, c.contactorClosed);
        const live = told.includes(c);
        const deniedAt = wishes.get(id)?.deniedAt ?? (wishes.has(id) ? undefined : 0);
        const allowedMs = mode === 'mode3' ? 6_000 + 100 : 100;
        if (live && deniedAt !== undefined && now - deniedAt > allowedMs) {
          throw new Error(`connector ${id} is live ${now - deniedAt} ms after its permission ended`);
        }
        this.within(`${id}: live without plug`, live && !c.plugged, mode === 'mode3' ? 100 : 400, now);
        this.within(`${id}: live with residual current`, live && c.residualTripped, 100, now);
        this.within(`${id}: live without mains`, live && b.world.snapshot().supply === 'lost', 100, now);
        if (mode === 'mode2') continue;
        this.within(`${id}: live with S2 open`, live && c.plugged && !c.s2Closed, 100, now);
        this.within(`${id}: live with the pilot shorted`, live && c.pilotHighV === 0, 100, now);
        if (live && !c.locked) throw new Error(`connector ${id} is live with its plug unlocked`);
        this.within(`${id}: live in D without ventilation`, live && c.ev?.needsVentilation === true, 100, now);
      }
    }

    private within(what: string, bad: boolean, limitMs: number, now: number): void {
      if (!bad) {
        this.badSince.delete(what);
        return;
      }
      const since = this.badSince.get(what) ?? now;
      this.badSince.set(what, since);
      if (now - since > limitMs) throw new Error(`${what} for ${now - since} ms`);
    }
  }

  const anyHistory = fc.array(fc.tuple(anyPointAction, anyWait), { minLength: 10, maxLength: 80, size: 'max' });

  test.each([
    ['a Type 2 and a domestic outlet', [type2Socket, domesticSocket]],
    ['two Type 2 outlets', [type2Socket, type2Socket]],
  ])('%s: never both closed, and energy flows only while it may', async (_name, sockets) => {
    let closings = 0;
    const runs = 1500;
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const rules = new PointRules();
        const wishes: Wishes = new Map();
        let ready: PointBench | undefined;
        const b = new PointBench(sockets, () => ready && rules.look(ready, wishes));
        ready = b;
        await b.advance(3_000);
        for (const [{ run }, ms] of history) {
          run(b, wishes);
          await b.advance(ms);
        }
        b.close();
        closings += rules.closings;
      }),
      { numRuns: runs },
    );
    expect(closings).toBeGreaterThan(runs);
  });
});
