/** Charging profiles of the wire and as installed, in a few words. */
import type { ChargingProfile } from '../../../src/ocpp/messages';
import {
  type CheckedChargingProfile,
  checkedChargingProfile,
  type InstalledChargingProfile,
} from '../../../src/ocpp/smart-charging/charging-profile';

export const at = Date.UTC(2026, 4, 6, 12, 0, 0);
export const stamp = { boot: 1, at: 5_000, wall: at };
export const both = { stackLevelMax: 100, periodsMax: 100, units: ['A', 'W'] as const };

export type Change = Partial<Omit<ChargingProfile, 'chargingSchedule'>> & {
  schedule?: Partial<ChargingProfile['chargingSchedule']>;
};

function wireOf({ schedule, ...change }: Change = {}): ChargingProfile {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    ...change,
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }], ...schedule },
  };
}

export function check(
  change: Change,
  connectorId = 1,
  limits: Parameters<typeof checkedChargingProfile>[2] = both,
): CheckedChargingProfile {
  return checkedChargingProfile(wireOf(change), { connectorId, installed: stamp, tx: undefined }, limits);
}

export function profileOf(change: Change = {}, connectorId = 1, tx?: string): InstalledChargingProfile {
  const checked = checkedChargingProfile(wireOf(change), { connectorId, installed: stamp, tx }, both);
  if ('wrong' in checked) throw new Error(checked.wrong);
  return checked.profile;
}

export const periods = (count: number) => Array.from({ length: count }, (_, i) => ({ startPeriod: i * 10, limit: 16 }));
