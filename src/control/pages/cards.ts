/** What the page of the cards shows, and what it does to those that the station knows by itself. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { GreenupError } from '../../hal/errors';
import { localCardsMax } from '../../local/bounds';
import { type ImportPlan, planOf, tableOf, type WrongLine } from '../../local/cards-table';
import { type CardFault, cardFault, cardName, isOver, type LocalCard } from '../../local/local-card';
import type { RunningStation } from '../../main';
import { maskedCard } from '../../ocpp/frames/masking';

export interface PageCard {
  /** Stands for the number, which may be masked; of this run of the program. */
  id: string;
  card: string;
  label: string;
  /** null: it has no end. */
  lastDay: string | null;
  isOver: boolean;
}

export interface PageCardList {
  cards: readonly PageCard[];
  most: number;
  /** The wait for a card. */
  teaching: { label: string; endsInMs: number } | null;
  /** What became of the last wait; null: there was none in this run, or it goes on. */
  taught: { kind: 'added' | 'known'; card: string; label: string } | { kind: 'none' } | null;
  /** What the central system has told of cards. */
  central: {
    list: { inUse: boolean; version: number; entries: number; accepted: number };
    cache: { inUse: boolean; entries: number; accepted: number };
  };
}

/** What would become of the list; `digest` says of which list, and of which table. */
export interface PageImportPlan {
  added: readonly PageCard[];
  changed: readonly PageCard[];
  removed: readonly PageCard[];
  same: number;
  wrong: readonly WrongLine[];
  digest: string;
}

export type PageCardRefusal =
  | CardFault
  | 'cardsFull'
  | 'cardUnknown'
  | 'cardsChanged'
  | 'tableWrong'
  | 'notStored'
  | 'starting';

type CardOutcome = Promise<PageCardRefusal | undefined>;

export interface CardsForPages {
  /** undefined while the station starts or ends, here and below; `shows`: card numbers are whole. */
  list(shows: boolean): PageCardList | undefined;
  csv(): string | undefined;
  add(card: LocalCard): CardOutcome;
  remove(id: string): CardOutcome;
  /** The next card at a reader is added; what becomes of it is in the list. */
  teach(label: string, lastDay: string | undefined, withinMs: number): CardOutcome;
  stopTeaching(): CardOutcome;
  plan(table: string, removesOthers: boolean, shows: boolean): PageImportPlan | undefined;
  /** All of the table or nothing, and only what the plan of this digest said. */
  take(table: string, removesOthers: boolean, digest: string): CardOutcome;
}

export function pageCards(present: () => RunningStation | undefined): CardsForPages {
  const idKey = randomBytes(16);
  const idOf = (token: string): string =>
    createHmac('sha256', idKey).update(cardName(token)).digest('base64url').slice(0, 16);
  const cardsOf = ({ local }: RunningStation) => local.cards;
  const act = async (work: (running: RunningStation) => CardOutcome): CardOutcome => {
    const running = present();
    return running ? refusalOf(work(running)) : 'starting';
  };
  return {
    list: (shows) => {
      const running = present();
      return running && listOf(running, (card) => pageCard(card, idOf, shows, isOverAt(running)));
    },
    csv: () => {
      const running = present();
      return running && tableOf(cardsOf(running).list);
    },
    add: (card) =>
      act(async (running) => {
        const cards = cardsOf(running);
        const fault = cardFault(card);
        if (fault !== undefined) return fault;
        if (cards.isFull && !cards.knows(card.token)) return 'cardsFull';
        await cards.add(card.token, card.label, card.lastDay);
        return undefined;
      }),
    remove: (id) =>
      act(async (running) => {
        const card = cardsOf(running).list.find(({ token }) => idOf(token) === id);
        if (!card) return 'cardUnknown';
        await cardsOf(running).remove(card.token);
        return undefined;
      }),
    teach: (label, lastDay, withinMs) =>
      act(async (running) => {
        const fault = cardFault({ token: 'X', label, ...(lastDay === undefined ? {} : { lastDay }) });
        if (fault !== undefined) return fault;
        if (cardsOf(running).isFull) return 'cardsFull';
        // What becomes of it is told by the list.
        void cardsOf(running)
          .teach(withinMs, label, lastDay)
          .catch(() => undefined);
        return undefined;
      }),
    stopTeaching: () =>
      act(async (running) => {
        cardsOf(running).stopTeaching();
        return undefined;
      }),
    plan: (table, removesOthers, shows) => {
      const running = present();
      if (!running) return undefined;
      const plan = planOf(cardsOf(running).list, table, removesOthers);
      const shown = (list: readonly LocalCard[]) => list.map((card) => pageCard(card, idOf, shows, isOverAt(running)));
      const { added, changed, removed, same, wrong } = plan;
      return {
        ...{ added: shown(added), changed: shown(changed), removed: shown(removed), same, wrong },
        digest: digestOf(running, plan),
      };
    },
    take: (table, removesOthers, digest) =>
      act(async (running) => {
        const plan = planOf(cardsOf(running).list, table, removesOthers);
        if (digestOf(running, plan) !== digest) return 'cardsChanged';
        if (plan.wrong.length > 0) return 'tableWrong';
        await cardsOf(running).replace(plan.next);
        return undefined;
      }),
  };
}

/** Another text whenever what the page shows is another one. */
export function revisionOfCards({ local: { cards }, chargePoint }: RunningStation): string {
  const { localList, cache } = chargePoint;
  const told = [...Object.values(localList.summary), ...Object.values(cache.summary)];
  return [cards.revision, ...told].map(String).join(' ');
}

function listOf(running: RunningStation, shown: (card: LocalCard) => PageCard): PageCardList {
  const { clock, chargePoint, local } = running;
  const { list, teaching, lastTaught } = local.cards;
  const taught = lastTaught?.kind === 'none' ? { kind: 'none' as const } : lastTaught;
  return {
    cards: list.map(shown),
    most: localCardsMax,
    teaching: teaching ? { label: teaching.label, endsInMs: Math.max(0, teaching.endsAt - clock.now()) } : null,
    taught:
      taught === undefined || taught.kind === 'none'
        ? (taught ?? null)
        : { kind: taught.kind, card: shown(taught.card).card, label: taught.card.label },
    central: { list: chargePoint.localList.summary, cache: chargePoint.cache.summary },
  };
}

function isOverAt({ clock, chargePoint }: RunningStation): (card: LocalCard) => boolean {
  return (card) => isOver(card, chargePoint.unixAt(clock.now()));
}

function pageCard(
  card: LocalCard,
  idOf: (token: string) => string,
  shows: boolean,
  isOverNow: (card: LocalCard) => boolean,
): PageCard {
  const { token, label, lastDay = null } = card;
  return { id: idOf(token), card: shows ? token : maskedCard(token), label, lastDay, isOver: isOverNow(card) };
}

function digestOf({ local }: RunningStation, plan: ImportPlan): string {
  return createHash('sha256')
    .update(JSON.stringify([local.cards.list, plan.next, plan.wrong]))
    .digest('base64url');
}

/** What was judged before can only fail at the disk, or because somebody else was quicker. */
async function refusalOf(work: CardOutcome): CardOutcome {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GreenupError && error.code === 'command.invalid') return 'cardsChanged';
    return 'notStored';
  }
}
