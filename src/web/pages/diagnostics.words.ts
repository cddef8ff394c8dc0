/** The words of the page "Diagnostics". */

import type { CheckId } from '../../control/pages/diagnostics';
import type { PartWord, ShownPart } from '../../control/pages/part-readings';
import type { RegistrationStatus } from '../../station/notices';
import type { Glossary } from './words';

/** What is said of a check that is well, and of one that is not. */
interface CheckWords {
  well: string;
  unwell: string;
}

export interface DiagnosticsWords {
  title: string;
  allWell: string;
  unwell(count: number): string;
  again: string;
  lookedAt(time: string): string;
  report: { title: string; says: string; act: string };
  check: string;
  results: { ok: string; note: string; fail: string };
  checks: Record<CheckId, CheckWords>;
  faults: string;
  noFault: string;
  lately: string;
  noneLately: string;
  wholeStation: string;
  socket(id: number): string;
  fromTo(from: string, to: string): string;
  warnings: string;
  noWarnings: string;
  parts: string;
  partsSay: string;
  names: Record<ShownPart, string>;
  readings: Record<PartWord, string>;
  cable(amps: string): string;
  meter: { register: string; power: string; voltage: string; current: string };
  at(time: string): string;
  since(time: string): string;
  fine: string;
  store: {
    title: string;
    values: string;
    size: string;
    megabytes: string;
    trouble: string;
    flushed: string;
    quarantine: string;
    notYet: string;
  };
  clock: { title: string; station: string; browser: string };
  link: {
    title: string;
    status: string;
    heard: string;
    ago(time: string): string;
    registration: string;
    registrations: Record<RegistrationStatus, string>;
    error: string;
  };
  queue: { title: string; says(count: number, oldest: string): string };
  program: {
    title: string;
    version: string;
    release: string;
    noRelease: string;
    boot: string;
    runs: string;
    board: string;
    system: string;
    memory: string;
    uses(resident: string, heap: string): string;
    loop: string;
    late(mean: string, max: string): string;
    loopBegins: string;
  };
  unknown: string;
}

export const diagnosticsWords: Glossary<DiagnosticsWords> = {
  en: {
    title: 'Diagnostics',
    allWell: 'The self-check finds nothing wrong.',
    unwell: (count) => (count === 1 ? 'One thing needs a look.' : `${count} things need a look.`),
    again: 'Check again',
    lookedAt: (time) => `Meters and self-check are of ${time}.`,
    report: {
      title: 'Report',
      says: 'One file with all that somebody needs who looks for a fault: self-check, events, messages, configuration, charges. Passwords and keys are not in it, and cards show their last characters.',
      act: 'One report',
    },
    check: 'Self-check',
    results: { ok: 'Well', note: 'Look', fail: 'Wrong' },
    checks: {
      clock: { well: 'The station knows the time.', unwell: 'Nobody has told the station the time: connect it.' },
      disk: { well: 'The store takes what is kept.', unwell: 'The store does not take what is to be kept: see below.' },
      storedValues: {
        well: 'All stored values could be read.',
        unwell: 'Stored values could not be read and are set aside: see below.',
      },
      centralSystem: {
        well: 'The central system is as the charging mode wants it.',
        unwell: 'The central system is not in charge: see Charging Mode.',
      },
      queue: {
        well: 'No message of a charge is held up.',
        unwell: 'Messages of charges wait until the central system is there.',
      },
      parts: { well: 'The parts of all sockets report.', unwell: 'A socket has not reported: look at its parts.' },
      faults: { well: 'There is no fault.', unwell: 'There is a fault: see below.' },
    },
    faults: 'Faults now',
    noFault: 'There is none.',
    lately: 'Faults that are over',
    noneLately: 'None since the program started.',
    wholeStation: 'Whole station',
    socket: (id) => `Socket ${id}`,
    fromTo: (from, to) => `${from} until ${to}`,
    warnings: 'Last warnings',
    noWarnings: 'None since the program started.',
    parts: 'Parts',
    partsSay: 'What each part told last. Meters have just been read; of the others it is said since when it is so.',
    names: {
      contactor: 'Contactor',
      pilot: 'Control pilot',
      proximity: 'Proximity contact',
      lock: 'Plug lock',
      residual: 'Residual current monitor',
      plug: 'Plug contact',
      thermometer: 'Thermometer',
      meter: 'Energy meter',
      cardReader: 'Card readers',
      supply: 'Mains supply',
      station: 'Electronics',
    },
    readings: {
      unknown: 'has not reported',
      nothing: 'nothing wrong',
      open: 'open',
      closed: 'closed',
      locked: 'locked',
      unlocked: 'unlocked',
      plugged: 'plug in',
      unplugged: 'no plug',
      asks: 'vehicle asks for energy',
      connected: 'vehicle connected',
      noVehicle: 'no vehicle',
    },
    cable: (amps) => `cable for ${amps} A`,
    meter: { register: 'register', power: 'power', voltage: 'voltage', current: 'current' },
    at: (time) => `at ${time}`,
    since: (time) => `since ${time}`,
    fine: 'no fault',
    store: {
      title: 'Store',
      values: 'Values at the start',
      size: 'Size on the medium',
      megabytes: 'MB',
      trouble: 'What the medium says',
      flushed: 'Last written for good',
      quarantine: 'Set aside',
      notYet: 'not since the start',
    },
    clock: { title: 'Clock', station: 'Time of the station', browser: 'Time of this browser' },
    link: {
      title: 'Link to the central system',
      status: 'Server connection',
      heard: 'Last heard',
      ago: (time) => `${time} ago`,
      registration: 'Registration',
      registrations: { none: 'not yet', Accepted: 'Accepted', Pending: 'Pending', Rejected: 'Rejected' },
      error: 'Last error',
    },
    queue: {
      title: 'Messages that wait',
      says: (count, oldest) => (count === 0 ? 'none' : `${count}, the oldest for ${oldest}`),
    },
    program: {
      title: 'Program',
      version: 'Version',
      release: 'Release',
      noRelease: 'outside of any release',
      boot: 'Start number',
      runs: 'Runs for',
      board: 'Board',
      system: 'System',
      memory: 'Memory',
      uses: (resident, heap) => `${resident} MB, of which ${heap} MB are objects`,
      loop: 'Event loop',
      late: (mean, max) => `${mean} ms late on average, ${max} ms at most, since the last check`,
      loopBegins: 'is measured from now on: check again in a moment',
    },
    unknown: 'not known',
  },
  fr: {
    title: 'Diagnostic',
    allWell: 'L’autocontrôle ne trouve rien d’anormal.',
    unwell: (count) => (count === 1 ? 'Un point est à regarder.' : `${count} points sont à regarder.`),
    again: 'Contrôler à nouveau',
    lookedAt: (time) => `Compteurs et autocontrôle datent de ${time}.`,
    report: {
      title: 'Rapport',
      says: 'Un seul fichier avec tout ce qu’il faut pour chercher un défaut : autocontrôle, événements, messages, configuration, recharges. Sans mots de passe ni clés ; les badges n’y montrent que leurs derniers caractères.',
      act: 'Un rapport',
    },
    check: 'Autocontrôle',
    results: { ok: 'Bon', note: 'À voir', fail: 'Défaut' },
    checks: {
      clock: { well: 'La borne connaît l’heure.', unwell: 'Personne n’a donné l’heure à la borne : connectez-la.' },
      disk: {
        well: 'La mémoire prend ce qui est à conserver.',
        unwell: 'La mémoire ne prend pas ce qui est à conserver : voir plus bas.',
      },
      storedValues: {
        well: 'Toutes les valeurs mémorisées sont lisibles.',
        unwell: 'Des valeurs mémorisées sont illisibles et mises de côté : voir plus bas.',
      },
      centralSystem: {
        well: 'La supervision est comme le mode de charge le veut.',
        unwell: 'La supervision ne commande pas : voir Mode de charge.',
      },
      queue: {
        well: 'Aucun message de recharge n’est bloqué.',
        unwell: 'Des messages de recharge attendent la supervision.',
      },
      parts: {
        well: 'Les organes de toutes les prises répondent.',
        unwell: 'Une prise n’a pas répondu : vérifiez ses organes.',
      },
      faults: { well: 'Il n’y a aucun défaut.', unwell: 'Il y a un défaut : voir plus bas.' },
    },
    faults: 'Défauts présents',
    noFault: 'Aucun.',
    lately: 'Défauts terminés',
    noneLately: 'Aucun depuis le démarrage du programme.',
    wholeStation: 'Toute la borne',
    socket: (id) => `Prise ${id}`,
    fromTo: (from, to) => `de ${from} à ${to}`,
    warnings: 'Derniers avertissements',
    noWarnings: 'Aucun depuis le démarrage du programme.',
    parts: 'Organes',
    partsSay:
      'Ce que chaque organe a dit en dernier. Les compteurs viennent d’être lus ; pour les autres, depuis quand il en est ainsi.',
    names: {
      contactor: 'Contacteur',
      pilot: 'Fil pilote',
      proximity: 'Contact de proximité',
      lock: 'Verrou de fiche',
      residual: 'Contrôle du courant différentiel',
      plug: 'Contact de fiche',
      thermometer: 'Thermomètre',
      meter: 'Compteur d’énergie',
      cardReader: 'Lecteurs de badges',
      supply: 'Alimentation secteur',
      station: 'Électronique',
    },
    readings: {
      unknown: 'n’a pas répondu',
      nothing: 'rien d’anormal',
      open: 'ouvert',
      closed: 'fermé',
      locked: 'verrouillé',
      unlocked: 'déverrouillé',
      plugged: 'fiche branchée',
      unplugged: 'pas de fiche',
      asks: 'le véhicule demande de l’énergie',
      connected: 'véhicule relié',
      noVehicle: 'pas de véhicule',
    },
    cable: (amps) => `câble pour ${amps} A`,
    meter: { register: 'index', power: 'puissance', voltage: 'tension', current: 'courant' },
    at: (time) => `à ${time}`,
    since: (time) => `depuis ${time}`,
    fine: 'aucun défaut',
    store: {
      title: 'Mémoire',
      values: 'Valeurs au démarrage',
      size: 'Taille sur le support',
      megabytes: 'Mo',
      trouble: 'Message du support',
      flushed: 'Dernière écriture définitive',
      quarantine: 'Mises de côté',
      notYet: 'pas depuis le démarrage',
    },
    clock: { title: 'Horloge', station: 'Heure de la borne', browser: 'Heure de ce navigateur' },
    link: {
      title: 'Liaison à la supervision',
      status: 'Connexion au serveur',
      heard: 'Dernier signe de vie',
      ago: (time) => `il y a ${time}`,
      registration: 'Enregistrement',
      registrations: {
        none: 'pas encore',
        Accepted: 'acceptée (Accepted)',
        Pending: 'en attente (Pending)',
        Rejected: 'refusée (Rejected)',
      },
      error: 'Dernière erreur',
    },
    queue: {
      title: 'Messages en attente',
      says: (count, oldest) => (count === 0 ? 'aucun' : `${count}, le plus ancien depuis ${oldest}`),
    },
    program: {
      title: 'Programme',
      version: 'Version du programme',
      release: 'Version installée',
      noRelease: 'hors de toute version installée',
      boot: 'Numéro de démarrage',
      runs: 'Fonctionne depuis',
      board: 'Carte',
      system: 'Système',
      memory: 'Mémoire vive',
      uses: (resident, heap) => `${resident} Mo, dont ${heap} Mo d’objets`,
      loop: 'Boucle d’événements',
      late: (mean, max) => `${mean} ms de retard en moyenne, ${max} ms au plus, depuis le dernier contrôle`,
      loopBegins: 'mesurée à partir de maintenant : contrôlez à nouveau dans un instant',
    },
    unknown: 'inconnue',
  },
};
