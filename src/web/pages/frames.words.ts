/** The words of the page "OCPP messages". */
import type { FrameOutcome } from './frame-rows';
import type { Glossary } from './words';

export interface FrameWords {
  title: string;
  intro: string;
  empty: string;
  nothingFits: string;
  message: string;
  connector: string;
  time: string;
  delay: string;
  outcome: string;
  wholeStation: string;
  newestFirst: string;
  oldestFirst: string;
  pause: string;
  goOn(count: number): string;
  paused: string;
  shown(count: number, of: number): string;
  directions: Record<'sent' | 'received', string>;
  outcomes: Record<FrameOutcome, string>;
  noFrame: string;
  request: string;
  answer: string;
  noAnswer: string;
  noRequest: string;
  tooLong: string;
  complaints: { mended: string; invalid: string };
}

export const frameWords: Glossary<FrameWords> = {
  en: {
    title: 'OCPP messages',
    intro: 'The last messages between station and central system, without passwords and whole card numbers.',
    empty: 'No message has been sent or received since the start of the program. Connect the central system first.',
    nothingFits: 'None of the messages is of this choice. Choose another, or empty the search.',
    message: 'Kind of message',
    connector: 'Connector',
    time: 'Time',
    delay: 'Delay',
    outcome: 'Outcome',
    wholeStation: '0 · whole station',
    newestFirst: 'Newest first',
    oldestFirst: 'Oldest first',
    pause: 'Pause',
    goOn: (count) => (count === 0 ? 'Go on' : `Go on (${count} came meanwhile)`),
    paused: 'Paused: the list stands still until you go on.',
    shown: (count, of) => `${count} of ${of} shown`,
    directions: { sent: 'sent', received: 'received' },
    outcomes: {
      waiting: 'no answer yet',
      answered: 'answered',
      refused: 'refused',
      error: 'error',
      unreadable: 'no OCPP message',
    },
    noFrame: 'Not readable',
    request: 'Request',
    answer: 'Answer',
    noAnswer: 'There is no answer so far.',
    noRequest: 'The request is not kept any more.',
    tooLong: 'Content is not shown:',
    complaints: { mended: 'Read as it is meant', invalid: 'Not as OCPP says it' },
  },
  fr: {
    title: 'Messages OCPP',
    intro: 'Les derniers messages entre la borne et la supervision, sans mots de passe ni numéros de badge complets.',
    empty: 'Aucun message envoyé ni reçu depuis le démarrage du programme. Connectez d’abord la supervision.',
    nothingFits: 'Aucun message ne correspond à ce choix. Choisissez-en un autre ou videz la recherche.',
    message: 'Type de message',
    connector: 'Connecteur',
    time: 'Heure',
    delay: 'Délai',
    outcome: 'Résultat',
    wholeStation: '0 · toute la borne',
    newestFirst: 'Plus récents d’abord',
    oldestFirst: 'Plus anciens d’abord',
    pause: 'Mettre en pause',
    goOn: (count) => (count === 0 ? 'Reprendre' : `Reprendre (${count} arrivés entre-temps)`),
    paused: 'En pause : la liste reste figée jusqu’à la reprise.',
    shown: (count, of) => `${count} affichés sur ${of}`,
    directions: { sent: 'envoyé', received: 'reçu' },
    outcomes: {
      waiting: 'pas encore de réponse',
      answered: 'répondu',
      refused: 'refusé',
      error: 'erreur',
      unreadable: 'pas un message OCPP',
    },
    noFrame: 'Illisible',
    request: 'Demande',
    answer: 'Réponse',
    noAnswer: 'Pas de réponse pour l’instant.',
    noRequest: 'La demande n’est plus conservée.',
    tooLong: 'Contenu non affiché :',
    complaints: { mended: 'Lu selon son sens', invalid: 'Non conforme à OCPP' },
  },
};
