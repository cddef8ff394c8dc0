/** What the station does with each configuration key, in French; the English is in the table of the keys. */
import type { KeyName } from '../../ocpp/config-keys/index';

const aligned = 'relevés faits selon l’horloge';
const periodic = 'relevés périodiques d’une transaction';
const itemsOf = (key: KeyName) => `Nombre d’éléments que ${key} peut contenir.`;
const mayHold = (key: KeyName) => `Ce que ${key} peut contenir.`;
const sameLeft = 'De même pour le point de charge gauche';
const noneWithout = 'sans valeur s’il n’existe pas';

export const frenchKeys: Record<KeyName, string> = {
  AllowOfflineTxForUnknownId:
    'Sans connexion, un badge que ni la liste locale ni le cache ne connaissent peut démarrer une transaction. Les badges listés comme bloqués ou expirés restent refusés.',
  AuthorizationCacheEnabled:
    'La borne retient les réponses de la supervision sur les badges et s’en sert pour les décisions suivantes.',
  AuthorizeRemoteTxRequests:
    'Un démarrage à distance est vérifié comme un badge au lecteur (liste, cache, Authorize) avant de commencer ; si faux, il commence aussitôt.',
  BlinkRepeat: 'Conservée et relue ; le voyant de la borne montre chaque état aussi longtemps qu’il est vrai.',
  ConnectionTimeOut:
    'Délai depuis le début de Preparing après lequel la tentative est abandonnée, faute de badge ou de véhicule.',
  GetConfigurationMaxKeys:
    'Nombre de clés différentes qu’un GetConfiguration peut nommer. Au-delà, les noms manquent dans la réponse ; sans nom, toutes les clés sont données.',
  HeartbeatInterval: 'Temps sans aucun message après lequel la borne envoie un Heartbeat.',
  LightIntensity: 'Le voyant de la borne n’a qu’une luminosité.',
  LocalAuthorizeOffline:
    'Sans connexion, les badges acceptés par la liste locale ou le cache peuvent démarrer une transaction.',
  LocalPreAuthorize:
    'Avec connexion, les badges acceptés par la liste locale ou le cache démarrent sans attendre la réponse à Authorize.',
  MaxEnergyOnInvalidId:
    'Énergie encore fournie quand la supervision a refusé le badge d’une transaction en cours : aucune.',
  MessageTimeout:
    'Délai après lequel une requête sans réponse est échue, quelle qu’elle soit. Les clés confBasicTime, confAuthorizeTime et confBottNotificationTime ne peuvent que le raccourcir : la plus petite valeur compte.',
  MinimumStatusDuration:
    'Temps qu’une prise doit rester dans un état avant qu’un StatusNotification l’annonce ; un état plus court est omis.',
  NumberOfConnectors: 'Prises de la borne, selon sa description : 1, 2 ou 4.',
  ResetRetries: 'Combien de fois un redémarrage manqué est tenté de nouveau.',
  ConnectorPhaseRotation: 'La borne ne sait pas comment ses phases sont raccordées au réseau.',
  ConnectorPhaseRotationMaxLength: 'Nombre d’éléments de ConnectorPhaseRotation.',
  StopTransactionOnEVSideDisconnect:
    'Débrancher le câble côté véhicule termine la transaction ; si faux, elle attend, suspendue par le véhicule, câble verrouillé.',
  StopTransactionOnInvalidId:
    'Une transaction dont la supervision refuse le badge après coup est arrêtée ; si faux, elle continue sans énergie.',
  SupportedFeatureProfiles: 'Les profils de fonctions que la borne possède.',
  SupportedFeatureProfilesMaxLength: 'Nombre d’éléments de SupportedFeatureProfiles.',
  TransactionMessageAttempts:
    'Combien de fois un message de transaction est envoyé à une supervision qui y répond par une erreur, avant d’être abandonné. Les connexions perdues ne comptent pas.',
  TransactionMessageRetryInterval:
    'Attente avant qu’un message de transaction soit renvoyé, multipliée par le nombre d’envois déjà faits.',
  UnlockConnectorOnEVSideDisconnect: 'Débrancher le câble côté véhicule le déverrouille aussi à la borne.',
  WebSocketPingInterval:
    'Temps entre deux pings par lesquels la borne remarque une connexion morte ; 0 n’en envoie aucun. À garder sous TransactionMessageAttempts fois TransactionMessageRetryInterval.',
  ClockAlignedDataInterval: `Écart entre les ${aligned}, comptés depuis minuit : 900 en donne un par quart d’heure. 0 n’en fait aucun.`,
  MeterValuesAlignedData: `Ce que les ${aligned} envoient dans MeterValues.`,
  MeterValuesAlignedDataMaxLength: itemsOf('MeterValuesAlignedData'),
  MeterValuesSampledData: `Ce que les ${periodic}, et ceux demandés, envoient dans MeterValues.`,
  MeterValuesSampledDataMaxLength: itemsOf('MeterValuesSampledData'),
  MeterValueSampleInterval: `Temps entre les ${periodic}, compté depuis son début. 0 n’en fait aucun.`,
  StopTxnAlignedData: `Ce que les ${aligned} ajoutent à StopTransaction ; vide n’ajoute rien.`,
  StopTxnAlignedDataMaxLength: itemsOf('StopTxnAlignedData'),
  StopTxnSampledData: `Ce que les ${periodic} ajoutent à StopTransaction ; vide n’ajoute rien.`,
  StopTxnSampledDataMaxLength: itemsOf('StopTxnSampledData'),
  StopTransactionMaxMeterValues:
    'Relevés qu’un StopTransaction peut porter. Quand une transaction en a plus, certains entre le premier et le dernier sont omis.',
  SupportedFileTransferProtocols:
    'Les protocoles par lesquels un logiciel peut entrer et un diagnostic sortir. Une liste plus courte interdit les autres.',
  LocalAuthListEnabled: 'La liste locale participe aux décisions sur les badges.',
  LocalAuthListMaxLength: 'Badges que la liste locale peut contenir.',
  SendLocalListMaxLength: 'Badges qu’un SendLocalList peut porter.',
  ReserveConnectorZeroSupported: 'Une réservation peut laisser la prise ouverte en nommant la prise 0.',
  ChargeProfileMaxStackLevel:
    'Plus haut niveau (stackLevel) d’un profil de charge, lui-même permis ; aussi le nombre de profils par usage.',
  ChargingScheduleAllowedChargingRateUnit:
    'Unités qu’un programme peut employer : Current signifie A, Power signifie W.',
  ChargingScheduleMaxPeriods: 'Périodes qu’un programme peut avoir.',
  ConnectorSwitch3to1PhaseSupported:
    'Si une transaction en cours peut passer de trois phases à une : elle ne le peut pas.',
  MaxChargingProfilesInstalled: 'Profils de charge qui peuvent être installés en même temps.',
  AuthorizationKey:
    'Mot de passe de la borne auprès de la supervision, avec UID comme utilisateur (authentification HTTP de base). 32 à 40 chiffres hexadécimaux, en nombre pair, signifient 16 à 20 octets ; tout autre texte est le mot de passe lui-même. Personne ne le voit. Un changement reconnecte.',
  AdditionalRootCertificateCheck:
    'Un seul CentralSystemRootCertificate compte : un nouveau que la supervision installe doit être signé par celui qui est en place, qui reste jusqu’à ce que le nouveau ait porté une connexion.',
  CertificateSignedMaxChainSize:
    'Texte de certificats le plus long que CertificateSigned peut apporter ; un plus long est Rejected.',
  CpoName:
    'Nom de l’opérateur : l’organisation (O) dans les demandes d’un certificat de la borne (SignCertificate). Sans valeur, elles n’en nomment aucune.',
  CertificateRsaBits:
    'Longueur de la prochaine clé privée de la borne : 0 en fait une sur la courbe P-256 (ECDSA), toute autre valeur une clé RSA de tant de bits.',
  CertificateStoreMaxLength: 'Certificats d’autorités qui peuvent être installés.',
  SecurityEventsAlways:
    'La supervision apprend les événements de sécurité aussi avec le profil de sécurité 0 (SecurityEventNotification). Ils sont gardés dans tous les cas.',
  SecurityProfile:
    'Comment la borne se connecte : 0 comme URL le dit, sans mot de passe ; 1 avec le mot de passe ; 2 avec le mot de passe, et seulement par TLS : une URL en ws:// vaut alors wss:// avec les mêmes hôte et port ; 3 par TLS aussi, avec un certificat de la borne et sans le mot de passe. 1 et 2 demandent AuthorizationKey, 3 demande un certificat. Un changement reconnecte. La supervision peut seulement l’augmenter, une personne peut aussi l’abaisser ; quand un changement de la supervision ne mène à aucune connexion, la borne revient d’elle-même.',
  chargingStationMaxLimit:
    'Courant que la borne entière peut prendre, par phase. Sous 6 A aucun véhicule n’en reçoit (CEI 61851-1, annexe A) : 0 à 5 mettent donc la charge en pause.',
  confBasicTime: 'Attente de la réponse à une requête qui n’a pas de délai propre.',
  confAuthorizeTime: 'Attente de la réponse à Authorize.',
  confBottNotificationTime: 'Attente de la réponse à BootNotification.',
  defaultIdTag1:
    'Numéro de badge au nom duquel le point de charge droit, ou unique, démarre quand oCPPPlugAndCharge est actif.',
  defaultIdTag2: `${sameLeft}.`,
  MaxCurrentInstallationRight:
    'Ce que l’installation peut donner au point de charge droit, ou unique, par phase, selon la description de la borne.',
  MaxCurrentInstallationLeft: `${sameLeft} ; ${noneWithout}.`,
  MaxCurrentCableRight:
    'Ce que le câble branché en ce moment au point de charge droit, ou unique, peut porter, par phase.',
  MaxCurrentCableLeft: `${sameLeft} ; ${noneWithout}.`,
  MeterType: 'Où l’énergie est comptée.',
  networkEthernetAddress: 'Adresse IP par câble ; sans valeur s’il n’y en a pas.',
  networkEthernetNetmask: 'Masque de réseau par câble.',
  networkEthernetGateway: 'Routeur par câble.',
  networkWiFiAddress: 'Adresse IP par radio ; sans valeur s’il n’y en a pas.',
  networkWiFiNetmask: 'Masque de réseau par radio.',
  networkWiFiGateway: 'Routeur par radio.',
  oCPPPlugAndCharge:
    'Brancher suffit pour démarrer une transaction sans badge, au nom de defaultIdTag1 ou defaultIdTag2.',
  serverReconnectionTime:
    'Attente entre deux tentatives de joindre la supervision, à partir de laquelle l’attente grandit.',
  UID: 'Identité de la borne auprès de la supervision, la fin de son adresse là-bas. La réponse part d’abord, puis la borne se reconnecte.',
  URL: 'Adresse de la supervision, sans l’identité. La réponse part d’abord, puis la borne se reconnecte.',
  supportedMeterValuesAlignedData: mayHold('MeterValuesAlignedData'),
  supportedMeterValuesSampledData: mayHold('MeterValuesSampledData'),
  supportedStopTxnAlignedData: mayHold('StopTxnAlignedData'),
  supportedStopTxnSampledData: mayHold('StopTxnSampledData'),
};
