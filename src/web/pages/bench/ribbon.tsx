/** What pilots did, beside the OCPP messages where there are some, on one axis of time. */
import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { BenchOutlet, PilotStep } from '../../../control/pages/bench';
import type { ObservedFrame } from '../../../ocpp/frames/observed-frame';
import { benchWords } from '../bench.words';
import { said } from '../state';
import { outletName, stationTime } from './station-time';
import { barsOf, type StateBar, stateName, ticksOf } from './wave';

const windowsMin = [1, 5, 15];
const rowHeight = 30;
const barHeight = 22;
const labelWidth = 78;
/** So wide a bar has room for its letter. */
const letterWidth = 14;
const widthBetweenTicks = 90;
/** A time at the edge is not cut. */
const halfTimeWidth = 28;

interface Span {
  fromMs: number;
  toMs: number;
}

export type RibbonOutlet = Pick<BenchOutlet, 'connectorId' | 'kind'>;

export interface RibbonProps {
  title: string;
  /** What is said while there is nothing. */
  empty: string;
  outlets: readonly RibbonOutlet[];
  /** Oldest first. */
  steps: readonly PilotStep[];
  /** undefined: there is no central system. */
  frames?: readonly ObservedFrame[] | undefined;
  /** By the clock of the station; undefined: not known. */
  nowMs: number | undefined;
  /** Since when the power is off. */
  offMs?: number | undefined;
}

export function Ribbon({ title, nowMs, ...shown }: RibbonProps): JSX.Element {
  const { ribbon } = said(benchWords);
  const minutes = useSignal(1);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const span = nowMs === undefined ? undefined : { fromMs: nowMs - minutes.value * 60_000, toMs: nowMs };
  const pilots = shown.outlets.filter(({ kind }) => kind === 'T2S');
  return (
    <section class="card" aria-labelledby="ribbon-title">
      <div class="head">
        <h2 id="ribbon-title">{title}</h2>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend beside the name it has */}
        <div role="group" aria-label={ribbon.window} class="acts">
          {windowsMin.map((count) => (
            <button
              key={count}
              type="button"
              class="act"
              aria-pressed={count === minutes.value}
              onClick={() => {
                minutes.value = count;
              }}
            >
              {ribbon.minutes(count)}
            </button>
          ))}
        </div>
      </div>
      <div ref={box}>{span && <Chart {...shown} pilots={pilots} span={span} width={width} />}</div>
      {shown.frames && (
        <p class="soft small bench-legend">
          <span class="mark sent" aria-hidden="true" /> {ribbon.sent} <span class="mark received" aria-hidden="true" />{' '}
          {ribbon.received} <span class="mark error" aria-hidden="true" /> {ribbon.error}
        </p>
      )}
      {span && <AsList {...shown} pilots={pilots} span={span} />}
    </section>
  );
}

function useWidth(box: RefObject<HTMLDivElement | null>): number {
  const width = useSignal(600);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) width.value = Math.max(240, Math.floor(entry.contentRect.width));
    });
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [box, width]);
  return width.value;
}

/** Requests within the time that is shown, each with its answer. */
function callsIn(
  frames: readonly ObservedFrame[],
  { fromMs, toMs }: Span,
): { frame: ObservedFrame; ms: number; failed: boolean }[] {
  const failed = new Set(frames.filter(({ kind }) => kind === 'error').map(({ id }) => id));
  return frames.flatMap((frame) => {
    const ms = Date.parse(frame.at ?? '');
    const isShown = frame.kind === 'call' && ms >= fromMs && ms <= toMs;
    return isShown ? [{ frame, ms, failed: failed.has(frame.id) }] : [];
  });
}

type ShownRibbon = Omit<RibbonProps, 'title' | 'nowMs'> & { pilots: readonly RibbonOutlet[]; span: Span };

function Chart({ pilots, steps, frames, offMs, span, width }: ShownRibbon & { width: number }): JSX.Element {
  const { ribbon } = said(benchWords);
  const calls = frames && callsIn(frames, span);
  const bars = new Map(pilots.map(({ connectorId }) => [connectorId, barsOf(steps, connectorId, span, offMs)]));
  const x = (ms: number): number =>
    labelWidth + ((ms - span.fromMs) / (span.toMs - span.fromMs)) * (width - labelWidth - 1);
  const marksY = pilots.length * rowHeight;
  const axisY = marksY + (calls ? rowHeight : 0);
  const summary = pilots.map((outlet) =>
    ribbon.said(
      outletName(outlet),
      (bars.get(outlet.connectorId) ?? [])
        .map(({ state }) => (state === 'noPower' ? ribbon.noPower : state))
        .join(', '),
    ),
  );
  return (
    <svg
      class="bench-ribbon"
      width={width}
      height={axisY + 24}
      role="img"
      aria-label={[...summary, ...(calls ? [`${ribbon.frames}: ${calls.length}`] : [])].join('. ')}
    >
      {ticksOf(span, Math.max(2, (width - labelWidth) / widthBetweenTicks)).map((ms) => (
        <g key={ms}>
          <line class="grid" x1={x(ms)} x2={x(ms)} y1={0} y2={axisY} />
          <text x={Math.min(x(ms), width - halfTimeWidth)} y={axisY + 16} text-anchor="middle">
            {stationTime(ms)}
          </text>
        </g>
      ))}
      {pilots.map((outlet, row) => (
        <g key={outlet.connectorId} transform={`translate(0 ${row * rowHeight})`}>
          <text x={0} y={16}>
            {outletName(outlet)}
          </text>
          {bars.get(outlet.connectorId)?.map(({ state, fromMs, toMs }) => (
            <Bar key={fromMs} state={state} fromX={x(fromMs)} toX={x(toMs)} />
          ))}
        </g>
      ))}
      {calls && (
        <text x={0} y={marksY + 18}>
          {ribbon.frames}
        </text>
      )}
      {calls?.map(({ frame, ms, failed }) => (
        <path
          key={frame.number}
          class={failed ? 'error' : frame.direction}
          d={
            frame.direction === 'sent'
              ? `M${x(ms)} ${marksY + 2}v12m-3-8l3-4 3 4`
              : `M${x(ms)} ${marksY + 14}v12m-3-4l3 4 3-4`
          }
        >
          <title>{`${stationTime(ms, 1)} ${ribbon[frame.direction]} ${frame.message ?? ''}`}</title>
        </path>
      ))}
      <line class="axis" x1={labelWidth} x2={width} y1={axisY} y2={axisY} />
    </svg>
  );
}

function Bar({ state, fromX, toX }: { state: StateBar['state']; fromX: number; toX: number }): JSX.Element {
  const letter = state === 'noPower' ? '' : state === 'invalid' ? '?' : state;
  return (
    <>
      <rect class={`bar ${state}`} x={fromX} y={0} width={Math.max(1, toX - fromX)} height={barHeight} />
      {toX - fromX > letterWidth && (
        <text class="letter" x={(fromX + toX) / 2} y={16} text-anchor="middle">
          {letter}
        </text>
      )}
    </>
  );
}

const listedMax = 60;

/** For who does not see the chart, and for who wants the exact instants. */
function AsList({ pilots, steps, frames = [], span, empty }: ShownRibbon): JSX.Element {
  const { ribbon, scope } = said(benchWords);
  const nameOf = (connectorId: number): string => {
    const outlet = pilots.find((one) => one.connectorId === connectorId);
    return outlet ? outletName(outlet) : String(connectorId);
  };
  const happened = [
    ...steps.map((step) => ({
      ms: Date.parse(step.at),
      key: `s${step.number}`,
      what: `${nameOf(step.connectorId)}: ${stateName(step)}, ${scope.states[step.state]}`,
    })),
    ...callsIn(frames, span).map(({ frame, ms, failed }) => ({
      ms,
      key: `f${frame.number}`,
      what: `${ribbon.frames}: ${ribbon[frame.direction]} ${frame.message}${failed ? `, ${ribbon.error}` : ''}`,
    })),
  ]
    .filter(({ ms }) => ms >= span.fromMs && ms <= span.toMs)
    .sort((one, other) => other.ms - one.ms)
    .slice(0, listedMax);
  return (
    <details>
      <summary>{ribbon.list}</summary>
      {happened.length === 0 ? (
        <p>{empty}</p>
      ) : (
        <ul class="bench-list">
          {happened.map(({ ms, key, what }) => (
            <li key={key}>
              <code>{stationTime(ms, 1)}</code> {what}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
