/** Plots of a report as inline SVG, which needs no script and no font of its own. Pure. */
import { xml } from './report-text';

export interface Series {
  name: string;
  /** Names its colour in the style sheet. */
  look: 'first' | 'second' | 'third';
  /** One value for each time; undefined: there is none. */
  values: readonly (number | undefined)[];
  /** Whether the area below it is filled. */
  filled?: boolean;
}

export interface PlotOptions {
  title: string;
  /** Unix times in ms at which slots begin, in order. */
  timesMs: readonly number[];
  widthMs: number;
  series: readonly Series[];
  /** A value as text, for the axis and for whoever points at it. */
  text: (value: number) => string;
  /** Times lie far apart: 1 ms and 10 s are both to be seen. */
  logarithmic?: boolean;
}

const width = 1_080;
const height = 220;
const margin = { left: 64, right: 26, top: 10, bottom: 26 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
const timeTicksMax = 10;
const valueTicks = 4;

interface Scale {
  /** From 0 to 1, from the bottom. */
  place: (value: number) => number;
  ticks: number[];
}

export function plot(options: PlotOptions): string {
  const { title, timesMs, widthMs, series, text } = options;
  const fromMs = timesMs[0] ?? 0;
  const untilMs = (timesMs[timesMs.length - 1] ?? 0) + widthMs;
  const x = (ms: number) => margin.left + (inner.width * (ms - fromMs)) / (untilMs - fromMs || 1);
  const scale = options.logarithmic ? logScale(series) : linearScale(series);
  const y = (value: number) => margin.top + inner.height * (1 - scale.place(value));
  const lines = scale.ticks.map((tick) => {
    const at = fixed(y(tick));
    return `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/><text class="axis" text-anchor="end" x="${margin.left - 8}" y="${fixed(y(tick) + 4)}">${xml(text(tick))}</text>`;
  });
  const times = timeTicks(fromMs, untilMs).map(
    (ms) =>
      `<text class="axis" text-anchor="middle" x="${fixed(x(ms))}" y="${height - 6}">${clockText(ms, untilMs - fromMs)}</text>`,
  );
  const middles = timesMs.map((ms) => x(ms + widthMs / 2));
  const curves = series.map((one) => curve(one, middles, y));
  const hovers = timesMs.map((ms, slot) => hover(options, slot, x(ms), x(ms + widthMs)));
  const legend = series.map(({ name, look }) => `<span class="key ${look}">${xml(name)}</span>`).join('');
  return `<figure><figcaption>${xml(title)}<span class="keys">${legend}</span></figcaption>
<div class="wide" tabindex="0"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${xml(title)}">${[...lines, ...times, ...curves, ...hovers].join('')}</svg></div></figure>`;
}

/** A gap where there is no value. */
function curve({ look, values, filled }: Series, middles: readonly number[], y: (value: number) => number): string {
  const runs: string[][] = [];
  let run: string[] | undefined;
  for (const [slot, value] of values.entries()) {
    if (value === undefined) {
      run = undefined;
      continue;
    }
    if (!run) {
      run = [];
      runs.push(run);
    }
    run.push(`${fixed(middles[slot] ?? 0)},${fixed(y(value))}`);
  }
  const bottom = margin.top + inner.height;
  const areas = filled
    ? runs.map((points) => {
        const [first, last] = [points[0]?.split(',')[0], points[points.length - 1]?.split(',')[0]];
        return `<polygon class="area ${look}" points="${first},${bottom} ${points.join(' ')} ${last},${bottom}"/>`;
      })
    : [];
  const strokes = runs.map((points) => {
    // One point alone has no line.
    const [only] = points;
    if (points.length > 1) return `<polyline class="line ${look}" points="${points.join(' ')}"/>`;
    const [cx, cy] = (only ?? '0,0').split(',');
    return `<circle class="dot ${look}" cx="${cx}" cy="${cy}" r="2.5"/>`;
  });
  return [...areas, ...strokes].join('');
}

/** The browser shows the title of what is pointed at. */
function hover({ timesMs, series, text }: PlotOptions, slot: number, fromX: number, toX: number): string {
  const values = series.flatMap(({ name, values: own }) => {
    const value = own[slot];
    return value === undefined ? [] : [`${name}: ${text(value)}`];
  });
  const time = new Date(timesMs[slot] ?? 0).toISOString().slice(11, 19);
  const title = xml([`${time} UTC`, ...values].join('\n'));
  return `<rect class="hover" x="${fixed(fromX)}" y="${margin.top}" width="${fixed(toX - fromX)}" height="${inner.height}"><title>${title}</title></rect>`;
}

function linearScale(series: readonly Series[]): Scale {
  const most = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const step = niceStep(most / valueTicks);
  const top = Math.max(step, Math.ceil(most / step) * step);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, tick) => tick * step);
  return { place: (value) => value / top, ticks };
}

/** Times as people say them, in ms. */
const logTicks = [0.1, 1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000];

function logScale(series: readonly Series[]): Scale {
  const values = series.flatMap(({ values: own }) =>
    own.filter((value) => value !== undefined && value > 0),
  ) as number[];
  const from = logTicks.findLastIndex((tick) => tick <= Math.min(1, ...values));
  const to = logTicks.findIndex((tick) => tick >= Math.max(10, ...values));
  const ticks = logTicks.slice(Math.max(0, from), to < 0 ? undefined : to + 1);
  const [least, most] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks[ticks.length - 1] ?? 10)];
  return { place: (value) => Math.max(0, (Math.log10(Math.max(value, 0.1)) - least) / (most - least)), ticks };
}

/** 1, 2 or 5 times a power of ten; at least 1 where things are counted. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? power;
  return rough < 0.25 ? 0.25 : step;
}

const timeStepsMs = [
  1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
].map((seconds) => seconds * 1_000);

function timeTicks(fromMs: number, untilMs: number): number[] {
  const stepMs =
    timeStepsMs.find((step) => (untilMs - fromMs) / step <= timeTicksMax) ?? (untilMs - fromMs) / timeTicksMax;
  const ticks: number[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= untilMs; ms += stepMs) ticks.push(ms);
  return ticks;
}

const dayMs = 86_400_000;
const minutesMs = 10 * 60_000;

function clockText(unixMs: number, spanMs: number): string {
  const iso = new Date(unixMs).toISOString();
  if (spanMs > 3 * dayMs) return iso.slice(5, 10);
  return spanMs < minutesMs ? iso.slice(11, 19) : iso.slice(11, 16);
}

function fixed(value: number): string {
  return String(Number(value.toFixed(1)));
}
