/** Why a socket gives what it gives: the limit that rules in a sentence, and what the others would allow. */
import type { JSX } from 'preact';
import type { PageConnector } from '../../control/pages/page-view';
import { figure } from './figures';
import { homeWords } from './home.words';
import { said, words } from './state';

/** `isAlone`: nobody asks what else would be possible. */
export function LimitReasons({
  limit: { amps, by, others },
  isAlone,
}: {
  limit: PageConnector['limit'];
  isAlone: boolean;
}): JSX.Element {
  const { limit, limits } = words();
  const { otherLimits, amps: each } = said(homeWords);
  const list = others.map((other) => each(limits[other.source], figure(other.amps)));
  return (
    <p class="soft small">
      {limit(figure(amps), limits[by])} {list.length > 0 && !isAlone && otherLimits(list.join(', '))}
    </p>
  );
}

/** The same as bars, while a vehicle charges: the ruling one first. The sentence says it to whoever does not see. */
export function LimitBars({ limit: { amps, by, others } }: { limit: PageConnector['limit'] }): JSX.Element {
  const { limits } = words();
  const all = [{ source: by, amps }, ...others];
  const most = Math.max(1, ...all.map((one) => one.amps));
  return (
    <div class="limits small" aria-hidden="true">
      {all.map((one) => (
        <p key={one.source} class={one.source === by ? 'rules' : undefined}>
          <span>{limits[one.source]}</span>
          <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="presentation">
            <rect class="whole" width="100" height="6" />
            <rect class="part" width={(one.amps / most) * 100} height="6" />
          </svg>
          <span class="number">{figure(one.amps)} A</span>
        </p>
      ))}
    </div>
  );
}
