/** The words with which the network is changed. */
import type { LastChange, OpenChange } from '../../control/network/open-change';
import type { WiredRefusal } from '../../hal/ports';
import type { Glossary } from './words';

interface NetworkChangeWords {
  title: string;
  why: Record<WiredRefusal, string>;
  says: string;
  interface: string;
  of(interfaceName: string, profile: string): string;
  by: string;
  byOf(interfaceName: string): string;
  kinds: { given: string; fixed: string };
  address: string;
  addressHint: string;
  mask: string;
  maskHint: string;
  router: string;
  routerHint: string;
  nameServers: string;
  serversHint: { given: string; fixed: string };
  addresses: string;
  none: string;
  fromDhcp: string;
  besideDhcp(addresses: string): string;
  look: string;
  changes: string;
  before: string;
  now: string;
  afterwards: string;
  whatHappens: string;
  act: string;
  leave: string;
  phases: Record<OpenChange['phase'], string>;
  left(seconds: number): string;
  timeIsUp: string;
  goOn: string;
  given: string;
  keep: string;
  back: string;
  outcomes: Record<LastChange['outcome'], (interfaceName: string) => string>;
  words: string;
}

export const networkChangeWords: Glossary<NetworkChangeWords> = {
  en: {
    title: 'Change the network',
    why: {
      noManager:
        'It cannot be changed here: NetworkManager does not run on this machine, and this page knows no other manager of networks.',
      notAllowed:
        'It cannot be changed here yet: the operating system does not allow it to the station. Who runs the machine allows it with this command; then press “Look again”.',
      noProfile:
        'It cannot be changed here now: no wired interface is in use. Plug in the network cable, then press “Look again”.',
      foreignProfile:
        'It cannot be changed here: netplan has the network of this machine. Who runs the machine changes it in /etc/netplan.',
      otherKind:
        'It cannot be changed here: the wired interface is set in a way that this page does not know, such as shared or without IPv4.',
    },
    says: 'The IPv4 address of the cable. Charges go on in any case. A change that nobody confirms within a minute is taken back.',
    interface: 'Wired interface',
    of: (interfaceName, profile) => `${interfaceName} (${profile})`,
    by: 'Address of the station',
    byOf: (interfaceName) => `Address of the station: ${interfaceName}`,
    kinds: { given: 'given by the network (DHCP)', fixed: 'fixed' },
    address: 'Address',
    addressHint: 'Such as 192.168.1.50. Nobody else in the network may have it.',
    mask: 'Mask',
    maskHint: '255.255.255.0 in most networks, or its length: 24.',
    router: 'Router',
    routerHint: 'Without one the station reaches its own network only. May be empty.',
    nameServers: 'Name servers (DNS)',
    serversHint: {
      given: 'Empty: those that the network gives. Otherwise at most 3, parted by commas.',
      fixed: 'At most 3, parted by commas. Without one the central system is reached by an address only.',
    },
    addresses: 'Address',
    none: 'none',
    fromDhcp: 'from DHCP',
    besideDhcp: (addresses) => `from DHCP, and ${addresses} beside it`,
    look: 'See what changes',
    changes: 'What would change',
    before: 'Before:',
    now: 'Now:',
    afterwards: 'Then:',
    whatHappens:
      'A second after you press the button the station leaves its present network, and its link to the central system with it. Open the page at the new address, log in there and press “Keep it”, within a minute. Otherwise all is as it was, also if the station restarts meanwhile.',
    act: 'Change it',
    leave: 'Leave it as it is',
    phases: {
      begun: 'The network is about to change.',
      open: 'The network has changed, and is not confirmed yet.',
      keeping: 'The change is being kept.',
      takingBack: 'The change is being taken back. This page goes on by itself at its old address.',
    },
    left: (seconds) => `${seconds} s until it is taken back`,
    timeIsUp: 'The time is up: the change is being taken back. This page goes on by itself.',
    goOn: 'Go on at the new address and log in there:',
    given:
      'The network gives the new address: the list of its router names it. Open the page there, log in and confirm.',
    keep: 'Keep it',
    back: 'Take it back now',
    outcomes: {
      kept: (interfaceName) => `The change at ${interfaceName} is kept, also over a restart of the machine.`,
      notConfirmed: (interfaceName) =>
        `Nobody confirmed the change at ${interfaceName} within a minute: all is as it was.`,
      asked: (interfaceName) => `The change at ${interfaceName} was taken back.`,
      ended: (interfaceName) =>
        `The station ended before the change at ${interfaceName} was confirmed: all is as it was.`,
      refused: (interfaceName) => `The operating system refused the change at ${interfaceName}: all is as it was.`,
      changedElsewhere: (interfaceName) =>
        `Somebody else has changed ${interfaceName} meanwhile: the station has left it as it is.`,
    },
    words: 'It said:',
  },
  fr: {
    title: 'Changer le réseau',
    why: {
      noManager:
        'Cela ne peut pas être changé ici : NetworkManager ne tourne pas sur cette machine, et cette page ne connaît pas d’autre gestionnaire de réseau.',
      notAllowed:
        'Cela ne peut pas encore être changé ici : le système d’exploitation ne le permet pas à la borne. L’exploitant de la machine le permet par cette commande ; appuyez ensuite sur « Regarder de nouveau ».',
      noProfile:
        'Cela ne peut pas être changé ici pour l’instant : aucune interface filaire n’est utilisée. Branchez le câble réseau, puis appuyez sur « Regarder de nouveau ».',
      foreignProfile:
        'Cela ne peut pas être changé ici : netplan tient le réseau de cette machine. L’exploitant de la machine le change dans /etc/netplan.',
      otherKind:
        'Cela ne peut pas être changé ici : l’interface filaire est réglée d’une façon que cette page ne connaît pas, par exemple partagée ou sans IPv4.',
    },
    says: 'L’adresse IPv4 du câble. Les recharges continuent dans tous les cas. Un changement que personne ne confirme en une minute est annulé.',
    interface: 'Interface filaire',
    of: (interfaceName, profile) => `${interfaceName} (${profile})`,
    by: 'Adresse de la borne',
    byOf: (interfaceName) => `Adresse de la borne : ${interfaceName}`,
    kinds: { given: 'donnée par le réseau (DHCP)', fixed: 'fixe' },
    address: 'Adresse',
    addressHint: 'Par exemple 192.168.1.50. Personne d’autre dans le réseau ne doit l’avoir.',
    mask: 'Masque',
    maskHint: '255.255.255.0 dans la plupart des réseaux, ou sa longueur : 24.',
    router: 'Routeur',
    routerHint: 'Sans lui, la borne n’atteint que son propre réseau. Peut être vide.',
    nameServers: 'Serveurs de noms (DNS)',
    serversHint: {
      given: 'Vide : ceux que le réseau donne. Sinon 3 au plus, séparés par des virgules.',
      fixed: '3 au plus, séparés par des virgules. Sans serveur, la supervision n’est atteinte que par une adresse.',
    },
    addresses: 'Adresse',
    none: 'aucun',
    fromDhcp: 'par DHCP',
    besideDhcp: (addresses) => `par DHCP, et ${addresses} à côté`,
    look: 'Voir ce qui change',
    changes: 'Ce qui changerait',
    before: 'Avant :',
    now: 'Maintenant :',
    afterwards: 'Ensuite :',
    whatHappens:
      'Une seconde après l’appui sur le bouton, la borne quitte son réseau actuel, et sa liaison avec la supervision avec lui. Ouvrez la page à la nouvelle adresse, connectez-vous-y et appuyez sur « Garder », en une minute. Sinon tout redevient comme avant, même si la borne redémarre entre-temps.',
    act: 'Changer',
    leave: 'Laisser comme c’est',
    phases: {
      begun: 'Le réseau est sur le point de changer.',
      open: 'Le réseau a changé, et n’est pas encore confirmé.',
      keeping: 'Le changement est en train d’être gardé.',
      takingBack: 'Le changement est en train d’être annulé. Cette page continue d’elle-même à son ancienne adresse.',
    },
    left: (seconds) => `${seconds} s avant l’annulation`,
    timeIsUp: 'Le temps est écoulé : le changement est en train d’être annulé. Cette page continue d’elle-même.',
    goOn: 'Continuez à la nouvelle adresse et connectez-vous-y :',
    given:
      'Le réseau donne la nouvelle adresse : la liste de son routeur l’indique. Ouvrez-y la page, connectez-vous et confirmez.',
    keep: 'Garder',
    back: 'Annuler maintenant',
    outcomes: {
      kept: (interfaceName) => `Le changement de ${interfaceName} est gardé, même après un redémarrage de la machine.`,
      notConfirmed: (interfaceName) =>
        `Personne n’a confirmé le changement de ${interfaceName} en une minute : tout est redevenu comme avant.`,
      asked: (interfaceName) => `Le changement de ${interfaceName} a été annulé.`,
      ended: (interfaceName) =>
        `La borne s’est arrêtée avant la confirmation du changement de ${interfaceName} : tout est redevenu comme avant.`,
      refused: (interfaceName) =>
        `Le système d’exploitation a refusé le changement de ${interfaceName} : tout est redevenu comme avant.`,
      changedElsewhere: (interfaceName) =>
        `Quelqu’un d’autre a changé ${interfaceName} entre-temps : la borne l’a laissé tel quel.`,
    },
    words: 'Il a dit :',
  },
};
