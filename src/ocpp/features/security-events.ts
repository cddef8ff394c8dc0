/** SecurityEventNotification: what concerns the security of the station is kept, and told in order (security whitepaper, A04). */
import type { Cancel } from '../../hal/clock';
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';
import type { ChangeOrigin } from '../../station/notices';
import type { StationState } from '../../station/types';
import type { KeyName } from '../config-keys/index';
import type { Feature } from '../feature';
import type { CallOutcome } from '../link/caller';
import type { LinkEnd } from '../link/transport';
import { type EventRow, type PageSecurityEvent, type SecurityEvent, securityEvents } from '../security/security-events';
import { type Services, timeoutMs } from '../services';
import { isoTime } from '../wall-time';

/** The release that ran at the last start. */
const lastFirmware = collection('security/firmware', shape.String());

/** What a link that ends or does not come about says of security. */
const endings: Partial<Record<LinkEnd, [event: SecurityEvent, info: string]>> = {
  unauthorised: ['FailedToAuthenticateAtCentralSystem', 'the central system answered 401 or 403'],
  certificateUnknown: ['InvalidCentralSystemCertificate', 'of an unknown authority'],
  certificateName: ['InvalidCentralSystemCertificate', 'for another name'],
  certificateExpired: ['InvalidCentralSystemCertificate', 'expired'],
  certificateEarly: ['InvalidCentralSystemCertificate', 'not valid yet'],
  certificateWeak: ['InvalidCentralSystemCertificate', 'a key or a signature that is too weak'],
  certificateRevoked: ['InvalidCentralSystemCertificate', 'revoked'],
  certificateInvalid: ['InvalidCentralSystemCertificate', 'none for a server, or its path is broken'],
  ownCertificateRefused: ['FailedToAuthenticateAtCentralSystem', "the station's certificate was refused"],
  ownCertificateRevoked: ['FailedToAuthenticateAtCentralSystem', "the station's certificate is said to be revoked"],
  ownCertificateExpired: ['FailedToAuthenticateAtCentralSystem', "the station's certificate is said to have expired"],
  ownCertificateMissing: ['FailedToAuthenticateAtCentralSystem', 'a certificate of the station is wanted'],
  tlsVersion: ['InvalidTLSVersion', 'older than 1.2'],
  tlsDowngraded: ['InvalidTLSVersion', 'older than both sides know'],
  tlsSuites: ['InvalidTLSCipherSuite', 'none that is allowed'],
};

export function securityEventOf(how: LinkEnd | 'open' | undefined): SecurityEvent | undefined {
  return how === undefined || how === 'open' ? undefined : endings[how]?.[0];
}

const securityKeys: readonly KeyName[] = ['AuthorizationKey', 'SecurityProfile', 'SecurityEventsAlways'];
/** A link may end, and the machine, before an event that is not critical is on the medium, in ms. */
const flushWithinMs = 10_000;
/** One that gets no answer is told again after this, in ms. */
const tellAgainMs = 60_000;

export class SecurityEvents implements Feature {
  readonly profile = 'Security';
  private cancel: Cancel = () => {};
  private telling = false;
  /** The central system does not know the message: it gets none until the next start. */
  private unknownThere = false;
  private resets = false;

  constructor(private readonly services: Services) {}

  start(): void {
    const { stored, commits, identity, roots, revocations, certificates, securityLog } = this.services;
    securityLog.watch((type, info) => this.happened(type, info));
    for (const watched of [roots, revocations]) {
      watched.watch((what) => this.happened('ReconfigurationOfSecurityParameters', what));
    }
    certificates.watch((event, info) => this.happened(event, info));
    const { firmwareVersion } = identity;
    const former = lastFirmware.readOne(stored);
    if (former !== firmwareVersion) void commits.commit({ put: [lastFirmware.entry('', firmwareVersion)], del: [] });
    if (former !== undefined && former !== firmwareVersion) {
      this.happened('FirmwareUpdated', `from ${former} to ${firmwareVersion}`);
    }
    this.happened('StartupOfTheDevice', firmwareVersion);
  }

  stop(): void {
    this.cancel();
  }

  linkUp(): void {
    this.tell();
  }

  registered(): void {
    this.tell();
  }

  linkFailed(how: LinkEnd): void {
    const ending = endings[how];
    if (ending) this.happened(...ending);
  }

  /** Only what changes the time counts, not that it became known. */
  timeChanged(first: boolean): void {
    if (!first) this.happened('SettingSystemTime', 'the clock of the central system is followed');
    this.tell();
  }

  keyChanged(key: KeyName, origin: ChangeOrigin): void {
    // What was set is nobody's to know (A01.FR.12).
    if (securityKeys.includes(key))
      this.happened(
        'ReconfigurationOfSecurityParameters',
        `${key}, by ${origin === 'person' ? 'a person' : 'the central system'}`,
      );
  }

  /** Passwords, tokens and keys that are no configuration. */
  securityChanged(what: string): void {
    this.happened('ReconfigurationOfSecurityParameters', what);
  }

  pageUsed(event: PageSecurityEvent, info: string): void {
    this.happened(event, info);
  }

  messageRefused(what: string): void {
    this.happened('InvalidMessages', what);
  }

  storeFull(trouble: string): void {
    this.happened('MemoryExhaustion', trouble);
  }

  changed({ reset }: StationState): void {
    if (reset && !this.resets) this.happened('ResetOrReboot', reset.hard ? 'hard' : 'soft');
    this.resets = reset !== undefined;
  }

  private happened(type: SecurityEvent, info: string): void {
    const { calls, clock, commits, wall, securityLog } = this.services;
    const row: EventRow = securityEvents[type];
    const due = (this.isTold || row.isOfRequest) && !row.ofPages ? calls.nextMessageId() : undefined;
    const batch = securityLog.add(type, info, wall.stamp(clock.now()), due);
    if (!batch) return;
    // What somebody is to hear of must not be lost with the power (A04.FR.02).
    if (row.critical && due !== undefined) void commits.commit(batch);
    else void commits.commit(batch, flushWithinMs);
    this.tell();
  }

  /** With security profile 0 nobody asked for it, unless a key says so. */
  private get isTold(): boolean {
    const { configuration } = this.services;
    return configuration.integer('SecurityProfile') > 0 || configuration.boolean('SecurityEventsAlways');
  }

  private tell(): void {
    const { calls, configuration, online, securityLog, wall } = this.services;
    const next = securityLog.firstDue;
    if (this.telling || this.unknownThere || !next || !online()) return;
    const at = securityLog.timeOf(next.stamp, wall);
    if (at === undefined) return;
    this.telling = true;
    const payload = { type: next.type, timestamp: isoTime(at), ...(next.info !== '' && { techInfo: next.info }) };
    const take = (outcome: CallOutcome): void => this.took(next.number, outcome);
    const timeout = timeoutMs(configuration, 'confBasicTime');
    void calls.send('SecurityEventNotification', 'ordered', () => payload, timeout, { id: next.due, take });
  }

  private took(number: number, outcome: CallOutcome): void {
    const { clock, commits, securityLog } = this.services;
    this.telling = false;
    this.cancel();
    if (outcome.kind === 'timeout' || outcome.kind === 'lost') {
      // With a new link it is told before.
      this.cancel = clock.at(clock.now() + tellAgainMs, () => this.tell());
      return;
    }
    if (outcome.kind === 'error' && (outcome.code === 'NotImplemented' || outcome.code === 'NotSupported')) {
      this.unknownThere = true;
      return;
    }
    void commits.commit(securityLog.told(number), flushWithinMs);
    this.tell();
  }
}
