/** Readings of a rig's parts in words, as the live check and the live view print them. */
import type { MeterReading, PilotReading, ProximityReading } from '../hal/parts';
import { cableOf } from '../station/socket/proximity';

/** `+12.03 V`, `−11.98 V`. */
export function signedVolts(volts: number): string {
  return `${volts < 0 ? '−' : '+'}${Math.abs(volts).toFixed(2)} V`;
}

/** High plateau, then low; one where both are the same. */
export function pilotWords(reading: PilotReading): string {
  if (reading.kind === 'invalid') return `invalid: ${reading.reason}`;
  const { high, low } = reading;
  return high === low ? signedVolts(high) : `${signedVolts(high)} / ${signedVolts(low)}`;
}

export function proximityWords(reading: ProximityReading): string {
  if (reading.kind === 'invalid') return `invalid: ${reading.reason}`;
  const cable = cableOf(reading);
  const ohms = `${Math.round(reading.ohms)} Ω`;
  switch (cable.kind) {
    case 'none':
      return 'no plug';
    case 'cable':
      return `${ohms} (cable of ${cable.ratingA} A)`;
    case 'invalid':
      return `${ohms} (no cable has that)`;
    default:
      return cable satisfies never;
  }
}

export function celsiusWords(celsius: number): string {
  return `${celsius.toFixed(1)} °C`;
}

/** Voltages, currents, power, energy, frequency. */
export function meterWords({ voltageV, currentA, powerW, energyWh, frequencyHz }: MeterReading): string {
  const values = (numbers: readonly number[], digits: number): string =>
    numbers.map((number) => number.toFixed(digits)).join(' ');
  const frequency = frequencyHz === undefined ? '' : `, ${frequencyHz.toFixed(2)} Hz`;
  const energy = `${(energyWh / 1_000).toFixed(3)} kWh`;
  return `${values(voltageV, 1)} V, ${values(currentA, 2)} A, ${Math.round(powerW)} W, ${energy}${frequency}`;
}
