/** Smart charging: charging profiles in, restraints for the station out, changed exactly at their boundaries (OCPP 1.6, 3.13). */
import type { Cancel } from '../../hal/clock';
import type { Batch, JsonValue } from '../../hal/store';
import { wattsPerA } from '../../station/phases';
import type { Ticket } from '../../station/shell/station';
import { type StationInput, type StationRecord, type StationState, sameToken } from '../../station/types';
import type { Feature, Handlers, Reply } from '../feature';
import type { ChargingProfile } from '../messages';
import type { Services } from '../services';
import { ChargingLimits } from './charging-limits';
import {
  type ChargingProfileLimits,
  type CheckedChargingProfile,
  checkedChargingProfile,
  type InstalledChargingProfile,
  type RateUnit,
} from './charging-profile';
import { ChargingProfileStore } from './charging-profile-store';

/** How far ahead boundaries are looked for, in ms; at the end of it the look is repeated. */
const horizonMs = 3_600_000;

export class SmartCharging implements Feature {
  readonly profile = 'SmartCharging';
  readonly handlers: Handlers = {
    SetChargingProfile: ({ connectorId, csChargingProfiles }) => this.set(connectorId, csChargingProfiles),
    ClearChargingProfile: async (filter) => {
      const { put, del, count } = this.profiles.clear(filter);
      if (count === 0) return { result: { status: 'Unknown' }, why: 'no profile is installed that fits' };
      await this.services.commits.commit({ put, del });
      this.apply();
      return { result: { status: 'Accepted' } };
    },
    GetCompositeSchedule: ({ connectorId, duration, chargingRateUnit }) =>
      this.limits.composite(connectorId, duration, chargingRateUnit ?? 'A'),
  };
  private readonly profiles: ChargingProfileStore;
  private readonly limits: ChargingLimits;
  private cancel: Cancel = () => {};
  /** TxProfiles that came with a remote start, until its transaction begins or it has come to nothing. */
  private readonly expected = new Map<number, { token: string; wire: ChargingProfile }>();
  private told = '';
  /** What an ampere is in W on each connector, as the limits were last told. */
  private rates = '';

  constructor(private readonly services: Services) {
    this.profiles = new ChargingProfileStore(services.stored);
    this.limits = new ChargingLimits(services, () => this.profiles.all);
  }

  /** 5.11, errata 3.41: a profile of a remote start is a TxProfile that names no transaction yet. */
  remoteStartRefusal(connectorId: number, wire: ChargingProfile): string | undefined {
    if (wire.chargingProfilePurpose !== 'TxProfile')
      return `purpose ${wire.chargingProfilePurpose}, valid is TxProfile`;
    if (wire.transactionId !== undefined) return 'transactionId is given, but there is no transaction yet';
    const checked = this.checked(connectorId, wire, 'to come');
    return 'wrong' in checked ? checked.wrong : undefined;
  }

  /** The profile of the latest remote start on a connector, or that it brought none. */
  expect(connectorId: number, token: string, wire: ChargingProfile | undefined): void {
    if (wire) this.expected.set(connectorId, { token, wire });
    else this.expected.delete(connectorId);
  }

  /** A remote start that came to nothing takes its profile with it; what an ampere is in W changes limits in A. */
  changed(state: StationState): void {
    const { config } = this.services.station;
    const rates = config.connectors.map(({ connectorId }) => wattsPerA(state, config, connectorId)).join();
    if (rates !== this.rates) {
      this.rates = rates;
      this.apply();
    }
    for (const [connectorId, { token }] of this.expected) {
      if (!this.isAwaited(state, connectorId, token)) this.expected.delete(connectorId);
    }
  }

  /** What belongs into the commit of these records: the profile of a remote start begins, those of an ended one go. */
  entriesFor(records: readonly StationRecord[]): Ticket {
    const entries = new Map<string, JsonValue | undefined>();
    for (const record of records) {
      const batch =
        record.kind === 'start'
          ? this.begun(record)
          : record.kind === 'stop'
            ? this.profiles.endTransaction(record.tx.key)
            : undefined;
      // A later record may put what an earlier one deleted, or the reverse.
      for (const key of batch?.del ?? []) entries.set(key, undefined);
      for (const [key, value] of batch?.put ?? []) entries.set(key, value);
    }
    const put = [...entries].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
    const del = [...entries].flatMap(([key, value]) => (value === undefined ? [key] : []));
    return { batch: { put, del }, committed: () => {} };
  }

  start(): void {
    this.apply();
  }

  timeChanged(): void {
    this.apply();
  }

  /** Transactions began or ended, and with them what is relative to them. */
  recorded(): void {
    this.apply();
  }

  private apply(): void {
    this.cancel();
    const { station, clock } = this.services;
    if (this.profiles.all.length === 0) {
      this.tell({ stationA: undefined, stationW: undefined, connectorsA: [] });
      return;
    }
    const from = this.limits.now();
    const window = { from, to: from + horizonMs };
    const ids = station.config.connectors.map(({ connectorId }) => connectorId);
    const own = ids.map((id) => this.limits.ownSteps(id, window));
    const whole = this.limits.stationSteps(window);
    const ruling = ids.map((id) => this.limits.ruling(id, window));
    const rulingStation = this.limits.ruling('station', window);
    this.tell({
      stationA: finite(whole[0]?.amps),
      stationW: finite(whole[0]?.watts),
      connectorsA: own.map((steps) => finite(steps[0]?.amps)),
      station: rulingStation?.profile,
      connectors: ruling.map((piece) => piece?.profile),
    });
    const pieces = [whole[0], ...own.map((steps) => steps[0]), rulingStation, ...ruling];
    const next = Math.min(...pieces.map((piece) => piece?.to ?? window.to));
    this.cancel = clock.at(clock.now() + (next - from), () => this.apply());
  }

  stop(): void {
    this.cancel();
  }

  private tell(limits: Omit<Extract<StationInput, { kind: 'profileLimits' }>, 'kind'>): void {
    const text = JSON.stringify(limits);
    if (text === this.told) return;
    this.told = text;
    this.services.station.post({ kind: 'profileLimits', ...limits });
  }

  private async set(connectorId: number, wire: ChargingProfile): Promise<Reply<'SetChargingProfile'>> {
    const { station, commits, outbox } = this.services;
    if (connectorId < 0 || connectorId > station.config.connectors.length) {
      const valid = `0 to ${station.config.connectors.length}`;
      return {
        error: 'PropertyConstraintViolation',
        description: `connectorId: found ${connectorId}, valid is ${valid}`,
      };
    }
    const rejected = (why: string) => ({ result: { status: 'Rejected' as const }, why });
    const session = station.state.connectors[connectorId - 1]?.session;
    const tx = wire.chargingProfilePurpose === 'TxProfile' && session?.kind === 'running' ? session.tx.key : undefined;
    if (wire.chargingProfilePurpose === 'TxProfile' && connectorId > 0) {
      if (tx === undefined) return rejected('there is no transaction on the connector');
      const named = wire.transactionId;
      if (named !== undefined && named !== outbox.transactionId(tx)) return rejected('the transaction is another one');
    }
    const checked = this.checked(connectorId, wire, tx);
    if ('wrong' in checked) return rejected(checked.wrong);
    await commits.commit(this.add(checked));
    this.apply();
    return { result: { status: 'Accepted' } };
  }

  private begun(record: Extract<StationRecord, { kind: 'start' }>): Batch | undefined {
    const { connectorId, token, key } = record.tx;
    const expected = this.expected.get(connectorId);
    this.expected.delete(connectorId);
    if (!expected || !sameToken(expected.token, token)) return undefined;
    const checked = this.checked(connectorId, expected.wire, key);
    if ('profile' in checked) return this.add(checked);
    this.services.log.warn({ connectorId, reason: checked.wrong }, 'the charging profile of a remote start is lost');
    return undefined;
  }

  /** Installs it. What of it is not followed is told, and which limit of another purpose ends, since nobody cleared that. */
  private add({ profile, ignored }: Extract<CheckedChargingProfile, { profile: InstalledChargingProfile }>): Batch {
    const { connectorId, id, purpose } = profile;
    const warn = (message: string) => this.services.log.warn({ connectorId, profile: id }, message);
    if (ignored !== undefined) warn(`part of a charging profile is ignored: ${ignored}`);
    for (const old of this.profiles.replacedBy(profile)) {
      if (old.purpose !== purpose)
        warn(
          `a ${purpose} with the chargingProfileId ${id} replaces the ${old.purpose} with that id, whose limit ends`,
        );
    }
    return this.profiles.add(profile);
  }

  /** Right in itself, and there is room for it. */
  private checked(connectorId: number, wire: ChargingProfile, tx: string | undefined): CheckedChargingProfile {
    const { wall, clock, configuration } = this.services;
    const installed = wall.stamp(clock.now());
    const checked = checkedChargingProfile(wire, { connectorId, installed, tx }, this.chargingProfileLimits());
    const most = configuration.integer('MaxChargingProfilesInstalled');
    const full = 'profile' in checked && this.profiles.countWith(checked.profile) > most;
    return full ? { wrong: `${most} profiles are installed already` } : checked;
  }

  /** The remote start is being judged, waits for a plug, or locks it. */
  private isAwaited(state: StationState, connectorId: number, token: string): boolean {
    const facts = this.services.station.config.connectors[connectorId - 1];
    const pending = facts && state.points[facts.pointIndex]?.pending;
    const session = state.connectors[connectorId - 1]?.session;
    const asked = state.asks.some((a) => a.connectorId === connectorId && a.via === 'remote');
    const granted = [pending?.grant, session?.kind === 'locking' ? session.grant : undefined];
    return asked || granted.some((grant) => grant?.via === 'remote' && sameToken(grant.token, token));
  }

  private chargingProfileLimits(): ChargingProfileLimits {
    const { configuration } = this.services;
    const words = configuration.list('ChargingScheduleAllowedChargingRateUnit');
    const units: RateUnit[] = [];
    if (words.includes('Current')) units.push('A');
    if (words.includes('Power')) units.push('W');
    return {
      stackLevelMax: configuration.integer('ChargeProfileMaxStackLevel'),
      periodsMax: configuration.integer('ChargingScheduleMaxPeriods'),
      units,
    };
  }
}

function finite(amps: number | undefined): number | undefined {
  return amps !== undefined && Number.isFinite(amps) ? amps : undefined;
}
