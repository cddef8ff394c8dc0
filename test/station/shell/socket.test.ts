/** The runner joins a machine to its parts and a clock; here they are scripted. */

import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MockLog, mockMode2Parts, mockMode3Parts } from '../../../src/drivers/mock/parts';
import { SocketRunner } from '../../../src/station/shell/socket';
import type { SocketReport } from '../../../src/station/socket/types';
import { domesticConfig, end, endHolding, endNow, permit, reading, type2Config } from '../socket/machine';
import { outletAtRest } from './outlet-at-rest';

describe('on scripted parts', () => {
  function mode3() {
    const clock = new VirtualClock({ startMs: 10_000 });
    const log = new MockLog(clock);
    const parts = outletAtRest(log);
    const runner = new SocketRunner(parts, type2Config, clock);
    runner.feed({ kind: 'twin', open: true });
    const reports: SocketReport[] = [];
    runner.watch((report) => reports.push(report));
    return { clock, log, parts, runner, reports };
  }

  async function charge() {
    const bench = mode3();
    const { clock, parts, runner, log } = bench;
    await clock.advance(5_000);
    parts.proximity.emit({ kind: 'ohms', ohms: 220 });
    parts.pilot.emit({ kind: 'volts', high: 9, low: 9 });
    await clock.advance(1_000);
    runner.command(permit(16));
    parts.lock.emit('moving');
    parts.lock.emit('locked');
    parts.residual.emit({ tripped: false, test: 'passed' });
    parts.pilot.emit({ kind: 'volts', high: 9, low: -12 });
    parts.pilot.emit({ kind: 'volts', high: 6, low: -12 });
    await clock.advance(400);
    parts.contactor.emit('closed');
    await clock.advance(100);
    expect(log.last('contactor')?.command).toBe('close');
    return bench;
  }

  test('every effect becomes one command of its part, in order', async () => {
    const { log } = await charge();
    const commands = log.entries.filter((e) => e.part !== 'meter').map(({ at: _at, ...command }) => command);
    expect(commands).toEqual([
      { part: 'lock', command: 'lock' },
      { part: 'residual', command: 'selfTest' },
      { part: 'pilot', command: 'drive', output: { kind: 'pwm', dutyPercent: 16 / 0.6 } },
      { part: 'contactor', command: 'close' },
    ]);
  });

  test('opening, unlocking and resetting reach the parts, too', async () => {
    const { clock, log, parts, runner } = await charge();
    log.clear();
    parts.residual.emit({ tripped: true, test: 'passed' });
    expect(log.last('contactor')?.command).toBe('open');
    parts.contactor.emit('open');
    await clock.advance(1_000);
    runner.command(end);
    runner.clearFaults();
    expect(log.words().filter((word) => word !== 'meter.read')).toEqual([
      'contactor.open',
      'pilot.drive',
      'pilot.drive',
      'pilot.drive',
      'lock.unlock',
      'residual.reset',
    ]);
    const outputs = log.entries.flatMap((e) => (e.part === 'pilot' ? [e.output.kind] : []));
    expect(outputs).toEqual(['steady', 'unavailable', 'steady']);
  });

  test('8.1: from the reading to the command it takes no more than the debouncing', async () => {
    const { clock, log, parts } = await charge();
    const changed = clock.now();
    parts.pilot.emit({ kind: 'volts', high: 9, low: -12 });
    await clock.advance(200);
    expect(log.last('contactor')).toMatchObject({ command: 'open' });
    expect((log.last('contactor')?.at ?? 0) - changed).toBeLessThanOrEqual(50);
  });

  test('deadlines run by themselves: x1 without reaction opens after 6 s with no event in between', async () => {
    const { clock, log, parts, runner } = await charge();
    parts.meter.reading = reading({ currentA: [16] });
    await clock.advance(2_000);
    parts.meter.answerMs = 1e9;
    const asked = clock.now();
    runner.command(endHolding);
    await clock.advance(10_000);
    expect(log.last('contactor')).toMatchObject({ command: 'open', at: asked + 6_000 });
  });

  test('after the contacts have opened the meter is read at once, also when a reading is under way', async () => {
    for (const underWay of [false, true]) {
      const { clock, log, parts, runner, reports } = await charge();
      runner.command(endNow);
      if (underWay) {
        await clock.advance(1_200);
        parts.meter.answerMs = 500;
        await clock.advance(1_000);
      }
      const opened = clock.now();
      parts.contactor.emit('open');
      await clock.advance(2_000);
      const after = reports.find((r) => r.meter !== undefined && r.meter.at >= opened);
      expect(after).toBeDefined();
      const times = log.entries.filter((e) => e.part === 'meter').map((e) => e.at);
      expect(times.find((at) => at >= opened)).toBeLessThanOrEqual(opened + 500);
    }
  });

  test('a meter that fails three times is told as silent, and is asked on until it answers', async () => {
    const { clock, parts, reports } = await charge();
    parts.meter.reading = undefined;
    await clock.advance(4_000);
    expect(reports.at(-1)?.faults).toContain('meterSilent');
    parts.meter.reading = reading();
    await clock.advance(1_100);
    expect(reports.at(-1)?.faults).toEqual([]);
  });

  test('a report comes after watching and with each change, none without one', async () => {
    const { clock, parts, reports, runner } = mode3();
    expect(reports).toEqual([]);
    await clock.advance(100);
    const before = reports.length;
    expect(before).toBeGreaterThan(0);
    parts.contactor.emit('open');
    parts.pilot.emit({ kind: 'volts', high: 12, low: 12 });
    runner.command(end);
    expect(reports).toHaveLength(before);
    parts.contactor.emit('closed');
    expect(reports).toHaveLength(before + 1);
    expect(reports.at(-1)?.contactor).toBe('closed');
  });

  test('every watcher ends with the newest report, also when one of them makes it', async () => {
    const { parts, runner } = await charge();
    const seen: SocketReport[] = [];
    runner.watch((report) => {
      // As the twin does through the interlock.
      if (report.faults.includes('overTemperature'))
        runner.feed({ kind: 'residual', reading: { tripped: true, test: 'none' } });
    });
    runner.watch((report) => seen.push(report));
    parts.thermometer.emit(80);
    expect(seen.at(-1)?.faults).toEqual(expect.arrayContaining(['overTemperature', 'residualCurrent']));
  });

  test('a watcher that let go hears nothing more', async () => {
    const { clock, parts, runner } = mode3();
    const heard: SocketReport[] = [];
    runner.watch((report) => heard.push(report))();
    parts.contactor.emit('closed');
    await clock.advance(1_000);
    expect(heard).toEqual([]);
  });

  test('stop opens the contactor, lets go of all parts and leaves no timer behind', async () => {
    const { clock, log, parts, runner, reports } = await charge();
    await clock.advance(500);
    runner.stop();
    expect(log.last('contactor')?.command).toBe('open');
    const { pilot, proximity, lock, contactor, residual, thermometer } = parts;
    for (const part of [pilot, proximity, lock, contactor, residual, thermometer]) expect(part.watchers).toBe(0);
    const told = reports.length;
    log.clear();
    runner.command(permit(16));
    runner.clearFaults();
    await clock.advance(60_000);
    expect(log.entries).toEqual([]);
    expect(reports).toHaveLength(told);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    ['Mode 3', mockMode3Parts, type2Config],
    ['Mode 2', mockMode2Parts, domesticConfig],
  ])('%s: with parts that say nothing nothing is told, and after 10 s that something is wrong', async (_mode, partsOf, config) => {
    const clock = new VirtualClock();
    const parts = partsOf(new MockLog(clock));
    parts.meter.answerMs = 1e9;
    const runner = new SocketRunner(parts, config, clock);
    const reports: SocketReport[] = [];
    runner.watch((report) => reports.push(report));
    await clock.advance(9_999);
    expect(reports).toEqual([]);
    await clock.advance(1);
    expect(reports.map(({ faults }) => faults)).toEqual([['internalError']]);
    runner.stop();
  });

  test('Mode 2: plug and contactor', async () => {
    const clock = new VirtualClock();
    const log = new MockLog(clock);
    const parts = mockMode2Parts(log);
    parts.contactor.emit('open');
    const runner = new SocketRunner(parts, domesticConfig, clock);
    runner.feed({ kind: 'twin', open: true });
    runner.command(permit(16));
    await clock.advance(1_000);
    parts.plug.emit(true);
    await clock.advance(1_000);
    parts.residual.emit({ tripped: false, test: 'passed' });
    expect(log.words().filter((word) => word !== 'meter.read')).toEqual(['residual.selfTest', 'contactor.close']);
    runner.command(end);
    expect(log.words('contactor')).toEqual(['contactor.close', 'contactor.open']);
    runner.stop();
    expect(parts.plug.watchers).toBe(0);
  });
});
