/** Numbers of IEC 61851-1 (control pilot) and IEC 62196-1 (proximity contact), each with its place: here and nowhere else. */

/** Vehicle states that the upper plateau of the pilot shows, from the highest voltage to the lowest (IEC 61851-1, Table A.4). */
export const vehicleStates = ['A', 'B', 'C', 'D', 'E'] as const;
export type VehicleState = (typeof vehicleStates)[number];

/** The generator of the pilot puts out plus or minus this, in V, behind this resistance, in ohms (IEC 61851-1, Table A.2). */
export const pilotSourceV = 12;
export const pilotSourceOhms = 1_000;
/** States A and F reach so far from 0, in V: 12 V with its tolerance of 5 % (IEC 61851-1, Table A.2). */
export const pilotReachV = 12.6;
/** Bounds between neighbours of `vehicleStates`, in V: midway between the plateaus 12, 9, 6, 3 and 0 (IEC 61851-1, Table A.4). */
export const stateBoundsV = [10.5, 7.5, 4.5, 1.5] as const;
/** A lower plateau from here down shows a diode in the vehicle's pilot circuit, in V (IEC 61851-1, A.2.2). */
export const diodePlateauMaxV = -10;

/** Lowest and highest current per phase that a duty cycle can offer, in A (IEC 61851-1, Table A.8). */
export const lowestOfferA = 6;
export const highestOfferA = 80;
/**
 * Duty cycle and current per phase (IEC 61851-1, Tables A.7 and A.8): up to 85 % it is 0.6 A a percent, above that 2.5 A
 * for each percent over 64 %. The upper line begins at 52.5 A; between 51 A, the end of the lower one, and that is a gap.
 */
export const lowerDuty = { ampsPerPercent: 0.6, maxPercent: 85, maxA: 51 } as const;
export const upperDuty = { ampsPerPercent: 2.5, offsetPercent: 64, minA: 52.5 } as const;

/** Ratings in A of the cables for Type 2 socket outlets (IEC 62196-1, Annex B). */
export const cableRatingsA = [13, 20, 32, 63] as const;
/** Ratings of Type 2 cables, in A. */
export type CableRatingA = (typeof cableRatingsA)[number];
/** Resistor in the plug that tells the rating of its cable, in ohms (IEC 62196-1, Annex B). */
export const cableOhms: Readonly<Record<CableRatingA, number>> = { 13: 1_500, 20: 680, 32: 220, 63: 100 };
/** Lowest resistance that still counts as that cable, in ohms; the band ends where the next one begins (IEC 62196-1, Annex B). */
export const cableOhmsMin: Readonly<Record<CableRatingA, number>> = { 13: 1_000, 20: 330, 32: 150, 63: 75 };
/** Above the first there is no cable that has a rating, above the second no plug, in ohms (IEC 62196-1, Annex B). */
export const ratedCableOhmsMax = 2_200;
export const pluggedOhmsMax = 4_500;
/** Highest rating of a Type 2 outlet, in A (IEC 62196-2). */
export const type2RatingMaxA = 63;
