import { loadBoard, MemoryStore, seeded, shippedBoard, startStation } from 'greenup-station-core';
import {
  MockCardReader,
  MockLog,
  MockSupply,
  mockMode3Parts,
  ScriptedCentral,
  startOfTime,
  VirtualClock,
} from 'greenup-station-core/testing';
import { expect, test } from 'vitest';

/** A station with one Type 2 outlet whose parts say what the test lets them say. */
async function stationOfMocks() {
  const { board } = loadBoard(shippedBoard('simulated-single-t2s'));
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const log = new MockLog(clock);
  const outlet = mockMode3Parts(log);
  const reader = new MockCardReader(log, { kind: 'reader', present: true });
  const supply = new MockSupply(log, 'present');
  const central = new ScriptedCentral(clock, startOfTime);
  // Nothing is plugged in, the contacts are open, the bolt is in.
  outlet.contactor.emit('open');
  outlet.lock.emit('unlocked');
  outlet.pilot.emit({ kind: 'volts', high: 12, low: 12 });
  outlet.proximity.emit({ kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
  outlet.residual.emit({ tripped: false, test: 'none' });
  outlet.thermometer.emit(25);
  outlet.meter.reading = { energyWh: 1_000, powerW: 0, currentA: [0, 0, 0], voltageV: [230, 230, 230] };
  const station = await startStation({
    board,
    parts: { points: [{ sockets: [outlet], reader }], supply },
    clock,
    store: new MemoryStore(),
    transport: central,
    random: seeded(1),
    log: { info: () => {}, warn: () => {} },
    initialConfiguration: { URL: 'ws://central.test/ocpp', UID: 'CP-1' },
  });
  await clock.advance(5_000);
  return { station, clock, log, outlet, reader, central };
}

test('the contactor closes when a vehicle asks for it, locked and authorised, and opens when the pilot is lost', async () => {
  const { station, clock, log, outlet, reader } = await stationOfMocks();
  // A 32 A cable (220 ohms), and a vehicle that is there and asks for nothing yet (state B, 9 V).
  outlet.proximity.emit({ kind: 'ohms', ohms: 220 });
  outlet.pilot.emit({ kind: 'volts', high: 9, low: 9 });
  await clock.advance(1_000);
  reader.emit({ kind: 'card', uid: '04A1B2C3' });
  await clock.advance(1_000);
  expect(log.last('lock')?.command).toBe('lock');
  outlet.lock.emit('locked');
  await clock.advance(100);
  // The residual current monitor is tried before each charge.
  expect(log.words('residual')).toEqual(['residual.selfTest']);
  outlet.residual.emit({ tripped: false, test: 'running' });
  await clock.advance(500);
  outlet.residual.emit({ tripped: false, test: 'passed' });
  await clock.advance(50);
  expect(log.last('pilot')).toMatchObject({ output: { kind: 'pwm' } });
  expect(log.words('contactor')).not.toContain('contactor.close');

  // The vehicle answers the PWM by its diode, then asks for energy (state C, 6 V).
  outlet.pilot.emit({ kind: 'volts', high: 9, low: -12 });
  await clock.advance(500);
  outlet.pilot.emit({ kind: 'volts', high: 6, low: -12 });
  await clock.advance(500);
  expect(log.last('contactor')?.command).toBe('close');
  outlet.contactor.emit('closed');
  await clock.advance(1_000);

  // The plug is torn out: the pilot is back at 12 V.
  const lostAt = clock.now();
  outlet.pilot.emit({ kind: 'volts', high: 12, low: -12 });
  await clock.advance(1_000);
  const opening = log.last('contactor');
  expect(opening?.command).toBe('open');
  // IEC 61851-1, Annex A: 100 ms from the loss of the pilot.
  expect((opening?.at ?? Number.POSITIVE_INFINITY) - lostAt).toBeLessThanOrEqual(100);
  await station.stop();
});
