/** Vehicles that stop on little current, and vehicles that fall asleep when they are offered nothing for long. */
import { wakingInterruptionMs } from '../../../src/drivers/sim/sleep';
import { Bench } from './support';

test('below its least current a vehicle stops as if nothing were offered, and begins again above it', async () => {
  const bench = new Bench();
  await bench.charge({ minCurrentA: 8 }, 16);
  bench.offer(7.5);
  await bench.advance(5_000);
  expect(bench.truth()).toMatchObject({ s2Closed: false, currentA: [0, 0, 0] });
  bench.offer(8);
  await bench.advance(5_000);
  expect(bench.truth().currentA[0]).toBeCloseTo(8, 6);
});

describe('a vehicle that falls asleep after a minute', () => {
  const asleep = async (): Promise<Bench> => {
    const bench = new Bench();
    await bench.charge({ sleepsAfterMs: 60_000 }, 16);
    bench.mode3().pilot.drive({ kind: 'steady' });
    await bench.advance(59_999);
    expect(bench.truth().asleep).toBe(false);
    await bench.advance(2);
    expect(bench.truth().asleep).toBe(true);
    bench.offer(16);
    await bench.advance(10_000);
    expect(bench.truth()).toMatchObject({ asleep: true, s2Closed: false });
    return bench;
  };
  const charges = async (bench: Bench): Promise<boolean> => {
    bench.offer(16);
    await bench.advance(10_000);
    return (bench.truth().currentA[0] ?? 0) > 15;
  };

  test('stays awake while it is offered something in between', async () => {
    const bench = new Bench();
    await bench.charge({ sleepsAfterMs: 60_000 }, 16);
    for (let pause = 0; pause < 3; pause++) {
      bench.mode3().pilot.drive({ kind: 'steady' });
      await bench.advance(59_000);
      bench.offer(16);
      await bench.advance(1_000);
    }
    expect(await charges(bench)).toBe(true);
  });

  test('is woken by state F', async () => {
    const bench = await asleep();
    bench.mode3().pilot.drive({ kind: 'unavailable' });
    await bench.advance(wakingInterruptionMs);
    bench.mode3().pilot.drive({ kind: 'steady' });
    expect(await charges(bench)).toBe(true);
  });

  test('sleeps on through an interruption that is too short', async () => {
    const bench = await asleep();
    bench.mode3().pilot.drive({ kind: 'unavailable' });
    await bench.advance(wakingInterruptionMs - 1);
    bench.mode3().pilot.drive({ kind: 'steady' });
    expect(await charges(bench)).toBe(false);
  });

  test('is woken by its owner', async () => {
    const bench = await asleep();
    bench.world.ev(1, {});
    expect(await charges(bench)).toBe(true);
  });

  test('is woken by being plugged anew', async () => {
    const bench = await asleep();
    bench.world.unplug(1);
    bench.world.plug(1, { ev: { sleepsAfterMs: 60_000 } });
    expect(await charges(bench)).toBe(true);
  });

  test('on a Mode 2 cord it is woken by the return of power', async () => {
    const bench = new Bench();
    bench.world.plug(2, { ev: { sleepsAfterMs: 60_000 } });
    bench.mode2().contactor.close();
    await bench.advance(10_000);
    bench.mode2().contactor.open();
    await bench.advance(600_000);
    bench.mode2().contactor.close();
    await bench.advance(10_000);
    expect(bench.truth(2).currentA[0]).toBeCloseTo(10, 6);
  });
});
