/** What the station asks of a central system's certificates beyond the verdict of OpenSSL, before anything of its own has left. */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { messageOf } from '../../hal/errors';
import type { LinkEnd } from './link-end';
import { peerCertificates } from './tls';

/** A central system that is not believed: its message is for people, `how` for programs. */
export class Distrust extends Error {
  constructor(
    readonly how: LinkEnd,
    message: string,
  ) {
    super(message);
  }
}

/** What a central system has shown. */
export interface ShownCertificates {
  /** The server's own first, each followed by its issuer as far as it is known. */
  chain: readonly X509Certificate[];
  /** OpenSSL has refused them for something that hides what else is wrong: for it names one thing alone. */
  isRefused: boolean;
  /** Authorities that are trusted, in PEM, of which one text may hold several. */
  trusted: readonly string[];
}

export interface PeerJudge {
  /** Whether this one judges the dates of certificates, because the machine's clock is not the one to go by. */
  readonly judgesDates: boolean;
  objectionTo(shown: ShownCertificates): Distrust | undefined;
}

/** Nothing is asked beyond what OpenSSL asks. */
export const opensslAlone: PeerJudge = { judgesDates: false, objectionTo: () => undefined };

/** OpenSSL's verdicts that depend on the machine's clock. */
const dateVerdicts: readonly unknown[] = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'];

/**
 * What is wrong with the other side of a handshake that is complete; undefined: nothing. Where the judge judges dates, OpenSSL
 * has let everybody through (`rejectUnauthorized` is false), and here is the place at which its verdict counts.
 */
export function objectionTo(
  socket: TLSSocket,
  judge: PeerJudge,
  trusted: readonly string[],
  nameObjection: () => Error | undefined,
): Error | undefined {
  const verdict = socket.authorized ? undefined : (socket.authorizationError as unknown);
  const isForgiven = judge.judgesDates && dateVerdicts.includes(verdict);
  const isRefused = isForgiven || verdict === 'UNSPECIFIED';
  const judged = () => verdictOf(judge, () => ({ chain: peerCertificates(socket), isRefused, trusted }));
  // Node.js looks at the name only where OpenSSL has nothing to say.
  if (isForgiven) return judged() ?? nameObjection();
  if (socket.authorized) return judged();
  const refused = Object.assign(new Error(`the certificate is refused: ${verdict}`), { code: verdict });
  if (verdict === 'ERR_TLS_CERT_ALTNAME_INVALID') return nameObjection() ?? refused;
  return (isRefused ? judged() : undefined) ?? refused;
}

/** What cannot be read is not believed. */
function verdictOf(judge: PeerJudge, shown: () => ShownCertificates): Distrust | undefined {
  try {
    return judge.objectionTo(shown());
  } catch (error) {
    return new Distrust('certificateInvalid', `the central system's certificate cannot be read (${messageOf(error)})`);
  }
}
