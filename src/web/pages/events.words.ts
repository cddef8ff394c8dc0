/** The words of the page "Event log": a sentence for each kind of notice. */
import type { EventLevel, EventSource } from '../../control/pages/events';
import type { NoticeKind, NoticeOf } from '../../station/notices';
import type { Glossary, Words } from './words';

/** What the sentences of other pages say is said here, too. */
type Sentences = {
  [Kind in NoticeKind]: (
    notice: NoticeOf<Kind>,
    words: Words,
    figure: (value: number, digits?: number) => string,
  ) => string;
};

export interface EventWords {
  title: string;
  since(time: string, isStart: boolean): string;
  empty: string;
  nothingFits: string;
  shown(count: number, of: number): string;
  level: string;
  levels: Record<EventLevel, string>;
  choices: Record<EventLevel, string>;
  source: string;
  sources: Record<Exclude<EventSource, 'socket'>, string>;
  socket(id: number): string;
  sentences: Sentences;
}

/** The name of a fault is the first sentence of what is said of it. */
function nameOf(sentence: string): string {
  return sentence.split('. ', 1)[0] ?? sentence;
}

function listed(parts: readonly (string | false)[]): string {
  const list = parts.filter((part) => part !== false).join(', ');
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}`;
}

export const eventWords: Glossary<EventWords> = {
  en: {
    title: 'Event log',
    since: (time, isStart) =>
      `Since ${time}${isStart ? ', when the program started' : ''}. The last 1,000 events are kept, in memory: a restart of the program begins anew.`,
    empty: 'Nothing has happened yet.',
    nothingFits: 'None of the events is of this choice. Choose another, or empty the search.',
    shown: (count, of) => `${count} of ${of} shown`,
    level: 'Level',
    levels: { info: 'Info', warning: 'Warning', fault: 'Fault' },
    choices: { info: 'all', warning: 'warnings and faults', fault: 'faults' },
    source: 'Source',
    sources: { station: 'Station', card: 'Card', centralSystem: 'Central system', program: 'Program' },
    socket: (id) => `Socket ${id}`,
    sentences: {
      statusChanged: ({ status, errorCode, info }) =>
        `Status ${status}${errorCode === 'NoError' ? '' : `, ${errorCode}`}${info === undefined ? '' : `: ${info}`}`,
      faultChanged: ({ fault, present }, { faults }) => (present ? faults[fault] : `Over: ${nameOf(faults[fault])}`),
      limitChanged: ({ amps, by }, { limit, limits }, figure) => limit(figure(amps), limits[by]),
      socketChanged: ({ plugged, evConnected, evRequests, contactor, locked, offeredA }, _, figure) =>
        listed([
          plugged ? 'plug in' : 'no plug',
          locked !== undefined && (locked ? 'locked' : 'unlocked'),
          evConnected && 'vehicle connected',
          evRequests && 'vehicle asks for energy',
          contactor === 'unknown' ? 'contactor not known' : `contactor ${contactor}`,
          `${figure(offeredA)} A offered`,
        ]),
      transactionStarted: ({ idTag }) => `Charge begins${idTag === '' ? '' : `, card ${idTag}`}`,
      transactionSampled: ({ energyWh }, _, figure) => `${figure(energyWh / 1_000, 2)} kWh so far`,
      transactionEnded: ({ energyWh, reason }, _, figure) =>
        `Charge ended: ${figure(energyWh / 1_000, 2)} kWh (${reason})`,
      connectionChanged: (notice) =>
        notice.connection === 'connected'
          ? `Connected to ${notice.url}`
          : `${notice.connection === 'disconnected' ? 'Connection lost' : 'Not reached'}: ${notice.reason}`,
      registrationChanged: ({ registration }) =>
        registration === 'none' ? 'Not registered any more' : `BootNotification was answered ${registration}`,
      configurationChanged: ({ key, value, origin }) =>
        `${key} is "${value}" now, by ${origin === 'person' ? 'a person' : 'the central system'}`,
      cardRefused: ({ idTag, reason }) => `Card ${idTag} refused: ${reason}`,
      requestRefused: ({ text, by }) => `Refused by the ${by}: ${text}`,
    },
  },
  fr: {
    title: 'Journal des événements',
    since: (time, isStart) =>
      `Depuis ${time}${isStart ? ', au démarrage du programme' : ''}. Les 1 000 derniers événements sont gardés en mémoire : un redémarrage du programme recommence à zéro.`,
    empty: 'Il ne s’est encore rien passé.',
    nothingFits: 'Aucun événement ne correspond à ce choix. Choisissez-en un autre ou videz la recherche.',
    shown: (count, of) => `${count} affichés sur ${of}`,
    level: 'Niveau',
    levels: { info: 'Information', warning: 'Avertissement', fault: 'Défaut' },
    choices: { info: 'tous', warning: 'avertissements et défauts', fault: 'défauts' },
    source: 'Origine',
    sources: { station: 'Borne', card: 'Badge', centralSystem: 'Supervision', program: 'Programme' },
    socket: (id) => `Prise ${id}`,
    sentences: {
      statusChanged: ({ status, errorCode, info }) =>
        `État ${status}${errorCode === 'NoError' ? '' : `, ${errorCode}`}${info === undefined ? '' : ` : ${info}`}`,
      faultChanged: ({ fault, present }, { faults }) =>
        present ? faults[fault] : `Terminé : ${nameOf(faults[fault])}`,
      limitChanged: ({ amps, by }, { limit, limits }, figure) => limit(figure(amps), limits[by]),
      socketChanged: ({ plugged, evConnected, evRequests, contactor, locked, offeredA }, _, figure) =>
        listed([
          plugged ? 'fiche branchée' : 'pas de fiche',
          locked !== undefined && (locked ? 'verrouillée' : 'déverrouillée'),
          evConnected && 'véhicule relié',
          evRequests && 'le véhicule demande de l’énergie',
          { open: 'contacteur ouvert', closed: 'contacteur fermé', unknown: 'contacteur inconnu' }[contactor],
          `${figure(offeredA)} A proposés`,
        ]),
      transactionStarted: ({ idTag }) => `Début de recharge${idTag === '' ? '' : `, badge ${idTag}`}`,
      transactionSampled: ({ energyWh }, _, figure) => `${figure(energyWh / 1_000, 2)} kWh jusqu’ici`,
      transactionEnded: ({ energyWh, reason }, _, figure) =>
        `Fin de recharge : ${figure(energyWh / 1_000, 2)} kWh (${reason})`,
      connectionChanged: (notice) =>
        notice.connection === 'connected'
          ? `Connectée à ${notice.url}`
          : `${notice.connection === 'disconnected' ? 'Connexion perdue' : 'Non jointe'} : ${notice.reason}`,
      registrationChanged: ({ registration }) =>
        registration === 'none' ? 'N’est plus enregistrée' : `Réponse à BootNotification : ${registration}`,
      configurationChanged: ({ key, value, origin }) =>
        `${key} vaut maintenant « ${value} », par ${origin === 'person' ? 'une personne' : 'la supervision'}`,
      cardRefused: ({ idTag, reason }) => `Badge ${idTag} refusé : ${reason}`,
      requestRefused: ({ text, by }) =>
        `${by === 'station' ? 'Refusé par la borne' : 'Refusé par la supervision'} : ${text}`,
    },
  },
};
