/** The words of the page "Firmware". */
import type { PageUpdate } from '../../control/pages/firmware';
import type { UpdateTrust } from '../../hal/firmware-updates';
import type { Glossary } from './words';

/** The mark of a step, and what it means; `version` is that of the new release, or words for one that is not known yet. */
interface StepWords {
  word: string;
  sentence(version: string): string;
}

interface FirmwareWords {
  runs(version: string): string;
  newVersion: string;
  steps: Record<PageUpdate['step'], StepWords>;
  /** The mark of a step that waits for something. */
  waiting: string;
  waits: Record<Exclude<NonNullable<PageUpdate['waitsFor']>, 'retry' | 'transactions'>, string>;
  retry(left: number): string;
  charges(version: string, connectors: string, count: number): string;
  reason: string;
  noReason: string;
  by: Record<PageUpdate['by'], string>;
  /** How the central system has had the file signed. */
  signature(kind: string): string;
  progress: string;
  bytes(done: string, total: string, percent: string): string;
  bytesSoFar(done: string): string;
  cancel: string;
  cancelled: string;
  versions: {
    title: string;
    runs: string;
    good: string;
    sameAsRuns: string;
    none: string;
    previous: string;
    trial: string;
    trialSays(version: string, starts: number): string;
    failed: string;
    noneFailed: string;
  };
  order: {
    title: string;
    says: string;
    trust: Record<UpdateTrust, string>;
    outside: string;
    downgrade: string;
    downgradeSays: string;
    file: string;
    install: string;
    sends(name: string): string;
    stopSending: string;
    fileEmpty: string;
    fileLarge: string;
    cut: string;
    url: string;
    urlHint: string;
    fromUrl: string;
    /** While an update goes on that can still be cancelled. */
    replaces: string;
    held: string;
  };
  previous: {
    title: string;
    says(version: string): string;
    none: string;
    act(version: string): string;
    ask(version: string): string;
    yes: string;
    no: string;
  };
}

export const firmwareWords: Glossary<FirmwareWords> = {
  en: {
    runs: (version) => `Version ${version} runs.`,
    newVersion: 'the new version',
    steps: {
      waiting: { word: 'Ordered', sentence: () => 'The update begins in a moment.' },
      downloading: { word: 'Download', sentence: () => 'The file is being fetched; vehicles charge on.' },
      downloaded: { word: 'Check', sentence: (version) => `The file is here: ${version} is being checked.` },
      verified: {
        word: 'Verified',
        sentence: (version) => `The signature is right: ${version} is about to be installed.`,
      },
      rebooting: { word: 'Restart', sentence: (version) => `The station restarts with ${version}.` },
      invalidSignature: {
        word: 'Failed',
        sentence: () => 'The file of the last update is not the one that was signed. The version before goes on.',
      },
      verificationFailed: {
        word: 'Failed',
        sentence: () => 'The file of the last update is no version for this station. The version before goes on.',
      },
      installing: {
        word: 'Installation',
        sentence: (version) => `The station installs ${version} and restarts. Nobody can charge meanwhile.`,
      },
      trial: {
        word: 'On trial',
        sentence: (version) =>
          `The station tries ${version}. It stays when it has proved itself; otherwise the one before comes back by itself.`,
      },
      installed: { word: 'Installed', sentence: (version) => `The last update installed ${version}.` },
      downloadFailed: { word: 'Failed', sentence: () => 'The file of the last update could not be fetched.' },
      installationFailed: {
        word: 'Failed',
        sentence: (version) => `The last update did not install ${version}. The version before goes on.`,
      },
    },
    waiting: 'Waits',
    waits: {
      date: 'It waits for the date that the central system has named.',
      proof: 'It waits until the safety loop, the sockets and the central system are as they should be.',
    },
    retry: (left) =>
      left === 0
        ? 'It waits for the last try.'
        : `It waits for the next try; after it there ${left === 1 ? 'is one' : `are ${left}`} more.`,
    charges: (version, connectors, count) =>
      count === 0
        ? `The file is in order: ${version} waits for the end of the charges.`
        : `The file is in order: ${version} waits for the end of ${count === 1 ? 'the charge at socket' : 'the charges at sockets'} ${connectors}. Free sockets are out of use until then.`,
    reason: 'Reason',
    noReason: 'not known',
    by: { centralSystem: 'Ordered by the central system.', person: 'Ordered by a person.' },
    signature: (kind) => `The signature of the file is right: ${kind}, SHA-256.`,
    progress: 'Progress',
    bytes: (done, total, percent) => `${done} of ${total} MB, ${percent} %`,
    bytesSoFar: (done) => `${done} MB so far`,
    cancel: 'Cancel the update',
    cancelled: 'The update is cancelled.',
    versions: {
      title: 'Versions',
      runs: 'Runs',
      good: 'Proven',
      sameAsRuns: 'the one that runs',
      none: 'none',
      previous: 'Previous',
      trial: 'On trial',
      trialSays: (version, starts) =>
        `${version}: ${starts === 1 ? 'one more start' : `${starts} more starts`}, then the proven one comes back`,
      failed: 'Given up',
      noneFailed: 'none',
    },
    order: {
      title: 'Update',
      says: 'Vehicles go on charging while the file is fetched and checked. It is installed when nobody charges any more: sockets go out of use as they fall free, and the station restarts.',
      trust: {
        any: 'This is a simulation: any file is taken for a new version.',
        signed: 'Only files are taken that are signed for this station.',
        nothing:
          'Updates are refused: no key is installed. Whoever set the station up installs one with "make flash UPDATE_KEY=FILE".',
      },
      outside:
        'This program runs outside of the slots in which versions lie: it is updated where it was installed, not here.',
      downgrade: 'Take a lower version, too',
      downgradeSays: 'A lower version may have faults that were mended since.',
      file: 'File of the new version (.zip)',
      install: 'Install this file',
      sends: (name) => `${name} is being sent to the station.`,
      stopSending: 'Stop sending',
      fileEmpty: 'The file is empty: choose another.',
      fileLarge: 'The file is too large for a version: at most 256 MB.',
      cut: 'The file did not arrive whole. Nothing has changed; send it again.',
      url: 'Address of the file',
      urlHint: 'https://, http://, sftp://, ftps:// or ftp://',
      fromUrl: 'Install from this address',
      replaces: 'An update is on its way: another order takes its place.',
      held: 'An update is being installed or tried. Another one can be ordered when it is over.',
    },
    previous: {
      title: 'Previous version',
      says: (version) => `Version ${version} is kept, and can come back where the present one makes trouble.`,
      none: 'None is kept. After an update the version before it can come back from here.',
      act: (version) => `Bring ${version} back`,
      ask: (version) =>
        `When nobody charges any more the station restarts with ${version}, on trial: it stays when it proves itself. Settings, cards and charges stay as they are.`,
      yes: 'Yes, restart with it',
      no: 'No, leave it',
    },
  },
  fr: {
    runs: (version) => `La version ${version} fonctionne.`,
    newVersion: 'la nouvelle version',
    steps: {
      waiting: { word: 'Demandée', sentence: () => 'La mise à jour commence dans un instant.' },
      downloading: {
        word: 'Téléchargement',
        sentence: () => 'Le fichier est en cours de téléchargement ; les recharges continuent.',
      },
      downloaded: {
        word: 'Vérification',
        sentence: (version) => `Le fichier est arrivé : vérification en cours (${version}).`,
      },
      verified: {
        word: 'Vérifiée',
        sentence: (version) => `La signature est juste : ${version} va être installée.`,
      },
      rebooting: { word: 'Redémarrage', sentence: (version) => `La borne redémarre avec ${version}.` },
      invalidSignature: {
        word: 'Échec',
        sentence: () =>
          'Le fichier de la dernière mise à jour n’est pas celui qui a été signé. La version d’avant continue.',
      },
      verificationFailed: {
        word: 'Échec',
        sentence: () =>
          'Le fichier de la dernière mise à jour ne contient pas de version pour cette borne. La version d’avant continue.',
      },
      installing: {
        word: 'En cours d’installation',
        sentence: (version) =>
          `La borne installe ${version}, puis redémarre. Aucune recharge n’est possible entre-temps.`,
      },
      trial: {
        word: 'À l’essai',
        sentence: (version) =>
          `La borne essaie ${version}. Si tout va bien, elle la garde ; sinon la précédente revient d’elle-même.`,
      },
      installed: { word: 'Installée', sentence: (version) => `La dernière mise à jour a installé ${version}.` },
      downloadFailed: {
        word: 'Échec',
        sentence: () => 'Le fichier de la dernière mise à jour n’a pas pu être téléchargé.',
      },
      installationFailed: {
        word: 'Échec',
        sentence: (version) => `La dernière mise à jour n’a pas pu installer ${version}. La version d’avant continue.`,
      },
    },
    waiting: 'En attente',
    waits: {
      date: 'Elle attend la date donnée par la supervision.',
      proof: 'Elle attend que la boucle de sécurité, les prises et la supervision soient comme il faut.',
    },
    retry: (left) =>
      left === 0
        ? 'Elle attend la dernière tentative.'
        : `Elle attend la tentative suivante, puis encore ${left} au plus.`,
    charges: (version, connectors, count) =>
      count === 0
        ? `Le fichier est en ordre : ${version} attend la fin des recharges.`
        : `Le fichier est en ordre : ${version} attend la fin ${count === 1 ? 'de la recharge à la prise' : 'des recharges aux prises'} ${connectors}. D’ici là, les prises libres sont hors service.`,
    reason: 'Raison',
    noReason: 'inconnue',
    by: { centralSystem: 'Demandée par la supervision.', person: 'Demandée par une personne.' },
    signature: (kind) => `La signature du fichier est juste : ${kind}, SHA-256.`,
    progress: 'Avancement',
    bytes: (done, total, percent) => `${done} sur ${total} Mo, ${percent} %`,
    bytesSoFar: (done) => `${done} Mo pour l’instant`,
    cancel: 'Annuler la mise à jour',
    cancelled: 'La mise à jour est annulée.',
    versions: {
      title: 'Versions présentes',
      runs: 'En marche',
      good: 'Éprouvée',
      sameAsRuns: 'celle qui fonctionne',
      none: 'aucune',
      previous: 'Précédente',
      trial: 'À l’essai',
      trialSays: (version, starts) =>
        `${version} : encore ${starts === 1 ? 'un démarrage' : `${starts} démarrages`}, puis la version éprouvée revient`,
      failed: 'Abandonnées',
      noneFailed: 'aucune',
    },
    order: {
      title: 'Mise à jour',
      says: 'Les recharges continuent pendant que le fichier est transféré et vérifié. Il est installé quand plus personne ne charge : les prises passent hors service dès qu’elles se libèrent, puis la borne redémarre.',
      trust: {
        any: 'Ceci est une simulation : tout fichier est pris pour une nouvelle version.',
        signed: 'Seuls les fichiers signés pour cette borne sont acceptés.',
        nothing:
          'Les mises à jour sont refusées : aucune clé n’est installée. Celui qui a préparé la borne en installe une par « make flash UPDATE_KEY=FICHIER ».',
      },
      outside:
        'Ce programme fonctionne hors des emplacements où se trouvent les versions : il est mis à jour là où il a été installé, pas ici.',
      downgrade: 'Accepter aussi une version inférieure',
      downgradeSays: 'Une version inférieure peut avoir des défauts corrigés depuis.',
      file: 'Fichier de la nouvelle version (.zip)',
      install: 'Installer ce fichier',
      sends: (name) => `${name} est en cours d’envoi à la borne.`,
      stopSending: 'Arrêter l’envoi',
      fileEmpty: 'Le fichier est vide : choisissez-en un autre.',
      fileLarge: 'Le fichier est trop grand pour une version : 256 Mo au plus.',
      cut: 'Le fichier n’est pas arrivé en entier. Rien n’a changé ; envoyez-le de nouveau.',
      url: 'Adresse du fichier',
      urlHint: 'https://, http://, sftp://, ftps:// ou ftp://',
      fromUrl: 'Installer depuis cette adresse',
      replaces: 'Une mise à jour est en route : une autre demande prend sa place.',
      held: 'Une mise à jour est en cours d’installation ou d’essai. Une autre pourra être demandée ensuite.',
    },
    previous: {
      title: 'Version précédente',
      says: (version) => `La version ${version} est gardée et peut revenir si l’actuelle pose problème.`,
      none: 'Aucune n’est gardée. Après une mise à jour, la version d’avant peut revenir d’ici.',
      act: (version) => `Revenir à ${version}`,
      ask: (version) =>
        `Quand plus personne ne charge, la borne redémarre avec ${version}, à l’essai : si tout va bien, elle la garde. Réglages, badges et recharges restent tels quels.`,
      yes: 'Oui, redémarrer avec elle',
      no: 'Non, ne rien changer',
    },
  },
};
