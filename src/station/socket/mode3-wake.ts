/**
 * Waking a vehicle that fell asleep while nothing was offered: state F for some seconds, as if it had been plugged in anew;
 * pure. Only where the board wants it: a vehicle that is full cannot be told from one that sleeps, and some vehicles count
 * interruptions and give up.
 */
import { effectiveOffer, type Mode3State, noWake, permitted, type Wake } from './mode3-state';
import { thresholds, timings } from './timings';
import type { SocketConfig } from './types';

/** Follows what the vehicle does and whether a pulse is due. */
export function settleWake(s: Mode3State, now: number, config: SocketConfig): void {
  if (!config.wakesVehicle || s.level.stable !== 'B' || !permitted(s, config)) {
    s.wake = noWake;
  } else if (effectiveOffer(s, config) === 0) {
    s.wake = { ...noWake, paused: true };
  } else if (s.wake.pulseSince !== undefined) {
    if (now < s.wake.pulseSince + timings.wakePulseMs) return;
    s.wake = { ...s.wake, attempts: s.wake.attempts + 1, offeredSince: undefined, pulseSince: undefined };
  } else if (s.wake.paused && s.pilot.kind === 'pwm') {
    const offeredSince = s.wake.offeredSince ?? now;
    s.wake = { ...s.wake, offeredSince, pulseSince: isDue(s.wake, offeredSince, now) ? now : undefined };
  }
}

/** Whether the pilot is to show state F now. */
export function wakes({ wake }: Mode3State): boolean {
  return wake.pulseSince !== undefined;
}

function isDue({ attempts }: Wake, offeredSince: number, now: number): boolean {
  return attempts < thresholds.wakeAttemptsMax && now >= offeredSince + waitMs(attempts);
}

function waitMs(attempts: number): number {
  return attempts === 0 ? timings.wakeFirstMs : timings.wakeAgainMs;
}

export function wakeDeadlines({ wake }: Mode3State): number[] {
  if (wake.pulseSince !== undefined) return [wake.pulseSince + timings.wakePulseMs];
  return wake.offeredSince === undefined ? [] : [wake.offeredSince + waitMs(wake.attempts)];
}
