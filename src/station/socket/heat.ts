/** The heat of an outlet: what it may still offer, and when it must open. */
import { lowestOfferA } from '../../hal/iec61851';
import { type PowerState, setFault } from './power-state';
import { thresholds, timings } from './timings';
import type { SocketConfig } from './types';

export function absorbTemperature(s: PowerState, celsius: number | undefined): void {
  const silent = celsius === undefined || !Number.isFinite(celsius);
  const hot = silent ? s.temperature.hot : celsius >= (s.temperature.hot ? thresholds.resumeAtC : thresholds.stopAtC);
  s.temperature = { ...s.temperature, celsius: silent ? undefined : celsius, silent, hot };
  setFault(s, 'thermometerSilent', silent);
  setFault(s, 'overTemperature', hot);
}

/** What the present reading would have the limit follow, in °C; a sensor that is silent counts as hot. */
function shownC({ temperature: { celsius, silent } }: PowerState): number | undefined {
  return silent ? thresholds.derateToC : celsius;
}

/** Whether it has become cooler by more than a sensor wavers, or the load warms. */
function cooled(s: PowerState): boolean {
  const shown = shownC(s);
  const { followedC } = s.temperature;
  return shown !== undefined && followedC !== undefined && shown <= followedC - thresholds.derateHysteresisC;
}

/** When a limit that was raised before may be raised again. */
function raiseDue({ temperature: { raisedAt } }: PowerState): number | undefined {
  return raisedAt === undefined ? undefined : raisedAt + timings.thermalRaiseMs;
}

/** The limit follows heat at once; cold with a dead band and seldom, or each change of it would be one of the pilot. */
export function settleHeat(s: PowerState, now: number): void {
  const shown = shownC(s);
  if (shown === undefined) return;
  const { followedC } = s.temperature;
  if (followedC === undefined || shown > followedC) {
    s.temperature.followedC = shown;
    return;
  }
  if (!cooled(s)) return;
  if (followedC > thresholds.derateFromC) {
    if (now < (raiseDue(s) ?? now)) return;
    s.temperature.raisedAt = now;
  }
  s.temperature.followedC = shown;
}

/** Restraint by temperature in A: linear from the rating at 65 °C to 6 A at 72 °C; 6 A when the sensor is silent. */
export function thermalLimitA(s: PowerState, config: SocketConfig): number | undefined {
  const { followedC } = s.temperature;
  if (followedC === undefined || followedC <= thresholds.derateFromC) return undefined;
  const share = Math.min(1, (followedC - thresholds.derateFromC) / (thresholds.derateToC - thresholds.derateFromC));
  return config.ratedA - share * (config.ratedA - lowestOfferA);
}

/** The instant at which a limit that waits to be raised is. */
export function heatDeadlines(s: PowerState): number[] {
  const due = cooled(s) ? raiseDue(s) : undefined;
  return due === undefined ? [] : [due];
}
