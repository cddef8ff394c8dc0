/** What GetCompositeSchedule costs over 24 h: 100 profiles of 100 periods against 1 profile of 100 periods. */
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild-wasm');

const dayMs = 86_400_000;
const rounds = 50;
/** Not a whole second: as a question comes. */
const now = Date.UTC(2026, 4, 6, 12, 34, 56, 789);

/** The modules under test are internal to the program: bundled into a folder that goes away afterwards. */
function load() {
  const folder = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  const outfile = join(folder, 'composite.js');
  try {
    const contents = `
      export { allowedSteps, stationSteps, wirePeriods } from './src/ocpp/smart-charging/composite';
      export { checkedChargingProfile } from './src/ocpp/smart-charging/charging-profile';`;
    const stdin = { contents, resolveDir: join(__dirname, '..'), loader: 'ts' };
    buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' });
    return require(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { allowedSteps, checkedChargingProfile, wirePeriods } = load();

/** A daily profile of 100 periods with its own quarter of an hour: all of them show, which is the most there can be to do. */
function profile(index) {
  const purpose = index % 3 === 0 ? 'ChargePointMaxProfile' : 'TxDefaultProfile';
  const connectorId = purpose === 'TxDefaultProfile' ? index % 2 : 0;
  const wire = {
    chargingProfileId: index + 1,
    stackLevel: index,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Recurring',
    recurrencyKind: 'Daily',
    chargingSchedule: {
      startSchedule: new Date(now - 30 * dayMs + index * 860_000).toISOString(),
      duration: 840,
      chargingRateUnit: index % 2 === 0 ? 'A' : 'W',
      chargingSchedulePeriod: Array.from({ length: 100 }, (_, i) => ({
        startPeriod: i * 8,
        limit: index % 2 === 0 ? 6 + ((i + index) % 26) : 4_200 + 100 * ((i + index) % 100),
      })),
    },
  };
  const limits = { stackLevelMax: 100, periodsMax: 100, units: ['A', 'W'] };
  const checked = checkedChargingProfile(
    wire,
    { connectorId, installed: { boot: 1, at: 0, wall: now }, tx: undefined },
    limits,
  );
  if (checked.wrong) throw new Error(checked.wrong);
  return { ...checked.profile, installedAt: now };
}

const feed = { voltageV: 230, phases: 3 };

function ask(profiles) {
  const steps = allowedSteps(profiles, { connectorId: 1, feed, tx: undefined }, { from: now, to: now + dayMs });
  return wirePeriods(steps, { start: now, durationS: 86_400, unit: 'A', feed, most: 1_000 });
}

/** Median of the time of one question, in ms. */
function measure(profiles) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    ask(profiles);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[rounds >> 1];
}

const one = [profile(0)];
const hundred = Array.from({ length: 100 }, (_, i) => profile(i));
// Compiled before it is measured.
measure(one);
measure(hundred);
const few = measure(one);
const many = measure(hundred);
console.log(
  `GetCompositeSchedule over 24 h, median of ${rounds}: 100 profiles of 100 periods ${many.toFixed(2)} ms ` +
    `(${ask(hundred).periods.length} periods told), 1 profile ${few.toFixed(3)} ms ` +
    `(${ask(one).periods.length} told), ratio ${(many / few).toFixed(0)} for 100 times the profiles`,
);
