/** The pilot of an outlet as an oscilloscope shows it: volts over three periods, with axes, and the same in words. */
import type { JSX } from 'preact';
import type { PilotWave, PlayedConnector } from '../../../control/pages/bench';
import { benchWords } from '../bench.words';
import { figure } from '../figures';
import { FigureList, type FigureRow } from '../parts';
import { said, words } from '../state';
import { shownMs, stateName, waveCorners } from './wave';

const [left, right, top, bottom] = [52, 432, 14, 164];
const voltsMax = 13;
const levelsV = [12, 9, 6, 3, 0, -12];

const xOf = (ms: number): number => left + (ms / shownMs) * (right - left);
const yOf = (volts: number): number => top + ((voltsMax - volts) / (2 * voltsMax)) * (bottom - top);

export function Scope({ connector }: { connector: PlayedConnector }): JSX.Element {
  const { scope } = said(benchWords);
  const { pilot } = connector;
  return (
    <section class="bench-group">
      <h3>{scope.title}</h3>
      {pilot === null ? <p class="soft">{scope.none}</p> : <PilotScope pilot={pilot} offerA={connector.offerA} />}
      <Figures connector={connector} />
    </section>
  );
}

/** `offerA`: what a vehicle reads from it. */
export function PilotScope({ pilot, offerA }: { pilot: PilotWave; offerA: number }): JSX.Element {
  const { scope } = said(benchWords);
  const { highV, lowV, dutyPercent, state } = pilot;
  const duty = dutyPercent === null ? scope.noPwm : scope.duty(figure(dutyPercent), figure(offerA));
  const [high, low] = [signed(highV), signed(lowV)];
  const line = waveCorners(pilot).map(([ms, volts]) => `${xOf(ms).toFixed(1)},${yOf(volts).toFixed(1)}`);
  return (
    <>
      <svg
        class="bench-scope"
        viewBox="0 0 444 206"
        role="img"
        aria-label={`${scope.said(stateName(pilot), high, low, duty)}: ${scope.states[state]}`}
      >
        {levelsV.map((volts) => (
          <g key={volts}>
            <line class={volts === 0 ? 'zero' : 'grid'} x1={left} x2={right} y1={yOf(volts)} y2={yOf(volts)} />
            <text x={left - 8} y={yOf(volts) + 4} text-anchor="end">
              {signed(volts)}
            </text>
          </g>
        ))}
        {Array.from({ length: shownMs + 1 }, (_, ms) => (
          <g key={ms}>
            <line class="grid" x1={xOf(ms)} x2={xOf(ms)} y1={top} y2={bottom} />
            <text x={xOf(ms)} y={bottom + 16} text-anchor="middle">
              {ms}
            </text>
          </g>
        ))}
        <text x={(left + right) / 2} y={bottom + 36} text-anchor="middle">
          {scope.time}
        </text>
        <text transform={`translate(12 ${(top + bottom) / 2}) rotate(-90)`} text-anchor="middle">
          {scope.volts}
        </text>
        <polyline class="wave" points={line.join(' ')} />
      </svg>
      <p>
        <strong>{stateName(pilot)}</strong>: {scope.states[state]}; {high} V / {low} V, {duty}.
      </p>
    </>
  );
}

function signed(volts: number): string {
  const rounded = Number(volts.toFixed(1));
  return `${rounded > 0 ? '+' : ''}${figure(rounded).replace('-', '−')}`;
}

function Figures({ connector }: { connector: PlayedConnector }): JSX.Element {
  const { scope } = said(benchWords);
  const { offerA, drawnA, powerW, limit, pilot } = connector;
  const rows: FigureRow[] = [
    ...(pilot === null ? [] : [[scope.offered, figure(offerA), 'A'] as FigureRow]),
    [scope.drawn, figure(drawnA), 'A'],
    [words().power, figure(powerW / 1_000), 'kW'],
  ];
  return (
    <>
      <FigureList rows={rows} />
      <p class="soft small">{words().limit(figure(limit.amps), words().limits[limit.by])}</p>
    </>
  );
}
