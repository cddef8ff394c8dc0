/** The wave of a pilot as a line, and what happened on pilots as bars on an axis of time. Pure. */
import type { PilotState, PilotStep, PilotWave } from '../../../control/pages/bench';

/** PWM at 1 kHz (IEC 61851-1, Table A.2). */
export const periodMs = 1;
export const shownMs = 3;

/** Corners of the line, as [ms, V]. */
export function waveCorners({
  highV,
  lowV,
  dutyPercent,
}: PilotWave): readonly (readonly [ms: number, volts: number])[] {
  if (dutyPercent === null || highV === lowV) {
    return [
      [0, highV],
      [shownMs, highV],
    ];
  }
  const highMs = (dutyPercent / 100) * periodMs;
  return Array.from({ length: shownMs / periodMs }, (_, period) => period * periodMs).flatMap(
    (beginMs): [number, number][] => [
      [beginMs, lowV],
      [beginMs, highV],
      [beginMs + highMs, highV],
      [beginMs + highMs, lowV],
      [beginMs + periodMs, lowV],
    ],
  );
}

/** With PWM a state is a 2, without a 1 (IEC 61851-1, A.2.2). */
export function stateName({ state, dutyPercent }: PilotWave): string {
  if (state === 'invalid') return '?';
  return state === 'E' || state === 'F' ? state : `${state}${dutyPercent === null ? 1 : 2}`;
}

/** How long a pilot was in one state. */
export interface StateBar {
  state: PilotState | 'invalid' | 'noPower';
  fromMs: number;
  toMs: number;
}

/**
 * The bars of one outlet between two instants. Steps of another duty cycle are the same bar. `offMs`: since then the power
 * is off.
 */
export function barsOf(
  steps: readonly PilotStep[],
  connectorId: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  offMs?: number,
): readonly StateBar[] {
  const own = steps.filter((step) => step.connectorId === connectorId);
  const begins = own
    .filter(({ state }, index) => state !== own[index - 1]?.state)
    .map(({ state, at }): Pick<StateBar, 'state' | 'fromMs'> => ({ state, fromMs: Date.parse(at) }));
  if (offMs !== undefined) begins.push({ state: 'noPower', fromMs: offMs });
  return begins.flatMap((begin, index) => {
    const bar = {
      state: begin.state,
      fromMs: Math.max(begin.fromMs, fromMs),
      toMs: Math.min(begins[index + 1]?.fromMs ?? toMs, toMs),
    };
    return bar.toMs > bar.fromMs ? [bar] : [];
  });
}

/** Distances between marks of an axis, in s. */
const distancesS = [5, 10, 15, 30, 60, 120, 300, 600];

/** Whole instants between two others, at most so many. */
export function ticksOf({ fromMs, toMs }: { fromMs: number; toMs: number }, ticksMax: number): readonly number[] {
  const spanS = (toMs - fromMs) / 1_000;
  const everyMs = 1_000 * (distancesS.find((everyS) => spanS / everyS <= ticksMax) ?? 3_600);
  const first = Math.ceil(fromMs / everyMs) * everyMs;
  return Array.from({ length: Math.floor((toMs - first) / everyMs) + 1 }, (_, index) => first + index * everyMs);
}
