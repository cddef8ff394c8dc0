/** Random lives of an outlet: events as no honest part would send them, honest ones at the wrong time, and charges in between. */
import * as fc from 'fast-check';
import type { SocketEvent } from '../../../src/station/socket/types';
import { type OutletBench, type PartTroubles, plateaus, type Vehicle } from './bench';
import { permit, reading } from './machine';
import { anyAmps, anyNumber, anyOhms, anyPlateau, anyWait, anyWish } from './random';

const anyMeter = fc.record({
  energyWh: fc.oneof(fc.constantFrom(100, 101, 1e6), anyNumber),
  powerW: fc.oneof(fc.constant(3_000), anyNumber),
  currentA: fc.array(fc.oneof(fc.constantFrom(0, 6, 16, 32, 40), anyNumber), { maxLength: 4 }),
  voltageV: fc.array(fc.oneof(fc.constantFrom(230, 180, 270, 0), anyNumber), { maxLength: 4 }),
});

/** Events as no honest part would send them, and honest ones at the wrong time. */
const anyEvent: fc.Arbitrary<(now: number) => SocketEvent> = fc.oneof(
  fc
    .record({ high: anyPlateau, low: anyPlateau })
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
  fc
    .constantFrom<SocketEvent>({ kind: 'clearFaults' }, { kind: 'tick' }, { kind: 'stood' })
    .map((event) => () => event),
);

/** Something to do with a bench; the text is for the report of a failure. */
export interface Action {
  text: string;
  run(b: OutletBench): void;
}

const action = (text: string, run: Action['run']): Action => ({ text, run, ...{ toString: () => text } });

/** The pilot wavers between what the vehicle shows and something else, each for so long. */
const anyFlutter = fc
  .record({
    other: fc.oneof(anyPlateau, fc.constant(undefined)),
    awayMs: fc.integer({ min: 1, max: 90 }),
    backMs: fc.integer({ min: 1, max: 90 }),
    times: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ other, awayMs, backMs, times }) =>
    action(`${times} times ${other ?? 'invalid'} V for ${awayMs} ms, then right for ${backMs} ms`, (b) => {
      for (let i = 0; i < times; i++) {
        const away = other === undefined ? ({ kind: 'invalid', reason: 'x' } as const) : volts(other);
        b.send({ kind: 'pilot', reading: away });
        b.advance(awayMs);
        b.sample();
        b.advance(backMs);
      }
    }),
  );

const volts = (high: number) => ({ kind: 'volts', high, low: -12 }) as const;

/** All parts obey, all readings are good again, a person has reset the faults. */
export function heal(b: OutletBench): void {
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
    weight: 3,
    arbitrary: fc
      .constantFrom(0, 6, 10, 16, 20, 32)
      .map((amps) => action(`vehicle draws ${amps} A`, (b) => b.meter({ currentA: [amps, 0, 0], energyWh: 2e12 }))),
  },
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
  { weight: 1, arbitrary: anyFlutter },
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

/** A pause, and an offer that the vehicle does not take for as long as it is left asleep. */
const pause = action('pause', (b) => {
  recharge.run(b);
  b.wish(permit(0));
  b.drive('B');
  b.advance(10_000);
  b.wish(permit(16));
  b.advance(34_000);
});

/** How the outlet is found: the bolt may be out from before, the station may not have spoken yet. */
export const anyStart = fc.record({
  bolt: fc.constantFrom('unlocked' as const, 'unlocked' as const, 'locked' as const),
  wished: fc.boolean(),
});

/** What an outlet may live through. */
export const anyLife: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 24, arbitrary: anyAction },
    { weight: 2, arbitrary: fc.constant(recharge) },
    { weight: 1, arbitrary: fc.constant(pause) },
  ),
  { minLength: 20, maxLength: 300, size: 'max' },
);
