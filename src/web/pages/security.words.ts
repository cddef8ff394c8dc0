/** The words of the page "Security". */
import type { RootShown } from '../../control/security';
import type { Glossary } from './words';

interface ProfileWords {
  word: string;
  /** What it means. */
  sentence: string;
  /** What it wants. */
  needs: string;
}

interface SecurityWords {
  connection: string;
  address: string;
  noAddress: string;
  lastError: string;
  profile: string;
  profileSays: string;
  profiles: readonly [ProfileWords, ProfileWords, ProfileWords, ProfileWords];
  lacks: { password: string; certificate: string };
  lowers: string;
  use: string;
  used: string;
  password: {
    title: string;
    isSet: string;
    isNotSet: string;
    says(identity: string): string;
    label: string;
    hint: string;
    save: string;
    saved: string;
  };
  trust: {
    title: string;
    none: string;
    count(roots: number, most: number): string;
    others: string;
    alone: string;
    use: string;
    uses: Record<RootShown['use'], string>;
    carries: string;
    remove: string;
    ask: string;
    askCarries: string;
    yes: string;
    no: string;
    add: string;
    pem: string;
    pemHint: string;
    install: string;
    installed: string;
  };
  own: {
    title: string;
    none: string;
    says: string;
    chain: string;
    chainHint: string;
    key: string;
    keyHint: string;
    install: string;
    installed: string;
  };
  lists: {
    title: string;
    count(lists: number): string;
    says: string;
    pem: string;
    pemHint: string;
    install: string;
    installed: string;
  };
  fields: { subject: string; valid: string; fromTo(from: string, to: string): string; fingerprint: string };
  file: string;
}

const english: SecurityWords = {
  connection: 'Connection',
  address: 'Central system',
  noAddress: 'no address yet',
  lastError: 'Last failure',
  profile: 'Security profile',
  profileSays: 'How the station comes in at the central system. The operator says which one is wanted.',
  profiles: [
    {
      word: 'Without password',
      sentence:
        'The central system does not know whether it is this station, and what is sent can be read on the way unless the address begins with wss://.',
      needs: 'wants nothing',
    },
    {
      word: 'With password',
      sentence: 'The station says its password, which can be read on the way unless the address begins with wss://.',
      needs: 'wants a password',
    },
    {
      word: 'Encrypted, with password',
      sentence:
        'All that is sent is encrypted (TLS). The central system shows its certificate, and the station says its password.',
      needs: 'wants a password; ws:// in the address counts as wss://',
    },
    {
      word: 'Encrypted, with certificates',
      sentence: 'All that is sent is encrypted (TLS). Central system and station show each other their certificates.',
      needs: 'wants a certificate of the station and an installed authority',
    },
  ],
  lacks: {
    password: 'Set the password first, below.',
    certificate: 'Install the authority and a certificate of the station first, below.',
  },
  lowers: 'A lower profile protects less. Choose it only if the operator asks for it.',
  use: 'Use this profile',
  used: 'The profile is changed. The station connects anew.',
  password: {
    title: 'Password at the central system',
    isSet: 'A password is set. Nobody is shown it.',
    isNotSet: 'No password is set.',
    says: (identity) =>
      identity === '' ? 'It goes with the UID of the station.' : `It goes with the UID of the station, ${identity}.`,
    label: 'New password',
    hint: '16 to 40 letters, digits and signs, without blanks, as the operator gives it. 32 to 40 hexadecimal digits stand for 16 to 20 bytes.',
    save: 'Save the password',
    saved: 'The password is saved. The station connects anew where it is used.',
  },
  trust: {
    title: 'Trusted authorities',
    none: 'No authority is installed.',
    count: (roots, most) => `${roots} of at most ${most} are installed.`,
    others: 'Authorities that everybody trusts count as well, until a connection has rested on an installed one.',
    alone: 'Only the installed ones count.',
    use: 'It vouches for',
    uses: {
      CentralSystemRootCertificate: 'the central system',
      ManufacturerRootCertificate: 'the maker of firmware',
    },
    carries: 'The present connection, or the last one, rests on it.',
    remove: 'Remove',
    ask: 'Remove this authority? What it vouches for is not trusted any more.',
    askCarries:
      'Remove this authority? The connection rests on it: unless another one vouches for the central system, the station cannot connect any more.',
    yes: 'Yes, remove it',
    no: 'Leave it',
    add: 'Install an authority',
    pem: 'Root certificate in PEM',
    pemHint:
      'It begins with -----BEGIN CERTIFICATE-----. Compare its fingerprint with the one that the operator tells you.',
    install: 'Install',
    installed: 'The authority is installed.',
  },
  own: {
    title: 'Certificate of the station',
    none: 'No certificate is installed.',
    says: 'Profile 3 uses it. The central system can renew it by itself; the first one may come from here.',
    chain: 'Certificate in PEM',
    chainHint:
      'Its name (CN) is the serial number of the station. Certificates between it and the authority stand behind it.',
    key: 'Private key in PEM',
    keyHint: 'Nobody is shown it. Send it over an encrypted page only.',
    install: 'Install the certificate',
    installed: 'The certificate is installed. It is used for the next connection.',
  },
  lists: {
    title: 'Lists of revoked certificates',
    count: (lists) => {
      if (lists === 0) return 'No list is installed.';
      return lists === 1 ? '1 list is installed.' : `${lists} lists are installed.`;
    },
    says: 'What stands in a list of an installed authority is not trusted any more, though its dates are good.',
    pem: 'List in PEM',
    pemHint: 'It begins with -----BEGIN X509 CRL-----.',
    install: 'Install the list',
    installed: 'The list is installed.',
  },
  fields: {
    subject: 'Name',
    valid: 'Valid',
    fromTo: (from, to) => `from ${from} to ${to}`,
    fingerprint: 'Fingerprint (SHA-256)',
  },
  file: 'Or take it from a file',
};

const french: SecurityWords = {
  connection: 'Connexion',
  address: 'Système central',
  noAddress: 'pas encore d’adresse',
  lastError: 'Dernier échec',
  profile: 'Profil de sécurité',
  profileSays: 'Comment la borne se présente au système central. L’opérateur indique lequel il faut.',
  profiles: [
    {
      word: 'Sans mot de passe',
      sentence:
        'Le système central ne sait pas si c’est bien cette borne, et les échanges peuvent être lus en chemin sauf si l’adresse commence par wss://.',
      needs: 'ne demande rien',
    },
    {
      word: 'Avec mot de passe',
      sentence: 'La borne donne son mot de passe, qui peut être lu en chemin sauf si l’adresse commence par wss://.',
      needs: 'demande un mot de passe',
    },
    {
      word: 'Chiffré, avec mot de passe',
      sentence:
        'Tous les échanges sont chiffrés (TLS). Le système central montre son certificat, et la borne donne son mot de passe.',
      needs: 'demande un mot de passe ; ws:// dans l’adresse vaut wss://',
    },
    {
      word: 'Chiffré, avec certificats',
      sentence: 'Tous les échanges sont chiffrés (TLS). Le système central et la borne se montrent leurs certificats.',
      needs: 'demande un certificat de la borne et une autorité installée',
    },
  ],
  lacks: {
    password: 'Enregistrez d’abord le mot de passe, plus bas.',
    certificate: 'Installez d’abord l’autorité et un certificat de la borne, plus bas.',
  },
  lowers: 'Un profil inférieur protège moins. Ne le choisissez que si l’opérateur le demande.',
  use: 'Utiliser ce profil',
  used: 'Le profil est changé. La borne se reconnecte.',
  password: {
    title: 'Mot de passe auprès du système central',
    isSet: 'Un mot de passe est enregistré. Il n’est montré à personne.',
    isNotSet: 'Aucun mot de passe n’est enregistré.',
    says: (identity) =>
      identity === '' ? 'Il va avec l’UID de la borne.' : `Il va avec l’UID de la borne, ${identity}.`,
    label: 'Nouveau mot de passe',
    hint: '16 à 40 lettres, chiffres et signes, sans espace, tel que l’opérateur le donne. 32 à 40 chiffres hexadécimaux représentent 16 à 20 octets.',
    save: 'Enregistrer le mot de passe',
    saved: 'Le mot de passe est enregistré. La borne se reconnecte là où il sert.',
  },
  trust: {
    title: 'Autorités de confiance',
    none: 'Aucune autorité n’est installée.',
    count: (roots, most) => `${roots} sur ${most} au plus ${roots === 1 ? 'est installée' : 'sont installées'}.`,
    others:
      'Les autorités reconnues par tous comptent aussi, tant qu’aucune connexion ne s’est appuyée sur une autorité installée.',
    alone: 'Seules les autorités installées comptent.',
    use: 'Elle se porte garante',
    uses: {
      CentralSystemRootCertificate: 'du système central',
      ManufacturerRootCertificate: 'du fabricant des logiciels',
    },
    carries: 'La connexion actuelle, ou la dernière, s’appuie sur elle.',
    remove: 'Retirer',
    ask: 'Retirer cette autorité ? Ce dont elle se porte garante ne sera plus reconnu.',
    askCarries:
      'Retirer cette autorité ? La connexion s’appuie sur elle : si aucune autre ne se porte garante du système central, la borne ne pourra plus se connecter.',
    yes: 'Oui, la retirer',
    no: 'La laisser',
    add: 'Installer une autorité',
    pem: 'Certificat racine en PEM',
    pemHint:
      'Il commence par -----BEGIN CERTIFICATE-----. Comparez son empreinte avec celle que l’opérateur vous donne.',
    install: 'Installer',
    installed: 'L’autorité est installée.',
  },
  own: {
    title: 'Certificat de la borne',
    none: 'Aucun certificat n’est installé.',
    says: 'Le profil 3 s’en sert. Le système central peut le renouveler lui-même ; le premier peut venir d’ici.',
    chain: 'Certificat en PEM',
    chainHint: 'Son nom (CN) est le numéro de série de la borne. Les certificats entre lui et l’autorité le suivent.',
    key: 'Clé privée en PEM',
    keyHint: 'Elle n’est montrée à personne. Ne l’envoyez que par une page chiffrée.',
    install: 'Installer le certificat',
    installed: 'Le certificat est installé. Il sert à la prochaine connexion.',
  },
  lists: {
    title: 'Listes de certificats révoqués',
    count: (lists) => {
      if (lists === 0) return 'Aucune liste n’est installée.';
      return lists === 1 ? '1 liste est installée.' : `${lists} listes sont installées.`;
    },
    says: 'Ce qui figure dans une liste d’une autorité installée n’est plus reconnu, même si ses dates sont bonnes.',
    pem: 'Liste en PEM',
    pemHint: 'Elle commence par -----BEGIN X509 CRL-----.',
    install: 'Installer la liste',
    installed: 'La liste est installée.',
  },
  fields: {
    subject: 'Nom',
    valid: 'Validité',
    fromTo: (from, to) => `du ${from} au ${to}`,
    fingerprint: 'Empreinte (SHA-256)',
  },
  file: 'Ou prendre un fichier',
};

export const securityWords: Glossary<SecurityWords> = { en: english, fr: french };
