/** Faults are remembered from when they came to when they went, over a restart of the station, within a bound. */
import { EventLog } from '../../src/diagnostics/event-log';
import { FaultSpells, spellsMax } from '../../src/diagnostics/fault-spells';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';

const fault = (present: boolean, connectorId = 1) =>
  ({ kind: 'faultChanged', connectorId, fault: 'overTemperature', present }) as const;

test('a fault has a beginning and an end, and each socket its own', async () => {
  const clock = new VirtualClock({ systemTimeMs: 0 });
  const log = new EventLog(clock);
  log.note(fault(true));
  await clock.advance(1_000);
  log.note(fault(true, 3));
  log.note(fault(false));
  const common = { fault: 'overTemperature' };
  expect(log.faultSpells).toEqual([
    { ...common, connectorId: 3, isPresent: true, cameAt: 1_000, wentAt: undefined },
    { ...common, connectorId: 1, isPresent: false, cameAt: 0, wentAt: 1_000 },
  ]);
});

test('a station that starts again tells of what it still finds; the rest is over', async () => {
  const clock = new VirtualClock({ systemTimeMs: 0 });
  const log = new EventLog(clock);
  log.note(fault(true));
  await clock.advance(500);
  log.stationStarts();
  expect(log.faultSpells.map(({ isPresent, wentAt }) => [isPresent, wentAt])).toEqual([[false, 500]]);
  await clock.advance(500);
  log.note(fault(true));
  log.stationStarts();
  expect(log.faultSpells.map(({ wentAt }) => wentAt)).toEqual([1_000, 500]);
});

test('a fault that is told twice is one, and an end without a beginning is none', () => {
  const spells = new FaultSpells();
  spells.note(1, 'pilotShort', false, 0);
  spells.note(1, 'pilotShort', true, 1);
  spells.note(1, 'pilotShort', true, 2);
  expect(spells.list).toEqual([{ connectorId: 1, fault: 'pilotShort', cameAtMs: 1, wentAtMs: undefined }]);
});

test('of many the oldest that are over are forgotten, and none that is there', () => {
  const spells = new FaultSpells();
  spells.note(1, 'contactorWelded', true, 0);
  for (let index = 1; index < spellsMax + 10; index += 1) {
    spells.note(2, 'pilotShort', true, index);
    spells.note(2, 'pilotShort', false, index);
  }
  expect(spells.list).toHaveLength(spellsMax);
  expect(spells.list[0]).toMatchObject({ fault: 'contactorWelded', wentAtMs: undefined });
  expect(spells.list[1]).toMatchObject({ cameAtMs: 11 });
});
