/** SignCertificate and CertificateSigned: the station asks for a certificate, and takes the one that comes (security whitepaper, A02, A03). */
import type { Cancel } from '../../hal/clock';
import { messageOf, unreachable } from '../../hal/errors';
import type { Feature, Refused, Reply, Triggered } from '../feature';
import type { CallOutcome } from '../link/caller';
import type { Lane } from '../link/sender';
import type { RequestOf, ResponseOf } from '../messages';
import { type Services, timeoutMs } from '../services';

/** A request that is Rejected or gets no answer is sent again after this, then after twice as long, and so on; in ms. */
const askAgainMs = 60_000;
/** After so many times nothing comes of it. */
const asksMax = 6;

export class StationCertificate implements Feature {
  readonly profile = 'Security';
  readonly handlers = { CertificateSigned: (request: RequestOf<'CertificateSigned'>) => this.signed(request) };
  readonly invalidAnswers = { CertificateSigned: (payload: object) => tooLong(payload) };
  readonly triggers = { SignChargePointCertificate: () => this.triggered() };
  private cancel: Cancel = () => {};
  /** How often the present request was refused, or not answered. */
  private failures = 0;
  private isMaking = false;
  private isSending = false;
  /** In which the present request leaves: `asked` for by the central system, or by the station itself. */
  private lane: Lane = 'idle';
  private saidOfName = false;

  constructor(private readonly services: Services) {}

  start(): void {
    this.services.certificates.onWanted(() => this.ask('idle'));
  }

  stop(): void {
    this.cancel();
  }

  /** What was not answered, by whom ever: a former link, or the central system before a power cut. */
  linkUp(): void {
    this.send();
  }

  private triggered(): Triggered {
    const { certificates } = this.services;
    const { objection } = certificates;
    return objection === undefined ? () => void this.ask('asked') : { refused: objection.why };
  }

  /** One that is being made is what is asked for. */
  private async ask(lane: Lane): Promise<void> {
    this.lane = lane;
    if (this.isMaking) return;
    this.isMaking = true;
    this.cancel();
    this.failures = 0;
    try {
      await this.make();
    } catch (error) {
      this.services.log.warn({}, `no request for a certificate can be made: ${messageOf(error)}`);
      return;
    } finally {
      this.isMaking = false;
    }
    this.send();
  }

  private async make(): Promise<void> {
    const { certificates, configuration, identity, log } = this.services;
    const organisation = configuration.text('CpoName');
    if (organisation === '' && !this.saidOfName) {
      this.saidOfName = true;
      log.warn({}, 'CpoName is not set: the request for a certificate names no organisation (A02.FR.13)');
    }
    const rsaBits = configuration.integer('CertificateRsaBits');
    const { makeRequest } =
      require('../security/certificate-request') as typeof import('../security/certificate-request');
    const { serialNumber } = identity;
    await certificates.requests.begin(await makeRequest({ serialNumber, organisation, rsaBits }));
  }

  private send(): void {
    const { calls, certificates, configuration } = this.services;
    const { present: request } = certificates.requests;
    if (!request || request.isTaken || this.isSending || this.isMaking) return;
    this.cancel();
    this.isSending = true;
    const { csr } = request;
    const take = (outcome: CallOutcome<ResponseOf<'SignCertificate'>>): void => this.answered(csr, outcome);
    const timeout = timeoutMs(configuration, 'confBasicTime');
    void calls.send('SignCertificate', this.lane, () => ({ csr }), timeout, { take });
  }

  private answered(csr: string, outcome: CallOutcome<ResponseOf<'SignCertificate'>>): void {
    const { certificates } = this.services;
    this.isSending = false;
    if (certificates.requests.present?.csr !== csr) {
      // Another one has taken its place, or the certificate was faster.
      this.send();
      return;
    }
    switch (outcome.kind) {
      case 'result':
        if (outcome.payload.status === 'Accepted') certificates.requests.taken();
        else this.again('the central system has rejected it');
        return;
      case 'error':
        if (outcome.code === 'NotImplemented' || outcome.code === 'NotSupported') {
          this.end('the central system knows no SignCertificate');
        } else this.again(`the central system has answered ${outcome.code}`);
        return;
      case 'timeout':
        this.again('the central system does not answer');
        return;
      case 'malformed':
      case 'unsendable':
        this.again(outcome.violation.message);
        return;
      case 'lost':
        // It is sent again over the next link.
        return;
      default:
        unreachable(outcome);
    }
  }

  private again(why: string): void {
    const { clock } = this.services;
    this.failures += 1;
    if (this.failures >= asksMax) {
      this.end(why);
      return;
    }
    this.cancel = clock.at(clock.now() + askAgainMs * 2 ** (this.failures - 1), () => this.send());
  }

  private end(why: string): void {
    this.services.log.warn({}, `nothing comes of the request for a certificate of the station: ${why}`);
    void this.services.certificates.requests.end();
  }

  private async signed({ certificateChain }: RequestOf<'CertificateSigned'>): Promise<Reply<'CertificateSigned'>> {
    const { certificates, configuration } = this.services;
    const most = configuration.integer('CertificateSignedMaxChainSize');
    const bytes = Buffer.byteLength(certificateChain);
    if (bytes > most) return rejected(`it has ${bytes} bytes; CertificateSignedMaxChainSize is ${most}`);
    const outcome = await certificates.signed(certificateChain);
    return 'refused' in outcome ? rejected(outcome.why) : { result: { status: 'Accepted' } };
  }
}

function rejected(why: string) {
  return { result: { status: 'Rejected' as const }, why };
}

/** What no message may be long enough for is refused as what is longer than the station takes. */
function tooLong(payload: object): Refused<'CertificateSigned'> | undefined {
  const { certificateChain } = payload as { certificateChain?: unknown };
  if (Object.keys(payload).length !== 1 || typeof certificateChain !== 'string') return undefined;
  return rejected(`it has ${certificateChain.length} characters`);
}
