/** The command for the security of a station, and the lines in which it tells how that stands. */
import { CommandRefusal } from '../hal/command-refusal';
import type { RunningStation } from '../main';
import type { CertificateUse } from '../ocpp/security/installed-roots';
import { type CommandAnswer, type CommandTable, command } from './control';
import { oneOf, optional, text, wholeNumber } from './parameters';
import {
  addCertificate,
  addRevocations,
  addRoot,
  fingerprintShown,
  type RootShown,
  removeRoot,
  type SecurityFacts,
  securityFacts,
  setPassword,
  setProfile,
} from './security';

const actions = ['status', 'password', 'profile', 'addRoot', 'removeRoot', 'addCertificate', 'addList'] as const;
type SecurityAction = (typeof actions)[number];

const rootUses = ['centralSystem', 'manufacturer'] as const;
type RootUse = (typeof rootUses)[number];
const uses: Readonly<Record<RootUse, CertificateUse>> = {
  centralSystem: 'CentralSystemRootCertificate',
  manufacturer: 'ManufacturerRootCertificate',
};

const passwordCharactersMax = 40;
const pemCharactersMax = 40_000;
/** In base64: what a command can bring, and 1,100 certificates; a page may take more. */
const listCharactersMax = 60_000;
/** Fewer digits name too many. */
const fingerprintMin = 8;
/** SHA-256 in hexadecimal, with colons. */
const fingerprintMax = 95;
const profileMax = 3;

export const securityCommands: CommandTable<RunningStation> = {
  security: command(
    'any',
    'Tells how the station comes in at the central system and whom it trusts; sets its password and profile; installs roots, its certificate, and lists of revoked ones.',
    {
      action: oneOf(actions),
      password: optional(text(1, passwordCharactersMax)),
      profile: optional(wholeNumber(0, profileMax, 'a security profile')),
      certificate: optional(text(1, pemCharactersMax)),
      privateKey: optional(text(1, pemCharactersMax)),
      list: optional(text(1, listCharactersMax)),
      use: optional(oneOf(rootUses)),
      fingerprint: optional(text(fingerprintMin, fingerprintMax)),
    },
    secure,
  ),
};

interface SecurityRequest {
  action: SecurityAction;
  password: string | undefined;
  profile: number | undefined;
  certificate: string | undefined;
  privateKey: string | undefined;
  /** Bytes in base64. */
  list: string | undefined;
  use: RootUse | undefined;
  fingerprint: string | undefined;
}

async function secure(running: RunningStation, request: SecurityRequest): Promise<CommandAnswer> {
  const { action, use = 'centralSystem' } = request;
  switch (action) {
    case 'status': {
      const facts = securityFacts(running);
      return { message: statusLines(facts).join('\n'), facts };
    }
    case 'password':
      await setPassword(running, given(request, 'password'));
      return { message: 'AuthorizationKey is set; the station reconnects where it is used' };
    case 'profile': {
      const profile = given(request, 'profile');
      await setProfile(running, profile);
      return { message: `security profile ${profile}: ${profileWords[profile]}` };
    }
    case 'addRoot': {
      const root = await addRoot(running, uses[use], given(request, 'certificate'));
      return { message: `installed: ${rootLine(root)}` };
    }
    case 'removeRoot': {
      const removed = await removeRoot(running, given(request, 'fingerprint'));
      const carried = removed.some(({ carries }) => carries);
      const next = carried ? '\nthe present connection rests on it: the next one needs another' : '';
      return { message: `removed: ${removed.map(rootLine).join('\nremoved: ')}${next}` };
    }
    case 'addCertificate': {
      const chain = given(request, 'certificate');
      const { toMs } = await addCertificate(running, chain, given(request, 'privateKey'));
      return { message: `installed: the station's certificate, until ${dayOf(new Date(toMs).toISOString())}` };
    }
    case 'addList': {
      const lists = await addRevocations(running, Buffer.from(given(request, 'list'), 'base64'));
      const lines = lists.map(
        ({ authority, certificates }) =>
          `of ${authority} ${certificates} ${certificates === 1 ? 'certificate is' : 'certificates are'} revoked`,
      );
      return { message: lines.join('\n') };
    }
    default:
      return action satisfies never;
  }
}

type GivenField = 'password' | 'profile' | 'certificate' | 'privateKey' | 'list' | 'fingerprint';

function given<Name extends GivenField>(request: SecurityRequest, name: Name): NonNullable<SecurityRequest[Name]> {
  const value = request[name];
  if (value !== undefined && value !== null) return value;
  throw new CommandRefusal('requestUnfit', `security: ${request.action}: ${name} is missing`);
}

/** By the number of a profile. */
export const profileWords: readonly string[] = [
  'no password, as URL says',
  'a password, as URL says',
  'a password, and only over TLS',
  'a certificate of the station, and only over TLS',
];

const connectionWords = { Connected: 'connected', Connection: 'connects', Disconnected: 'not connected' } as const;

function statusLines(facts: SecurityFacts): string[] {
  const { profile, url, identity, connection, lastError, hasPassword, roots, rootsMax, trustsOthers } = facts;
  const why = lastError === null || connection === 'Connected' ? '' : ` (${lastError})`;
  const others = trustsOthers ? '; those of the system or of --csms-ca count, too' : '';
  return [
    `security profile  ${profile}: ${profileWords[profile] ?? ''}`,
    `central system    ${url === '' ? 'none: URL is not set' : `${url}, as ${identity}: ${connectionWords[connection]}${why}`}`,
    `password          ${hasPassword ? 'set' : 'not set'} (AuthorizationKey)`,
    `certificate       ${certificateLine(facts)}`,
    `roots             ${roots.length} of at most ${rootsMax}${others}`,
    ...roots.map((root) => `  ${rootLine(root)}`),
    ...(facts.lists === 0 ? [] : [`revoked           by ${facts.lists} ${facts.lists === 1 ? 'list' : 'lists'}`]),
  ];
}

/** Of the station itself. */
function certificateLine({ certificate, certificateLack: lack }: SecurityFacts): string {
  if (certificate === null) return 'none';
  const { fingerprint, subject, validTo } = certificate;
  const shown = `${fingerprint.slice(0, fingerprintShown)}  ${subject}, until ${dayOf(validTo)}`;
  return lack === null ? shown : `${shown}: ${lack}`;
}

/** Of a time in ISO 8601. */
function dayOf(time: string): string {
  return time.slice(0, '2026-12-31'.length);
}

function rootLine({ use, subject, fingerprint, validTo, carries }: RootShown): string {
  const what = use === 'ManufacturerRootCertificate' ? 'manufacturer' : 'central system';
  const rests = carries ? ', the connection rests on it' : '';
  return `${fingerprint.slice(0, fingerprintShown)}  ${what}: ${subject}, until ${dayOf(validTo)}${rests}`;
}
