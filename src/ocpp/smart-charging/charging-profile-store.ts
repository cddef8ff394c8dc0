/** The installed charging profiles: durable, replaced as the specification says (OCPP 1.6, 3.13, 5.16; errata 3.37). */
import type { Batch, JsonValue } from '../../hal/store';
import type { StoredValues } from '../../hal/stored';
import { type ChargingProfilePurpose, type InstalledChargingProfile, replaces } from './charging-profile';
import { profileKey, storedProfiles } from './stored-profiles';

export interface ClearFilter {
  id?: number | undefined;
  connectorId?: number | undefined;
  chargingProfilePurpose?: ChargingProfilePurpose | undefined;
  stackLevel?: number | undefined;
}

export class ChargingProfileStore {
  private profiles: InstalledChargingProfile[];

  constructor(stored: StoredValues) {
    // What JSON leaves out comes back as undefined, which is what an absent field is.
    this.profiles = [...storedProfiles.read(stored).values()] as InstalledChargingProfile[];
  }

  get all(): readonly InstalledChargingProfile[] {
    return this.profiles;
  }

  /** How many there would be with this one. */
  countWith(profile: InstalledChargingProfile): number {
    return this.profiles.length - this.replacedBy(profile).length + 1;
  }

  /** Those that would give way to this one. */
  replacedBy(profile: InstalledChargingProfile): InstalledChargingProfile[] {
    return this.profiles.filter((old) => replaces(profile, old));
  }

  add(profile: InstalledChargingProfile): Batch {
    const replaced = this.replacedBy(profile);
    this.profiles = [...this.profiles.filter((old) => !replaced.includes(old)), profile];
    const del = replaced.map(profileKey).filter((key) => key !== profileKey(profile));
    return { put: [[profileKey(profile), profile as unknown as JsonValue]], del };
  }

  /** 7.21, errata 3.25, 3.26: an id alone decides, on all connectors; else all that is given must match; nothing given: all. */
  clear(filter: ClearFilter): Batch & { count: number } {
    const matches = (p: InstalledChargingProfile) =>
      filter.id !== undefined
        ? p.id === filter.id
        : (filter.connectorId === undefined || p.connectorId === filter.connectorId) &&
          (filter.chargingProfilePurpose === undefined || p.purpose === filter.chargingProfilePurpose) &&
          (filter.stackLevel === undefined || p.stackLevel === filter.stackLevel);
    return this.remove(matches);
  }

  /** 3.13.1: a TxProfile ends with its transaction. */
  endTransaction(tx: string): Batch {
    return this.remove((p) => p.tx === tx);
  }

  private remove(matches: (p: InstalledChargingProfile) => boolean): Batch & { count: number } {
    const gone = this.profiles.filter(matches);
    this.profiles = this.profiles.filter((p) => !gone.includes(p));
    return { put: [], del: gone.map(profileKey), count: gone.length };
  }
}
