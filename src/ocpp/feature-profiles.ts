/** Feature profiles that are switched off are truly off, and answered as the specification says (OCPP 1.6, 3.3, 9.1.29). */
import type { Configuration } from './config-keys/configuration';
import { type CentralSystemAction, type FeatureProfile, messages, type RpcErrorCode } from './messages';

export function featureProfileEnabled(configuration: Configuration, profile: FeatureProfile): boolean {
  // What the security whitepaper adds is in no list (edition 3, 1.1).
  if (profile === 'Core' || profile === 'Security') return true;
  return configuration.list('SupportedFeatureProfiles').includes(profile);
}

/** The answer of a station without the profile; undefined where the profile is there. */
export function refusalWithoutFeatureProfile(
  configuration: Configuration,
  action: CentralSystemAction,
): { result: object; why: string } | { error: RpcErrorCode; description: string } | undefined {
  const { profile } = messages[action];
  if (featureProfileEnabled(configuration, profile)) return undefined;
  const why = `${profile} is not in SupportedFeatureProfiles`;
  switch (action) {
    case 'GetLocalListVersion': // 5.10
      return { result: { listVersion: -1 }, why };
    case 'SendLocalList': // 7.47
      return { result: { status: 'NotSupported' }, why };
    case 'ReserveNow': // 5.13: "SHALL return Rejected" when reservations are not supported
      return { result: { status: 'Rejected' }, why };
    default:
      return { error: 'NotSupported', description: `feature profile ${profile} is not supported` };
  }
}
