/** Every word of the pages, in English and in French: the guide's words for the guide's things. */
import type { ConnectionCause } from '../../control/page-view';
import type { FaultId } from '../../station/faults';
import type { LimitSource } from '../../station/limits';
import type { RefusalCode } from '../refusal';
import type { PlainState } from './plain-state';

export type Language = 'en' | 'fr';

/** A word for the mark, and a sentence that says what it means or what to do. */
interface Said {
  word: string;
  sentence: string;
}

export interface Words {
  language: { other: string };
  skip: string;
  home: string;
  chargingMode: string;
  changePassword: string;
  logOut: string;
  staleSince(time: string): string;
  loading: string;
  restarting: string;
  logIn: {
    title: string;
    hint: string;
    user: string;
    password: string;
    act: string;
    ended: string;
  };
  password: {
    title: string;
    first: string;
    current: string;
    next: string;
    again: string;
    rule: string;
    differ: string;
    act: string;
    done: string;
  };
  sides: { right: string; left: string };
  socket(kind: string, id: number): string;
  kinds: { T2S: string; '2P+E': string };
  states: Record<PlainState, Said>;
  /** The answer to the first question, before its reason. */
  answer: { charges: string; not: string };
  /** Of what a sentence is said. */
  of(what: string, sentence: string): string;
  stationFault: string;
  power: string;
  current: string;
  energy: string;
  limit(amps: string, source: string): string;
  limits: Record<LimitSource, string>;
  faults: Record<FaultId, string>;
  mode: {
    title: string;
    select: string;
    side: string;
    names: { ocpp: string; free: string; cards: string };
    says: { ocpp: string; free: string; cards: string; none: string };
    both: string;
    rightFirst: string;
    leaves: string;
  };
  address: {
    title: string;
    given: string;
    url: string;
    urlHint: string;
    uid: string;
    uidHint: string;
    save: string;
    saved: string;
    unsaved: string;
    calls(address: string): string;
  };
  connection: {
    title: string;
    switch: string;
    on: string;
    off: string;
    offSays: string;
    activation: string;
    server: string;
    heartbeat: string;
    seconds: string;
    why: string;
    tried: string;
    detail: string;
    names: { Disconnected: string; Connection: string; Connected: string };
  };
  causes: Record<ConnectionCause, string>;
  refusals: Record<RefusalCode | 'notPossible' | 'unreachable', string>;
  waitS(seconds: number): string;
}

const english: Words = {
  language: { other: 'Français' },
  skip: 'Skip to the content',
  home: 'Station',
  chargingMode: 'Charging Mode',
  changePassword: 'Password',
  logOut: 'Log out',
  staleSince: (time) => `Nothing heard from the station since ${time}. What you see is from then.`,
  loading: 'The station has been asked and has not answered yet.',
  restarting: 'The station is restarting. This page goes on by itself.',
  logIn: {
    title: 'Log in to the station',
    hint: 'At the first connection: admin and admin. Then you choose a password of your own.',
    user: 'Id',
    password: 'Password',
    act: 'Log in',
    ended: 'You have been logged out: the session had ended, or the password was changed. Log in again.',
  },
  password: {
    title: 'Choose a new password',
    first: 'Everybody knows the password of the first connection. Choose a new one before you go on, and keep it safe.',
    current: 'Present password',
    next: 'New password',
    again: 'New password again',
    rule: 'At least 10 characters. If it is lost, somebody at the station resets it with "greenup password reset".',
    differ: 'The two new passwords are not the same.',
    act: 'Change the password',
    done: 'The password is changed. Whoever else was logged in has been logged out.',
  },
  sides: { right: 'Right side', left: 'Left side' },
  socket: (kind, id) => `${id} · ${kind}`,
  kinds: { T2S: 'T2S (Mode 3)', '2P+E': '2P+E (Mode 2)' },
  states: {
    charging: { word: 'Charging', sentence: 'A vehicle is charging.' },
    vehiclePauses: {
      word: 'Vehicle pauses',
      sentence: 'The vehicle takes no energy: it is full, or waits by its own plan.',
    },
    limitPauses: {
      word: 'Paused by a limit',
      sentence: 'Less than 6 A are allowed now, which no vehicle can charge with.',
    },
    stationPauses: { word: 'Paused', sentence: 'The station waits a moment before it goes on.' },
    faulted: { word: 'Fault', sentence: 'It does not charge because of a fault.' },
    faultPauses: { word: 'Paused by a fault', sentence: 'Something is wrong with the cable or the vehicle.' },
    free: { word: 'Free', sentence: 'No vehicle is plugged in.' },
    nobody: { word: 'No mode chosen', sentence: 'Nobody can charge yet: choose a charging mode.' },
    cardWanted: {
      word: 'Waits for a card',
      sentence: 'A vehicle is plugged in. Show a card, or start from the central system.',
    },
    plugWanted: { word: 'Waits for a plug', sentence: 'Somebody may charge: plug the vehicle in.' },
    begins: { word: 'Begins', sentence: 'The charge is about to begin.' },
    unplug: { word: 'Finished', sentence: 'The charge has ended: unplug the vehicle.' },
    noCardCame: {
      word: 'No card came',
      sentence: 'A vehicle is plugged in, but no card was shown in time: show a card, or plug it in again.',
    },
    reserved: { word: 'Reserved', sentence: 'The central system keeps this socket for somebody.' },
    twin: { word: 'Not now', sentence: 'One vehicle at a time on each side: the other socket is in use.' },
    outOfUse: { word: 'Out of use', sentence: 'The central system or a person took it out of use.' },
  },
  answer: { charges: 'It charges.', not: 'Nothing charges.' },
  of: (what, sentence) => `${what}: ${sentence}`,
  stationFault: 'Whole station',
  power: 'power',
  current: 'current',
  energy: 'energy of this charge',
  limit: (amps, source) => `At most ${amps} A, because of ${source}.`,
  limits: {
    cable: 'the cable',
    socket: 'the socket',
    installation: 'the installation',
    station: 'the limit of the station (chargingStationMaxLimit)',
    temperature: 'the temperature',
    profile: 'a profile of the central system',
    stationProfile: 'a profile of the central system for the whole station',
    sharing: 'the sharing of current with the other side',
    fault: 'a fault',
    authorisation: 'a card that is not valid any more',
  },
  faults: {
    contactorWelded:
      'The contactor does not open. Switch the mains off and have it replaced; then clear the fault at the station.',
    contactorStuckOpen:
      'The contactor does not close. Have it looked at with the mains off; then clear the fault at the station.',
    loopStood:
      'The safety supervision stood still. Clear the fault at the station; if it comes again, have it looked at.',
    residualCurrent: 'Residual current. Look for a damaged cable or vehicle; then clear the fault at the station.',
    residualTestFailed: 'The residual current monitor failed its test. Unplug; if it comes again, have it replaced.',
    latchedUnread:
      'A stored fault cannot be read. Look at contactor and residual current device; then clear the fault at the station.',
    supplyLost: 'The mains supply is lost.',
    overCurrentFast: 'The vehicle drew far too much current. Unplug it.',
    overCurrent: 'The vehicle drew more current than it was offered. Unplug it.',
    overTemperature:
      'The socket is too hot. It goes on by itself when it has cooled; look for a loose terminal if it happens twice.',
    lockFailed: 'The plug cannot be locked. Unplug, push the plug in fully, and try again.',
    lockStuck: 'The plug was drawn although its lock says locked. Have the lock looked at.',
    cableChanged: 'The rating of the cable changed while it was in use. Unplug it.',
    proximityInvalid: 'The cable is not recognised. Try another cable.',
    overVoltage: 'The mains voltage is too high. It goes on by itself when it is right.',
    underVoltage: 'The mains voltage is too low. It goes on by itself when it is right.',
    meterSilent: 'The energy meter does not answer. Look at its wiring.',
    internalError: 'Something inside the station does not work. Look at its journal.',
    otherError: 'Another error. Look at the journal of the station.',
    diodeMissing: 'The vehicle does not answer as it must (diode). Unplug and look at cable and vehicle.',
    pilotShort: 'The control pilot is shorted. Look at the cable.',
    pilotInvalid: 'The control pilot is not as a vehicle makes it. Look at cable and vehicle.',
    ventilationMissing: 'The vehicle asks for ventilation, which is not there.',
    contactorFell: 'The contactor opened by itself. Have the supply of its coil looked at.',
    energyUnmetered: 'The meter does not count what flows. Look at its wiring.',
    voltageMissing: 'No voltage behind closed contacts. Look at fuses and contactor.',
    unlockFailed: 'The plug cannot be unlocked. Push the plug in a little and try again.',
    thermometerSilent: 'The thermometer does not answer.',
    readerAbsent: 'The card reader does not answer. Look at its wiring.',
    weakSignal: 'The network signal is weak.',
    resetFailure: 'The last reset failed.',
  },
  mode: {
    title: 'Charging Mode',
    select: 'Load mode selection',
    side: 'Side of the station',
    names: { ocpp: 'OCPP', free: 'Free charge', cards: 'Known cards' },
    says: {
      ocpp: 'A central system decides who charges.',
      free: 'Whoever plugs in charges.',
      cards: 'The cards that the station knows charge.',
      none: 'Nobody can charge yet: choose a mode. It holds at once.',
    },
    both: 'OCPP is imposed on both sides of the station.',
    rightFirst: 'OCPP is chosen on the right side, and is then imposed on both: select the right side first.',
    leaves:
      'Another mode than OCPP ends the connection to the central system, on both sides. What charges now goes on.',
  },
  address: {
    title: 'Connection parameters',
    given: 'URL and UID are given by the charging operator.',
    url: 'URL server',
    urlHint: 'Begins with ws:// or wss://, without the UID at its end.',
    uid: 'Charging station UID',
    uidHint: 'The name of this station at the central system.',
    save: 'Save',
    saved: 'Saved.',
    unsaved: 'Not saved yet.',
    calls: (address) => `The station calls ${address}`,
  },
  connection: {
    title: 'OCPP status',
    switch: 'OCPP server connection',
    on: 'on',
    off: 'off',
    offSays: 'Switched off, the station keeps what it has to tell until it is on again.',
    activation: 'Activation',
    server: 'Server connection',
    heartbeat: 'Heartbeatinterval',
    seconds: 's',
    why: 'Why not',
    tried: 'Address',
    detail: 'Technical message',
    names: { Disconnected: 'Disconnected', Connection: 'Connection', Connected: 'Connected' },
  },
  causes: {
    accepted: 'The central system is connected and has accepted the station.',
    notAccepted:
      'The server is connected, but has not accepted the station yet. Ask the operator whether this UID is registered there.',
    switchedOff: 'The OCPP server connection is switched off.',
    otherMode: 'The charging mode is not OCPP: select OCPP first.',
    noUrl: 'The URL of the server is missing: complete it and save.',
    noUid: 'The UID of the charging station is missing: complete it and save.',
    trying: 'The first attempt is under way.',
    refused:
      'The server was reached, but nothing answers at this port. Check the port in the URL, and whether the central system runs.',
    nameUnknown:
      'The name of the server is not known. Check the URL for a typing error, and the name server (DNS) of the network.',
    unreachable:
      'There is no way to the server. Check the network cable, and whether the network leads to the internet.',
    certificate:
      'The certificate of the server is not trusted, has expired, or is for another name. Ask the operator which address to use.',
    noTls: 'The server does not speak wss here. Check whether the URL must begin with ws://, or has another port.',
    noWebSocket:
      'A server answered, but not with OCPP. Check path and UID: most central systems refuse a UID that they do not know.',
    noOcpp: 'The server does not offer OCPP 1.6. Ask the operator for the address for OCPP 1.6J.',
    closed: 'The connection was closed. The station tries again by itself.',
    other: 'The connection could not be made. The station tries again by itself.',
  },
  refusals: {
    logInFirst: 'Log in first.',
    newPasswordFirst: 'Choose a new password first.',
    wrongPassword: 'Id or password is wrong.',
    tooManyAttempts: 'Too many attempts.',
    passwordShort: 'The new password is too short: it has at least 10 characters.',
    passwordLong: 'The new password is too long: it has at most 200 characters.',
    passwordOld: 'The new password is the present one: choose another.',
    passwordUnread:
      'The stored password cannot be read. Somebody at the station resets it with "greenup password reset".',
    starting: 'The station is starting. Try again in a moment.',
    rightSideFirst: 'Select the right side first: OCPP is then imposed on both.',
    noSuchSide: 'This station has no such side.',
    urlInvalid: 'This is no URL for OCPP: it begins with ws:// or wss://, and has no blanks, password or #.',
    uidInvalid: 'This UID is not possible: 1 to 100 characters, letters and digits without accents.',
    notStored: 'The station could not store it: its disk is full or damaged.',
    notPossible: 'The station did not take this.',
    unreachable: 'The station did not answer. Check the cable to it and try again.',
  },
  waitS: (seconds) => `Try again in ${seconds} s.`,
};

const french: Words = {
  language: { other: 'English' },
  skip: 'Aller au contenu',
  home: 'Borne',
  chargingMode: 'Mode de charge',
  changePassword: 'Mot de passe',
  logOut: 'Se déconnecter',
  staleSince: (time) => `Plus de nouvelles de la borne depuis ${time}. Ce que vous voyez date de ce moment.`,
  loading: 'La borne a été interrogée et n’a pas encore répondu.',
  restarting: 'La borne redémarre. Cette page reprend d’elle-même.',
  logIn: {
    title: 'Se connecter à la borne',
    hint: 'À la première connexion : admin et admin. Vous choisirez ensuite votre propre mot de passe.',
    user: 'Identifiant',
    password: 'Mot de passe',
    act: 'Se connecter',
    ended: 'Vous avez été déconnecté : la session était terminée, ou le mot de passe a changé. Reconnectez-vous.',
  },
  password: {
    title: 'Choisir un nouveau mot de passe',
    first:
      'Tout le monde connaît le mot de passe de la première connexion. Choisissez-en un nouveau avant de continuer, et gardez-le bien.',
    current: 'Mot de passe actuel',
    next: 'Nouveau mot de passe',
    again: 'Nouveau mot de passe, encore une fois',
    rule: 'Au moins 10 caractères. S’il est perdu, quelqu’un à la borne le réinitialise par « greenup password reset ».',
    differ: 'Les deux nouveaux mots de passe ne sont pas identiques.',
    act: 'Changer le mot de passe',
    done: 'Le mot de passe est changé. Les autres personnes connectées ont été déconnectées.',
  },
  sides: { right: 'Côté droit', left: 'Côté gauche' },
  socket: (kind, id) => `${id} · ${kind}`,
  kinds: { T2S: 'T2S (mode 3)', '2P+E': '2P+T (mode 2)' },
  states: {
    charging: { word: 'En charge', sentence: 'Un véhicule charge.' },
    vehiclePauses: {
      word: 'Pause du véhicule',
      sentence: 'Le véhicule ne prend pas d’énergie : il est plein, ou il attend selon son programme.',
    },
    limitPauses: {
      word: 'Pause par une limite',
      sentence: 'Moins de 6 A sont permis en ce moment : aucun véhicule ne peut charger ainsi.',
    },
    stationPauses: { word: 'En pause', sentence: 'La borne attend un instant avant de reprendre.' },
    faulted: { word: 'Défaut', sentence: 'Pas de charge à cause d’un défaut.' },
    faultPauses: { word: 'Pause par un défaut', sentence: 'Le câble ou le véhicule présente un défaut.' },
    free: { word: 'Libre', sentence: 'Aucun véhicule n’est branché.' },
    nobody: { word: 'Sans mode', sentence: 'Personne ne peut encore charger : choisissez un mode de charge.' },
    cardWanted: {
      word: 'Attend un badge',
      sentence: 'Un véhicule est branché. Présentez un badge, ou démarrez depuis la supervision.',
    },
    plugWanted: { word: 'Attend le câble', sentence: 'La charge est autorisée : branchez le véhicule.' },
    begins: { word: 'Démarre', sentence: 'La charge va commencer.' },
    unplug: { word: 'Terminée', sentence: 'La charge est terminée : débranchez le véhicule.' },
    noCardCame: {
      word: 'Sans badge',
      sentence: 'Un véhicule est branché, mais aucun badge n’est venu à temps : présentez un badge, ou rebranchez-le.',
    },
    reserved: { word: 'Réservée', sentence: 'La supervision garde cette prise pour quelqu’un.' },
    twin: {
      word: 'Pas maintenant',
      sentence: 'Un seul véhicule à la fois de chaque côté : l’autre prise est utilisée.',
    },
    outOfUse: { word: 'Hors service', sentence: 'La supervision ou une personne l’a mise hors service.' },
  },
  answer: { charges: 'La charge est en cours.', not: 'Rien ne charge.' },
  of: (what, sentence) => `${what} : ${sentence}`,
  stationFault: 'Toute la borne',
  power: 'puissance',
  current: 'courant',
  energy: 'énergie de cette charge',
  limit: (amps, source) => `Au plus ${amps} A, à cause de : ${source}.`,
  limits: {
    cable: 'le câble',
    socket: 'la prise',
    installation: 'l’installation',
    station: 'la limite de la borne (chargingStationMaxLimit)',
    temperature: 'la température',
    profile: 'un profil de la supervision',
    stationProfile: 'un profil de la supervision pour toute la borne',
    sharing: 'le partage du courant avec l’autre côté',
    fault: 'un défaut',
    authorisation: 'un badge qui n’est plus valable',
  },
  faults: {
    contactorWelded:
      'Le contacteur ne s’ouvre pas. Coupez l’alimentation et faites-le remplacer ; puis effacez le défaut à la borne.',
    contactorStuckOpen:
      'Le contacteur ne se ferme pas. Faites-le vérifier hors tension ; puis effacez le défaut à la borne.',
    loopStood:
      'La surveillance de sécurité s’est arrêtée. Effacez le défaut à la borne ; s’il revient, faites-la vérifier.',
    residualCurrent:
      'Courant différentiel. Cherchez un câble ou un véhicule endommagé ; puis effacez le défaut à la borne.',
    residualTestFailed:
      'Le contrôle du courant différentiel a échoué à son test. Débranchez ; s’il échoue encore, faites-le remplacer.',
    latchedUnread:
      'Un défaut enregistré est illisible. Vérifiez contacteur et différentiel ; puis effacez le défaut à la borne.',
    supplyLost: 'L’alimentation secteur est absente.',
    overCurrentFast: 'Le véhicule a pris beaucoup trop de courant. Débranchez-le.',
    overCurrent: 'Le véhicule a pris plus de courant que permis. Débranchez-le.',
    overTemperature:
      'La prise est trop chaude. Elle reprend d’elle-même une fois refroidie ; cherchez une borne desserrée si cela se répète.',
    lockFailed: 'La fiche ne se verrouille pas. Débranchez, enfoncez bien la fiche et réessayez.',
    lockStuck: 'La fiche a été retirée alors que le verrou se dit fermé. Faites vérifier le verrou.',
    cableChanged: 'Le calibre du câble a changé en cours d’utilisation. Débranchez-le.',
    proximityInvalid: 'Le câble n’est pas reconnu. Essayez un autre câble.',
    overVoltage: 'La tension du secteur est trop haute. La charge reprend d’elle-même quand elle est correcte.',
    underVoltage: 'La tension du secteur est trop basse. La charge reprend d’elle-même quand elle est correcte.',
    meterSilent: 'Le compteur d’énergie ne répond pas. Vérifiez son câblage.',
    internalError: 'Un élément de la borne ne fonctionne pas. Consultez son journal.',
    otherError: 'Autre erreur. Consultez le journal de la borne.',
    diodeMissing: 'Le véhicule ne répond pas comme il faut (diode). Débranchez et vérifiez câble et véhicule.',
    pilotShort: 'Le fil pilote est en court-circuit. Vérifiez le câble.',
    pilotInvalid: 'Le signal du fil pilote n’est pas celui d’un véhicule. Vérifiez câble et véhicule.',
    ventilationMissing: 'Le véhicule demande une ventilation, qui n’existe pas ici.',
    contactorFell: 'Le contacteur s’est ouvert de lui-même. Faites vérifier l’alimentation de sa bobine.',
    energyUnmetered: 'Le compteur ne compte pas ce qui passe. Vérifiez son câblage.',
    voltageMissing: 'Pas de tension derrière les contacts fermés. Vérifiez fusibles et contacteur.',
    unlockFailed: 'La fiche ne se déverrouille pas. Enfoncez-la un peu et réessayez.',
    thermometerSilent: 'Le thermomètre ne répond pas.',
    readerAbsent: 'Le lecteur de badges ne répond pas. Vérifiez son câblage.',
    weakSignal: 'Le signal du réseau est faible.',
    resetFailure: 'Le dernier redémarrage a échoué.',
  },
  mode: {
    title: 'Mode de charge',
    select: 'Sélection du mode de charge',
    side: 'Côté de la borne',
    names: { ocpp: 'OCPP', free: 'Charge libre', cards: 'Badges connus' },
    says: {
      ocpp: 'Une supervision décide qui charge.',
      free: 'Toute personne qui branche un véhicule charge.',
      cards: 'Les badges connus de la borne chargent.',
      none: 'Personne ne peut encore charger : choisissez un mode. Il vaut tout de suite.',
    },
    both: 'Le mode OCPP est imposé aux deux côtés de la borne.',
    rightFirst: 'OCPP se choisit du côté droit, et s’impose alors aux deux : sélectionnez d’abord le côté droit.',
    leaves: 'Un autre mode qu’OCPP met fin à la connexion avec la supervision, des deux côtés. Ce qui charge continue.',
  },
  address: {
    title: 'Paramètres de connexion',
    given: 'L’URL et l’UID sont donnés par l’opérateur de charge.',
    url: 'URL serveur',
    urlHint: 'Commence par ws:// ou wss://, sans l’UID à la fin.',
    uid: 'UID de la borne',
    uidHint: 'Le nom de cette borne auprès de la supervision.',
    save: 'Enregistrer',
    saved: 'Enregistré.',
    unsaved: 'Pas encore enregistré.',
    calls: (address) => `La borne appelle ${address}`,
  },
  connection: {
    title: 'État OCPP',
    switch: 'Connexion au serveur OCPP',
    on: 'activée',
    off: 'désactivée',
    offSays: 'Désactivée, la borne garde ce qu’elle a à dire jusqu’à la réactivation.',
    activation: 'Activation',
    server: 'Connexion au serveur',
    heartbeat: 'Heartbeatinterval',
    seconds: 's',
    why: 'Pourquoi',
    tried: 'Adresse',
    detail: 'Message technique',
    names: { Disconnected: 'Déconnecté', Connection: 'Connexion', Connected: 'Connecté' },
  },
  causes: {
    accepted: 'La supervision est connectée et a accepté la borne.',
    notAccepted:
      'Le serveur est connecté, mais n’a pas encore accepté la borne. Demandez à l’opérateur si cet UID y est enregistré.',
    switchedOff: 'La connexion au serveur OCPP est désactivée.',
    otherMode: 'Le mode de charge n’est pas OCPP : sélectionnez d’abord OCPP.',
    noUrl: 'L’URL du serveur manque : complétez-la et enregistrez.',
    noUid: 'L’UID de la borne manque : complétez-le et enregistrez.',
    trying: 'La première tentative est en cours.',
    refused:
      'Le serveur est joint, mais rien ne répond à ce port. Vérifiez le port dans l’URL, et si la supervision fonctionne.',
    nameUnknown:
      'Le nom du serveur est inconnu. Cherchez une faute de frappe dans l’URL, et vérifiez le serveur de noms (DNS) du réseau.',
    unreachable: 'Aucun chemin vers le serveur. Vérifiez le câble réseau, et si le réseau mène à Internet.',
    certificate:
      'Le certificat du serveur n’est pas reconnu, a expiré, ou vaut pour un autre nom. Demandez à l’opérateur la bonne adresse.',
    noTls: 'Le serveur ne parle pas wss ici. Vérifiez si l’URL doit commencer par ws://, ou avoir un autre port.',
    noWebSocket:
      'Un serveur a répondu, mais pas en OCPP. Vérifiez le chemin et l’UID : la plupart des supervisions refusent un UID inconnu.',
    noOcpp: 'Le serveur ne propose pas OCPP 1.6. Demandez à l’opérateur l’adresse pour OCPP 1.6J.',
    closed: 'La connexion a été fermée. La borne réessaie d’elle-même.',
    other: 'La connexion n’a pas pu se faire. La borne réessaie d’elle-même.',
  },
  refusals: {
    logInFirst: 'Connectez-vous d’abord.',
    newPasswordFirst: 'Choisissez d’abord un nouveau mot de passe.',
    wrongPassword: 'L’identifiant ou le mot de passe est faux.',
    tooManyAttempts: 'Trop de tentatives.',
    passwordShort: 'Le nouveau mot de passe est trop court : il a au moins 10 caractères.',
    passwordLong: 'Le nouveau mot de passe est trop long : il a au plus 200 caractères.',
    passwordOld: 'Le nouveau mot de passe est l’actuel : choisissez-en un autre.',
    passwordUnread:
      'Le mot de passe enregistré est illisible. Quelqu’un à la borne le réinitialise par « greenup password reset ».',
    starting: 'La borne démarre. Réessayez dans un instant.',
    rightSideFirst: 'Sélectionnez d’abord le côté droit : OCPP s’impose alors aux deux.',
    noSuchSide: 'Cette borne n’a pas ce côté.',
    urlInvalid: 'Ce n’est pas une URL pour OCPP : elle commence par ws:// ou wss://, sans espace, mot de passe ni #.',
    uidInvalid: 'Cet UID n’est pas possible : 1 à 100 caractères, lettres et chiffres sans accents.',
    notStored: 'La borne n’a pas pu l’enregistrer : son disque est plein ou endommagé.',
    notPossible: 'La borne ne l’a pas accepté.',
    unreachable: 'La borne n’a pas répondu. Vérifiez le câble et réessayez.',
  },
  waitS: (seconds) => `Réessayez dans ${seconds} s.`,
};

export const glossaries: Readonly<Record<Language, Words>> = { en: english, fr: french };
