/** Firmware management: no release comes in by OCPP yet, and a trigger is told so: Idle (OCPP 1.6, 4.5 and 5.17). */
import type { Feature } from '../feature';
import { type Services, timeoutMs } from '../services';

export function firmwareManagement({ calls, configuration }: Services): Feature {
  const idle = (): void => {
    const timeout = timeoutMs(configuration, 'confBasicTime');
    const replaces = 'FirmwareStatusNotification';
    void calls.send('FirmwareStatusNotification', 'asked', () => ({ status: 'Idle' as const }), timeout, { replaces });
  };
  return { profile: 'FirmwareManagement', triggers: { FirmwareStatusNotification: () => idle } };
}
