/** Looking far ahead a week at a time gives what one long look gives, and a look over decades is short work. */
import fc from 'fast-check';
import type { DatedChargingProfile } from '../../../src/ocpp/smart-charging/charging-profile';
import { allowedSteps, type Situation, startedAt } from '../../../src/ocpp/smart-charging/composite';
import { stepsAhead, turningPoints } from '../../../src/ocpp/smart-charging/look-ahead';
import { runs } from '../../support/soak';
import { anchor, givenProfile } from './arbitrary';
import type { Given } from './oracle';
import { at, check, periods, profileOf } from './wire';

const day = 86_400_000;

function dated(given: readonly Given[]): DatedChargingProfile[] {
  return given.flatMap(({ connectorId, wire, receivedAt, transaction }) => {
    const { chargingSchedule: schedule, ...rest } = wire;
    const checked = check({ ...rest, schedule }, connectorId);
    return 'profile' in checked ? [{ ...checked.profile, installedAt: receivedAt, tx: transaction }] : [];
  });
}

const situationAt = (now: number): Situation => ({
  connectorId: 1,
  feed: { voltageV: 230, phases: 3 },
  tx: undefined,
  now,
});

function ahead(profiles: readonly DatedChargingProfile[], situation: Situation, to: number, most: number) {
  const turns = turningPoints(profiles, startedAt(situation));
  return stepsAhead({ from: situation.now, to }, turns, most, (part) => allowedSteps(profiles, situation, part));
}

test('two months, week by week, are as in one piece', () => {
  const scene = anchor.chain((noon) =>
    fc.record({ noon: fc.constant(noon), given: fc.array(givenProfile(noon), { maxLength: 8 }) }),
  );
  fc.assert(
    fc.property(scene, fc.integer({ min: -600_000, max: 600_000 }), fc.integer({ min: 0, max: 60 }), (s, ms, days) => {
      const situation = situationAt(s.noon + ms);
      const window = { from: situation.now, to: situation.now + days * day + 1 };
      const profiles = dated(s.given);
      const inOnePiece = allowedSteps(profiles, situation, window);
      expect(ahead(profiles, situation, window.to, Number.POSITIVE_INFINITY)).toEqual(inOnePiece);
    }),
    { numRuns: runs(200) },
  );
});

test('a turn in a far future is not missed, and calm decades are one step', () => {
  const from = at + 5_000 * day;
  const validFrom = new Date(from).toISOString();
  const profiles = dated([]).concat({ ...profileOf({ validFrom }), installedAt: at });
  const situation = situationAt(at);
  const to = at + 20_000 * day;
  expect(ahead(profiles, situation, to, 10)).toMatchObject([
    { from: at, to: from, amps: Number.POSITIVE_INFINITY },
    { from, to, amps: 16 },
  ]);
});

test('where there is more to tell than can be told, a week is worked out once, and repeated no further than that', () => {
  const daily = profileOf({
    chargingProfileKind: 'Recurring',
    recurrencyKind: 'Daily',
    schedule: {
      startSchedule: new Date(at).toISOString(),
      chargingSchedulePeriod: periods(100).map((p, i) => ({ ...p, limit: 6 + (i % 10) })),
    },
  });
  const situation = situationAt(at);
  let looks = 0;
  const steps = stepsAhead({ from: at, to: at + 24_855 * day }, [], 1_000, (part) => {
    looks += 1;
    return allowedSteps([{ ...daily, installedAt: at }], situation, part);
  });
  expect(looks).toBe(1);
  expect(steps.length).toBeGreaterThan(1_000);
  expect(steps[steps.length - 1]?.to).toBe(at + 21 * day);
});
