/** The words of the pages in French: the field's French terms. */
import type { Words } from './words';

export const french: Words = {
  language: { other: 'English' },
  skip: 'Aller au contenu',
  home: 'Borne',
  menu: 'Menu',
  groups: { charging: 'Recharge', centralSystem: 'Supervision', service: 'Service' },
  chargingMode: 'Mode de charge',
  security: 'Sécurité',
  network: 'Réseau et heure',
  firmware: 'Logiciel',
  bench: 'Banc d’essai',
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
    updating: {
      word: 'Mise à jour',
      sentence:
        'Aucune nouvelle charge ne commence avant l’installation du nouveau programme, qui attend la fin des charges en cours.',
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
    lastTry: 'Dernière tentative',
    tryingSince: 'Tentative depuis',
    nextTry: 'Prochaine tentative',
    ago: (time, seconds) => `${time} (il y a ${seconds} s)`,
    in: (time, seconds) => `${time} (dans ${seconds} s)`,
    tryNow: 'Essayer maintenant',
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
    timedOut:
      'Le serveur n’a pas répondu à temps. Vérifiez l’hôte et le port dans l’URL, et si un pare-feu du réseau empêche la connexion.',
    certificateUnknown:
      'Le certificat du serveur vient d’une autorité que cette borne ne connaît pas. Demandez à l’opérateur le certificat de l’autorité ; l’exploitant de la borne l’indique par --csms-ca.',
    certificateName:
      'Le certificat du serveur vaut pour un autre nom que celui de l’URL. Demandez à l’opérateur le nom que l’URL doit avoir.',
    certificateExpired:
      'Le certificat du serveur a expiré selon l’horloge de cette borne. Vérifiez l’heure de la borne ; si elle est juste, demandez à l’opérateur de renouveler le certificat.',
    certificateEarly:
      'Le certificat du serveur n’est pas encore valable selon l’horloge de cette borne, qui est sans doute fausse. Réglez l’heure de la borne.',
    certificateWeak:
      'Le certificat du serveur a une clé ou une signature trop faible. Demandez à l’opérateur de le renouveler (RSA de 2048 bits au moins, ou une courbe de 224).',
    tlsVersion:
      'Le serveur ne parle que d’anciennes versions de TLS. Demandez à l’opérateur un serveur qui parle TLS 1.2 ou 1.3.',
    tlsSuites:
      'Le serveur ne propose aucune suite cryptographique admise ici (ECDHE ou RSA avec AES-GCM, ou celles de TLS 1.3). Demandez à l’opérateur de changer ses réglages.',
    certificateRevoked:
      'Le certificat du serveur, ou d’une autorité derrière lui, est sur une liste de révocation installée ici. Demandez à l’opérateur un serveur avec un autre certificat.',
    certificateInvalid:
      'Le certificat du serveur n’en est pas un de serveur, ou son chemin vers une autorité est rompu. Demandez à l’opérateur d’en faire émettre un autre.',
    tlsDowngraded:
      'La réponse du serveur demande un TLS plus ancien que celui qu’il connaît : quelque chose en chemin l’a peut-être modifiée. Vérifiez le réseau et ses proxys, et prévenez l’opérateur.',
    tlsFailed:
      'TLS a commencé sans aboutir. Demandez à l’opérateur d’examiner le TLS du serveur, ou d’un proxy devant lui.',
    cutInTls:
      'Le serveur a coupé la connexion pendant la négociation TLS, ou dès qu’elle était finie. Il veut peut-être un certificat de cette borne, ou refuse celui qu’elle a : demandez à l’opérateur.',
    ownCertificateUnusable:
      'Le certificat de cette borne et sa clé sont inutilisables : ils ne vont pas ensemble, ou sont endommagés. Demandez un nouveau certificat à l’opérateur.',
    ownCertificateRefused:
      'Le serveur refuse le certificat de cette borne : il doit venir d’une autorité connue là-bas. Demandez-en un nouveau à l’opérateur.',
    ownCertificateRevoked:
      'Le serveur dit que le certificat de cette borne est révoqué. Demandez-en un nouveau à l’opérateur.',
    ownCertificateExpired:
      'Le serveur dit que le certificat de cette borne a expiré. Demandez à l’opérateur de le renouveler ; vérifiez aussi l’heure de la borne.',
    ownCertificateMissing:
      'Le serveur veut un certificat de cette borne. C’est SecurityProfile 3 : demandez à l’opérateur s’il faut l’utiliser ici.',
    unauthorised:
      'Le serveur refuse cette borne (401 ou 403) : il ne connaît pas l’UID, ou veut un autre mot de passe. Vérifiez l’UID et les clés AuthorizationKey et SecurityProfile, et demandez à l’opérateur ce qui y est enregistré.',
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
    noTryWaits: 'Aucune tentative n’est attendue : une est en cours, ou la borne est connectée.',
    cardInvalid: 'Ce n’est pas un numéro de badge : 1 à 20 lettres, chiffres et signes, sans espaces ni accents.',
    labelLong: 'Le libellé est trop long : il a 50 caractères au plus.',
    dayInvalid: 'Ce n’est pas un jour : écrivez-le comme 2026-12-31.',
    cardsFull: 'La borne connaît autant de badges que possible : retirez-en un d’abord.',
    cardUnknown: 'La borne ne connaît plus ce badge.',
    cardsChanged: 'Les badges ont changé entre-temps. Regardez de nouveau ce qui changerait.',
    tableWrong: 'Le tableau contient une erreur : rien n’en a été repris.',
    backupChanged: 'Les réglages de la borne ont changé entre-temps. Regardez de nouveau ce qui changerait.',
    backupWrong: 'Quelque chose dans le fichier n’est pas valable : rien n’en a été repris.',
    keyUnknown: 'Cette clé n’existe pas.',
    keyReadOnly: 'Rejected : la clé est en lecture seule.',
    keyNeedsOther: 'Rejected : une autre clé doit être définie d’abord, que la description nomme.',
    rootInvalid:
      'Ce n’est pas un certificat racine de confiance : il faut un seul certificat en PEM, d’une autorité, signé par lui-même, non expiré, avec une clé forte (RSA de 2048 bits au moins, ou une courbe de 224).',
    certificateInvalid:
      'Ce certificat ne peut pas servir : il doit aller avec la clé, porter le numéro de série de la borne, être valable, et venir d’une autorité installée.',
    listInvalid: 'Ce n’est pas une liste de certificats révoqués d’une autorité installée.',
    rootsFull: 'Le nombre maximal d’autorités est installé : retirez-en une d’abord.',
    rootUnknown: 'Cette autorité n’est plus installée.',
    keyNeedsCertificate: 'Rejected : la borne a d’abord besoin d’un certificat valable à elle.',
    keyGiven: 'Rejected : la borne elle-même donne cette valeur.',
    keyInvalid: 'Rejected : la clé ne peut pas avoir cette valeur.',
    networkAddressInvalid:
      'Adresse : quatre nombres de 0 à 255 séparés par des points, comme 192.168.1.50 ; elle ne commence pas par 0, 127, ni par 224 ou plus.',
    networkMaskInvalid: 'Masque : de 255.0.0.0 à 255.255.255.252, ou sa longueur de 8 à 30, comme 24.',
    networkAddressNoHost:
      'Adresse : ni la première ni la dernière de son réseau, qui sont celle du réseau et celle de toutes ses machines.',
    networkRouterInvalid:
      'Routeur : vide, ou quatre nombres de 0 à 255 séparés par des points, comme 192.168.1.1 ; il ne commence pas par 0, 127, ni par 224 ou plus.',
    networkRouterOutside:
      'Routeur : l’adresse d’une autre machine du réseau de la borne, ni sa première ni sa dernière. Vérifiez adresse, masque et routeur.',
    networkServersInvalid:
      'Serveurs de noms : des adresses IPv4 comme 192.168.1.1, séparées par des virgules ; aucune ne commence par 0, 127, ni par 224 ou plus.',
    networkServersMany: 'Serveurs de noms : 3 au plus.',
    networkSame: 'C’est déjà ainsi : rien ne changerait.',
    networkNotHere: 'Cela ne peut plus être changé ici. Regardez de nouveau ce que la borne dit de son réseau.',
    networkChanging: 'Un changement du réseau est ouvert : gardez-le ou annulez-le d’abord.',
    networkNothing: 'Aucun changement n’est plus ouvert : il a été gardé ou annulé.',
    networkEarly: 'Le changement n’agit pas encore. Réessayez dans un instant.',
    networkRefused: 'Le système d’exploitation a refusé. Ce qu’il a dit est indiqué plus bas.',
    noUpdates:
      'Cette borne ne peut pas être mise à jour d’ici : son programme fonctionne hors des emplacements de versions.',
    noUpdateKey: 'Les mises à jour sont refusées : aucune clé n’est installée.',
    updateHeld: 'Une mise à jour est en cours d’installation ou d’essai : attendez sa fin.',
    noUpdateGoesOn: 'Aucune mise à jour n’est plus en cours.',
    noPreviousRelease: 'Aucune version précédente n’est gardée.',
    updateUrlInvalid:
      'Ce n’est pas l’adresse d’un fichier : elle commence par https://, http://, sftp://, ftps:// ou ftp://.',
    noRoomForFile:
      'La borne n’a pas de place pour ce fichier, ou son disque ne le prend pas. Ce qui s’y trouvait n’a pas changé.',
    fileOnItsWay: 'Un autre fichier est en route vers la borne. Attendez sa fin, puis renvoyez celui-ci.',
    notPossible: 'La borne ne l’a pas accepté.',
    unreachable: 'La borne n’a pas répondu. Vérifiez le câble et réessayez.',
  },
  waitS: (seconds) => `Réessayez dans ${seconds} s.`,
};
