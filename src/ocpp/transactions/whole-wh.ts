/** The register of a meter as the whole number of Wh that transactions begin and end with (OCPP 1.6, 6.45 and 6.49). */

/** No meter counts in smaller steps than this part of a Wh; anything finer is what calculating left behind. */
const stepsPerWh = 1_000;

/** Rounded to a step first, then down: 1,234,069.9999999 Wh are 1,234,070 Wh, and what is not yet a Wh is not billed. */
export function wholeWh(energyWh: number): number {
  return Math.floor(Math.round(energyWh * stepsPerWh) / stepsPerWh);
}
