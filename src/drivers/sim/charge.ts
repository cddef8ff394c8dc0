/** Current, energy and state of charge of one battery between two changes, in closed form wherever there is one. */
import { energyWh } from './electrics';

export interface ChargeState {
  /** Current per phase, in A. */
  currentA: number;
  /** What the battery still takes, in percent of its capacity: 100 minus the state of charge. */
  restPercent: number;
}

export interface ChargeConditions {
  /** Current per phase in A that the charger goes to. */
  targetA: number;
  rampAPerSecond: number;
  /** Sum of the voltages of the loaded phases, in V; 0 without mains. */
  volts: number;
  batteryWh: number;
  /** Current per phase in A from which the battery's acceptance falls; undefined: it takes what comes until full. */
  taperFromA: number | undefined;
}

/** Above 80 % the accepted current falls in proportion to what is left to charge. */
const taperRestPercent = 20;
/** Below this current per phase a charger does not go: the curve would never end. */
const taperEndA = 1;
/** Longest straight piece of a ramp, in s. */
const rampStepS = 0.25;
/** Currents (A) and rests (percent) closer than this are equal. */
const tolerance = 1e-9;

/** Current per phase in A that the battery accepts. */
export function acceptedCurrentA(restPercent: number, taperFromA: number | undefined): number {
  if (restPercent <= 0) return 0;
  if (taperFromA === undefined) return Number.POSITIVE_INFINITY;
  if (restPercent >= taperRestPercent) return taperFromA;
  return Math.max(Math.min(taperEndA, taperFromA), (taperFromA * restPercent) / taperRestPercent);
}

/** The state after `seconds`, and the energy drawn meanwhile in Wh. */
export function charge(
  start: ChargeState,
  conditions: ChargeConditions,
  seconds: number,
): { state: ChargeState; energyWh: number } {
  let state = start;
  let drawnWh = 0;
  let leftS = seconds;
  while (leftS > 0 && conditions.volts > 0 && state.restPercent > 0) {
    const piece = nextPiece(state, conditions, leftS);
    const restPercent = state.restPercent - (100 * piece.energyWh) / conditions.batteryWh;
    if (restPercent <= tolerance) {
      drawnWh += (state.restPercent * conditions.batteryWh) / 100;
      state = { currentA: 0, restPercent: 0 };
    } else {
      drawnWh += piece.energyWh;
      state = { currentA: piece.endA, restPercent: piece.restPercent ?? restPercent };
    }
    leftS -= piece.seconds;
  }
  return { state: conditions.volts > 0 ? state : { ...state, currentA: 0 }, energyWh: drawnWh };
}

/** Seconds until the ramp ends or, with no ramp under way, until the battery is full; undefined if neither comes. */
export function secondsToChange(state: ChargeState, conditions: ChargeConditions): number | undefined {
  if (conditions.volts <= 0 || state.restPercent <= 0) return undefined;
  const distanceA = distanceToGoalA(state, conditions);
  if (distanceA !== 0) return Math.abs(distanceA) / conditions.rampAPerSecond;
  if (state.currentA <= tolerance) return undefined;
  const knee = taperKneePercent(state.currentA, conditions.taperFromA);
  const flatS = secondsForPercent(Math.max(0, state.restPercent - knee), state.currentA, conditions);
  if (knee === 0) return flatS;
  const lastA = Math.min(taperEndA, conditions.taperFromA ?? 0);
  const lastPercent = (taperRestPercent * lastA) / (conditions.taperFromA ?? 1);
  const curveS = Math.log(state.currentA / lastA) / taperPerSecond(conditions);
  return flatS + curveS + secondsForPercent(lastPercent, lastA, conditions);
}

interface Piece {
  seconds: number;
  endA: number;
  energyWh: number;
  /** The rest at the end where it is known better than from the energy. */
  restPercent?: number;
}

function nextPiece(state: ChargeState, conditions: ChargeConditions, leftS: number): Piece {
  const distanceA = distanceToGoalA(state, conditions);
  if (distanceA !== 0) return rampPiece(state, distanceA, conditions, leftS);
  const knee = taperKneePercent(state.currentA, conditions.taperFromA);
  if (knee === 0 || state.restPercent > knee) return flatPiece(state, knee, conditions, leftS);
  return taperPiece(state, conditions, leftS);
}

function rampPiece(state: ChargeState, distanceA: number, conditions: ChargeConditions, leftS: number): Piece {
  const wholeS = Math.abs(distanceA) / conditions.rampAPerSecond;
  const seconds = Math.min(wholeS, leftS, rampStepS);
  const endA = state.currentA + (seconds === wholeS ? distanceA : (distanceA * seconds) / wholeS);
  return { seconds, endA, energyWh: energyWh(conditions.volts, state.currentA, endA, seconds) };
}

function flatPiece(state: ChargeState, knee: number, conditions: ChargeConditions, leftS: number): Piece {
  const { currentA } = state;
  if (currentA <= tolerance) return { seconds: leftS, endA: currentA, energyWh: 0 };
  const wholeS = secondsForPercent(state.restPercent - knee, currentA, conditions);
  const seconds = Math.min(wholeS, leftS);
  const drawnWh = energyWh(conditions.volts, currentA, currentA, seconds);
  return {
    seconds,
    endA: currentA,
    energyWh: drawnWh,
    ...(seconds === wholeS && knee > 0 ? { restPercent: knee } : {}),
  };
}

/** The current is proportional to the rest, so both fall exponentially. */
function taperPiece(state: ChargeState, conditions: ChargeConditions, leftS: number): Piece {
  const perSecond = taperPerSecond(conditions);
  const lastA = Math.min(taperEndA, state.currentA);
  const wholeS = Math.log(state.currentA / lastA) / perSecond;
  const seconds = Math.min(wholeS, leftS);
  const restPercent = state.restPercent * Math.exp(-perSecond * seconds);
  const endA = seconds === wholeS ? lastA : acceptedCurrentA(restPercent, conditions.taperFromA);
  return { seconds, endA, restPercent, energyWh: ((state.restPercent - restPercent) * conditions.batteryWh) / 100 };
}

function distanceToGoalA(state: ChargeState, conditions: ChargeConditions): number {
  const goalA = Math.min(conditions.targetA, acceptedCurrentA(state.restPercent, conditions.taperFromA));
  const distanceA = goalA - state.currentA;
  return Math.abs(distanceA) <= tolerance ? 0 : distanceA;
}

/** The rest in percent at which a current meets the falling acceptance; 0 if it never does. */
function taperKneePercent(currentA: number, taperFromA: number | undefined): number {
  if (taperFromA === undefined || currentA <= Math.min(taperEndA, taperFromA) + tolerance) return 0;
  return Math.min(taperRestPercent, (taperRestPercent * currentA) / taperFromA);
}

function taperPerSecond(conditions: ChargeConditions): number {
  const ampsPerPercent = (conditions.taperFromA ?? 0) / taperRestPercent;
  return (ampsPerPercent * conditions.volts * 100) / (3600 * conditions.batteryWh);
}

function secondsForPercent(percent: number, currentA: number, conditions: ChargeConditions): number {
  return (percent * conditions.batteryWh * 36) / (conditions.volts * currentA);
}
