/** The words of the page "Charges". */
import type { StopReason } from '../../station/types';
import type { Glossary } from './words';

export interface ChargeWords {
  title: string;
  total(count: number, energy: string): string;
  kept: string;
  shown(count: number): string;
  empty: string;
  csv: string;
  runs: string;
  end: string;
  socket: string;
  energy: string;
  time: string;
  duration: string;
  card: string;
  noCard: string;
  mode: string;

  reason: string;
  reasons: Record<StopReason, string>;
  unknown: string;
  central: string;
  transaction: string;
  noId: string;
  starts: string;
  stops: string;
  delivered: { answered: string; givenUp: string; waits: string };
  waiting(count: number): string;
  curve: {
    title: string;
    power: string;
    since: string;
    none: string;
    says(average: string, most: string): string;
  };
}

export const chargeWords: Glossary<ChargeWords> = {
  en: {
    title: 'Charges',
    total: (count, energy) => `${count} ${count === 1 ? 'charge' : 'charges'}, ${energy} kWh in all.`,
    kept: 'The last 1,000 are kept, with the power curves of the last 100.',
    shown: (count) => `The newest ${count} are shown; the CSV has all.`,
    empty: 'Nothing has been charged yet. What is charged is kept here, whoever lets it charge.',
    csv: 'Download as CSV',
    runs: 'runs now',
    end: 'End',
    socket: 'Socket',
    energy: 'Energy',
    time: 'Start',
    duration: 'Duration',
    card: 'Card',
    noCard: 'none: everybody may charge',
    mode: 'Charging mode',

    reason: 'Why it ended',
    reasons: {
      DeAuthorized: 'The card was not accepted.',
      EmergencyStop: 'Emergency stop.',
      EVDisconnected: 'The vehicle was unplugged.',
      HardReset: 'The central system restarted the station at once.',
      Local: 'Stopped at the station.',
      Other: 'Another reason: see the event log.',
      PowerLoss: 'The station lost its power.',
      Reboot: 'The station restarted.',
      Remote: 'Stopped by the central system.',
      SoftReset: 'The central system restarted the station.',
      UnlockCommand: 'The plug was unlocked.',
    },
    unknown: 'not known',
    central: 'Central system',
    transaction: 'Transaction',
    noId: 'no number given',
    starts: 'Start',
    stops: 'Stop',
    delivered: { answered: 'told and answered', givenUp: 'given up: it was refused', waits: 'waits for delivery' },
    waiting: (count) => (count === 1 ? 'One message waits for delivery.' : `${count} messages wait for delivery.`),
    curve: {
      title: 'Power',
      power: 'power in kW',
      since: 'time since the start',
      none: 'No power curve is kept of this charge: it is an older one, or began before the power was lost.',
      says: (average, most) => `On average ${average} kW, at most ${most} kW.`,
    },
  },
  fr: {
    title: 'Recharges',
    total: (count, energy) => `${count} ${count === 1 ? 'recharge' : 'recharges'}, ${energy} kWh au total.`,
    kept: 'Les 1 000 dernières sont conservées, avec les courbes de puissance des 100 dernières.',
    shown: (count) => `Les ${count} plus récentes sont affichées ; le CSV les contient toutes.`,
    empty: 'Aucune recharge pour l’instant. Toute recharge sera conservée ici, quel que soit le mode.',
    csv: 'Télécharger en CSV',
    runs: 'en cours',
    end: 'Fin',
    socket: 'Prise',
    energy: 'Énergie',
    time: 'Début',
    duration: 'Durée',
    card: 'Badge',
    noCard: 'aucun : recharge libre',
    mode: 'Mode de charge',

    reason: 'Raison de la fin',
    reasons: {
      DeAuthorized: 'Le badge n’a pas été accepté.',
      EmergencyStop: 'Arrêt d’urgence.',
      EVDisconnected: 'Le véhicule a été débranché.',
      HardReset: 'La supervision a redémarré la borne immédiatement.',
      Local: 'Arrêtée à la borne.',
      Other: 'Autre raison : voir le journal des événements.',
      PowerLoss: 'La borne a perdu son alimentation.',
      Reboot: 'La borne a redémarré.',
      Remote: 'Arrêtée par la supervision.',
      SoftReset: 'La supervision a redémarré la borne.',
      UnlockCommand: 'La fiche a été déverrouillée.',
    },
    unknown: 'inconnue',
    central: 'Supervision',
    transaction: 'Numéro de transaction',
    noId: 'aucun numéro donné',
    starts: 'Départ',
    stops: 'Arrêt',
    delivered: {
      answered: 'transmis, avec réponse',
      givenUp: 'abandonné : message refusé',
      waits: 'en attente d’envoi',
    },
    waiting: (count) => (count === 1 ? 'Un message en attente d’envoi.' : `${count} messages en attente d’envoi.`),
    curve: {
      title: 'Puissance',
      power: 'puissance en kW',
      since: 'temps depuis le début',
      none: 'Aucune courbe de puissance pour cette recharge : elle est ancienne, ou a commencé avant une coupure.',
      says: (average, most) => `En moyenne ${average} kW, au plus ${most} kW.`,
    },
  },
};
