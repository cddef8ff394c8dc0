/** What the station tells onlookers: the differences of its state, and records that are durable. Pure. */
import type { Side } from '../hal/board';
import type { ChargePointErrorCode, FaultId } from './faults';
import { isKnown } from './first-reports';
import { ownFaults } from './latched';
import { type Limit, limitOf } from './limits';
import type { SocketReport } from './socket/types';
import { statusOf } from './status';
import type { Grant, StationConfig, StationEffect, StationRecord, StationState, Status, StopReason } from './types';

/** Who changed a configuration key: somebody at the station, or the central system. */
export type ChangeOrigin = 'person' | 'central system';

/** What each kind of notice carries. Connector 0 is the station as a whole. */
export interface NoticesByKind {
  /** Another status, error code or info; the first one counts. */
  statusChanged: { connectorId: number; status: Status; errorCode: ChargePointErrorCode; info?: string };
  /** A fault came, or went. */
  faultChanged: { connectorId: number; fault: FaultId; present: boolean };
  /** Another limit, or another reason for it. */
  limitChanged: { connectorId: number } & Limit;
  /** What is seen at an outlet has changed. */
  socketChanged: { connectorId: number } & SocketFacts;
  /** It is durable that a transaction has begun; `meterStartWh` is the register. */
  transactionStarted: TransactionFacts & { meterStartWh: number };
  /** A periodic sample is durable: what was charged so far in Wh, and power in W and offer in A per phase of now. */
  transactionSampled: TransactionFacts & { energyWh: number; powerW: number; offeredA: number };
  /** `durationS` is null for a transaction of an earlier boot. */
  transactionEnded: TransactionFacts & { reason: StopReason; energyWh: number; durationS: number | null };
  /** Of attempts in a row that fail, the first is told; none after a connection that was lost. */
  connectionChanged:
    | { connection: 'connected'; url: string }
    | { connection: 'disconnected' | 'unreachable'; url: string; reason: string };
  /** The central system has answered a BootNotification in another way than before. */
  registrationChanged: { registration: RegistrationStatus };
  /** `value` is masked where the key is secret. */
  configurationChanged: { key: string; value: string; origin: ChangeOrigin };
  /** A card, or a token in place of one, may not do what it was shown for. */
  cardRefused: { side: Side; idTag: string; via: Grant['via']; reason: string };
  /** `message` is the name of the request, where it is known; `text` the whole in one line, without secrets. */
  requestRefused: { by: 'station' | 'central system'; message?: string; answer: string; text: string };
}

/** What the central system answered to the last BootNotification; none yet at this place. */
export type RegistrationStatus = 'none' | 'Accepted' | 'Pending' | 'Rejected';

/** Which transaction it is. */
export interface TransactionFacts {
  connectorId: number;
  /** Our own name of the transaction. */
  key: string;
  idTag: string;
}

/** What a socket reports, without what changes with every reading of its meter and thermometer. */
export type SocketFacts = Pick<
  SocketReport,
  'plugged' | 'evConnected' | 'evRequests' | 'contactor' | 'locked' | 'offeredA'
>;

/** The kinds of notices. */
export type NoticeKind = keyof NoticesByKind;
/** A notice of one kind. */
export type NoticeOf<Kind extends NoticeKind> = { kind: Kind } & NoticesByKind[Kind];
/** What the station tells onlookers. */
export type Notice = { [Kind in NoticeKind]: NoticeOf<Kind> }[NoticeKind];
/** Listeners by kind, for a typed emitter. */
export type NoticeListeners = { [Kind in NoticeKind]: (notice: NoticeOf<Kind>) => void };

const everyKind: Readonly<Record<NoticeKind, true>> = {
  statusChanged: true,
  faultChanged: true,
  limitChanged: true,
  socketChanged: true,
  transactionStarted: true,
  transactionSampled: true,
  transactionEnded: true,
  connectionChanged: true,
  registrationChanged: true,
  configurationChanged: true,
  cardRefused: true,
  requestRefused: true,
};
export const noticeKinds = Object.keys(everyKind) as readonly NoticeKind[];

/** What an onlooker who saw `before` must hear to know `after`; undefined: it has seen nothing yet. */
export function differencesOf(before: StationState | undefined, after: StationState, config: StationConfig): Notice[] {
  const ids = [0, ...config.connectors.map(({ connectorId }) => connectorId)];
  return ids.flatMap((connectorId) => [
    ...statusDifference(before, after, config, connectorId),
    ...faultDifferences(before, after, connectorId),
    ...(connectorId === 0 ? [] : limitDifference(before, after, config, connectorId)),
    ...socketDifference(before, after, connectorId),
  ]);
}

/** Of what a step does, what onlookers cannot see in the state. */
export function noticesOfEffects(effects: readonly StationEffect[], { points }: StationConfig): Notice[] {
  return effects.flatMap((effect): Notice[] => {
    const side = effect.kind === 'cardRefused' ? points[effect.pointIndex]?.side : undefined;
    if (effect.kind !== 'cardRefused' || side === undefined) return [];
    return [{ kind: 'cardRefused', side, idTag: effect.token, via: effect.via, reason: effect.why }];
  });
}

/** Of records that are durable now. */
export function noticesOfRecords(records: readonly StationRecord[]): Notice[] {
  return records.map((record): Notice => {
    const { connectorId, key, token: idTag, meterStartWh, startedAt } = record.tx;
    const facts: TransactionFacts = { connectorId, key, idTag };
    switch (record.kind) {
      case 'start':
        return { kind: 'transactionStarted', ...facts, meterStartWh };
      case 'sample': {
        const { reading, offeredA } = record;
        const energyWh = reading.energyWh - meterStartWh;
        return { kind: 'transactionSampled', ...facts, energyWh, powerW: reading.powerW, offeredA };
      }
      case 'stop': {
        const { reason, meterWh, at } = record;
        // A transaction of an earlier boot has no start on this boot's time.
        const durationS = startedAt > 0 ? Math.round((at - startedAt) / 1_000) : null;
        return { kind: 'transactionEnded', ...facts, reason, energyWh: meterWh - meterStartWh, durationS };
      }
      default:
        return record satisfies never;
    }
  });
}

function statusDifference(
  before: StationState | undefined,
  after: StationState,
  config: StationConfig,
  connectorId: number,
): Notice[] {
  if (!isKnown(after, config, connectorId)) return [];
  const known = before && isKnown(before, config, connectorId) ? statusOf(before, config, connectorId) : undefined;
  const { status, errorCode, info } = statusOf(after, config, connectorId);
  if (known && known.status === status && known.errorCode === errorCode && known.info === info) return [];
  // A station as a whole that is as it should be is no news to begin with.
  if (!known && connectorId === 0 && status === 'Available' && errorCode === 'NoError') return [];
  return [{ kind: 'statusChanged', connectorId, status, errorCode, ...(info === undefined ? {} : { info }) }];
}

function faultDifferences(before: StationState | undefined, after: StationState, connectorId: number): Notice[] {
  const former = before ? faultsHere(before, connectorId) : [];
  const present = faultsHere(after, connectorId);
  return [
    ...former.filter((fault) => !present.includes(fault)).map((fault) => ({ fault, present: false })),
    ...present.filter((fault) => !former.includes(fault)).map((fault) => ({ fault, present: true })),
  ].map((change): Notice => ({ kind: 'faultChanged', connectorId, ...change }));
}

/** Those of the station are told once, of connector 0. */
function faultsHere(state: StationState, connectorId: number): readonly FaultId[] {
  if (connectorId === 0) return state.faults;
  const connector = state.connectors[connectorId - 1];
  return connector ? ownFaults(connector) : [];
}

function limitDifference(
  before: StationState | undefined,
  after: StationState,
  config: StationConfig,
  connectorId: number,
): Notice[] {
  const limit = limitOf(after, config, connectorId);
  if (before && sameLimit(limitOf(before, config, connectorId), limit)) return [];
  return [{ kind: 'limitChanged', connectorId, ...limit }];
}

function sameLimit(one: Limit, other: Limit): boolean {
  return (
    one.by === other.by &&
    one.sources.length === other.sources.length &&
    one.sources.every(({ source, amps, profile }, index) => {
      const counterpart = other.sources[index];
      const sameProfile =
        counterpart?.profile?.id === profile?.id && counterpart?.profile?.purpose === profile?.purpose;
      return counterpart?.source === source && counterpart.amps === amps && sameProfile;
    })
  );
}

function socketDifference(before: StationState | undefined, after: StationState, connectorId: number): Notice[] {
  const known = before?.connectors[connectorId - 1]?.report;
  const report = after.connectors[connectorId - 1]?.report;
  // Most steps leave the report as it is.
  if (!report || report === known) return [];
  const facts = socketFacts(report);
  if (known && sameFacts(socketFacts(known), facts)) return [];
  return [{ kind: 'socketChanged', connectorId, ...facts }];
}

function socketFacts({ plugged, evConnected, evRequests, contactor, locked, offeredA }: SocketReport): SocketFacts {
  return { plugged, evConnected, evRequests, contactor, locked, offeredA };
}

function sameFacts(one: SocketFacts, other: SocketFacts): boolean {
  return (Object.keys(one) as (keyof SocketFacts)[]).every((name) => one[name] === other[name]);
}
