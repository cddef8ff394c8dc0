/** Firmware management: no file is transferred yet, and a trigger is told so: Idle (OCPP 1.6, 4.4, 4.5 and 5.17). */
import type { Feature } from '../feature';
import { type Services, timeoutMs } from '../services';

type StatusMessage = 'DiagnosticsStatusNotification' | 'FirmwareStatusNotification';

export function firmwareManagement({ calls, configuration }: Services): Feature {
  const idle = (message: StatusMessage) => () => () => {
    const timeout = timeoutMs(configuration, 'confBasicTime');
    void calls.send(message, 'asked', () => ({ status: 'Idle' as const }), timeout, { replaces: message });
  };
  return {
    profile: 'FirmwareManagement',
    triggers: {
      DiagnosticsStatusNotification: idle('DiagnosticsStatusNotification'),
      FirmwareStatusNotification: idle('FirmwareStatusNotification'),
    },
  };
}
