/** One side of the station drawn as it is: its light, its reader, its outlets, what is plugged in; and the same in words. */
import type { JSX } from 'preact';
import type { BenchFacts, BenchOutlet, BenchPoint, PlayedConnector } from '../../../control/pages/bench';
import type { IndicatorPattern } from '../../../hal/parts';
import type { Status } from '../../../station/types';
import { benchWords } from '../bench.words';
import { figure } from '../figures';
import { State } from '../parts';
import type { Tone } from '../plain-state';
import { said, words } from '../state';
import { chosenOutlet } from './bench-state';
import { outletName } from './station-time';

const tones: Readonly<Record<Status, Tone>> = {
  Available: 'rest',
  Preparing: 'wait',
  Charging: 'go',
  SuspendedEV: 'wait',
  SuspendedEVSE: 'wait',
  Finishing: 'wait',
  Reserved: 'rest',
  Unavailable: 'rest',
  Faulted: 'stop',
};

/** How the light is drawn: still, for nothing of the pages blinks; the word stands beside it. */
const lights: Readonly<Record<IndicatorPattern, { tone: Tone | 'off'; isBroken?: true }>> = {
  off: { tone: 'off' },
  available: { tone: 'go' },
  reserved: { tone: 'wait' },
  waiting: { tone: 'go', isBroken: true },
  charging: { tone: 'rest' },
  paused: { tone: 'rest', isBroken: true },
  finished: { tone: 'go', isBroken: true },
  refused: { tone: 'stop', isBroken: true },
  unavailable: { tone: 'wait', isBroken: true },
  fault: { tone: 'stop' },
  resetting: { tone: 'stop', isBroken: true },
};

export function PointCard({ point, known }: { point: BenchPoint; known: BenchFacts }): JSX.Element {
  const { indicator: name, indicators, noIndicator } = said(benchWords);
  const { sides, mode } = words();
  const { indicator } = point;
  return (
    <section class="card">
      <div class="head">
        <h2>{sides[point.side]}</h2>
        <span class="soft small">{point.mode === 'none' ? mode.says.none : mode.names[point.mode]}</span>
      </div>
      <Drawing point={point} known={known} />
      <p class="small">{indicator === null ? noIndicator : words().of(name, indicators[indicator])}</p>
      {point.connectors.map((connector) => (
        <OutletLine
          key={connector.connectorId}
          connector={connector}
          outlet={known.outlets.find(({ connectorId }) => connectorId === connector.connectorId)}
        />
      ))}
    </section>
  );
}

/** Chooses the outlet that the panel below is of. */
function OutletLine({
  connector,
  outlet,
}: {
  connector: PlayedConnector;
  outlet: BenchOutlet | undefined;
}): JSX.Element {
  const { statuses } = said(benchWords);
  const { connectorId, status, faults } = connector;
  const [fault] = faults;
  return (
    <div class="bench-group">
      <div class="head">
        <button
          type="button"
          class="act"
          aria-pressed={connectorId === chosenOutlet.value}
          onClick={() => {
            chosenOutlet.value = connectorId;
          }}
        >
          {outlet && outletName(outlet)}
        </button>
        <State tone={tones[status]}>{statuses[status]}</State>
      </div>
      <p class="small soft">{sentenceOf(connector, outlet)}</p>
      {fault && <p class="told stop small">{words().faults[fault]}</p>}
    </div>
  );
}

function sentenceOf(
  { cableIn, vehicleWaits, vehicle, cableA, locked, contactorClosed }: PlayedConnector,
  outlet?: BenchOutlet,
): string {
  const { drawing } = said(benchWords);
  const what = vehicle
    ? drawing.vehicle(vehicle.phases, figure(vehicle.maxCurrentA), figure(vehicle.stateOfCharge, 0))
    : vehicleWaits
      ? drawing.waits
      : cableIn
        ? drawing.cableOnly
        : drawing.free;
  const shutter = cableIn ? drawing.shutterOpen : drawing.shutterClosed;
  const lock = outlet?.hasLock && locked ? [drawing.locked] : [];
  const cable = cableA === null ? [] : [drawing.cable(String(cableA))];
  return [what, ...cable, shutter, ...lock, drawing.contactor(contactorClosed)].join('; ');
}

/** Where an outlet is on the post, and where its vehicle stands. */
const places = [
  { outletX: 146, outletY: 118, vehicleX: 52 },
  { outletX: 194, outletY: 118, vehicleX: 288 },
];
const groundY = 206;

function Drawing({ point, known }: { point: BenchPoint; known: BenchFacts }): JSX.Element {
  const { statuses } = said(benchWords);
  const light = point.indicator === null ? undefined : lights[point.indicator];
  const label = point.connectors
    .map((connector) => {
      const outlet = known.outlets.find(({ connectorId }) => connectorId === connector.connectorId);
      return `${outlet ? outletName(outlet) : ''}: ${statuses[connector.status]}; ${sentenceOf(connector, outlet)}`;
    })
    .join('. ');
  return (
    <svg class="bench-drawing" viewBox="0 0 340 214" role="img" aria-label={label}>
      <line class="ground" x1="0" x2="340" y1={groundY} y2={groundY} />
      <rect class="post" x="112" y="8" width="116" height="198" rx="14" />
      {light && (
        <rect
          class={`light ${light.tone} ${light.isBroken ? 'broken' : ''}`}
          x="130"
          y="21"
          width="80"
          height="8"
          rx="4"
        />
      )}
      {point.readerPresent !== null && <Reader isPresent={point.readerPresent} />}
      {point.connectors.map((connector, index) => {
        const place = places[index] ?? places[0];
        const outlet = known.outlets.find(({ connectorId }) => connectorId === connector.connectorId);
        return (
          place && <DrawnOutlet key={connector.connectorId} connector={connector} kind={outlet?.kind} place={place} />
        );
      })}
    </svg>
  );
}

function Reader({ isPresent }: { isPresent: boolean }): JSX.Element {
  return (
    <g class={isPresent ? 'reader' : 'reader gone'}>
      <rect x="152" y="44" width="36" height="26" rx="4" />
      <path d="M163 64a9 9 0 0 1 0-14M169 61a5 5 0 0 1 0-8M175 57h4" />
    </g>
  );
}

function DrawnOutlet({
  connector,
  kind,
  place: { outletX, outletY, vehicleX },
}: {
  connector: PlayedConnector;
  kind: BenchOutlet['kind'] | undefined;
  place: (typeof places)[number];
}): JSX.Element {
  const { cableIn, plugged, vehicleWaits, locked, contactorClosed, connectorId } = connector;
  const hasVehicle = plugged || vehicleWaits;
  // A cable that is not in the outlet lies before the post.
  const [plugX, plugY] = cableIn ? [outletX, outletY] : [(outletX + vehicleX) / 2, groundY - 5];
  const [endX, endY] = hasVehicle ? [vehicleX, groundY - 22] : [(outletX + vehicleX) / 2, groundY - 5];
  return (
    <g>
      <circle class="outlet" cx={outletX} cy={outletY} r="21" />
      {cableIn ? (
        <circle class="plug" cx={outletX} cy={outletY} r="15" />
      ) : (
        <Face kind={kind} x={outletX} y={outletY} />
      )}
      {locked && <path class="lock" d={`M${outletX - 5} ${outletY - 24}v-5a5 5 0 0 1 10 0v5m-13 0h16v10h-16z`} />}
      <text x={outletX + (vehicleX < outletX ? -21 : 21)} y={outletY - 24} text-anchor="middle">
        {connectorId}
      </text>
      {(cableIn || hasVehicle) && (
        <path
          class={contactorClosed ? 'cable live' : 'cable'}
          d={`M${plugX} ${plugY}C${plugX} ${groundY + 4} ${endX} ${groundY + 4} ${endX} ${endY}`}
        />
      )}
      {hasVehicle && <Car x={vehicleX} isFlipped={vehicleX > outletX} />}
    </g>
  );
}

/** The contacts of a T2S behind its shutter; those of an ordinary outlet. Free, both are shut. */
function Face({ kind, x, y }: { kind: BenchOutlet['kind'] | undefined; x: number; y: number }): JSX.Element {
  if (kind === '2P+E') {
    return (
      <g class="face">
        <circle cx={x - 7} cy={y} r="2.5" />
        <circle cx={x + 7} cy={y} r="2.5" />
        <circle class="pin" cx={x} cy={y - 8} r="2.5" />
      </g>
    );
  }
  return (
    <g class="face">
      <path d={`M${x - 15} ${y - 2}h30M${x - 14} ${y + 4}h28`} />
    </g>
  );
}

function Car({ x, isFlipped }: { x: number; isFlipped: boolean }): JSX.Element {
  const turned = isFlipped ? `translate(${x} ${groundY}) scale(-1 1)` : `translate(${x} ${groundY})`;
  return (
    <g class="car" transform={turned}>
      <path d="M-44-10v-11q0-5 6-6l10-2 11-13q3-4 9-4h16q6 0 10 4l12 13 6 2q4 2 4 6v11z" />
      <path class="glass" d="M-24-30l10-10q2-2 5-2h4v12zM0-42h8q3 0 5 2l10 10H0z" />
      <circle cx="-24" cy="-9" r="8" />
      <circle cx="22" cy="-9" r="8" />
    </g>
  );
}
