/** The cards that the station knows by itself, for the mode without central system: durable, listed, and taught at the reader. */
import type { Cancel, Clock } from '../hal/clock';
import { GreenupError } from '../hal/errors';
import { shape } from '../hal/shapes';
import type { Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import { localCardsMax, tokenCharactersMax } from './bounds';

export interface LocalCard {
  /** The number on the card, as its reader reads it: 1 to 20 characters (CiString20, OCPP 1.6, 7.28). */
  token: string;
  /** Whose card it is, in words; may be empty. */
  label: string;
}

/** What became of the wait for a card. */
export type Taught = { kind: 'added' | 'known'; card: LocalCard } | { kind: 'none' };

/** A wait for a card that is to be taught. */
interface Lesson {
  label: string;
  resolve(taught: Taught): void;
  reject(error: unknown): void;
  cancel: Cancel;
}

const cards = collection('local/card/', shape.Object({ token: shape.String(), label: shape.String() }));

export class LocalCards {
  private readonly byName: Map<string, LocalCard>;
  private lesson: Lesson | undefined;

  constructor(
    private readonly options: { clock: Clock; commits: Commits },
    stored: StoredValues,
  ) {
    this.byName = cards.read(stored);
  }

  /** In the order of their numbers. */
  get list(): readonly LocalCard[] {
    return [...this.byName.values()].sort((one, other) => (nameOf(one.token) < nameOf(other.token) ? -1 : 1));
  }

  knows(token: string): boolean {
    return this.byName.has(nameOf(token));
  }

  /** Resolves when the card is durable; one that is known gets the new label. Throws `command.invalid`. */
  async add(token: string, label = ''): Promise<LocalCard> {
    const card = { token: checkedToken(token), label };
    const name = nameOf(token);
    if (!this.byName.has(name) && this.byName.size >= localCardsMax) {
      throw new GreenupError('command.invalid', `the station knows ${localCardsMax} cards already: remove one first`);
    }
    await this.options.commits.commit({ put: [cards.entry(name, card)], del: [] });
    this.byName.set(name, card);
    return card;
  }

  /** Resolves when it is gone for good. Throws `command.invalid` for a card that is not known. */
  async remove(token: string): Promise<LocalCard> {
    const card = this.byName.get(nameOf(token));
    if (!card) throw new GreenupError('command.invalid', `the station does not know a card ${token}`);
    // From now on it lets nobody charge, however long the disk takes.
    this.byName.delete(nameOf(token));
    await this.options.commits.commit({ put: [], del: [cards.key(nameOf(token))] });
    return card;
  }

  /** The next card at any reader within `withinMs` is added, and starts or stops nothing. A new wait ends the one before. */
  teach(withinMs: number, label = ''): Promise<Taught> {
    this.stopTeaching();
    const { clock } = this.options;
    return new Promise((resolve, reject) => {
      const cancel = clock.at(clock.now() + withinMs, () => this.stopTeaching());
      this.lesson = { label, resolve, reject, cancel };
    });
  }

  stopTeaching(): void {
    this.endLesson()?.resolve({ kind: 'none' });
  }

  /** A card at a reader; true if it was waited for. */
  take(token: string): boolean {
    const lesson = this.endLesson();
    if (!lesson) return false;
    const { label, resolve, reject } = lesson;
    const known = this.byName.get(nameOf(token));
    if (known) resolve({ kind: 'known', card: known });
    else this.add(token, label).then((card) => resolve({ kind: 'added', card }), reject);
    return true;
  }

  private endLesson(): Lesson | undefined {
    const lesson = this.lesson;
    this.lesson = undefined;
    lesson?.cancel();
    return lesson;
  }
}

/** Numbers are compared without regard to case, as tokens are. */
function nameOf(token: string): string {
  return token.toLowerCase();
}

function checkedToken(token: string): string {
  if (/^[!-~]{1,20}$/.test(token)) return token;
  throw new GreenupError(
    'command.invalid',
    `card ${JSON.stringify(token)}: a card has 1 to ${tokenCharactersMax} letters, digits and signs, without spaces`,
  );
}
