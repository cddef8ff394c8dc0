/** Stand-ins of parts that are missing: they say so, do nothing, and let no socket charge. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import {
  absentContactor,
  absentLock,
  absentMeter,
  absentPilot,
  absentResidualMonitor,
} from '../../../src/drivers/pi/absent';
import { GreenupError } from '../../../src/hal/errors';
import type { Listener } from '../../../src/hal/parts';
import { SocketRunner } from '../../../src/station/shell/socket';
import type { SocketConfig } from '../../../src/station/socket/types';

const rows = [
  ['contactor', absentContactor, 'unknown', ['close', 'open']],
  ['pilot', (clock) => absentPilot(clock, 'no PWM'), { kind: 'invalid', reason: 'no PWM' }, ['drive']],
  ['lock', absentLock, 'unknown', ['lock', 'unlock']],
  ['residual current monitor', absentResidualMonitor, { tripped: false, test: 'failed' }, ['selfTest', 'reset']],
] satisfies [string, (clock: VirtualClock) => object, unknown, string[]][];

test.each(
  rows,
)('the %s tells one value soon, never from inside a call, and its commands do nothing', async (_name, make, value, commands) => {
  const clock = new VirtualClock();
  const part = make(clock) as unknown as Record<string, (argument?: unknown) => unknown>;
  const heard: unknown[] = [];
  const listener: Listener<unknown> = (one) => heard.push(one);
  part.watch?.(listener);
  const cancel = part.watch?.(listener) as () => void;
  cancel();
  expect(heard).toEqual([]);
  await clock.advance(0);
  expect(heard).toEqual([value]);
  for (const command of commands) part[command]?.({ kind: 'steady' });
  await clock.advance(60_000);
  expect(heard).toEqual([value]);
  expect(clock.pendingTimers).toBe(0);
});

test('the meter rejects with its reason', async () => {
  const reading = absentMeter('connector 1: no meter is wired').read();
  await expect(reading).rejects.toThrow(GreenupError);
  await expect(reading).rejects.toMatchObject({ code: 'part.missing', message: 'connector 1: no meter is wired' });
});

test('a socket of nothing but stand-ins is faulted, and never commands its contactor to close', async () => {
  const clock = new VirtualClock();
  const contactor = absentContactor(clock);
  const close = jest.spyOn(contactor, 'close');
  const config: SocketConfig = {
    mode: 'mode3',
    phases: 1,
    ratedA: 32,
    lock: true,
    plugDetector: false,
    residual: true,
    thermometer: false,
    ventilation: false,
    nominalVoltageV: 230,
  };
  const runner = new SocketRunner(
    {
      mode: 'mode3',
      contactor,
      pilot: absentPilot(clock, 'no PWM'),
      lock: absentLock(clock),
      residual: absentResidualMonitor(clock),
      meter: absentMeter('no meter'),
    },
    config,
    clock,
  );
  let faults: readonly string[] = [];
  runner.watch((report) => {
    faults = report.faults;
  });
  runner.command({ kind: 'permit', offerA: 16 });
  await clock.advance(60_000);
  expect(faults).not.toEqual([]);
  expect(close).not.toHaveBeenCalled();
  runner.stop();
});
