/** The page of the cards: those that the station knows by itself, and how many it holds of the central system's. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PageCard, PageCardList } from '../../control/pages/cards';
import type { PageView } from '../../control/pages/page-view';
import { AddCard } from './card-add';
import { CardTable } from './card-table';
import { cardsWords } from './cards.words';
import { figure } from './figures';
import { Title, Told, useAsking, useFetched } from './parts';
import { said } from './state';
import { dayOf } from './times';

export function Cards({ view }: { view: PageView }): JSX.Element {
  const words = said(cardsWords);
  const shows = useSignal(false);
  const list = useFetched<PageCardList>(`/api/cards?shows=${shows.value}`, view.revisions.cards);
  const isInUse = view.sides.some(({ mode }) => mode === 'cards');
  return (
    <>
      <Title>{words.title}</Title>
      <p class="soft">{words.says}</p>
      {!isInUse && (
        <p class="told wait">
          {words.notInUse} <a href="#mode">{words.toMode}</a>
        </p>
      )}
      {list && <AddCard list={list} />}
      {list && <Known list={list} shows={shows.value} onShow={() => (shows.value = !shows.value)} />}
      {list && <CardTable list={list} shows={shows.value} />}
      {list && <Central of={list.central} />}
    </>
  );
}

interface KnownProps {
  list: PageCardList;
  shows: boolean;
  onShow: () => void;
}

function Known({ list: { cards, most }, shows, onShow }: KnownProps): JSX.Element {
  const words = said(cardsWords);
  return (
    <section class="card cards">
      <div class="head">
        <h2>{words.list}</h2>
        <span class="soft small">{words.count(cards.length, most)}</span>
      </div>
      {cards.length === 0 && <p>{words.empty}</p>}
      {cards.length > 0 && (
        <div class="acts">
          <button type="button" class="act" aria-pressed={shows} onClick={onShow}>
            {words.show}
          </button>
        </div>
      )}
      {cards.length > 0 && (
        <ul>
          {cards.map((card) => (
            <Card key={card.id} of={card} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What cannot be taken back is asked once, in its place. */
function Card({ of: { id, card, label, lastDay, isOver } }: { of: PageCard }): JSX.Element {
  const words = said(cardsWords);
  const isAsked = useSignal(false);
  const { outcome, ask } = useAsking();
  const until = lastDay === null ? words.noEnd : isOver ? words.over(dayOf(lastDay)) : words.until(dayOf(lastDay));
  return (
    <li>
      <code class="break">{card}</code>
      <span class="break">{label}</span>
      <span class={isOver ? 'state wait' : 'soft small'}>
        {isOver && <i aria-hidden="true" />}
        {until}
      </span>
      {!isAsked.value && (
        <button type="button" class="act" aria-label={words.remove(card)} onClick={() => (isAsked.value = true)}>
          {words.removeShort}
        </button>
      )}
      {isAsked.value && (
        <div class="sure told wait">
          <p>{words.sure(label === '' ? card : `${card} (${label})`)}</p>
          <div class="acts">
            <button type="button" class="act" onClick={() => ask('/api/cards/remove', { id })}>
              {words.remove(card)}
            </button>
            <button type="button" class="act" onClick={() => (isAsked.value = false)}>
              {words.keep}
            </button>
          </div>
          <Told outcome={outcome} />
        </div>
      )}
    </li>
  );
}

function Central({ of: { list, cache } }: { of: PageCardList['central'] }): JSX.Element {
  const words = said(cardsWords);
  const told = ({ inUse, entries, accepted }: typeof cache): string =>
    `${entries === 0 ? words.knowsNone : words.known(figure(entries), figure(accepted))} (${inUse ? words.inUse : words.unused})`;
  return (
    <section class="card">
      <h2>{words.central}</h2>
      <p class="soft small">{words.centralSays}</p>
      <dl class="rows">
        <dt>{words.localList}</dt>
        <dd>{told(list)}</dd>
        <dt>{words.version}</dt>
        <dd>{list.version}</dd>
        <dt>{words.cache}</dt>
        <dd>{told(cache)}</dd>
      </dl>
    </section>
  );
}
