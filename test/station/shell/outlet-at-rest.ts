/** Scripted parts of a Type 2 outlet, all of which have reported: nothing is plugged in, and nothing is wrong. */
import { type MockLog, mockMode3Parts } from '../../../src/drivers/mock/parts';

export function outletAtRest(log: MockLog): ReturnType<typeof mockMode3Parts> {
  const parts = mockMode3Parts(log);
  parts.contactor.emit('open');
  parts.lock.emit('unlocked');
  parts.thermometer.emit(25);
  parts.residual.emit({ tripped: false, test: 'none' });
  parts.proximity.emit({ kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
  parts.pilot.emit({ kind: 'volts', high: 12, low: 12 });
  return parts;
}
