/** Walks the features in the order of their table: who answers a CALL, and telling all of them what happened. */
import { GreenupError, messageOf } from '../hal/errors';
import type { Log } from '../hal/log';
import type { Ticket } from '../station/shell/station';
import type { StationRecord } from '../station/types';
import type { Configuration } from './config-keys/configuration';
import type { Feature, Handler, Handlers, InvalidAnswers } from './feature';
import { refusalWithoutFeatureProfile } from './feature-profiles';
import type { CallAnswer } from './link/answering';
import type { CentralSystemAction, RequestOf } from './messages';

/** What features hear of. */
type Hook = Exclude<keyof Feature, 'profile' | 'handlers' | 'invalidAnswers' | 'triggers' | 'entriesFor'>;

export class FeatureWalk {
  private readonly handlers: Handlers;
  private readonly invalidAnswers: InvalidAnswers;
  private stopped = false;

  /** Throws `command.invalid` if two features answer the same CALL, or send the same message on trigger. */
  constructor(
    private readonly features: readonly Feature[],
    private readonly configuration: Configuration,
    private readonly log: Log,
  ) {
    this.handlers = sumOf(features.map((feature) => feature.handlers ?? {}));
    this.invalidAnswers = sumOf(features.map((feature) => feature.invalidAnswers ?? {}));
    sumOf(features.map((feature) => feature.triggers ?? {}));
  }

  /** After `stop` they hear of the end of the link alone: whatever else comes late would set timers again. */
  tell<H extends Hook>(hook: H, ...facts: Parameters<NonNullable<Feature[H]>>): void {
    if (this.stopped && hook !== 'linkDown') return;
    if (hook === 'stop') this.stopped = true;
    for (const feature of this.features) {
      const hear = feature[hook] as ((...facts: unknown[]) => void) | undefined;
      if (hear) this.guarded(hook, () => hear.apply(feature, facts));
    }
  }

  /** One ticket for what all of them must store. What a feature throws here, the station hears: nothing is stored then. */
  entriesFor(records: readonly StationRecord[]): Ticket {
    const tickets: Ticket[] = [];
    for (const feature of this.features) if (feature.entriesFor) tickets.push(feature.entriesFor(records));
    return {
      batch: {
        put: tickets.flatMap(({ batch }) => batch.put),
        del: tickets.flatMap(({ batch }) => batch.del),
      },
      committed: () => {
        for (const ticket of tickets) this.guarded('committed', () => ticket.committed());
      },
    };
  }

  async answer<A extends CentralSystemAction>(action: A, payload: RequestOf<A>): Promise<CallAnswer> {
    const refusal = refusalWithoutFeatureProfile(this.configuration, action);
    if (refusal) return refusal;
    const handler = this.handlers[action] as Handler<A> | undefined;
    if (!handler) return { error: 'NotSupported', description: `${action} is not supported by this station` };
    return handler(payload);
  }

  /** The answer to a request that violates its schema; undefined: a CALLERROR that says so. */
  invalidAnswer(action: CentralSystemAction, payload: object): CallAnswer | undefined {
    return refusalWithoutFeatureProfile(this.configuration, action) ?? this.invalidAnswers[action]?.(payload);
  }

  private guarded(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.log.warn({ hook: what, error: messageOf(error) }, 'a feature failed; the others go on');
    }
  }
}

function sumOf<Table extends object>(tables: readonly Table[]): Table {
  const names = tables.flatMap((table) => Object.keys(table));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new GreenupError('command.invalid', `${twice} is in the tables of two features`);
  return Object.assign({}, ...tables) as Table;
}
