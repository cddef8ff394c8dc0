/** The words of the page of network and time. */
import type { MachineAddress } from '../../hal/ports';
import type { Glossary } from './words';

interface NetworkWords {
  again: string;
  network: string;
  host: string;
  gateways: string;
  nameServers: string;
  none: string;
  notKnown: string;
  nobodyAsks: string;
  noInterfaces: string;
  up: string;
  down: string;
  addresses: string;
  noAddresses: string;
  noAddress: string;
  by: Record<MachineAddress['by'], string>;
  mac: string;
  time: string;
  now: string;
  noTime: string;
  zone: string;
  source: string;
  sources: Record<'machine' | 'central system' | 'none', string>;
  timeServer: string;
  follows: string;
  followsNone: string;
  central: string;
  same: string;
  ahead(by: string): string;
  behind(by: string): string;
  told(what: string, ago: string): string;
  neverTold: string;
  seconds(count: string): string;
  who: string;
  whoSays: string;
  whoElse: string;
}

export const networkWords: Glossary<NetworkWords> = {
  en: {
    again: 'Look again',
    network: 'Network',
    host: 'Name of the machine',
    gateways: 'Router',
    nameServers: 'Name servers (DNS)',
    none: 'none',
    notKnown: 'The operating system did not say.',
    nobodyAsks: 'This station does not ask its operating system.',
    noInterfaces: 'The machine has no network. Plug in the network cable.',
    up: 'connected',
    down: 'not connected',
    addresses: 'Addresses',
    noAddresses: 'none',
    noAddress: 'no address: the network gave none. Check the cable, and whether the router gives addresses (DHCP).',
    by: { given: 'given by the network (DHCP)', fixed: 'fixed' },
    mac: 'Hardware address',
    time: 'Time',
    now: 'Time of the station',
    noTime: 'not known: it comes with the first answer of a central system or a server of time',
    zone: 'Time zone',
    source: 'Whose clock',
    sources: { machine: 'that of the machine', 'central system': 'that of the central system', none: 'nobody’s yet' },
    timeServer: 'Server of time (NTP)',
    follows: 'the clock of the machine follows one',
    followsNone: 'the clock of the machine follows none',
    central: 'Central system',
    same: 'its clock said the same',
    ahead: (by) => `its clock was ahead by ${by}`,
    behind: (by) => `its clock was behind by ${by}`,
    told: (what, ago) => `${what}, ${ago} ago`,
    neverTold: 'it has told no time since the start',
    seconds: (count) => `${count} s`,
    who: 'Who changes it',
    whoSays:
      'The operating system of the machine has addresses, name servers, clock and time zone; who runs the machine changes them there, with nmcli, networkctl or timedatectl.',
    whoElse:
      'What this page does not change (radio, IPv6, the name of the machine, clock and time zone) the operating system has; who runs the machine changes it there, with nmcli, hostnamectl or timedatectl.',
  },
  fr: {
    again: 'Regarder de nouveau',
    network: 'Réseau',
    host: 'Nom de la machine',
    gateways: 'Routeur',
    nameServers: 'Serveurs de noms (DNS)',
    none: 'aucun',
    notKnown: 'Le système d’exploitation ne l’a pas dit.',
    nobodyAsks: 'Cette borne n’interroge pas son système d’exploitation.',
    noInterfaces: 'La machine n’a pas de réseau. Branchez le câble réseau.',
    up: 'connecté',
    down: 'non connecté',
    addresses: 'Adresses',
    noAddresses: 'aucune',
    noAddress:
      'aucune adresse : le réseau n’en a pas donné. Vérifiez le câble, et si le routeur donne des adresses (DHCP).',
    by: { given: 'donnée par le réseau (DHCP)', fixed: 'fixe' },
    mac: 'Adresse matérielle',
    time: 'Heure',
    now: 'Heure de la borne',
    noTime: 'inconnue : elle vient avec la première réponse d’une supervision ou d’un serveur de temps',
    zone: 'Fuseau horaire',
    source: 'Horloge suivie',
    sources: { machine: 'celle de la machine', 'central system': 'celle de la supervision', none: 'aucune encore' },
    timeServer: 'Serveur de temps (NTP)',
    follows: 'l’horloge de la machine en suit un',
    followsNone: 'l’horloge de la machine n’en suit aucun',
    central: 'Supervision',
    same: 'son horloge disait la même chose',
    ahead: (by) => `son horloge avançait de ${by}`,
    behind: (by) => `son horloge retardait de ${by}`,
    told: (what, ago) => `${what}, il y a ${ago}`,
    neverTold: 'elle n’a donné aucune heure depuis le démarrage',
    seconds: (count) => `${count} s`,
    who: 'Qui peut changer cela',
    whoSays:
      'Le système d’exploitation de la machine tient adresses, serveurs de noms, horloge et fuseau ; l’exploitant de la machine les y change, par nmcli, networkctl ou timedatectl.',
    whoElse:
      'Ce que cette page ne change pas (radio, IPv6, nom de la machine, horloge et fuseau) appartient au système d’exploitation ; l’exploitant de la machine l’y change, par nmcli, hostnamectl ou timedatectl.',
  },
};
