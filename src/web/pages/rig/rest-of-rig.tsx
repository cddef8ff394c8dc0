/** What an armed rig has beside its outlets: supply, card readers, reset button, the loop that reads all of it, and what is wrong. */
import type { JSX } from 'preact';
import type { RigView } from '../../../control/pages/armed-rig';
import { figure } from '../figures';
import { State } from '../parts';
import { rigWords } from '../rig.words';
import { said, words } from '../state';

export function RestOfRig({ view }: { view: RigView }): JSX.Element {
  const { station, troubles, noTroubles, untold } = said(rigWords);
  const { supply, buttonAgeS, loop, i2cErrors } = view;
  return (
    <div class="sides">
      <section class="card" aria-labelledby="rest-title">
        <h2 id="rest-title">{station.title}</h2>
        <dl class="rows">
          <dt>{station.supply}</dt>
          <dd>
            {supply === null ? (
              untold
            ) : (
              <State tone={supply === 'lost' ? 'stop' : 'go'}>{station.supplies[supply]}</State>
            )}
          </dd>
          <dt>{station.readers}</dt>
          <dd>
            <Readers view={view} />
          </dd>
          <dt>{station.cards}</dt>
          <dd>
            <Cards view={view} />
          </dd>
          <dt>{station.button}</dt>
          <dd>{buttonAgeS === null ? station.notHeld : station.seconds(figure(buttonAgeS))}</dd>
          <dt>{station.loop}</dt>
          <dd>{loop ? station.turns(figure(loop.turns), figure(loop.longestGapMs)) : untold}</dd>
          <dt>{station.busErrors}</dt>
          <dd>{figure(i2cErrors)}</dd>
        </dl>
      </section>
      <section class="card" aria-labelledby="troubles-title">
        <h2 id="troubles-title">{troubles}</h2>
        {view.troubles.length === 0 ? (
          <p>{noTroubles}</p>
        ) : (
          <ul class="bench-list" lang="en">
            {view.troubles.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Readers({ view: { readers } }: { view: RigView }): JSX.Element {
  const { station } = said(rigWords);
  if (readers.length === 0) return <span>{station.noReader}</span>;
  return (
    <>
      {readers.map(({ side, isPresent }) => (
        <State key={side} tone={isPresent ? 'go' : 'stop'}>
          {station.reader(words().sides[side], isPresent)}
        </State>
      ))}
    </>
  );
}

function Cards({ view: { cards } }: { view: RigView }): JSX.Element {
  const { station } = said(rigWords);
  if (cards.length === 0) return <span>{station.noCard}</span>;
  return (
    <ul class="bench-list">
      {cards.map(({ number, card, side, ageS }) => (
        <li key={number}>
          {card === null ? station.several : <code>{card}</code>}, {words().sides[side]},{' '}
          {station.seconds(figure(ageS))}
        </li>
      ))}
    </ul>
  );
}
