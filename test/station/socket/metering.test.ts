/** A meter that does not count what flows, or whose voltages contradict the contacts. */
import type { SocketConfig } from '../../../src/station/socket/types';
import { OutletBench } from './bench';
import { domesticConfig, endHolding, type2Config } from './machine';

/** A charge of these currents with a reading each second; what the register counts of them, and how. */
class MeteredCharge {
  readonly b: OutletBench;
  registerWh = 100;

  constructor(
    private readonly config: SocketConfig = type2Config,
    amps = 16,
  ) {
    this.b = new OutletBench(config);
    this.b.charge(amps);
  }

  pass(
    seconds: number,
    reading: { currentA: number[]; powerW?: number; voltageV?: number[] },
    share: number,
    stepWh = 1,
  ): void {
    const watts =
      reading.currentA.reduce((sum, amps) => sum + Math.abs(amps), 0) * 230 || Math.abs(reading.powerW ?? 0);
    for (let second = 0; second < seconds; second += 1) {
      this.b.advance(1_000);
      this.registerWh += (watts * share) / 3_600;
      const energyWh = Math.floor(this.registerWh / stepWh) * stepWh;
      const voltageV = this.config.phases === 1 ? [230] : [230, 230, 230];
      this.b.meter({ voltageV, ...reading, energyWh: Math.max(100, energyWh) });
    }
  }
}

const three = { currentA: [16, 16, 16] };
const hour = 3_600;

describe('the register', () => {
  test.each([
    ['stands still at 11 kW', three, 0],
    ['counts a third, as with one of three transformers the wrong way round', { currentA: [16, -16, 16] }, 1 / 3],
    ['stands still at 230 V on one phase', { currentA: [0, 16, 0] }, 0],
    ['stands still with no voltage on its clamps', { ...three, voltageV: [0, 0, 0] }, 0],
    ['stands still while all currents read negative', { currentA: [-16, -16, -16] }, 0],
    ['stands still, of a meter that gives power alone', { currentA: [], powerW: 11_000 }, 0],
    ['stands still, of a meter that gives power alone, and negative', { currentA: [], powerW: -11_000 }, 0],
  ])('%s: a warning within the hour, and the charge goes on', (_what, reading, share) => {
    const charge = new MeteredCharge();
    charge.pass(hour, reading, share);
    expect(charge.b.faults).toEqual(['energyUnmetered']);
    expect(charge.b.closeCommanded).toBe(true);
  });

  test.each([
    ['counts all', three, 1, 1],
    ['counts in steps of 1 kWh', three, 1, 1_000],
    ['counts two thirds, as at a power factor of 0.66', three, 0.66, 1_000],
    ['stands still at currents that may be reactive', { currentA: [2.5, 2.5, 2.5] }, 0, 1],
    ['of a meter that gives power alone counts all', { currentA: [], powerW: 11_000 }, 1, 1],
  ])('that %s is none', (_what, reading, share, stepWh) => {
    const charge = new MeteredCharge();
    for (let count = 0; count < 6; count += 1) {
      charge.pass(hour / 2, reading, share, stepWh);
      expect(charge.b.faults).toEqual([]);
    }
  });

  test('the warning ends when the register has counted again', () => {
    const charge = new MeteredCharge();
    charge.pass(hour, three, 0);
    charge.pass(hour / 2, three, 1);
    expect(charge.b.faults).toEqual([]);
  });

  test('of a domestic outlet, too', () => {
    const charge = new MeteredCharge(domesticConfig, 16);
    charge.pass(hour, { currentA: [14] }, 0);
    expect(charge.b.faults).toEqual(['energyUnmetered']);
  });

  test('what flowed while the meter was silent is not held against it', () => {
    const charge = new MeteredCharge();
    for (let count = 0; count < 60; count += 1) {
      charge.pass(60, three, 0);
      charge.b.advance(60_000);
    }
    expect(charge.b.faults).toEqual([]);
  });
});

describe('a meter behind the contacts', () => {
  const behind = { ...type2Config, meterBehindContactor: true };
  const dead = { voltageV: [0, 0, 0], currentA: [0, 0, 0] };
  const live = { voltageV: [230, 231, 229], currentA: [0, 0, 0] };

  function read(b: OutletBench, seconds: number, change: { voltageV: number[]; currentA: number[] }): void {
    for (let second = 0; second < seconds; second += 1) {
      b.advance(1_000);
      b.meter(change);
    }
  }
  function charging(config: SocketConfig = behind): OutletBench {
    const b = new OutletBench(config);
    b.meter(dead);
    b.charge(16);
    return b;
  }

  test.each([
    ['nothing', [0, 0, 0]],
    ['what wires pick up', [60, 80, 40]],
  ])('that has %s behind closed contacts for a minute is a warning, until it has mains', (_what, voltageV) => {
    const b = charging();
    read(b, 59, { ...dead, voltageV });
    expect(b.faults).not.toContain('voltageMissing');
    read(b, 2, { ...dead, voltageV: [0, 0, 0] });
    expect(b.faults).toContain('voltageMissing');
    b.meter(live);
    expect(b.faults).not.toContain('voltageMissing');
  });

  test('that has mains behind open contacts for a minute shows that they are welded, whatever the mirror contact says', () => {
    const b = charging();
    read(b, 10, live);
    b.wish(endHolding);
    read(b, 59, live);
    expect(b.contacts).toBe('open');
    expect(b.faults).toEqual([]);
    read(b, 10, live);
    expect(b.faults).toEqual(['contactorWelded']);
    b.send({ kind: 'clearFaults' });
    b.meter(live);
    expect(b.faults).toEqual(['contactorWelded']);
    b.meter(dead);
    b.send({ kind: 'clearFaults' });
    b.meter(dead);
    expect(b.faults).toEqual([]);
  });

  test('is right when both agree, and has nothing to say while the supply is lost', () => {
    const b = charging();
    read(b, 300, live);
    b.wish(endHolding);
    b.advance(7_000);
    read(b, 300, dead);
    expect(b.faults).toEqual([]);
    b.send({ kind: 'supply', present: false });
    read(b, 120, dead);
    expect(b.faults).toEqual(['supplyLost']);
  });

  test('picks up some volts behind open contacts, which are no mains that are too low', () => {
    const b = new OutletBench(behind);
    read(b, 600, { ...dead, voltageV: [60, 80, 40] });
    expect(b.faults).toEqual([]);
  });

  test('a meter of which the board says nothing is not held against the contacts', () => {
    const b = charging(type2Config);
    read(b, 600, dead);
    expect(b.faults).toEqual([]);
    const idle = new OutletBench(type2Config);
    read(idle, 600, live);
    expect(idle.faults).toEqual([]);
  });
});
