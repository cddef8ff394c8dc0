/** May this token charge? Asks memory and the central system as the keys say (OCPP 1.6, 3.5 and 4.1). */
import type { Cancel } from '../../hal/clock';
import type { Ask, Verdict } from '../../station/types';
import type { Feature } from '../feature';
import type { CallOutcome } from '../link/caller';
import type { ResponseOf } from '../messages';
import { type Services, timeoutMs } from '../services';
import type { KnownToken } from './known-token';

/** A driver who has shown a card waits this long for a late answer before being refused, in ms. */
const standsMaxMs = 30_000;

const refused = (why: string): Verdict => ({ accepted: false, parent: undefined, why });

export class Authorize implements Feature {
  readonly profile = 'Core';
  /** Refusals that still wait for a late answer. */
  private readonly held = new Set<Cancel>();

  constructor(private readonly services: Services) {}

  stop(): void {
    for (const cancel of this.held) cancel();
  }

  /** Answers the station's question; always, and only once. */
  asked(ask: Ask): void {
    const verdict = this.ownVerdict(ask);
    if (verdict) this.tell(ask, verdict);
    else this.askCentral(ask);
  }

  private tell(ask: Ask, verdict: Verdict): void {
    this.services.station.post({ kind: 'verdict', ask: ask.id, verdict });
  }

  /** What is decided without the central system; undefined: it must be asked. */
  private ownVerdict(ask: Ask): Verdict | undefined {
    const { configuration, online, registration, localAuthorization } = this.services;
    // 4.2.1: advisable to deny before.
    if (!registration.everAccepted) {
      return refused('no central system has accepted this station yet');
    }
    const known = localAuthorization.find(ask.token);
    if (!online()) return this.offline(ask, known);
    const preAuthorized = configuration.boolean('LocalPreAuthorize') && known?.status === 'Accepted';
    if (preAuthorized) return verdictOf(known, ask);
    return undefined;
  }

  private askCentral(ask: Ask): void {
    const { calls, configuration, clock } = this.services;
    const timeout = timeoutMs(configuration, 'confAuthorizeTime');
    const askedAt = clock.now();
    void calls.send('Authorize', 'prompt', () => ({ idTag: ask.token }), timeout, {
      take: (outcome) => {
        const verdict = this.judge(ask, outcome);
        const leftMs = askedAt + standsMaxMs - clock.now();
        // To say no now would be to send away a driver whom the central system is about to accept.
        if (outcome.kind === 'timeout' && !verdict.accepted && leftMs > 0) this.holdRefusal(ask, verdict, leftMs);
        else this.tell(ask, verdict);
      },
      late: (outcome) => this.tell(ask, this.judge(ask, outcome)),
    });
  }

  /** The station forgets the question when another card is shown; an answer to it is then of no consequence. */
  private holdRefusal(ask: Ask, refusal: Verdict, ms: number): void {
    const { clock } = this.services;
    const cancel = clock.at(clock.now() + ms, () => {
      this.held.delete(cancel);
      this.tell(ask, refusal);
    });
    this.held.add(cancel);
  }

  private judge(ask: Ask, outcome: CallOutcome<ResponseOf<'Authorize'>>): Verdict {
    const { log, localAuthorization } = this.services;
    if (outcome.kind === 'result') {
      const { idTagInfo } = outcome.payload;
      // Somebody stands there: a disk that is slow, or full, keeps nobody waiting.
      void localAuthorization.learn(ask.token, idTagInfo);
      return verdictOf({ idTag: ask.token, ...idTagInfo }, ask);
    }
    log.warn({ outcome: outcome.kind }, 'Authorize was not answered');
    // No answer is as good as no connection; an answer that says error is no authorisation.
    const unanswered = outcome.kind === 'timeout' || outcome.kind === 'lost';
    if (unanswered) return this.offline(ask, localAuthorization.find(ask.token));
    return refused('the central system answered Authorize with an error');
  }

  /** OCPP 1.6, 3.5.4 and 9.1: LocalAuthorizeOffline, AllowOfflineTxForUnknownId. */
  private offline(ask: Ask, known: KnownToken | undefined): Verdict {
    const { configuration } = this.services;
    if (known && known.status !== 'Accepted') return refused(`the station remembers it as ${known.status}`);
    if (known && configuration.boolean('LocalAuthorizeOffline')) return verdictOf(known, ask);
    if (configuration.boolean('AllowOfflineTxForUnknownId')) return { accepted: true, parent: known?.parentIdTag };
    const why = known ? 'LocalAuthorizeOffline is false' : 'AllowOfflineTxForUnknownId is false';
    return refused(`the central system cannot be asked, and ${why}`);
  }
}

/** A token that is charging elsewhere may not start again, but it may stop (7.2, ConcurrentTx). */
function verdictOf(known: KnownToken, ask: Ask): Verdict {
  const accepted = known.status === 'Accepted' || (known.status === 'ConcurrentTx' && ask.purpose !== 'start');
  const { parentIdTag: parent } = known;
  return accepted ? { accepted, parent } : { accepted, parent, why: `the central system says ${known.status}` };
}
