/** May this token charge? Asks memory and the central system as the keys say (OCPP 1.6, 3.5 and 4.1). */
import type { Ask, Verdict } from '../../station/types';
import type { Feature } from '../feature';
import type { CallOutcome } from '../link/rpc';
import type { ResponseOf } from '../messages';
import { type Services, timeoutMs } from '../services';
import type { KnownToken } from './known-token';

const refused: Verdict = { accepted: false, parent: undefined };

export class Authorize implements Feature {
  readonly profile = 'Core';

  constructor(private readonly services: Services) {}

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
    const { configuration, online, log, registration, localAuthorization } = this.services;
    // 4.2.1: advisable to deny before.
    if (!registration.everAccepted) {
      log.info({ idTag: ask.token }, 'refused: no central system has accepted this station yet');
      return refused;
    }
    const known = localAuthorization.find(ask.token);
    if (!online()) return this.offline(ask, known);
    const preAuthorized = configuration.boolean('LocalPreAuthorize') && known?.status === 'Accepted';
    if (preAuthorized) return verdictOf(known, ask);
    return undefined;
  }

  private askCentral(ask: Ask): void {
    const { calls, configuration } = this.services;
    const timeout = timeoutMs(configuration, 'confAuthorizeTime');
    void calls.send(
      'Authorize',
      'prompt',
      () => ({ idTag: ask.token }),
      timeout,
      async (outcome) => this.tell(ask, await this.judge(ask, outcome)),
    );
  }

  private async judge(ask: Ask, outcome: CallOutcome<ResponseOf<'Authorize'>>): Promise<Verdict> {
    const { log, localAuthorization } = this.services;
    if (outcome.kind === 'result') {
      const { idTagInfo } = outcome.payload;
      await localAuthorization.learn(ask.token, idTagInfo);
      return verdictOf({ idTag: ask.token, ...idTagInfo }, ask);
    }
    log.warn({ outcome: outcome.kind }, 'Authorize was not answered');
    // No answer is as good as no connection; an answer that says error is no authorisation.
    const unanswered = outcome.kind === 'timeout' || outcome.kind === 'lost';
    return unanswered ? this.offline(ask, localAuthorization.find(ask.token)) : refused;
  }

  /** OCPP 1.6, 3.5.4 and 9.1: LocalAuthorizeOffline, AllowOfflineTxForUnknownId. */
  private offline(ask: Ask, known: KnownToken | undefined): Verdict {
    const { configuration } = this.services;
    if (known && known.status !== 'Accepted') return refused;
    if (known && configuration.boolean('LocalAuthorizeOffline')) return verdictOf(known, ask);
    if (configuration.boolean('AllowOfflineTxForUnknownId')) return { accepted: true, parent: known?.parentIdTag };
    return refused;
  }
}

/** A token that is charging elsewhere may not start again, but it may stop (7.2, ConcurrentTx). */
function verdictOf(known: KnownToken, ask: Ask): Verdict {
  const accepted = known.status === 'Accepted' || (known.status === 'ConcurrentTx' && ask.purpose !== 'start');
  return { accepted, parent: known.parentIdTag };
}
