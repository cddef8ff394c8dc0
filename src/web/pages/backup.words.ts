/** The words of the page of the back-up. */
import type { RestoreFault } from '../../control/backup';
import type { Glossary } from './words';

interface BackupWords {
  title: string;
  make: string;
  inIt: string;
  notInIt: string;
  withCards: string;
  download: string;
  restore: string;
  restoreSays: string;
  file: string;
  from(station: string, when: string): string;
  noName: string;
  noDate: string;
  another: string;
  wrong: string;
  nothing: string;
  changes: string;
  now: string;
  afterwards: string;
  unset: string;
  connection: string;
  cards: string;
  needsRestart: string;
  act: string;
  done: string;
  faults: Record<RestoreFault['code'], string>;
}

export const backupWords: Glossary<BackupWords> = {
  en: {
    title: 'Back-up',
    make: 'Keep the settings',
    inIt: 'In the file are: the configuration keys that can be changed, without secret ones; the charging modes; whether the OCPP server connection is on; and, if they are ticked, the known cards with their whole numbers.',
    notInIt:
      'Not in it are: the password of these pages, what the central system has given (its list of cards, reservations, charging profiles), and what was charged.',
    withCards: 'With the known cards',
    download: 'Download the settings',
    restore: 'Restore settings',
    restoreSays: 'What a file would change is shown before it is done, and it is done as a whole or not at all.',
    file: 'File of settings',
    from: (station, when) => `Settings of ${station}, made ${when}`,
    noName: 'a station without UID',
    noDate: 'at a time that it did not know',
    another:
      'The UID in the file is another one: this station would call the central system by that name. Two stations with one name disturb each other.',
    wrong: 'Nothing can be restored from this file:',
    nothing: 'Nothing: the station has these settings already.',
    changes: 'What this file would change',
    now: 'Now',
    afterwards: 'Then',
    unset: 'not set',
    connection: 'OCPP server connection',
    cards: 'Known cards (number of them)',
    needsRestart: 'from the next start on',
    act: 'Restore these settings',
    done: 'The settings are restored.',
    faults: {
      unreadable: 'this is no file of settings',
      unknown: 'this station has no such key',
      readOnly: 'the key is read only',
      given: 'the station itself gives this value',
      invalid: 'the key cannot hold this value',
      needsOther: 'another key must be set first: AuthorizationKey for SecurityProfile, which is in no file',
      needsCertificate: 'the station needs a valid certificate of its own first, which is in no file',
      noSuchSide: 'this station has no such side',
      ocppOnOne: 'OCPP is the mode of both sides or of none',
      card: 'number, label or last day of this card is not valid',
      cardTwice: 'the card is there twice',
      cardsMany: 'there are more than 500 cards',
    },
  },
  fr: {
    title: 'Sauvegarde',
    make: 'Garder les réglages',
    inIt: 'Le fichier contient : les clés de configuration modifiables, sans les secrètes ; les modes de charge ; si la connexion au serveur OCPP est activée ; et, si la case est cochée, les badges connus avec leurs numéros entiers.',
    notInIt:
      'Il ne contient pas : le mot de passe de ces pages, ce que la supervision a donné (sa liste de badges, réservations, profils de charge), ni ce qui a été chargé.',
    withCards: 'Avec les badges connus',
    download: 'Télécharger les réglages',
    restore: 'Rétablir des réglages',
    restoreSays: 'Ce qu’un fichier changerait est montré avant d’être fait, et tout est fait ou rien.',
    file: 'Fichier de réglages',
    from: (station, when) => `Réglages de ${station}, faits ${when}`,
    noName: 'une borne sans UID',
    noDate: 'à une heure qu’elle ne connaissait pas',
    another:
      'L’UID du fichier est un autre : cette borne appellerait la supervision sous ce nom. Deux bornes du même nom se gênent.',
    wrong: 'Rien ne peut être rétabli de ce fichier :',
    nothing: 'Rien : la borne a déjà ces réglages.',
    changes: 'Ce que ce fichier changerait',
    now: 'Actuel',
    afterwards: 'Ensuite',
    unset: 'non défini',
    connection: 'Connexion au serveur OCPP',
    cards: 'Badges connus (leur nombre)',
    needsRestart: 'au prochain démarrage',
    act: 'Rétablir ces réglages',
    done: 'Les réglages sont rétablis.',
    faults: {
      unreadable: 'ce n’est pas un fichier de réglages',
      unknown: 'cette borne n’a pas une telle clé',
      readOnly: 'la clé est en lecture seule',
      given: 'la borne elle-même donne cette valeur',
      invalid: 'la clé ne peut pas avoir cette valeur',
      needsOther:
        'une autre clé doit être définie d’abord : AuthorizationKey pour SecurityProfile, qui n’est dans aucun fichier',
      needsCertificate: 'la borne a d’abord besoin d’un certificat valable à elle, qui n’est dans aucun fichier',
      noSuchSide: 'cette borne n’a pas un tel côté',
      ocppOnOne: 'OCPP est le mode des deux côtés ou d’aucun',
      card: 'le numéro, le libellé ou le dernier jour de ce badge n’est pas valable',
      cardTwice: 'le badge s’y trouve deux fois',
      cardsMany: 'il y a plus de 500 badges',
    },
  },
};
