/** What the installed profiles allow, seen from now: for the station to follow, and for GetCompositeSchedule (OCPP 1.6, 5.7). */
import { aloneLimitA } from '../../station/limits';
import { phasesInUse, voltageInUse } from '../../station/phases';
import { totalA } from '../../station/sharing';
import type { StationState } from '../../station/types';
import type { Reply } from '../feature';
import { featureProfileEnabled } from '../feature-profiles';
import { unknownConnector } from '../known-connectors';
import type { Services } from '../services';
import { isoTime } from '../wall-time';
import {
  type DatedChargingProfile,
  type InstalledChargingProfile,
  type RateUnit,
  withoutWallTime,
} from './charging-profile';
import {
  allowedSteps,
  either,
  type Feed,
  least,
  onFeed,
  ownSteps,
  ruling,
  type Situation,
  type Step,
  startedAt,
  stationSteps,
  sum,
  unlimited,
  wirePeriods,
  within,
} from './composite';
import { stepsAhead, turningPoints } from './look-ahead';
import type { Segment, Window } from './segments';

/** A composite schedule has never more periods than this, lest no peer could read its frame; it says how far it reaches. */
const compositePeriodsMax = 1_000;

export class ChargingLimits {
  constructor(
    private readonly services: Services,
    private readonly installed: () => readonly InstalledChargingProfile[],
  ) {}

  /** The scale of all windows: Unix time in ms; monotonic time while the wall time is unknown. */
  now(): number {
    const { wall, clock } = this.services;
    return wall.at(clock.now()) ?? clock.now();
  }

  /** What profiles alone allow a connector. */
  connectorSteps(connectorId: number, window: Window): Step[] {
    return allowedSteps(this.usable(), this.situation(connectorId), window);
  }

  /** What profiles alone allow the station as a whole. */
  stationSteps(window: Window): Step[] {
    return stationSteps(this.usable(), window);
  }

  /** What the connector's own profiles allow, without those of the station. */
  ownSteps(connectorId: number, window: Window): Step[] {
    return ownSteps(this.usable(), this.situation(connectorId), window);
  }

  /** What of its profiles rules a connector, or the station, as the window begins. */
  ruling(whose: number | 'station', window: Window): Segment | undefined {
    return ruling(this.usable(), whose === 'station' ? whose : this.situation(whose), window);
  }

  composite(connectorId: number, durationS: number, unit: RateUnit): Reply<'GetCompositeSchedule'> {
    const { station, wall, clock } = this.services;
    const now = wall.at(clock.now());
    const unknown = unknownConnector(station, connectorId, 'or the station');
    if (unknown !== undefined) return rejected(unknown);
    if (durationS < 0) return rejected(`duration: found ${durationS}, valid is 0 or more`);
    if (now === undefined) return rejected('the station does not know the time yet');
    // Boundaries fall on whole seconds: counted from one, each is told exactly.
    const start = Math.floor(now / 1_000) * 1_000;
    const window = { from: now, to: Math.max(start + durationS * 1_000, now + 1) };
    const steps = stepsAhead(window, this.turns(), compositePeriodsMax, (part) =>
      connectorId === 0 ? this.expectedOfStation(part) : this.expectedOf(connectorId, part),
    );
    const { phases } = this.feed(connectorId);
    const told = wirePeriods(steps, { start, durationS, unit, phases, most: compositePeriodsMax });
    const chargingSchedule = {
      duration: told.durationS,
      chargingRateUnit: unit,
      chargingSchedulePeriod: told.periods,
    };
    return { result: { status: 'Accepted', connectorId, scheduleStart: isoTime(start), chargingSchedule } };
  }

  /** Profiles and everything else that restrains the connector now, but what others leave it. */
  private expectedOf(connectorId: number, window: Window): Step[] {
    const { state, config } = this.services.station;
    const connectors = state.connectors.map((c) => ({ ...c, profileLimitA: undefined }));
    const free: StationState = {
      ...state,
      stationProfileLimitA: undefined,
      stationProfileLimitW: undefined,
      connectors,
    };
    const local = { ...window, ...unlimited, amps: aloneLimitA(free, config, connectorId) };
    return onFeed(least(this.connectorSteps(connectorId, window), [local]), this.feed(connectorId));
  }

  /** 5.7: the total expected of the station: what its points may draw together, within the station's own limit. */
  private expectedOfStation(window: Window): Step[] {
    const { state, config } = this.services.station;
    const points = config.points.map((_, pointIndex) =>
      config.connectors
        .filter((c) => c.pointIndex === pointIndex)
        .map(({ connectorId }) => this.expectedOf(connectorId, window))
        .reduce(either),
    );
    const local = { ...window, ...unlimited, amps: totalA({ ...state, stationProfileLimitA: undefined }) };
    return within(points.reduce(sum), least([local], this.stationSteps(window)));
  }

  /** Where what is expected of any connector, and so of the station, may change. */
  private turns(): number[] {
    const usable = this.usable();
    return this.services.station.config.connectors.flatMap(({ connectorId }) =>
      turningPoints(usable, startedAt(this.situation(connectorId))),
    );
  }

  private situation(connectorId: number): Situation {
    const { clock, station } = this.services;
    const session = station.state.connectors[connectorId - 1]?.session;
    const running = session?.kind === 'running' || session?.kind === 'starting' ? session : undefined;
    const tx = running && {
      key: running.tx.key,
      startedAt: this.now() - (clock.now() - running.tx.startedAt),
    };
    return { connectorId, feed: this.feed(connectorId), tx, now: this.now() };
  }

  /** Of the station: the most phases that one of its connectors is fed with. */
  private feed(connectorId: number): Feed {
    const { config, state } = this.services.station;
    const most = Math.max(...config.connectors.map((c) => c.socket.phases));
    return {
      voltageV: voltageInUse(state, config, connectorId),
      phases: connectorId === 0 ? most : phasesInUse(state, config, connectorId),
    };
  }

  /** None counts while the feature profile is switched off, although those from before are kept. */
  private usable(): DatedChargingProfile[] {
    const { wall, clock, configuration } = this.services;
    if (!featureProfileEnabled(configuration, 'SmartCharging')) return [];
    if (wall.at(clock.now()) !== undefined) return this.installed().map((p) => this.dated(p));
    return this.installed().flatMap((p) => withoutWallTime(p, wall.boot) ?? []);
  }

  /** A clock that was corrected meanwhile moves no schedule that counts from its installation, and none into the future. */
  private dated(profile: InstalledChargingProfile): DatedChargingProfile {
    const { wall } = this.services;
    const { installed } = profile;
    const now = this.now();
    const here = installed.boot === wall.boot ? wall.at(installed.at) : undefined;
    const installedAt = here ?? wall.resolve(installed, () => installed.at) ?? now;
    return { ...profile, installedAt: Math.min(installedAt, now) };
  }
}

function rejected(why: string): Reply<'GetCompositeSchedule'> {
  return { result: { status: 'Rejected' }, why };
}
