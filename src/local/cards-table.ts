/** The cards that the station knows by itself as a table (CSV), and what a table would make of them. Pure. */
import { localCardsMax } from './bounds';
import { csvOf, csvRecords } from './csv';
import { type CardFault, cardFault, cardName, type LocalCard } from './local-card';

const header = ['card', 'label', 'last day'];

export function tableOf(cards: readonly LocalCard[]): string {
  return csvOf([header, ...cards.map(({ token, label, lastDay = '' }) => [token, label, lastDay])]);
}

export type LineFault = CardFault | 'cardTwice' | 'fieldsMany' | 'quoteOpen' | 'cardsMany';

export interface WrongLine {
  line: number;
  fault: LineFault;
  /** What stands there for the card; empty where it has no part in it. */
  found: string;
}

export interface ImportPlan {
  added: LocalCard[];
  changed: LocalCard[];
  removed: LocalCard[];
  same: number;
  /** One is enough: then nothing of the table is done. */
  wrong: WrongLine[];
  /** All cards as they would be. */
  next: LocalCard[];
}

/** `removesOthers`: cards that are not in the table go. */
export function planOf(present: readonly LocalCard[], table: string, removesOthers: boolean): ImportPlan {
  const { cards, wrong } = readTable(table);
  const before = new Map(present.map((card) => [cardName(card.token), card]));
  const named = new Map(cards.map((card) => [cardName(card.token), card]));
  const added = cards.filter(({ token }) => !before.has(cardName(token)));
  const changed = cards.filter((card) => {
    const old = before.get(cardName(card.token));
    return old !== undefined && (old.label !== card.label || old.lastDay !== card.lastDay);
  });
  const removed = removesOthers ? present.filter(({ token }) => !named.has(cardName(token))) : [];
  const next = removesOthers ? cards : [...new Map([...before, ...named]).values()];
  const tooMany: WrongLine[] = next.length > localCardsMax ? [{ line: 1, fault: 'cardsMany', found: '' }] : [];
  return {
    added,
    changed,
    removed,
    same: cards.length - added.length - changed.length,
    wrong: [...wrong, ...tooMany],
    next,
  };
}

/** With or without a first line of names; columns in the order of `header`, the last ones may be missing. */
function readTable(table: string): { cards: LocalCard[]; wrong: WrongLine[] } {
  const { records, openQuoteAt } = csvRecords(table);
  if (openQuoteAt !== undefined) return { cards: [], wrong: [{ line: openQuoteAt, fault: 'quoteOpen', found: '' }] };
  const hasHeader = records[0]?.fields[0]?.trim().toLowerCase() === header[0];
  const cards: LocalCard[] = [];
  const wrong: WrongLine[] = [];
  const names = new Set<string>();
  for (const { line, fields } of hasHeader ? records.slice(1) : records) {
    const [token = '', label = '', day = '', ...more] = fields.map((one) => one.trim());
    const card: LocalCard = { token, label, ...(day === '' ? {} : { lastDay: day }) };
    const fault = more.some((one) => one !== '') ? 'fieldsMany' : cardFault(card);
    const isTwice = names.has(cardName(token));
    names.add(cardName(token));
    if (fault !== undefined) wrong.push({ line, fault, found: token });
    else if (isTwice) wrong.push({ line, fault: 'cardTwice', found: token });
    else cards.push(card);
  }
  return { cards, wrong };
}
