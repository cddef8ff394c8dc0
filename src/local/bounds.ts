/** How much there may be of what the station keeps by itself; without anything to load, for the command line asks them first. */

export const localCardsMax = 500;
/** CiString20 (OCPP 1.6, 7.28). */
export const tokenCharactersMax = 20;
export const labelCharactersMax = 50;
/** How long the station waits for a card that is to be taught, in s. */
export const teachSecondsMax = 300;
/** About three years of a point that charges once a day. */
export const chargesMax = 1_000;
/** Of the newest charges so many have their power curve. */
export const curvesMax = 100;
/** A curve has at most so many points: of a longer charge each stands for more time. */
export const curvePointsMax = 240;
