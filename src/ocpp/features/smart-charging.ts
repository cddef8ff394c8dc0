/** Smart charging: profiles in, restraints for the station out, changed exactly at their boundaries (OCPP 1.6, 3.13). */
import type { Cancel } from '../../hal/clock';
import type { Batch, JsonValue } from '../../hal/store';
import { aloneLimitA } from '../../station/limits';
import { totalA } from '../../station/sharing';
import { type StationRecord, sameToken } from '../../station/types';
import type { ChargingProfile, ResponseOf } from '../messages';
import type { Handlers, Services } from '../services';
import {
  allowedSteps,
  type Feed,
  least,
  merged,
  type Situation,
  type Step,
  stationSteps,
  wireLimit,
} from '../smart-charging/composite';
import { checkedProfile, type InstalledProfile, type ProfileLimits, type RateUnit } from '../smart-charging/profile';
import { ProfileStore } from '../smart-charging/store';
import { isoTime } from '../wall-time';

/** How far ahead boundaries are looked for, in ms; at the end of it the look is repeated. */
const horizon_ms = 3_600_000;
/** A composite schedule never has more periods than this; what comes later is told by asking again. */
const periods_max = 1_000;

type Refusal = { error: 'PropertyConstraintViolation'; description: string };

export class SmartCharging {
  private readonly profiles: ProfileStore;
  private cancel: Cancel = () => {};
  /** TxProfiles that came with a remote start, until its transaction begins. */
  private readonly expected = new Map<number, { token: string; wire: ChargingProfile }>();
  private told = '';

  constructor(
    private readonly services: Services,
    stored: ReadonlyMap<string, JsonValue>,
  ) {
    this.profiles = new ProfileStore(stored);
  }

  handlers(): Handlers {
    return {
      SetChargingProfile: ({ connectorId, csChargingProfiles }) => this.set(connectorId, csChargingProfiles),
      ClearChargingProfile: async (filter) => {
        const { put, del, count } = this.profiles.clear(filter);
        if (count === 0) return { result: { status: 'Unknown' } };
        await this.services.commits.commit({ put, del });
        this.apply();
        return { result: { status: 'Accepted' } };
      },
      GetCompositeSchedule: ({ connectorId, duration, chargingRateUnit }) => ({
        result: this.composite(connectorId, duration, chargingRateUnit ?? 'A'),
      }),
    };
  }

  /** 5.11, errata 3.41: a profile of a remote start is a TxProfile that names no transaction yet. */
  remoteStartRefusal(connectorId: number, wire: ChargingProfile): string | undefined {
    if (wire.chargingProfilePurpose !== 'TxProfile')
      return `purpose ${wire.chargingProfilePurpose}, valid is TxProfile`;
    if (wire.transactionId !== undefined) return 'transactionId is given, but there is no transaction yet';
    const checked = checkedProfile(wire, { connectorId, installedAt: 0, tx: 'to come' }, this.limits());
    return 'wrong' in checked ? checked.wrong : undefined;
  }

  /** The profile of the latest remote start on a connector, or that it brought none. */
  expect(connectorId: number, token: string, wire: ChargingProfile | undefined): void {
    if (wire) this.expected.set(connectorId, { token, wire });
    else this.expected.delete(connectorId);
  }

  /** What belongs into the commit of these records: the profile of a remote start begins, those of an ended one go. */
  entriesFor(records: readonly StationRecord[]): Batch {
    const put: (readonly [string, JsonValue])[] = [];
    const del: string[] = [];
    for (const record of records) {
      const batch =
        record.kind === 'start'
          ? this.begun(record)
          : record.kind === 'stop'
            ? this.profiles.endTransaction(record.tx.key)
            : undefined;
      put.push(...(batch?.put ?? []));
      del.push(...(batch?.del ?? []));
    }
    return { put, del };
  }

  /** The station's transactions, limits or the wall time changed, or a boundary has come. */
  apply(): void {
    this.cancel();
    const { station, clock } = this.services;
    if (this.profiles.all.length === 0) {
      this.tell(undefined, []);
      return;
    }
    const from = this.unixNow();
    const window = { from, to: from + horizon_ms };
    const usable = this.usable();
    const lists = station.config.connectors.map(({ connectorId }) =>
      allowedSteps(usable, this.situation(connectorId), window),
    );
    const whole = stationSteps(usable, this.feed(0), window);
    this.tell(
      finite(whole[0]?.amps),
      lists.map((steps) => finite(steps[0]?.amps)),
    );
    const next = Math.min(...[whole, ...lists].map((steps) => steps[0]?.to ?? window.to));
    this.cancel = clock.at(clock.now() + (next - from), () => this.apply());
  }

  stop(): void {
    this.cancel();
  }

  private tell(stationA: number | undefined, connectorsA: (number | undefined)[]): void {
    const text = JSON.stringify([stationA ?? null, connectorsA.map((a) => a ?? null)]);
    if (text === this.told) return;
    this.told = text;
    this.services.station.post({ kind: 'restraint', stationA, connectorsA });
  }

  private async set(
    connectorId: number,
    wire: ChargingProfile,
  ): Promise<{ result: ResponseOf<'SetChargingProfile'> } | Refusal> {
    const { station, log, commits, configuration, outbox } = this.services;
    if (connectorId < 0 || connectorId > station.config.connectors.length) {
      const valid = `0 to ${station.config.connectors.length}`;
      return {
        error: 'PropertyConstraintViolation',
        description: `connectorId: found ${connectorId}, valid is ${valid}`,
      };
    }
    const rejected = (reason: string) => {
      log.info({ connectorId, profile: wire.chargingProfileId, reason }, 'charging profile rejected');
      return { result: { status: 'Rejected' as const } };
    };
    const session = station.state.connectors[connectorId - 1]?.session;
    const tx = wire.chargingProfilePurpose === 'TxProfile' && session?.kind === 'running' ? session.tx.key : undefined;
    if (wire.chargingProfilePurpose === 'TxProfile' && connectorId > 0) {
      if (tx === undefined) return rejected('there is no transaction on the connector');
      const named = wire.transactionId;
      if (named !== undefined && named !== outbox.transactionId(tx)) return rejected('the transaction is another one');
    }
    const checked = checkedProfile(wire, { connectorId, installedAt: this.unixNow(), tx }, this.limits());
    if ('wrong' in checked) return rejected(checked.wrong);
    const most = configuration.integer('MaxChargingProfilesInstalled');
    if (this.profiles.countWith(checked.profile) > most) return rejected(`${most} profiles are installed already`);
    await commits.commit(this.profiles.add(checked.profile));
    this.apply();
    return { result: { status: 'Accepted' } };
  }

  private begun(record: Extract<StationRecord, { kind: 'start' }>): Batch | undefined {
    const { connectorId, token, key } = record.tx;
    const expected = this.expected.get(connectorId);
    this.expected.delete(connectorId);
    if (!expected || !sameToken(expected.token, token)) return undefined;
    const checked = checkedProfile(expected.wire, { connectorId, installedAt: this.unixNow(), tx: key }, this.limits());
    return 'profile' in checked ? this.profiles.add(checked.profile) : undefined;
  }

  private composite(connectorId: number, durationS: number, unit: RateUnit): ResponseOf<'GetCompositeSchedule'> {
    const { station } = this.services;
    if (connectorId < 0 || connectorId > station.config.connectors.length || durationS < 0)
      return { status: 'Rejected' };
    const from = this.unixNow();
    const window = { from, to: from + Math.max(durationS, 1) * 1_000 };
    const steps = connectorId === 0 ? this.stationComposite(window) : this.connectorComposite(connectorId, window);
    const feed = this.feed(connectorId);
    const chargingSchedulePeriod = steps.slice(0, periods_max).map((step) => ({
      startPeriod: Math.round((step.from - from) / 1_000),
      limit: wireLimit(step.amps, unit, feed),
      numberPhases: feed.phases,
    }));
    return {
      status: 'Accepted',
      connectorId,
      scheduleStart: isoTime(from),
      chargingSchedule: { duration: durationS, chargingRateUnit: unit, chargingSchedulePeriod },
    };
  }

  /** Profiles and everything else that restrains the connector now. */
  private connectorComposite(connectorId: number, window: { from: number; to: number }): Step[] {
    const { state, config } = this.services.station;
    const free = {
      ...state,
      stationRestraintA: undefined,
      connectors: state.connectors.map((c) => ({ ...c, restraintA: undefined })),
    };
    const local = [{ ...window, amps: aloneLimitA(free, config, connectorId) }];
    return merged(least(allowedSteps(this.usable(), this.situation(connectorId), window), local));
  }

  /** 5.7: the total expected of the station: what its points may draw together, within the station's own limit. */
  private stationComposite(window: { from: number; to: number }): Step[] {
    const { state, config } = this.services.station;
    const free = { ...state, stationRestraintA: undefined };
    const installation = config.points.reduce((sum, point) => sum + point.installationA, 0);
    const local = [{ ...window, amps: Math.min(totalA(free), installation) }];
    return merged(least(stationSteps(this.usable(), this.feed(0), window), local));
  }

  private situation(connectorId: number): Situation {
    const { station } = this.services;
    const session = station.state.connectors[connectorId - 1]?.session;
    const running = session?.kind === 'running' || session?.kind === 'starting' ? session : undefined;
    const tx = running && {
      key: running.tx.key,
      startedAt: this.unixNow() - (this.services.clock.now() - running.tx.startedAt),
    };
    return { connectorId, feed: this.feed(connectorId), tx };
  }

  private feed(connectorId: number): Feed {
    const { connectors } = this.services.station.config;
    const socket = connectors[Math.max(0, connectorId - 1)]?.socket;
    const phases = connectorId === 0 && connectors.some((c) => c.socket.phases === 3) ? 3 : (socket?.phases ?? 3);
    return { voltageV: socket?.nominalVoltageV ?? 230, phases };
  }

  /** Before the wall time is known only what needs none can be followed: schedules relative to the transaction. */
  private usable(): readonly InstalledProfile[] {
    const { wall, clock } = this.services;
    if (wall.at(clock.now()) !== undefined) return this.profiles.all;
    return this.profiles.all.filter(
      (p) => p.kind === 'Relative' && p.validFrom === undefined && p.validTo === undefined,
    );
  }

  private unixNow(): number {
    const { wall, clock } = this.services;
    return wall.at(clock.now()) ?? clock.now();
  }

  private limits(): ProfileLimits {
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
