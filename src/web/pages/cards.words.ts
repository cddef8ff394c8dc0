/** The words of the page of the cards. */
import type { LineFault } from '../../local/cards-table';
import type { Glossary } from './words';

interface CardsWords {
  title: string;
  says: string;
  notInUse: string;
  toMode: string;
  add: string;
  number: string;
  numberHint: string;
  label: string;
  labelHint: string;
  lastDay: string;
  lastDayHint: string;
  addAct: string;
  added: string;
  teach: string;
  teachSays: string;
  waiting(seconds: string): string;
  stopTeaching: string;
  taught: { added(card: string): string; known(card: string): string; none: string };
  list: string;
  count(count: number, most: number): string;
  show: string;
  empty: string;
  noEnd: string;
  until(day: string): string;
  over(day: string): string;
  remove(card: string): string;
  removeShort: string;
  sure(card: string): string;
  keep: string;
  central: string;
  centralSays: string;
  localList: string;
  cache: string;
  version: string;
  known(entries: string, accepted: string): string;
  knowsNone: string;
  inUse: string;
  unused: string;
  table: string;
  tableSays: string;
  download: string;
  file: string;
  removesOthers: string;
  plan: string;
  wrong: string;
  nothing: string;
  adds(count: number): string;
  changes(count: number): string;
  removes(count: number): string;
  same(count: number): string;
  take: string;
  taken: string;
  line(line: number, what: string, found: string): string;
  faults: Record<LineFault, string>;
}

export const cardsWords: Glossary<CardsWords> = {
  en: {
    title: 'Cards',
    says: 'Cards that the station knows by itself. Each lets somebody charge on a side whose mode is "Known cards", with and without a central system.',
    notInUse: 'No side is in the mode "Known cards": these cards let nobody charge now.',
    toMode: 'Charging Mode',
    add: 'Add a card',
    number: 'Number on the card',
    numberHint: 'As a reader reads it, such as 04A1B2C3',
    label: 'Label',
    labelHint: 'Whose card it is; may be empty',
    lastDay: 'Last day',
    lastDayHint: 'On which it may still begin a charge; empty: it has no end',
    addAct: 'Add this number',
    added: 'The card may charge.',
    teach: 'Present a card now',
    teachSays:
      'Without typing: the next card at a reader of the station within a minute is added, with this label and last day.',
    waiting: (seconds) => `Present the card at the reader of the station: ${seconds} s are left.`,
    stopTeaching: 'Do not wait',
    taught: {
      added: (card) => `The card ${card} was presented and may charge.`,
      known: (card) => `The card ${card} was presented; it was known already.`,
      none: 'No card was presented in time.',
    },
    list: 'Known cards',
    count: (count, most) => `${count} of at most ${most}`,
    show: 'Show whole numbers',
    empty: 'The station knows no card. Add one above, by its number or by presenting it.',
    noEnd: 'no end',
    until: (day) => `until ${day}`,
    over: (day) => `last day was ${day}`,
    remove: (card) => `Remove ${card}`,
    removeShort: 'Remove',
    sure: (card) => `The card ${card} may not begin a charge any more. Remove it?`,
    keep: 'Keep it',
    central: 'From the central system',
    centralSays:
      'Cards for the mode OCPP, for which the central system answers. The station keeps them, and cannot change them.',
    localList: 'Local list',
    cache: 'Cache of answers',
    version: 'Version of the list',
    known: (entries, accepted) => `${entries}, of which ${accepted} may charge`,
    knowsNone: 'no cards',
    inUse: 'in use',
    unused: 'not in use',
    table: 'As a table',
    tableSays:
      'A file of text between commas (CSV), with a line for each card: number, label, last day. What a file would change is shown before it is done.',
    download: 'Download the cards',
    file: 'Take cards from a file',
    removesOthers: 'Remove the cards that are not in the file',
    plan: 'What this file would change',
    wrong: 'Nothing can be taken from this file before this is mended:',
    nothing: 'Nothing: the station knows these cards already.',
    adds: (count) => `adds ${count}`,
    changes: (count) => `changes label or last day of ${count}`,
    removes: (count) => `removes ${count}`,
    same: (count) => `leaves ${count} as they are`,
    take: 'Change the cards',
    taken: 'The cards are changed.',
    line: (line, what, found) => (found === '' ? `Line ${line}: ${what}` : `Line ${line}: ${what} (${found})`),
    faults: {
      cardInvalid: 'this is no card number',
      labelLong: 'the label is longer than 50 characters',
      dayInvalid: 'the last day is no day, such as 2026-12-31',
      cardTwice: 'the card is there twice',
      fieldsMany: 'there are more than three columns',
      quoteOpen: 'a quotation mark is opened here and never closed',
      cardsMany: 'there would be more than 500 cards',
    },
  },
  fr: {
    title: 'Badges',
    says: 'Les badges que la borne connaît elle-même. Chacun permet de charger d’un côté dont le mode est « Badges connus », avec ou sans supervision.',
    notInUse: 'Aucun côté n’est en mode « Badges connus » : ces badges ne font charger personne en ce moment.',
    toMode: 'Mode de charge',
    add: 'Ajouter un badge',
    number: 'Numéro du badge',
    numberHint: 'Comme un lecteur le lit, par exemple 04A1B2C3',
    label: 'Libellé',
    labelHint: 'À qui est le badge ; peut rester vide',
    lastDay: 'Dernier jour',
    lastDayHint: 'Où il peut encore démarrer une charge ; vide : sans fin',
    addAct: 'Ajouter ce numéro',
    added: 'Le badge peut charger.',
    teach: 'Présenter un badge maintenant',
    teachSays:
      'Sans rien taper : le prochain badge à un lecteur de la borne, dans la minute, est ajouté avec ce libellé et ce dernier jour.',
    waiting: (seconds) => `Présentez le badge au lecteur de la borne : il reste ${seconds} s.`,
    stopTeaching: 'Ne plus attendre',
    taught: {
      added: (card) => `Le badge ${card} a été présenté et peut charger.`,
      known: (card) => `Le badge ${card} a été présenté ; il était déjà connu.`,
      none: 'Aucun badge n’a été présenté à temps.',
    },
    list: 'Badges connus',
    count: (count, most) => `${count} sur ${most} au plus`,
    show: 'Montrer les numéros entiers',
    empty: 'La borne ne connaît aucun badge. Ajoutez-en un ci-dessus, par son numéro ou en le présentant.',
    noEnd: 'sans fin',
    until: (day) => `jusqu’au ${day}`,
    over: (day) => `échu après le ${day}`,
    remove: (card) => `Retirer ${card}`,
    removeShort: 'Retirer',
    sure: (card) => `Le badge ${card} ne pourra plus démarrer de charge. Le retirer ?`,
    keep: 'Le garder',
    central: 'De la supervision',
    centralSays:
      'Badges pour le mode OCPP, dont la supervision répond. La borne les garde, et ne peut pas les changer.',
    localList: 'Liste locale',
    cache: 'Cache des réponses',
    version: 'Version de la liste',
    known: (entries, accepted) => `${entries}, dont ${accepted} peuvent charger`,
    knowsNone: 'aucun badge',
    inUse: 'en service',
    unused: 'hors service',
    table: 'En tableau',
    tableSays:
      'Un fichier de texte entre virgules (CSV), une ligne par badge : numéro, libellé, dernier jour. Ce qu’un fichier changerait est montré avant d’être fait.',
    download: 'Télécharger les badges',
    file: 'Reprendre les badges d’un fichier',
    removesOthers: 'Retirer les badges absents du fichier',
    plan: 'Ce que ce fichier changerait',
    wrong: 'Rien ne peut être repris de ce fichier avant d’avoir corrigé ceci :',
    nothing: 'Rien : la borne connaît déjà ces badges.',
    adds: (count) => `en ajoute ${count}`,
    changes: (count) => `change le libellé ou le dernier jour de ${count}`,
    removes: (count) => `en retire ${count}`,
    same: (count) => `en laisse ${count} tels quels`,
    take: 'Changer les badges',
    taken: 'Les badges sont changés.',
    line: (line, what, found) => (found === '' ? `Ligne ${line} : ${what}` : `Ligne ${line} : ${what} (${found})`),
    faults: {
      cardInvalid: 'ce n’est pas un numéro de badge',
      labelLong: 'le libellé dépasse 50 caractères',
      dayInvalid: 'le dernier jour n’est pas un jour, comme 2026-12-31',
      cardTwice: 'le badge s’y trouve deux fois',
      fieldsMany: 'il y a plus de trois colonnes',
      quoteOpen: 'un guillemet s’ouvre ici et ne se ferme jamais',
      cardsMany: 'il y aurait plus de 500 badges',
    },
  },
};
