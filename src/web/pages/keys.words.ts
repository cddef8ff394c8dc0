/** The words of the page of the configuration keys. */
import type { ValueOrigin } from '../../ocpp/config-keys/key-notes';
import type { KeyGroup, TextFormat } from '../../ocpp/config-keys/types';
import type { Glossary } from './words';

interface KeysWords {
  title: string;
  says: string;
  filter: string;
  changedOnly: string;
  count(shown: number, all: number): string;
  none: string;
  groups: Record<KeyGroup, string>;
  readOnly: string;
  notSet: string;
  emptyList: string;
  hidden: string;
  from: Record<ValueOrigin, string>;
  atUnknown: string;
  description: string;
  valid: string;
  delivery: string;
  noDelivery: string;
  write: string;
  requirement: string;
  remark: string;
  lastChange: string;
  change(key: string, unit: string): string;
  save: string;
  asDelivered: string;
  yes: string;
  no: string;
  answers: Record<'Accepted' | 'RebootRequired', string>;
  rejected(valid: string): string;
  /** Of one, and of several. */
  units: Readonly<Record<string, readonly [string, string]>>;
  types: {
    boolean: string;
    only(value: string): string;
    integer(min: string, max: string, unit: string): string;
    orZero(rest: string): string;
    text(min: number, max: number): string;
    formats: Record<TextFormat, string>;
    url(schemes: string, max: number): string;
    list(min: number, max: number, words: string): string;
  };
}

export const keysWords: Glossary<KeysWords> = {
  en: {
    title: 'Configuration keys',
    says: 'What the central system reads with GetConfiguration and changes with ChangeConfiguration. What you change here holds at once, and the central system can change it again.',
    filter: 'Filter by name',
    changedOnly: 'Only what is not as delivered',
    count: (shown, all) => (shown === all ? `${all} keys` : `${shown} of ${all} keys`),
    none: 'No key has this in its name. Delete a few letters of the filter.',
    groups: {
      Core: 'Core',
      FirmwareManagement: 'Firmware management',
      LocalAuthListManagement: 'Local list of cards',
      Reservation: 'Reservation',
      SmartCharging: 'Smart charging',
      Security: 'Security',
      Legrand: 'Keys of the maker',
    },
    readOnly: 'read only',
    notSet: 'not set',
    emptyList: 'none',
    hidden: 'set, and shown to nobody',
    from: {
      delivery: 'as delivered',
      start: 'given when the station was started',
      station: 'given by the station itself',
      stored: 'stored, and nobody noted by whom',
      person: 'a person at the station',
      'central system': 'the central system',
    },
    atUnknown: 'the station did not know the time',
    description: 'What it does',
    valid: 'Valid',
    delivery: 'As delivered',
    noDelivery: 'no value',
    write: 'Write (guide)',
    requirement: 'OCPP 1.6 (guide)',
    remark: 'Remark of the guide',
    lastChange: 'Last change',
    change: (key, unit) => (unit === '' ? `New value of ${key}` : `New value of ${key}, in ${unit}`),
    save: 'Save',
    asDelivered: 'Take the value as delivered',
    yes: 'true',
    no: 'false',
    answers: {
      Accepted: 'Accepted: the value is stored and holds.',
      RebootRequired: 'RebootRequired: the value is stored, and holds from the next start of the station on.',
    },
    rejected: (valid) => `Rejected. Valid: ${valid}`,
    units: {
      times: ['time', 'times'],
      items: ['item', 'items'],
      readings: ['reading', 'readings'],
      cards: ['card', 'cards'],
      certificates: ['certificate', 'certificates'],
      bytes: ['byte', 'bytes'],
      bits: ['bit', 'bits'],
      profiles: ['profile', 'profiles'],
      periods: ['period', 'periods'],
    },
    types: {
      boolean: 'true or false',
      only: (value) => `${value} only`,
      integer: (min, max, unit) => `a whole number from ${min} to ${max} ${unit}`.trimEnd(),
      orZero: (rest) => `0 (off), or ${rest}`,
      text: (min, max) => `${min} to ${max} characters`,
      formats: {
        printable: 'letters, digits and signs without accents, no blank at either end',
        phaseRotation: 'one rotation, such as Unknown or 1.RST',
      },
      url: (schemes, max) => `an address with ${schemes}, without user, password or #, at most ${max} characters`,
      list: (min, max, words) => `${min} to ${max} of: ${words}`,
    },
  },
  fr: {
    title: 'Clés de configuration',
    says: 'Ce que la supervision lit par GetConfiguration et change par ChangeConfiguration. Ce que vous changez ici vaut aussitôt, et la supervision peut le changer de nouveau.',
    filter: 'Filtrer par nom',
    changedOnly: 'Seulement ce qui diffère de la livraison',
    count: (shown, all) => (shown === all ? `${all} clés` : `${shown} clés sur ${all}`),
    none: 'Aucune clé n’a cela dans son nom. Effacez quelques lettres du filtre.',
    groups: {
      Core: 'Base (Core)',
      FirmwareManagement: 'Gestion du logiciel',
      LocalAuthListManagement: 'Liste locale des badges',
      Reservation: 'Réservations',
      SmartCharging: 'Recharge intelligente',
      Security: 'Sécurité',
      Legrand: 'Clés du fabricant',
    },
    readOnly: 'lecture seule',
    notSet: 'non définie',
    emptyList: 'aucun',
    hidden: 'définie, et montrée à personne',
    from: {
      delivery: 'comme livrée',
      start: 'donnée au démarrage de la borne',
      station: 'donnée par la borne elle-même',
      stored: 'enregistrée, sans que l’auteur soit noté',
      person: 'une personne à la borne',
      'central system': 'la supervision',
    },
    atUnknown: 'la borne ne connaissait pas l’heure',
    description: 'Son effet',
    valid: 'Valeurs possibles',
    delivery: 'À la livraison',
    noDelivery: 'sans valeur',
    write: 'Écriture (guide)',
    requirement: 'OCPP 1.6 (selon le guide)',
    remark: 'Remarque du guide',
    lastChange: 'Dernier changement',
    change: (key, unit) => (unit === '' ? `Nouvelle valeur de ${key}` : `Nouvelle valeur de ${key}, en ${unit}`),
    save: 'Enregistrer',
    asDelivered: 'Reprendre la valeur de livraison',
    yes: 'vrai (true)',
    no: 'faux (false)',
    answers: {
      Accepted: 'Accepted : la valeur est enregistrée et vaut dès maintenant.',
      RebootRequired: 'RebootRequired : la valeur est enregistrée, et vaudra au prochain démarrage de la borne.',
    },
    rejected: (valid) => `Rejected. Valeurs possibles : ${valid}`,
    units: {
      times: ['fois', 'fois'],
      items: ['élément', 'éléments'],
      readings: ['relevé', 'relevés'],
      cards: ['badge', 'badges'],
      certificates: ['certificat', 'certificats'],
      bytes: ['octet', 'octets'],
      bits: ['bit', 'bits'],
      profiles: ['profil', 'profils'],
      periods: ['période', 'périodes'],
    },
    types: {
      boolean: 'vrai (true) ou faux (false)',
      only: (value) => `seulement ${value}`,
      integer: (min, max, unit) => `un nombre entier de ${min} à ${max} ${unit}`.trimEnd(),
      orZero: (rest) => `0 (arrêt), ou ${rest}`,
      text: (min, max) => `${min} à ${max} caractères`,
      formats: {
        printable: 'lettres, chiffres et signes sans accents, sans espace au début ni à la fin',
        phaseRotation: 'une rotation, comme Unknown ou 1.RST',
      },
      url: (schemes, max) =>
        `une adresse en ${schemes}, sans utilisateur, mot de passe ni #, ${max} caractères au plus`,
      list: (min, max, words) => `${min} à ${max} parmi : ${words}`,
    },
  },
};
