/** The cards that the station knows by itself, for the mode without central system: durable, listed, and taught at the reader. */
import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '../hal/clock';
import { CommandRefusal } from '../hal/command-refusal';
import { shape } from '../hal/shapes';
import type { Batch, Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import { labelCharactersMax, localCardsMax, tokenCharactersMax } from './bounds';
import { type CardFault, cardFault, cardName, isOver, type LocalCard } from './local-card';

/** What became of the wait for a card. */
export type Taught = { kind: 'added' | 'known'; card: LocalCard } | { kind: 'none' };

/** A wait for a card that is to be taught; `endsAt` is monotonic. */
interface Lesson {
  label: string;
  lastDay: string | undefined;
  endsAt: number;
  resolve(taught: Taught): void;
  reject(error: unknown): void;
  cancel: Cancel;
}

const cards = collection(
  'local/card/',
  shape.Object({ token: shape.String(), label: shape.String(), lastDay: shape.Optional(shape.String()) }),
);

export interface LocalCardsOptions {
  clock: Clock;
  commits: Commits;
  /** In ms of Unix time; undefined while the time is not known. */
  unixNow?: () => number | undefined;
}

export class LocalCards {
  private readonly byName: Map<string, LocalCard>;
  private lesson: Lesson | undefined;
  private changes = 0;
  /** What became of the last wait for a card in this run. */
  lastTaught: Taught | undefined;

  constructor(
    private readonly options: LocalCardsOptions,
    stored: StoredValues,
  ) {
    this.byName = cards.read(stored);
  }

  /** In the order of their numbers. */
  get list(): readonly LocalCard[] {
    return [...this.byName.values()].sort((one, other) => (cardName(one.token) < cardName(other.token) ? -1 : 1));
  }

  /** Another number whenever the list, or the wait for a card, is another one. */
  get revision(): number {
    return this.changes;
  }

  /** The wait for a card; undefined while there is none. */
  get teaching(): Pick<Lesson, 'label' | 'endsAt'> | undefined {
    return this.lesson;
  }

  knows(token: string): boolean {
    return this.byName.has(cardName(token));
  }

  /** Whether a card may begin a charge now, or why not. */
  verdictOn(token: string): 'accepted' | 'unknown' | 'over' {
    const card = this.byName.get(cardName(token));
    if (!card) return 'unknown';
    return isOver(card, this.options.unixNow?.()) ? 'over' : 'accepted';
  }

  get isFull(): boolean {
    return this.byName.size >= localCardsMax;
  }

  /** Resolves when the card is durable; one that is known gets the new label and last day. Throws `command.invalid`. */
  async add(token: string, label = '', lastDay?: string): Promise<LocalCard> {
    const card = checked({ token, label, ...(lastDay === undefined ? {} : { lastDay }) });
    const name = cardName(token);
    if (!this.byName.has(name) && this.isFull) {
      throw new CommandRefusal('cardsFull', `the station knows ${localCardsMax} cards already: remove one first`);
    }
    await this.options.commits.commit({ put: [cards.entry(name, card)], del: [] });
    this.byName.set(name, card);
    this.changes += 1;
    return card;
  }

  /**
   * These and no others; resolves when it is durable. `store` makes durable what is given to it, with what else belongs to
   * it, in one commit; rejects with `command.invalid` for a card that is none, and with what `store` throws.
   */
  async replace(
    next: readonly LocalCard[],
    store: (batch: Batch) => Promise<void> = (batch) => this.options.commits.commit(batch),
  ): Promise<void> {
    const named = new Map(next.map((card) => [cardName(card.token), checked(card)]));
    if (named.size > localCardsMax) throw new CommandRefusal('cardsFull', `at most ${localCardsMax} cards`);
    const batch = this.batchFor(named);
    // From now on these let nobody charge, however long the disk takes.
    for (const name of [...this.byName.keys()]) if (!named.has(name)) this.byName.delete(name);
    this.changes += 1;
    await store(batch);
    for (const [name, card] of named) this.byName.set(name, card);
    this.changes += 1;
  }

  private batchFor(named: ReadonlyMap<string, LocalCard>): Batch {
    const put = [...named].filter(([name, card]) => !isDeepStrictEqual(this.byName.get(name), card));
    const del = [...this.byName.keys()].filter((name) => !named.has(name));
    return { put: put.map(([name, card]) => cards.entry(name, card)), del: del.map((name) => cards.key(name)) };
  }

  /** Resolves when it is gone for good. Throws `command.invalid` for a card that is not known. */
  async remove(token: string): Promise<LocalCard> {
    const card = this.byName.get(cardName(token));
    if (!card) throw new CommandRefusal('cardUnknown', `the station does not know a card ${token}`);
    // From now on it lets nobody charge, however long the disk takes.
    this.byName.delete(cardName(token));
    this.changes += 1;
    await this.options.commits.commit({ put: [], del: [cards.key(cardName(token))] });
    return card;
  }

  /** The next card at any reader within `withinMs` is added, and starts or stops nothing. A new wait ends the one before. */
  teach(withinMs: number, label = '', lastDay?: string): Promise<Taught> {
    this.stopTeaching();
    const { clock } = this.options;
    const endsAt = clock.now() + withinMs;
    return new Promise((resolve, reject) => {
      const cancel = clock.at(endsAt, () => this.stopTeaching());
      this.lesson = { label, lastDay, endsAt, resolve: (taught) => resolve(this.noteTaught(taught)), reject, cancel };
      this.lastTaught = undefined;
      this.changes += 1;
    });
  }

  private noteTaught(taught: Taught): Taught {
    this.lastTaught = taught;
    this.changes += 1;
    return taught;
  }

  stopTeaching(): void {
    this.endLesson()?.resolve({ kind: 'none' });
  }

  /** A card at a reader; true if it was waited for. */
  take(token: string): boolean {
    const lesson = this.endLesson();
    if (!lesson) return false;
    const { label, lastDay, resolve, reject } = lesson;
    const known = this.byName.get(cardName(token));
    if (known) resolve({ kind: 'known', card: known });
    else this.add(token, label, lastDay).then((card) => resolve({ kind: 'added', card }), reject);
    return true;
  }

  private endLesson(): Lesson | undefined {
    const lesson = this.lesson;
    this.lesson = undefined;
    lesson?.cancel();
    if (lesson) this.changes += 1;
    return lesson;
  }
}

function checked(card: LocalCard): LocalCard {
  const fault = cardFault(card);
  if (fault === undefined) return card;
  throw new CommandRefusal(fault, `card ${JSON.stringify(card.token)}: ${faultWords[fault]}`);
}

const faultWords: Readonly<Record<CardFault, string>> = {
  cardInvalid: `a card has 1 to ${tokenCharactersMax} letters, digits and signs, without spaces`,
  labelLong: `its label has at most ${labelCharactersMax} characters`,
  dayInvalid: 'its last day is a date, such as 2026-12-31',
};
