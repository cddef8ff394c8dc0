/** Rows of how safely the station comes to the central system (security whitepaper, edition 3, part 7). */
import { booleanType, type ConfigurationKey, integerType } from './types';

export const securityKeys = [
  {
    key: 'AuthorizationKey',
    group: 'Security',
    requirement: 'Optional',
    write: 'Accepted',
    type: {
      kind: 'text',
      minLength: 16,
      maxLength: 40,
      format: { name: 'printable', pattern: /^[\x21-\x7e]+$/, words: 'printable ASCII without blanks' },
    },
    secret: true,
    description:
      'Password of the station at the central system, with UID as the user (HTTP basic authentication). 32 to 40 hexadecimal digits, an even number of them, stand for 16 to 20 bytes; anything else is the password itself. Nobody is shown it. A change reconnects.',
    source: { errata: '3.12 (of OCPP-J)', note: 'security whitepaper, 7.2 and A00.FR.205' },
  },
  {
    key: 'SecurityProfile',
    group: 'Security',
    requirement: 'Optional',
    write: 'Accepted',
    type: integerType(0, 3),
    default: '0',
    needs: { key: 'AuthorizationKey', for: ['1', '2'] },
    description:
      'How the station connects: 0 as URL says, without a password; 1 with the password; 2 with the password, and only over TLS: a URL of ws:// counts as one of wss:// with the same host and port. 3 over TLS as well, with a certificate of the station and without the password. 1 and 2 want AuthorizationKey, 3 wants a certificate. A change reconnects. The central system can only raise it, a person can lower it, too; where a change of the central system leads to no connection, the station returns by itself.',
    source: { note: 'security whitepaper, 7.6 and A05' },
  },
  {
    key: 'SecurityEventsAlways',
    group: 'Security',
    requirement: 'N.A',
    write: 'Accepted',
    type: booleanType,
    default: 'false',
    description:
      'The central system is told security events also with security profile 0 (SecurityEventNotification). They are kept in any case.',
    source: { note: 'of this station; security whitepaper, A04' },
  },
  {
    key: 'AdditionalRootCertificateCheck',
    group: 'Security',
    requirement: 'Optional',
    write: 'N.A',
    type: booleanType,
    default: 'false',
    description:
      'Only one CentralSystemRootCertificate counts: a new one that the central system installs must be signed by the present one, which stays until the new one has carried a connection.',
    source: { note: 'security whitepaper, 7.1 and M05.FR.08 to 13' },
  },
  {
    key: 'CertificateSignedMaxChainSize',
    group: 'Security',
    requirement: 'Optional',
    write: 'N.A',
    type: integerType(500, 10_000, 'bytes'),
    default: '10000',
    description: 'Longest text of certificates that CertificateSigned may bring; a longer one is Rejected.',
    source: { note: 'security whitepaper, 7.3' },
  },
  {
    key: 'CpoName',
    group: 'Security',
    requirement: 'Optional',
    write: 'Accepted',
    type: { kind: 'text', minLength: 0, maxLength: 64 },
    description:
      'Name of the operator: the organisation (O) in requests for a certificate of the station (SignCertificate). Not set: they name none.',
    source: { note: 'security whitepaper, 7.5, A02.FR.13 and A03.FR.13' },
  },
  {
    key: 'CertificateRsaBits',
    group: 'Security',
    requirement: 'N.A',
    write: 'Accepted',
    type: { kind: 'integer', min: 2048, max: 4096, unit: 'bits', zeroIsOff: true },
    default: '0',
    description:
      'Length of the next private key of the station: 0 makes one on the curve P-256 (ECDSA), anything else one of RSA with so many bits.',
    source: { note: 'of this station; security whitepaper, A00.FR.502 and 503' },
  },
  {
    key: 'CertificateStoreMaxLength',
    group: 'Security',
    requirement: 'Optional',
    write: 'N.A',
    type: integerType(1, 100, 'certificates'),
    default: '20',
    description: 'Certificates of authorities that can be installed.',
    source: { note: 'security whitepaper, 7.4' },
  },
] as const satisfies readonly ConfigurationKey[];
