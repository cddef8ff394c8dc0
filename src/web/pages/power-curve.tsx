/** How a charge drew its power, as a picture with its axes, and in a sentence. */
import type { JSX } from 'preact';
import type { PowerCurve as Curve } from '../../local/power-curve';
import { chargeWords } from './charges.words';
import { figure } from './figures';
import { said } from './state';
import { duration } from './times';

/** Of the drawing, which is stretched to its place. */
const width = 480;
const height = 160;

export function PowerCurve({ curve }: { curve: Curve }): JSX.Element {
  const { curve: words } = said(chargeWords);
  const { stepS, watts } = curve;
  const topW = niceTop(Math.max(...watts));
  const mostW = Math.max(...watts);
  const averageW = watts.reduce((sum, one) => sum + one, 0) / watts.length;
  const endS = (watts.length - 1) * stepS;
  const points = watts.map((one, index) => {
    const x = watts.length === 1 ? 0 : (index / (watts.length - 1)) * width;
    return `${x.toFixed(1)} ${(height - (one / topW) * height).toFixed(1)}`;
  });
  const line = `M${points.join('L')}`;
  return (
    <figure class="curve">
      <figcaption>{words.says(kilowatts(averageW), kilowatts(mostW))}</figcaption>
      <div class="plot" aria-hidden="true">
        <p class="axis-name small soft">{words.power}</p>
        <p class="powers small soft">
          {[topW, topW / 2, 0].map((one) => (
            <span key={one}>{kilowatts(one)}</span>
          ))}
        </p>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="presentation">
          <path class="grid" d={`M0 0H${width}M0 ${height / 2}H${width}M0 ${height}H${width}`} />
          <path class="area" d={`${line}L${width} ${height}L0 ${height}Z`} />
          <path class="line" d={line} />
        </svg>
        <p class="times small soft">
          {[0, endS / 2, endS].map((one) => (
            <span key={one}>{duration(one)}</span>
          ))}
        </p>
        <p class="axis-name time-name small soft">{words.since}</p>
      </div>
    </figure>
  );
}

function kilowatts(watts: number): string {
  return figure(watts / 1_000);
}

/** Of these and their tens the top of an axis is: half of it is a round figure, too. */
const tops = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

function niceTop(watts: number): number {
  const least = Math.max(1_000, watts);
  const decade = 10 ** Math.floor(Math.log10(least));
  return (tops.find((factor) => factor * decade >= least) ?? 10) * decade;
}
